"""Which keys each act has: the declared ones, or those that somebody assigned; and what speaks against an assignment.

Knows declarations, not live acts. Written as one TOML file, so that a department can hand it round.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from workstation.ui.acts.declaring import EVERYWHERE, FILM, WORKLIST, Action

PLACES = {
    EVERYWHERE: "everywhere",
    FILM: "while the film has the keyboard",
    WORKLIST: "while the worklist has the keyboard",
    "report": "while the report has the keyboard",
}
_HEAD = "# Keys of the CXR-LLaVA reporting workstation that differ from the declared ones (File, Keys).\n[keys]\n"
_EDITING = {"Z", "Y", "C", "V", "X", "A", "Left", "Right", "Up", "Down", "Home", "End", "Backspace", "Del"}
# What a text field, a list or the desktop needs, wherever the keyboard is.
_OF_THE_DESKTOP = {"Tab", "Shift+Tab", "Ctrl+Tab", "Ctrl+Shift+Tab", "Alt+F4", "Alt+Tab", "Shift+F10", "Menu"}
_OF_TEXT = {
    *(f"Ctrl+{key}" for key in _EDITING),
    *(f"Ctrl+Shift+{key}" for key in ("Left", "Right", "Up", "Down", "Home", "End")),
    *(f"Alt+{key}" for key in ("Left", "Right")),
}
_OF_LISTS = {"Up", "Down", "Left", "Right", "PgUp", "PgDown", "Home", "End", "Return", "Enter", "Space", "Esc"}
_MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


@dataclass(frozen=True, slots=True)
class Keymap:
    """``own``: the keys, in Qt's portable notation, of each act that has others than it was declared with."""

    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys(self, act: Action) -> tuple[str, ...]:
        """The first is the printed one."""
        return self.own.get(act.id, act.keys)

    def given(self, act: Action, keys: Sequence[str]) -> Keymap:
        """The same with these keys for ``act``."""
        others = {name: value for name, value in self.own.items() if name != act.id}
        return Keymap(others if tuple(keys) == act.keys else {**others, act.id: tuple(keys)})

    def taken(self, act: Action, key: str, acts: Iterable[Action]) -> Keymap:
        """``key`` is ``act``'s only key now; whoever had it where it would be heard twice has lost it."""
        result = self
        for other in self.clashes(act, key, acts):
            result = result.given(other, [each for each in result.keys(other) if each != key])
        return result.given(act, (key,))

    def clashes(self, act: Action, key: str, acts: Iterable[Action]) -> list[Action]:
        """Other acts that would hear ``key`` where ``act`` hears it."""
        return [each for each in acts if each.id != act.id and key in self.keys(each) and _meet(each, act)]


def _meet(one: Action, two: Action) -> bool:
    return one.context == two.context or EVERYWHERE in (one.context, two.context)


def objection(act: Action, key: str) -> str:
    """Why ``key`` can be no key of ``act``, in words; "" where it can."""
    if not key:
        return "This key has no name of its own; choose another."
    if key in _OF_THE_DESKTOP:
        return f"{spoken(key)} belongs to the desktop or moves the keyboard on; it cannot be given away."
    if act.context == FILM:
        return ""
    if key in _OF_TEXT or key.removeprefix("Shift+") in _OF_LISTS:
        return f"{spoken(key)} is needed for writing and moving in the report; only acts of the film may have it."
    if act.context != WORKLIST and not works_everywhere(key):
        return (
            f"{spoken(key)} would be stolen from what you type: {act.text} works everywhere and needs Ctrl, Alt or F."
        )
    return ""


def works_everywhere(key: str) -> bool:
    """Whether no text is typed with it: Ctrl, Alt, or one of F1 to F35."""
    last = key.rsplit("+", 1)[-1]
    return key.startswith(("Ctrl+", "Alt+", "Meta+")) or (last[:1] == "F" and last[1:].isdigit())


def pressed(combination: QKeyCombination) -> str:
    """The portable name of a pressed key, "" for a modifier alone; signs are named by themselves, * and not Shift+8."""
    key, held = combination.key(), combination.keyboardModifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if key in _MODIFIERS or key == Qt.Key.Key_unknown:
        return ""
    if key == Qt.Key.Key_Backtab:
        key = Qt.Key.Key_Tab
    sign = 0x20 < key.value < 0x7F and not chr(key.value).isalnum()
    if sign and held == Qt.KeyboardModifier.ShiftModifier:
        held = Qt.KeyboardModifier.NoModifier
    return portable(QKeySequence(QKeyCombination(held, key)))


def portable(sequence: QKeySequence) -> str:
    return sequence.toString(QKeySequence.SequenceFormat.PortableText)


def spoken(key: str) -> str:
    """As this desktop writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def clash_words(act: Action, key: str, clashes: Sequence[Action]) -> str:
    """Whose key it is and where, and what happens if it is pressed once more."""
    holders = " and ".join(f"“{each.text}” ({PLACES.get(each.context, each.context)})" for each in clashes)
    return f"{spoken(key)} is the key of {holders}. Press it once more to take it for “{act.text}”, or press another."


def to_toml(keymap: Keymap) -> str:
    """One line an act, as `from_toml` reads it."""
    return _HEAD + "".join(f'"{name}" = {json.dumps(list(keys))}\n' for name, keys in sorted(keymap.own.items()))


def from_toml(text: str, acts: Sequence[Action]) -> tuple[Keymap, list[str]]:
    """The keymap and a sentence for each line that could not be used."""
    try:
        found = tomllib.loads(text).get("keys", {})
    except ValueError:
        return Keymap(), ["The file of keys cannot be read as TOML; the declared keys are in force."]
    return from_values(found, acts)


def from_values(found: object, acts: Sequence[Action]) -> tuple[Keymap, list[str]]:
    """A keymap from plain values; unknown acts, unnamed keys and keys that clash are left out and told."""
    declared, keymap, problems = {act.id: act for act in acts}, Keymap(), []
    for name, keys in found.items() if isinstance(found, Mapping) else ():
        act = declared.get(name)
        if act is None or not isinstance(keys, (list, tuple)) or not all(isinstance(key, str) for key in keys):
            problems.append(f"The file of keys names “{str(name)[:40]}”, which this program does not know; left out.")
            continue
        named = [portable(QKeySequence(key)) for key in keys]
        if wrong := next((words for key in named if (words := objection(act, key))), ""):
            problems.append(f"The keys of “{act.text}” stay as declared: {wrong}")
            continue
        keymap = keymap.given(act, named)
    return _without_clashes(keymap, acts, problems), problems


def _without_clashes(keymap: Keymap, acts: Sequence[Action], problems: list[str]) -> Keymap:
    """What an assigned key would be heard as twice loses the declared key, never the assigned one."""
    for act in acts:
        for key in keymap.own.get(act.id, ()):
            for other in keymap.clashes(act, key, acts):
                keymap = keymap.given(other, [each for each in keymap.keys(other) if each != key])
                problems.append(f"{spoken(key)} is now the key of “{act.text}” and no longer of “{other.text}”.")
    return keymap
