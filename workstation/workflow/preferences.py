"""A reader's own settings and keys: read from the store with a sentence for each that cannot be used, kept and logged.

The machine's settings stand in its file; here is only what a named reader has otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workstation.errors import SettingsError
from workstation.settings import DECLARED, Value, checked
from workstation.storage import log, preferences
from workstation.storage.store import Store

KEYS = "keys"  # no setting has this name


@dataclass(frozen=True, slots=True)
class Own:
    """A reader's own: checked settings, keys as they were kept (None = the machine's), what could not be used."""

    settings: Mapping[str, Value]
    keys: Any = None
    problems: tuple[str, ...] = ()


def of_reader(store: Store, reader: str) -> Own:
    """What this reader has of their own; a value that no longer fits costs itself only."""
    settings: dict[str, Value] = {}
    problems, keys = [], None
    for name, text in preferences.of_reader(store, reader).items():
        try:
            value = json.loads(text)
        except ValueError:
            problems.append(f"Your preference {name} is damaged; this machine's is in force.")
            continue
        if name == KEYS:
            keys = value
        elif name in DECLARED and DECLARED[name].personal:
            try:
                settings[name] = checked(name, value)
            except SettingsError as error:
                problems.append(str(error))
    return Own(settings, keys, tuple(problems))


def keep(store: Store, reader: str, name: str, value: Any) -> None:
    """Keep one of the reader's own, None gives it back to the machine's; the log learns the name, not the value.

    Raises
    ------
    SettingsError, for a setting that is not personal; StoreError.
    """
    if name != KEYS and not (name in DECLARED and DECLARED[name].personal):
        raise SettingsError(f"The setting {name} belongs to this machine.", "Change it without a reader's name.")
    with store.transaction():
        preferences.put(store, reader, name, None if value is None else json.dumps(value, ensure_ascii=False))
        log.append(store, "settings_changed", {"name": name, "own": value is not None}, reader=reader)
