"""Published datasets in their own layouts on disk -> records of frontal films; one short module a dataset."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from workstation.errors import TrainingError
from workstation.vlm.training.datasets import brixia, chexpert, index, mimic, nih, openi, padchest, rsna_covid, vindr
from workstation.vlm.training.datasets.sample import Dataset, collect

ADAPTERS: dict[str, ModuleType] = {
    "nih": nih,
    "chexpert": chexpert,
    "mimic": mimic,
    "padchest": padchest,
    "vindr": vindr,
    "brixia": brixia,
    "rsna-covid": rsna_covid,
    "openi": openi,
    "index": index,
}


def read(place: str) -> Dataset:
    """``NAME=FOLDER``, or a folder that shows by its files which dataset it is.

    Raises
    ------
    TrainingError
        no such folder or dataset, missing tables or columns, not one usable row.
    """
    name, _, rest = place.partition("=")
    folder = Path(rest if name in ADAPTERS and rest else place).expanduser()
    if not folder.is_dir():
        raise TrainingError(
            f"There is no folder {folder}.",
            f"Give --data NAME=FOLDER; names: {', '.join(ADAPTERS)}.",
            "dataset_missing",
        )
    name = name if name in ADAPTERS and rest else _recognise(folder)
    adapter = ADAPTERS[name]
    licence = adapter.licence(folder) if hasattr(adapter, "licence") else adapter.LICENCE
    return collect(name, folder, licence, adapter.read(folder))


def _recognise(folder: Path) -> str:
    for name, adapter in ADAPTERS.items():
        if adapter.is_here(folder):
            return name
    raise TrainingError(
        f"The folder {folder.name} is none of the datasets that this program reads.",
        f"Name it with --data NAME=FOLDER; names: {', '.join(ADAPTERS)}; train data --help shows their layouts.",
        "dataset_unknown",
    )
