"""The file of keys: one TOML that a machine has, and that a department hands round."""

from __future__ import annotations

import os
from pathlib import Path

from workstation.errors import SettingsError
from workstation.ui import actions
from workstation.ui.keymap import Keymap, from_toml, to_toml

NAME = "keys.toml"


def read(path: Path) -> tuple[Keymap, list[str]]:
    """The keymap and what of it could not be used; no file is no keymap."""
    if not path.exists():
        return Keymap(), []
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return Keymap(), [f"The file {path.name} cannot be read; the declared keys are in force."]
    return from_toml(text, actions.ACTIONS)


def write(path: Path, keymap: Keymap) -> None:
    """Whole or not at all; raises `SettingsError`."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(to_toml(keymap), encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        raise SettingsError(
            f"The keys could not be saved ({error.strerror}).", "Free the disk or choose another folder."
        ) from error
