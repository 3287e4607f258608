"""Installed models -> what the window says of each: plain words, made off the Qt thread.

Asks the catalog and the system, never torch. Knows no widget and no worker.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from workstation.catalog import converted, installed, needs, room
from workstation.catalog.installed import Broken, InstalledModel
from workstation.catalog.manifest import Manifest
from workstation.errors import ModelError
from workstation.paths import Home
from workstation.settings import Settings
from workstation.ui.report.drafthead import device_words

KINDS = {
    "cxr-llava": "CXR-LLaVA, this program's own format",
    "cxr-llava-v2": "CXR-LLAVA-v2, as published by its authors",
    "gguf-vision": "A GGUF vision model with its own projector",
}
_TASKS = {"report": "reports", "differential": "differential diagnoses", "question": "questions on the film"}
NO_TERMS = "The folder does not say under which terms the model is given."


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One model. ``manifest`` None = its folder cannot be used, ``problem`` and ``remedy`` say why."""

    id: str
    status: str  # ready, incomplete, damaged
    manifest: Manifest | None
    chosen: bool
    bundled: bool = False
    fits: str = ""
    gpu_bytes: int = 0
    memory_bytes: int = 0
    made: tuple[str, ...] = ()  # quantisations whose file is there
    problem: str = ""
    remedy: str = ""

    @property
    def usable(self) -> bool:
        return self.manifest is not None and self.status == "ready"

    @property
    def name(self) -> str:
        return self.manifest.name if self.manifest is not None else self.id


def gather(home: Home, settings: Settings) -> list[ModelFacts]:
    """Every model and every broken folder; may take a second, for it asks the GPU's driver."""
    try:
        chosen = installed.default(home, settings).manifest.id
    except ModelError:
        chosen = settings["model"]
    gpu, memory = room.gpu_bytes(), room.memory_bytes()
    models = [_of_model(home, model, chosen, gpu, memory) for model in installed.installed(home)]
    return models + [_of_broken(each, chosen) for each in installed.broken(home)]


def _of_model(home: Home, model: InstalledModel, chosen: str, gpu: int, memory: int) -> ModelFacts:
    manifest = model.manifest
    made = tuple(each.quantisation for each in converted.present(home, model))
    problem, remedy = _amiss(model)
    return ModelFacts(
        manifest.id,
        model.status,
        manifest,
        chosen=manifest.id == chosen,
        bundled=model.bundled,
        fits=needs.fits(manifest, made),
        gpu_bytes=gpu,
        memory_bytes=memory,
        made=made,
        problem=problem,
        remedy=remedy,
    )


def _amiss(model: InstalledModel) -> tuple[str, str]:
    again = "Restore the program's own copy." if model.bundled else "Remove it and import it again."
    said = {
        "incomplete": "Files of this model are missing.",
        "damaged": "Files of this model have not the size that its manifest states.",
    }
    return (said[model.status], again) if model.status in said else ("", "")


def _of_broken(found: Broken, chosen: str) -> ModelFacts:
    return ModelFacts(
        found.name, "damaged", None, found.name == chosen, problem=found.error.message, remedy=found.error.remedy
    )


def size_words(count: int) -> str:
    """``41 MB``, ``14.2 GB``."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(count / 1e6, 0.1):.{0 if count >= 1e7 else 1}f} MB"


def fits_words(facts: ModelFacts) -> str:
    """Where the model would run, and how much memory that takes."""
    assert facts.manifest is not None
    need = size_words(facts.manifest.needs_bytes)
    if facts.fits == "gpu":
        return f"fits this GPU: needs {need} of {size_words(facts.gpu_bytes)}"
    gpu = f"; the GPU has {size_words(facts.gpu_bytes)}" if facts.gpu_bytes else "; no GPU is used here"
    if facts.fits == "cpu":
        return f"fits the processor's memory: needs {need} of {size_words(facts.memory_bytes)} free{gpu}"
    return f"does not fit: needs {need}, and {size_words(facts.memory_bytes)} are free{gpu}"


def loaded_words(model_id: str, loaded: Mapping[str, Any] | None, busy: bool, now: datetime | None = None) -> str:
    """Whether the model is in memory, where, and since when it rests: a time of day, no running clock."""
    if loaded is None or loaded.get("id") != model_id:
        return "not loaded"
    device = device_words(str(loaded.get("device", "")))
    where = "GPU memory" if device.startswith("GPU") else "memory"
    parts = [f"in {where} ({size_words(int(loaded.get('bytes') or 0))})" if loaded.get("bytes") else f"in {where}"]
    parts.append(" ".join(str(loaded.get(key) or "") for key in ("backend", "quantisation")).strip())
    idle = float(loaded.get("idle_s") or 0.0)
    since = (now or datetime.now()) - timedelta(seconds=idle)
    parts.append("at work" if busy else f"idle since {since:%H:%M}")
    return ", ".join(part for part in parts if part)


def rows_of(facts: ModelFacts) -> list[tuple[str, str]]:
    """Name and value of each fact, in reading order; without what is not known."""
    manifest = facts.manifest
    if manifest is None:
        return [("Status", facts.status)]
    low, high = manifest.accepts.age_years
    whole = "whole film, letterboxed" if manifest.preprocess.method == "letterbox" else "centre of the film only"
    rows = [
        ("Status", facts.status + (", comes with the program" if facts.bundled else "")),
        ("Kind", KINDS.get(manifest.kind, manifest.kind)),
        ("From", manifest.source or "unknown"),
        ("Terms", manifest.terms or "unknown"),
        ("Use", "cleared for clinical use by its maker" if manifest.clinical else "research only"),
        ("Size", f"{size_words(manifest.bytes)} on disk, {len(manifest.files)} files"),
        ("Memory", fits_words(facts)),
        ("Runs on", " or ".join(manifest.backends)),
        ("Converted", ", ".join(facts.made) or "nothing yet"),
        ("Trained for", ", ".join(_TASKS.get(task, task) for task in manifest.tasks)),
        ("Films", f"{', '.join(manifest.accepts.views) or 'any view'}, age {low:.0f} to {high:.0f} years"),
        ("It sees", f"{whole}, {manifest.preprocess.side} x {manifest.preprocess.side} pixels"),
        ("May deny", ", ".join(manifest.deniable) or "nothing"),
        ("SHA-256", manifest.sha256),
    ]
    return [(name, value) for name, value in rows if value]
