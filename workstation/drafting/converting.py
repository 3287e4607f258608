"""An installed model -> its language model's sealed file for llama.cpp, made when it is not there.

Joins `catalog.converted`, which knows places and seals, with `vlm.conversion`, which writes. Knows no requests.
"""

from __future__ import annotations

from collections.abc import Callable

from workstation.catalog import converted, installed
from workstation.catalog.converted import ConvertedFile
from workstation.catalog.installed import InstalledModel
from workstation.paths import Home


def convert(
    home: Home,
    model: InstalledModel,
    quantisation: str,
    progress: Callable[[str, float], None],
    stop: Callable[[], bool],
) -> tuple[ConvertedFile, bool, tuple[str, ...]]:
    """The file, whether it was there already, and notes on what it is not; raises as `vlm.conversion.convert`."""
    from workstation.vlm import conversion

    there = converted.find(home, model, quantisation)
    if there is not None and converted.intact(there):
        return there, True, ()
    progress("checking", 0.0)
    installed.check(home, model)
    path = converted.place(home, model, quantisation)
    made = conversion.convert(model.manifest, model.folder, path, quantisation, progress, stop)
    return converted.seal(home, model, quantisation, made.sha256, made.bytes), False, made.notes
