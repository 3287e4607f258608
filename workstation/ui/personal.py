"""The reader's own things: who reads, settings and keys in force, their windows. A change is saved and told at once.

What is personal belongs to the named reader and changes with the name; the rest, and everything while nobody has given
a name, belongs to this machine: ``settings.toml`` and ``keys.toml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from workstation.errors import SettingsError, WorkstationError
from workstation.paths import Home
from workstation.settings import DECLARED, Settings
from workstation.ui import actions, keysfile, style
from workstation.ui.keymap import Keymap, from_values

if TYPE_CHECKING:
    from workstation.storage.store import Store
    from workstation.ui.keyswindow import KeysWindow
    from workstation.ui.preferences import Preferences
    from workstation.ui.readercard import ReaderCard
    from workstation.workflow.reading import Reader

_IDENTITY = ("reader_id", "reader_name", "reader_role")


class Personal(QObject):
    """``changed(Settings)`` after each accepted change, ``trouble(WorkstationError)`` when one cannot be kept."""

    changed = Signal(object)
    trouble = Signal(object)

    def __init__(self, window: QWidget, home: Home, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._home = window, home
        self._store: Store | None = None
        self.settings = settings
        self.preferences: Preferences | None = None
        self.keys: KeysWindow | None = None
        self.card: ReaderCard | None = None
        self._assign_machine_keys()
        style.use_theme(settings["theme"])

    def use_store(self, store: Store) -> None:
        """The store is open: the reader's own is laid over the machine's."""
        self._store = store
        self._lay_over()

    def reader(self) -> Reader:
        """Who reads; the id may still be empty."""
        from workstation.workflow.reading import Reader

        settings = self.settings
        return Reader(settings["reader_id"], settings["reader_name"], settings["reader_role"])

    def reader_words(self) -> str:
        name, role = self.settings["reader_name"], self.settings["reader_role"]
        return f"Reading as {name} ({role})" if name else "Reading as: set your name"

    def use_reader(self, short: str, name: str, role: str) -> None:
        """Somebody said who they are; what is theirs comes with them."""
        self._keep(dict(zip(_IDENTITY, (short, name, role), strict=True)))

    def change(self, name: str, value: object) -> None:
        """One setting: the reader's own if it is personal and they have a name, else the machine's."""
        if self.is_own(name):
            self._keep_own(name, value)
        else:
            self._keep({name: value})

    def give_back(self, name: str) -> None:
        """The machine's value holds for this reader again."""
        self._keep_own(name, None)

    def is_own(self, name: str) -> bool:
        """Whether a change of this setting is a matter of the reader alone."""
        return DECLARED[name].personal and self._store is not None and bool(self.settings["reader_id"])

    def assign(self, keymap: Keymap) -> None:
        """These keys, at once; kept as the reader's own, or as the machine's while nobody has a name."""
        from workstation.workflow import preferences

        try:
            if self._store is not None and self.settings["reader_id"]:
                own = {name: list(keys) for name, keys in keymap.own.items()}
                preferences.keep(self._store, self.settings["reader_id"], preferences.KEYS, own)
            else:
                keysfile.write(self._home.root / keysfile.NAME, keymap)
        except WorkstationError as error:
            self.trouble.emit(error)
            return
        actions.assign(keymap)

    def ask_reader(self) -> None:
        """The card, beside the work."""
        from workstation.ui.readercard import ReaderCard

        if self.card is None:
            self.card = ReaderCard(self._window)
            self.card.given.connect(self.use_reader)
        self.card.show_reader(self.settings)

    def show_preferences(self) -> None:
        from workstation.ui.preferences import Preferences

        if self.preferences is None:
            self.preferences = Preferences(self._window, self.settings)
            self.preferences.changed.connect(self.change)
            self.preferences.given_back.connect(self.give_back)
        self.preferences.show_settings(self.settings)
        self.preferences.show()
        self.preferences.raise_()

    def show_keys(self) -> None:
        from workstation.ui.keyswindow import KeysWindow

        if self.keys is None:
            self.keys = KeysWindow(self._window)
            self.keys.assigned.connect(self.assign)
        self.keys.open(self.reader_words() if self.settings["reader_id"] else "")

    def _lay_over(self) -> None:
        """What the named reader has of their own, over what the machine has."""
        from workstation.workflow import preferences

        reader = self.settings["reader_id"]
        own = preferences.Own({})
        if self._store is not None and reader:
            try:
                own = preferences.of_reader(self._store, reader)
            except WorkstationError as error:
                self.trouble.emit(error)
        self.settings = self.settings.of_reader(own.settings)
        problems = list(own.problems)
        if own.keys is None:
            self._assign_machine_keys()
        else:
            keymap, more = from_values(own.keys, actions.ACTIONS)
            problems += more
            actions.assign(keymap)
        if problems:
            self.trouble.emit(SettingsError(problems[0], "The preferences and the keys can be set anew."))
        self._tell()

    def _assign_machine_keys(self) -> None:
        actions.assign(keysfile.read(self._home.root / keysfile.NAME)[0])

    def _keep(self, values: dict[str, object]) -> None:
        settings = self.settings
        try:
            for name, value in values.items():
                settings = settings.with_value(name, value)
            settings.save(self._home)
        except SettingsError as error:
            self._refuse(error)
            return
        another = settings["reader_id"] != self.settings["reader_id"]
        self.settings = settings
        if another:
            self._lay_over()
        else:
            self._tell()

    def _keep_own(self, name: str, value: object) -> None:
        from workstation.workflow import preferences

        assert self._store is not None
        try:
            settings = self.settings.with_own(name, value)
            preferences.keep(self._store, settings["reader_id"], name, settings.own.get(name))
        except WorkstationError as error:
            self._refuse(error)
            return
        self.settings = settings
        self._tell()

    def _tell(self) -> None:
        if self.preferences is not None:
            self.preferences.show_settings(self.settings)
        style.use_theme(self.settings["theme"])
        self.changed.emit(self.settings)

    def _refuse(self, error: WorkstationError) -> None:
        if self.preferences is not None:
            self.preferences.refuse(error)
        self.trouble.emit(error)
