"""An installed model -> gone, at once and whole: hidden by one rename, then deleted.

The bundled models stay. A worker that has the model in memory finishes what it writes and then finds it gone.
"""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

from workstation.catalog import importing, installed
from workstation.errors import ModelError
from workstation.paths import Home


def remove(home: Home, model_id: str) -> int:
    """Delete the model's folder, whole or broken, with its converted files; bytes given back.

    Raises
    ------
    ModelError
        bundled, no_model, or ``in_use`` where the system does not let files go that a program has open.
    """
    folder = _folder(home, model_id)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    hidden = home.models / f".{model_id}-{uuid.uuid4().hex[:8]}.part"  # what a kill leaves, the next import sweeps
    try:
        os.rename(folder, hidden)
    except OSError as error:  # Windows, while a worker reads it
        raise ModelError(
            f"The model {model_id} could not be removed ({error.strerror}).",
            "Close the window that uses it, then remove it again.",
            "in_use",
        ) from error
    shutil.rmtree(hidden, ignore_errors=True)
    importing.sweep(home)
    return size


def _folder(home: Home, model_id: str) -> Path:
    for broken in installed.broken(home):
        if broken.name == model_id and (home.models / model_id).is_dir():
            return home.models / model_id
    model = installed.find(home, model_id)
    if model.bundled:
        raise ModelError(
            f"The model {model_id} comes with the program and stays.",
            "Choose another default (models use ID) if you do not want it.",
            "bundled",
        )
    return model.folder
