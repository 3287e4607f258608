"""A published folder -> which file holds which tensor, after every name, shape and dtype was found right.

Reads the index and the shards' headers only, seconds for 14 GB; a shard cut short is found by its own header. Never
opens pickle. Knows no modules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from workstation.errors import ModelError
from workstation.vlm.published import config
from workstation.vlm.published.config import AGAIN, PublishedConfig
from workstation.vlm.published.names import UNUSED, shapes

INDEX = "model.safetensors.index.json"
WHOLE = "model.safetensors"  # a small model's only file, which needs no index
_PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
DTYPES = ("F32", "BF16", "F16")


@dataclass(frozen=True, slots=True)
class Shards:
    """A folder found whole: ``files`` gives each shard its tensors, ``bytes`` is what all shards weigh."""

    folder: Path
    config: PublishedConfig
    files: Mapping[str, tuple[str, ...]]
    bytes: int


def check(folder: Path) -> Shards:
    """Headers of a published folder -> `Shards`; raises `ModelError` for anything missing, strange or cut short."""
    _refuse_pickle(folder)
    sizes = config.read(folder / "config.json")
    wanted, files = shapes(sizes), _by_file(_places(folder))
    _complete({name for names in files.values() for name in names}, set(wanted))
    for file, names in files.items():
        check_file(folder / file, {name: wanted[name] for name in names}, f"what {INDEX} says")
    return Shards(folder, sizes, files, sum((folder / file).stat().st_size for file in files))


def without(shards: Shards, prefixes: tuple[str, ...]) -> Shards:
    """The same shards with the tensors of these names passed over."""
    files = {
        file: tuple(name for name in names if not name.startswith(prefixes)) for file, names in shards.files.items()
    }
    return replace(shards, files=files)


def tensors(shards: Shards, device: str, dtype: torch.dtype) -> Iterator[tuple[str, Tensor]]:
    """Every tensor that the model uses, one at a time; raises `ModelError` for NaN and infinity."""
    for file, names in shards.files.items():
        try:
            with safe_open(shards.folder / file, framework="pt") as opened:
                for name in names:
                    found = _finite(name, opened.get_tensor(name))
                    if name != UNUSED:
                        yield name, found.to(device=device, dtype=dtype)
        except (OSError, SafetensorError) as error:
            raise _damaged(file) from error


def _finite(name: str, tensor: Tensor) -> Tensor:
    if not bool(torch.isfinite(tensor).all()):
        raise ModelError(f"The weight {name} holds numbers that are not finite.", AGAIN, "model_damaged")
    return tensor


def _refuse_pickle(folder: Path) -> None:
    if not folder.is_dir() and folder.suffix not in _PICKLED:
        raise ModelError(f"{folder.name} is not a folder.", "Choose the model's folder.", "model_missing")
    names = [folder.name] if folder.is_file() else sorted(path.name for path in folder.iterdir())
    pickled = [name for name in names if name.endswith(_PICKLED)]
    if pickled and not any(name.endswith(".safetensors") for name in names):
        raise _is_pickle(pickled[0])  # a published folder holds both kinds; only one is opened


def _is_pickle(name: str) -> ModelError:
    return ModelError(
        f"{name} is a pickle file, which can run foreign code when it is read.",
        "Download the safetensors files of the same model and choose their folder.",
        "model_format",
    )


def _places(folder: Path) -> dict[str, str]:
    whole = folder / WHOLE
    if (folder / INDEX).exists() or not whole.is_file():
        return _index(folder / INDEX)
    try:
        with safe_open(whole, framework="pt") as opened:
            return dict.fromkeys(opened.keys(), WHOLE)
    except (OSError, SafetensorError) as error:
        raise _damaged(WHOLE) from error


def _index(path: Path) -> dict[str, str]:
    """Tensor name -> file name, as the index says."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)["weight_map"]
    except FileNotFoundError as error:
        raise ModelError(f"The folder has no {INDEX}.", AGAIN, "model_missing") from error
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise ModelError(f"{INDEX} is damaged.", AGAIN, "model_damaged") from error
    if not isinstance(table, dict) or not all(isinstance(file, str) for file in table.values()):
        raise ModelError(f"{INDEX} is damaged.", AGAIN, "model_damaged")
    return table


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _by_file(places: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """File name -> its tensors; only safetensors files of the folder itself."""
    files: dict[str, list[str]] = {}
    for name, file in places.items():
        if file.endswith(_PICKLED):
            raise _is_pickle(Path(file).name)
        if not file.endswith(".safetensors") or Path(file).name != file or "\\" in file:
            raise ModelError(f"{INDEX} names a file that is no part of the model.", AGAIN, "model_format")
        files.setdefault(file, []).append(name)
    return {file: tuple(names) for file, names in sorted(files.items())}


def _complete(named: set[str], wanted: set[str]) -> None:
    missing, strange = sorted(wanted - named), sorted(named - wanted)
    if missing or strange:
        first = f"{missing[0]} is missing" if missing else f"{strange[0]} is unknown"
        raise ModelError(
            f"{INDEX} does not fit the model's config.json: {len(missing)} weights are missing and {len(strange)}"
            f" unknown ({first}).",
            AGAIN,
            "model_damaged",
        )


def check_file(
    path: Path, wanted: Mapping[str, tuple[int, ...]], promise: str, dtypes: tuple[str, ...] = DTYPES
) -> None:
    """Raises `ModelError` unless the safetensors file is whole and holds exactly ``wanted``, as ``promise`` has it."""
    try:
        with safe_open(path, framework="pt") as opened:
            facts = {name: opened.get_slice(name) for name in opened.keys()}  # noqa: SIM118
            found = {name: (tuple(piece.get_shape()), piece.get_dtype()) for name, piece in facts.items()}
    except FileNotFoundError as error:
        raise ModelError(f"The shard {path.name} is missing.", AGAIN, "model_missing") from error
    except (OSError, SafetensorError) as error:
        raise _damaged(path.name) from error
    if found.keys() != wanted.keys():
        raise ModelError(f"The shard {path.name} does not hold {promise}.", AGAIN, "model_damaged")
    for name, (shape, dtype) in found.items():
        if shape != wanted[name] or dtype not in dtypes:
            raise ModelError(
                f"The weight {name} is {dtype} {list(shape)} where {list(wanted[name])} in one of"
                f" {', '.join(dtypes)} belongs.",
                AGAIN,
                "model_damaged",
            )


def _damaged(file: str) -> ModelError:
    return ModelError(f"The shard {file} is damaged or was not downloaded whole.", AGAIN, "model_damaged")
