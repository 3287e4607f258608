"""Every setting, declared once: type, default, unit, choices, help. File, dialog and help page come from here.

Knows the settings file, which is the machine's. What a setting declares as ``personal`` each reader may have
otherwise: those values live in ``storage`` and are laid over the machine's by whoever knows the reader.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from workstation.errors import SettingsError
from workstation.paths import Home

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One declared setting; ``choices`` empty means any value of the default's type within ``low`` to ``high``.

    ``personal``: a matter of the reader's hands and eyes; each named reader has a value of their own.
    """

    name: str
    group: str
    default: Value
    help: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    personal: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("reader_id", "Reader", "", "Short id that stands in the log, for example your initials."),
    Setting("reader_name", "Reader", "", "Your name as it stands under a signed report."),
    Setting("reader_role", "Reader", "Radiologist", "Your role as it stands under a signed report."),
    Setting(
        "draft_when",
        "Draft",
        "on arrival",
        "When drafts are made: for each new study, when one is opened (and for the next ones), or only when you ask.",
        choices=("on arrival", "on opening", "by hand"),
    ),
    Setting(
        "reveal",
        "Draft",
        "at once",
        "When a draft is shown: at once, when you ask for it, or when you ask after writing an impression of your own.",
        choices=("at once", "on key", "after impression"),
        personal=True,
    ),
    Setting("model", "Draft", "", "Id of the model that drafts; empty takes the bundled one."),
    Setting(
        "backend",
        "Draft",
        "auto",
        "Program that runs the language model; auto takes torch, and llama.cpp where torch needs too much memory.",
        choices=("auto", "torch", "llama.cpp"),
    ),
    Setting(
        "quantisation",
        "Draft",
        "auto",
        "Size of the model's numbers; auto takes the most exact that fits. Q8_0 and Q4_K_M are for llama.cpp, once the"
        " model is converted.",
        choices=("auto", "F32", "BF16", "F16", "Q8_0", "Q4_K_M"),
    ),
    Setting(
        "device",
        "Draft",
        "auto",
        "Where the model runs; auto takes the GPU if there is one.",
        choices=("auto", "cpu", "cuda"),
    ),
    Setting(
        "decoding",
        "Draft",
        "greedy",
        "Greedy gives the same first draft each time; sampled, and every redone draft, draws with a recorded seed.",
        choices=("greedy", "sampled"),
    ),
    Setting(
        "keep_warm_s",
        "Draft",
        1800,
        "Time without a draft or question after which the model gives its memory back.",
        unit="s",
        low=0,
        high=86400,
    ),
    Setting("ask_grade", "Report", True, "Ask for the acceptability grade (A to D) of each draft before signing."),
    Setting(
        "ask_secret",
        "Report",
        "each signature",
        "How often a reader of the register gives the secret (reader add ID enters one). It binds this program, not"
        " somebody who opens its database.",
        choices=("each signature", "once a session"),
    ),
    Setting("open_next_after_signing", "Report", True, "Open the next unread study after signing.", personal=True),
    Setting(
        "letterhead", "Report", "", "Line printed at the top of exported reports, for example the hospital's name."
    ),
    Setting(
        "drag_sensitivity",
        "Film",
        1.0,
        "Speed of windowing by drag; Ctrl is faster, Shift finer.",
        unit="times",
        low=0.1,
        high=10.0,
        personal=True,
    ),
    Setting(
        "drag_down_brightens",
        "Film",
        True,
        "Dragging down makes the film brighter (IHE Basic Image Review).",
        personal=True,
    ),
    Setting(
        "middle_drag",
        "Film",
        "pan",
        "What a drag with the middle button does.",
        choices=("pan", "zoom", "window"),
        personal=True,
    ),
    Setting(
        "right_drag",
        "Film",
        "zoom",
        "What a drag with the right button does; a click without a drag opens the menu.",
        choices=("zoom", "pan", "window"),
        personal=True,
    ),
    Setting(
        "wheel",
        "Film",
        "films",
        "What the wheel does: goes through the films of a study with several, and zooms where there is one; or always"
        " zooms. With Ctrl it always zooms.",
        choices=("films", "zoom"),
        personal=True,
    ),
    Setting(
        "corner_text",
        "Film",
        "full",
        "Text in the corners of the film (one key goes through them).",
        choices=("full", "short", "none"),
        personal=True,
    ),
    Setting(
        "interpolation",
        "Film",
        "linear",
        "How pixels are drawn larger than they are (one key goes through the ways); smaller ones are averaged.",
        choices=("nearest", "linear", "cubic", "Lanczos"),
        personal=True,
    ),
    Setting("lens_shape", "Film", "round", "Shape of the magnifier.", choices=("round", "square"), personal=True),
    Setting(
        "filter_sharpen", "Film", 1.0, "How strongly Sharpen sharpens.", unit="times", low=0.1, high=5.0, personal=True
    ),
    Setting(
        "filter_smooth", "Film", 1.0, "How strongly Smooth smooths.", unit="times", low=0.1, high=10.0, personal=True
    ),
    Setting(
        "filter_clahe",
        "Film",
        2.0,
        "Limit of the contrast that CLAHE gives.",
        low=1.1,
        high=10.0,
        personal=True,
    ),
    Setting(
        "filter_multiscale",
        "Film",
        1.0,
        "How strongly Multiscale lifts faint structures.",
        unit="times",
        low=0.1,
        high=4.0,
        personal=True,
    ),
    Setting(
        "prior_at_once",
        "Film",
        True,
        "Hang the newest prior of surely the same person beside the film at once, where there is room for two; by hand"
        " it can be hung anywhere.",
        personal=True,
    ),
    Setting("link_prior", "Film", True, "Window, zoom and place of a prior follow the film.", personal=True),
    Setting(
        "film_memory_mb",
        "Film",
        512,
        "Memory for decoded films, of which the next studies' are made ready in advance.",
        unit="MB",
        low=64,
        high=16384,
    ),
    Setting(
        "theme",
        "Window",
        "night",
        "Night is dark, for the reading room; day is light around the film. The film's own ground stays black.",
        choices=("night", "day"),
        personal=True,
    ),
    Setting(
        "date_format",
        "Window",
        "ISO",
        "How dates are written.",
        choices=("ISO", "DD.MM.YYYY", "MM/DD/YYYY"),
        personal=True,
    ),
    Setting(
        "idle_after_s",
        "Log",
        60,
        "Time without key or mouse after which a pause is logged.",
        unit="s",
        low=10,
        high=3600,
    ),
)
DECLARED: Mapping[str, Setting] = MappingProxyType({setting.name: setting for setting in SETTINGS})


def checked(name: str, value: object) -> Value:
    """``value`` as the declared type; raises `SettingsError` with what is allowed."""
    if name not in DECLARED:
        raise SettingsError(f"There is no setting called {name}.", "The help page lists all settings.")
    setting = DECLARED[name]
    kind = type(setting.default)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        raise SettingsError(
            f"The setting {name} is not a {_spoken(kind)}.", f"{setting.help} Its default is {setting.default!r}."
        )
    if setting.choices and value not in setting.choices:
        raise SettingsError(
            f"The setting {name} has an unknown value.", f"Choose one of: {', '.join(setting.choices)}."
        )
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        _check_range(setting, value)
    return value  # type: ignore[return-value]


def _check_range(setting: Setting, value: float) -> None:
    if not ((setting.low is None or value >= setting.low) and (setting.high is None or value <= setting.high)):
        raise SettingsError(
            f"The setting {setting.name} is out of range.", f"Choose {setting.low} to {setting.high} {setting.unit}."
        )


def _spoken(kind: type) -> str:
    return {str: "text", int: "whole number", float: "number", bool: "yes or no (true, false)"}[kind]


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings' values; a frozen record, changed by `with_value` and `save`.

    ``problems`` holds a sentence for each value of the file that could not be used (its default stands instead);
    ``unknown`` keeps lines of newer versions so that saving does not lose them. ``own`` are the reader's values of
    personal settings; they stand before the machine's and are never written into the machine's file.
    """

    values: Mapping[str, Value]
    problems: tuple[str, ...] = ()
    unknown: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, Value] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        if name in self.own:
            return self.own[name]
        return self.values.get(name, DECLARED[name].default)

    def of_reader(self, own: Mapping[str, Value]) -> Settings:
        """The same machine in the hands of a reader with these values of their own."""
        return replace(self, own=dict(own))

    def with_own(self, name: str, value: object) -> Settings:
        """One more value of the reader's own; None gives it back to the machine's."""
        others = {key: held for key, held in self.own.items() if key != name}
        return replace(self, own=others if value is None else {**others, name: checked(name, value)})

    def with_value(self, name: str, value: object) -> Settings:
        return replace(self, values={**self.values, name: checked(name, value)})

    def save(self, home: Home) -> None:
        """Write ``settings.toml`` atomically; raises `SettingsError` when the disk refuses."""
        lines = ["# Settings of the CXR-LLaVA reporting workstation. The help page (F1) explains each."]
        for setting in SETTINGS:
            if setting.name in self.values:
                lines.append(f"{setting.name} = {_toml(self.values[setting.name])}")
        lines += [f"{name} = {_toml(value)}" for name, value in self.unknown.items()]
        part = home.settings_file.with_suffix(".part")
        try:
            home.root.mkdir(parents=True, exist_ok=True)
            part.write_text("\n".join(lines) + "\n", encoding="utf-8")
            os.replace(part, home.settings_file)
        except OSError as error:
            raise SettingsError(
                f"The settings could not be saved ({error.strerror}).",
                "Free the disk or change the folder's permissions.",
            ) from error


def load_settings(home: Home) -> Settings:
    """The file's values over the defaults; a damaged line costs that line, a damaged file is told in ``problems``."""
    if not home.settings_file.exists():
        return Settings({})
    try:
        found = tomllib.loads(home.settings_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings({}, problems=(f"{home.settings_file} cannot be read as TOML; the defaults are in force.",))
    values: dict[str, Value] = {}
    problems: list[str] = []
    unknown: dict[str, Any] = {}
    for name, value in found.items():
        if name not in DECLARED:
            if isinstance(value, (str, int, float, bool)):
                unknown[name] = value
            continue
        try:
            values[name] = checked(name, value)
        except SettingsError as error:
            problems.append(str(error))
    return Settings(values, tuple(problems), unknown)


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # A JSON string is a valid TOML basic string once DEL is escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if isinstance(value, str) else repr(value)
