"""The reader's own things: who reads, the settings in force, their dialogs. A change is saved and told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from workstation.errors import SettingsError
from workstation.paths import Home
from workstation.settings import Settings

if TYPE_CHECKING:
    from workstation.ui.preferences import Preferences
    from workstation.ui.readercard import ReaderCard
    from workstation.workflow.reading import Reader


class Personal(QObject):
    """``changed(Settings)`` after each accepted change, ``trouble(WorkstationError)`` when one cannot be kept."""

    changed = Signal(object)
    trouble = Signal(object)

    def __init__(self, window: QWidget, home: Home, settings: Settings) -> None:
        super().__init__(window)
        self._window, self._home = window, home
        self.settings = settings
        self.preferences: Preferences | None = None
        self.card: ReaderCard | None = None

    def reader(self) -> Reader:
        """Who reads; the id may still be empty."""
        from workstation.workflow.reading import Reader

        settings = self.settings
        return Reader(settings["reader_id"], settings["reader_name"], settings["reader_role"])

    def reader_words(self) -> str:
        name, role = self.settings["reader_name"], self.settings["reader_role"]
        return f"Reading as {name} ({role})" if name else "Reading as: set your name"

    def use_reader(self, short: str, name: str, role: str) -> None:
        """Somebody said who they are."""
        values: dict[str, object] = {"reader_id": short, "reader_name": name, "reader_role": role}
        self._keep(values)
        if self.preferences is not None:
            for setting, value in values.items():
                self.preferences.show_value(setting, value)

    def change(self, name: str, value: object) -> None:
        """One setting."""
        self._keep({name: value})
        if self.preferences is not None and name in self.preferences.controls:
            self.preferences.show_value(name, self.settings[name])  # it may have been changed elsewhere

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
        self.preferences.show()
        self.preferences.raise_()

    def _keep(self, values: dict[str, object]) -> None:
        settings = self.settings
        try:
            for name, value in values.items():
                settings = settings.with_value(name, value)
            settings.save(self._home)
        except SettingsError as error:
            if self.preferences is not None:
                self.preferences.refuse(error)
            self.trouble.emit(error)
            return
        self.settings = settings
        self.changed.emit(settings)
