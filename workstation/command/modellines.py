"""Models and what was done to them -> JSON by CONTRACT and the lines that people read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from workstation.catalog import converted as conversions
from workstation.catalog import needs
from workstation.catalog.installed import Broken, InstalledModel
from workstation.command.output import or_null
from workstation.paths import Home


def model_json(home: Home, model: InstalledModel, chosen: str) -> dict[str, Any]:
    """One model; ``chosen`` is the default's id. ``converted`` are the llama.cpp files that are there."""
    manifest = model.manifest
    files = conversions.present(home, model)
    return {
        "id": manifest.id,
        "name": manifest.name,
        "version": or_null(manifest.version),
        "kind": manifest.kind,
        "status": model.status,
        "bytes": manifest.bytes,
        "terms": or_null(manifest.terms),
        "source": or_null(manifest.source),
        "sha256": manifest.sha256,
        "clinical": manifest.clinical,
        "statement": or_null(manifest.statement),
        "findings": list(manifest.findings),
        "deniable": list(manifest.deniable),
        "backends": list(manifest.backends),
        "quantisations": list(manifest.quantisations),
        "converted": [{"quantisation": file.quantisation, "bytes": file.seal.bytes} for file in files],
        "needs_bytes": manifest.needs_bytes,
        "needs": dict(needs.each(manifest)),
        "fits": needs.fits(manifest, [file.quantisation for file in files]),
        "default": manifest.id == chosen,
        "bundled": model.bundled,
    }


def broken_json(broken: Broken) -> dict[str, Any]:
    """A folder whose manifest cannot be used; CONTRACT's keys are all there."""
    unknown = dict.fromkeys(("bytes", "terms", "source", "sha256", "needs_bytes"))
    lists: dict[str, Any] = {"backends": [], "quantisations": []}
    told = {"fits": "no", "default": False, "problem": broken.error.message, "remedy": broken.error.remedy}
    return {"id": broken.name, "status": "damaged", **unknown, **lists, **told}


def table(models: list[dict[str, Any]]) -> Iterator[str]:
    """The list for people."""
    if not models:
        yield "No model is installed."
    for model in models:
        mark = "*" if model["default"] else " "
        clinical = "clinical" if model.get("clinical") else "research only"
        yield f"{mark} {model['id']:24} {model['status']:10} {_size(model['bytes']):>10}  {_fit(model)}  {clinical}"
        if model.get("problem"):
            yield f"    {model['problem']} {model['remedy']}"
            continue
        if model["terms"]:
            yield f"    {model['terms']}"
        if model["converted"]:
            yield f"    for llama.cpp: {', '.join(each['quantisation'] for each in model['converted'])}"


def too_large(model: Mapping[str, Any]) -> list[str]:
    """What to do about a model that has no room; nothing where it has."""
    if model["fits"] != "no":
        return []
    return [f"{_fit(model)}: convert it (models convert {model['id']} --quantise Q4_K_M)."]


def imported(found: Mapping[str, Any]) -> Iterator[str]:
    if found["status"] == "already":
        yield f"These files are already here: {found['id']}. Nothing was copied."
    else:
        yield f"Imported as {found['id']} ({_size(found['bytes'])}). Terms: {found['terms']}."
        yield f"Draft with it: draft FILM --model {found['id']}; always: models use {found['id']}."
    for each in found["left_out"]:
        yield f"Left behind: {each['name']} ({each['reason']})."
    for warning in found["warnings"]:
        yield f"Warning: {warning}"


def converted(found: Mapping[str, Any]) -> Iterator[str]:
    what = "was there already" if found["status"] == "already" else "is written"
    yield f"{found['id']} in {found['quantisation']} {what} ({_size(found['bytes'])})."
    for warning in found["warnings"]:
        yield f"Note: {warning}"


def verified(model: Mapping[str, Any]) -> str:
    if model["ok"]:
        return f"{model['id']}: every byte is as its manifest says"
    what = "; ".join(f"{name} {problem}" for name, problem in model["bad"])
    return f"{model['id']}: {what}. Install the model again."


@contextmanager
def progress_on(stream: IO[str]) -> Iterator[Callable[[str, float], None]]:
    """One line that is written over, on a terminal; silence elsewhere."""
    last = [""]

    def tell(what: str, share: float) -> None:
        line = f"{what}  {share:4.0%}"
        if stream.isatty() and line != last[0]:
            stream.write(f"\r{line:70.70}")
            stream.flush()
            last[0] = line

    try:
        yield tell
    finally:
        if last[0]:
            stream.write(f"\r{'':70}\r")
            stream.flush()


def _fit(model: Mapping[str, Any]) -> str:
    if model["fits"] != "no":
        return f"fits: {model['fits']}"
    needed = model["needs_bytes"]
    return f"does not fit: needs {needed / 1e9:.1f} GB" if needed else "fits: no"


def _size(count: int | None) -> str:
    return f"{(count or 0) / 1e6:,.0f} MB"
