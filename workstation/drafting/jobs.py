"""The model manager's long work: import, convert and verify, with progress, each cancelled without a trace.

Joins `catalog`, which copies and remembers, with `vlm`, which can read weights. The window's worker and the commands
call the same `run`. Knows no pipe and no terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from workstation.catalog import converted, importing, installed, needs, room
from workstation.catalog.candidate import Candidate
from workstation.catalog.converted import ConvertedFile
from workstation.catalog.importing import Order, Taken
from workstation.catalog.installed import InstalledModel
from workstation.catalog.manifest import FOREIGN_GGUF, Manifest, parse
from workstation.catalog.terms import UNKNOWN
from workstation.drafting.messages import JobRequest
from workstation.errors import ModelError
from workstation.paths import Home

Progress = Callable[[str, float], None]
Stop = Callable[[], bool]


def run(home: Home, request: JobRequest, progress: Progress, stop: Stop, anyway: bool = False) -> dict[str, Any]:
    """Do it and tell its result as JSON values.

    Parameters
    ----------
    request : of an import ``model`` is the id wished for, "" = one made from the folder's name.
    progress : gets what is being done and the share of it that is done, 0 to 1.
    stop : asked every few megabytes.
    anyway : import a model that this machine has not the memory for.

    Raises
    ------
    ModelError
        Whatever speaks against it; code ``stopped`` when ``stop`` said so.
    """
    if request.verb == "import":
        return _import(home, request, progress, stop, anyway)
    model = installed.find(home, request.model)
    if request.verb == "convert":
        return convert(home, model, request.quantisation, progress, stop)
    if request.verb == "verify":
        return verify(home, model, progress, stop)
    raise ModelError("The program does not know this work.", "Update the program.", "bad_request")


def _import(home: Home, request: JobRequest, progress: Progress, stop: Stop, anyway: bool) -> dict[str, Any]:
    progress("checking", 0.0)
    found = importing.examine(Path(request.folder))
    order = Order(found, _checked(found), request.model, _watch(found))
    warnings = _warnings(order, anyway)
    taken = importing.take(home, order, request.accepted_terms, progress, stop)
    return {**_told(home, taken, found), "warnings": warnings}


def _checked(found: Candidate) -> dict[str, Any]:
    """The future manifest's values, after every header, shape and the vocabulary were found right."""
    from workstation.drafting import adopting
    from workstation.vlm import inspection

    return adopting.values(found, inspection.inspect(found.folder, found.kind))


def _watch(found: Candidate) -> Any:
    from workstation.vlm import finite

    return None if found.kind == FOREIGN_GGUF else finite.watcher


def _warnings(order: Order, anyway: bool) -> list[str]:
    """What the owner must know; raises `ModelError` (code ``memory``) where no way of running it would fit."""
    found, manifest = order.candidate, _manifest(order)
    warnings = []
    if found.terms == UNKNOWN:
        warnings.append("The folder states no terms: find out where you got it whether you may use it.")
    if found.manifest is not None and found.manifest.clinical:
        warnings.append("Its manifest calls it clinical; it is imported as research, whatever it says of itself.")
    there = max(room.memory_bytes(), room.gpu_bytes())
    if needs.fits(manifest) == "no":
        needed, least = needs.with_torch(manifest, "BF16"), needs.least(manifest)
        short = f"It needs {_gb(needed)} of memory and {_gb(there)} are there"
        if least > there and not anyway:
            raise ModelError(
                f"{short}; even quantised it needs {_gb(least)}.",
                "Import it on a larger machine, or close other programs.",
                "memory",
            )
        warnings.append(f"{short}: convert it (models convert ID --quantise Q4_K_M, {_gb(least)}).")
    return warnings


def _manifest(order: Order) -> Manifest:
    weights = {file.name: {"sha256": "0" * 64, "bytes": file.bytes} for file in order.candidate.files}
    return parse({"id": "unnamed", **order.values, "files": weights})


def _told(home: Home, taken: Taken, found: Candidate) -> dict[str, Any]:
    manifest = taken.model.manifest
    return {
        "verb": "import",
        "id": manifest.id,
        "status": "already" if taken.already else "imported",
        "terms": manifest.terms or UNKNOWN,
        "bytes": manifest.bytes,
        "sha256": manifest.sha256,
        "needs_bytes": manifest.needs_bytes,
        "fits": needs.fits(manifest, [each.quantisation for each in converted.present(home, taken.model)]),
        "left_out": [{"name": name, "reason": reason} for name, reason in found.left_out],
    }


def convert(home: Home, model: InstalledModel, quantisation: str, progress: Progress, stop: Stop) -> dict[str, Any]:
    """Make the language model's file for llama.cpp, sealed; one that is there and whole is kept."""
    from workstation.drafting import converting

    file, already, notes = converting.convert(home, model, quantisation.upper(), progress, stop)
    return _converted(model, file, "already" if already else "converted", notes)


def _converted(model: InstalledModel, file: ConvertedFile, status: str, notes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "verb": "convert",
        "id": model.manifest.id,
        "status": status,
        "quantisation": file.quantisation,
        "bytes": file.seal.bytes,
        "sha256": file.seal.sha256,
        "needs_bytes": needs.with_llama_cpp(model.manifest, file.quantisation),
        "warnings": list(notes),
    }


def verify(home: Home, model: InstalledModel, progress: Progress, stop: Stop) -> dict[str, Any]:
    """Hash every file, the converted ones too; "ok" says whether all have their bytes."""
    ear = _Hearing(model, progress, stop)
    result = installed.verify(model, ear.of_all, home)
    files = converted.present(home, model)
    rotten = [each for each in files if not converted.intact(each, ear.of_one)]
    bad = [*result.bad, *((each.path.name, "changed") for each in rotten)]
    return {
        "verb": "verify",
        "id": result.id,
        "ok": not bad,
        "status": "ready" if not bad else "damaged",
        "sha256": result.sha256,
        "bytes": result.bytes,
        "bad": [list(each) for each in bad],
    }


class _Hearing:
    """Turns bytes into shares and a wish to stop into its refusal."""

    def __init__(self, model: InstalledModel, progress: Progress, stop: Stop) -> None:
        self._id, self._progress, self._stop = model.manifest.id, progress, stop

    def of_all(self, done: int, total: int) -> None:
        self._asked()
        self._progress(f"hashing {self._id}", done / max(total, 1))

    def of_one(self, count: int) -> None:
        self._asked()

    def _asked(self) -> None:
        if self._stop():
            raise ModelError("The check was stopped.", "Verify the model again when you like.", "stopped")


def _gb(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
