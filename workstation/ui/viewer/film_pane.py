"""A study's films with everything a reader does to them: tools above, films in the middle, the window below.

Films are decoded in the loader's thread; a result is shown only in the place that waits for exactly that film.
Knows instances, not readings: what happens is told through signals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workstation.dicom.records import Instance
from workstation.settings import Settings
from workstation.ui import actions
from workstation.ui.viewer.film_menu import film_menu
from workstation.ui.viewer.film_view import FilmView
from workstation.ui.viewer.kits import KITS
from workstation.ui.viewer.kits.kit import Kit
from workstation.ui.viewer.layers import Layers
from workstation.ui.viewer.legend import STATES
from workstation.ui.viewer.loading import Details, Failure, FilmLoader, Prepared
from workstation.ui.viewer.overlay import Rectangle
from workstation.ui.viewer.stage import Slot, Stage
from workstation.ui.viewer.tool_row import ToolRow, view_name
from workstation.ui.viewer.window_row import WindowRow

AnyKit = TypeVar("AnyKit", bound=Kit)
MEGABYTE = 1 << 20
TOOLS = ("window", "pan", "zoom")
STEP = 1.25  # zoom of one key press


class FilmPane(QWidget):
    """The middle column."""

    first_painted = Signal()  # once per study, after its first film has really been painted
    acted = Signal(str, dict)  # what the reader did, one event per act, for the log
    full_requested = Signal()
    presentation_changed = Signal(object)
    film_shown = Signal(object)  # Instance
    film_failed = Signal(object)  # Failure
    tool_came = Signal(str)  # what the left button does from now on

    def __init__(self, settings: Settings | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings or Settings({})
        self._first_paint_due = False
        self.tool = TOOLS[0]
        self._state = str(self._settings["corner_text"])
        self.stage = Stage()
        self.layers = Layers(self.stage)
        self.loader = FilmLoader(0, self)
        self.kits = [kit(self) for kit in KITS]
        self._acts = self._make_acts()
        self.tools = ToolRow(self._acts, self.stage.activate)
        choices = [self._acts[f"film.choice_{n}"] for n in range(10)]
        self.window_row = WindowRow(choices, [self._acts["film.auto"], self._acts["film.reset"]])
        self._lay_out()
        self._connect()
        self.set_tool("window")
        self.apply_settings(self._settings)
        self.clear()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addWidget(self.stage, 1)
        layout.addWidget(self.window_row)

    def _connect(self) -> None:
        self.loader.loaded.connect(self._loaded)
        self.loader.detailed.connect(self._detailed)
        self.loader.failed.connect(self._failed)
        self.stage.activated.connect(self._activated)
        self.stage.turned_to.connect(lambda _slot: self._follow())
        self.stage.arranged.connect(self._follow)
        self.window_row.left.connect(lambda: self.view.setFocus())
        self.adopt(self.stage.slots)

    def _make_acts(self) -> dict[str, QAction]:
        """Every act of the film, living on the stage: its letters work only while a film has the focus."""
        slots: dict[str, Callable[[], object]] = {
            "film.invert": lambda: self.view.invert(),
            "film.auto": lambda: self.view.auto_window(),
            "film.reset": lambda: self.view.reset(),
            "film.fit": lambda: self.view.fit(),
            "film.one_to_one": lambda: self.view.one_to_one(),
            "film.zoom_in": lambda: self.view.zoom_by(STEP),
            "film.zoom_out": lambda: self.view.zoom_by(1 / STEP),
            "film.text": self.cycle_text,
            "film.notes": self.toggle_notes,
            "film.next": lambda: self.step(1),
            "film.previous": lambda: self.step(-1),
            "film.layout": self.toggle_layout,
            "film.seen": self.toggle_seen,
        }
        for tool in TOOLS:
            slots[f"film.tool_{tool}"] = partial(self.set_tool, tool)
        for n in range(10):
            slots[f"film.choice_{n}"] = partial(self.choose, n)
        made = {name: actions.make(name, self.stage, slot) for name, slot in slots.items()}
        made["film.layout"].setCheckable(True)
        made["film.seen"].setChecked(True)
        for kit in self.kits:
            kit.made = {name: actions.make(name, self.stage, slot) for name, slot in kit.acts().items()}
        return made

    def kit(self, wanted: type[AnyKit]) -> AnyKit:
        """The kit of that class."""
        return next(kit for kit in self.kits if isinstance(kit, wanted))

    # The study

    @property
    def view(self) -> FilmView:
        """The active film's view; a prior's, while the reader is in it."""
        return self.stage.current.view

    @property
    def instance(self) -> Instance | None:
        """The active film of the study, never a prior's."""
        return self.stage.of_study.instance

    def show_study(self, films: Sequence[Instance]) -> None:
        """Show these films, the first one active; returns at once, decoding goes on behind."""
        self.adopt(self.stage.need(len(films)))
        self._first_paint_due = True
        self.layers.forget()
        for kit in self.kits:
            kit.study_came()
        for slot, instance in zip(self.stage.slots, films, strict=False):
            slot.await_film(instance)
        for slot, instance in zip(self.stage.slots, films, strict=False):
            if (prepared := self.loader.ready(instance)) is not None:
                self._fill(slot, prepared)
        self.loader.view = self.stage.view_size()
        self.loader.want(films)
        self.tools.show_films([view_name(film, n) for n, film in enumerate(films)])
        if not films:
            self.view.clear("This study has no film that can be shown.", "Its other data are kept.")
        self._follow()

    def clear(self, message: str = "", remedy: str = "") -> None:
        """No study: words on black."""
        self.show_study([])
        self._first_paint_due = False
        self.view.clear(message, remedy)

    def prepare(self, studies: Sequence[Sequence[Instance]]) -> None:
        """Decode these studies' films ahead, in this order, as large as they will stand, while the memory allows."""
        sizes = {len(films): self.stage.view_size(len(films)) for films in studies}
        self.loader.ahead((film, sizes[len(films)]) for films in studies for film in films)

    def shut_down(self) -> None:
        """End the thread; the pane shows no further film."""
        for kit in self.kits:
            kit.close()
        self.loader.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.shut_down()
        super().closeEvent(event)

    def adopt(self, slots: Sequence[Slot]) -> None:
        """New places for films: wired, and shown to every kit."""
        for slot in slots:
            view = slot.view
            view.first_painted.connect(self._painted)
            view.full_requested.connect(self.full_requested)
            view.turned.connect(self.step)
            view.menu_requested.connect(self._show_menu)
            view.acted.connect(lambda kind, facts, slot=slot: self._tell(slot, kind, facts))
            view.presentation_changed.connect(lambda shown, slot=slot: self._presented(slot, shown))
            for kit in self.kits:
                kit.adopt(slot)
            self._prefer(slot)

    def _loaded(self, prepared: Prepared) -> None:
        for slot in self._awaited():
            if slot.prepared is None and slot.holds(prepared.instance):
                self._fill(slot, prepared)
        self._follow()

    def _awaited(self) -> list[Slot]:
        """The places in use: the study's, and the prior's while it hangs."""
        return [slot for n, slot in enumerate(self.stage.places) if n < self.stage.used or not slot.of_study]

    def _detailed(self, details: Details) -> None:
        details.take()
        for slot in self.stage.places:
            if slot.prepared is details.prepared:
                slot.view.update()
        if self.stage.current.prepared is details.prepared:
            self.window_row.show_histogram()

    def _fill(self, slot: Slot, prepared: Prepared) -> None:
        slot.show_film(prepared)
        self.layers.film_came(slot)
        for kit in self.kits:
            kit.film_came(slot)
        if slot.of_study:
            self.film_shown.emit(prepared.instance)

    def frame_came(self, slot: Slot) -> None:
        """Another frame of the same film stands in ``slot`` now."""
        for kit in self.kits:
            kit.frame_came(slot)
        self._follow()

    def _failed(self, failure: Failure) -> None:
        for slot in self._awaited():
            if slot.prepared is None and slot.holds(failure.instance):
                slot.view.clear(failure.message, failure.remedy, wrong=True)
                if slot.of_study:
                    self.film_failed.emit(failure)

    def put_beside(self, slot: Slot, instance: Instance) -> None:
        """Show a film that is not the study's in ``slot``, as soon as it is decoded."""
        slot.await_film(instance)
        if (prepared := self.loader.ready(instance)) is not None:
            self._fill(slot, prepared)
        self.want_also()
        self._follow()

    def want_also(self, *films: Instance) -> None:
        """Decode these after the films that the places wait for."""
        waiting = [one.instance for one in self._awaited() if one.instance is not None and one.prepared is None]
        self.loader.view = self.stage.view_size()
        self.loader.want([*waiting, *films])

    def _painted(self) -> None:
        if self._first_paint_due:
            self._first_paint_due = False
            self.first_painted.emit()

    # The acts

    def _show_menu(self, at: QPoint) -> None:
        """What can be done with this film, with its keys, where the hand is."""
        acts = dict(self._acts)
        for kit in self.kits:
            acts |= kit.made
        film_menu(self, acts).popup(at)

    def set_tool(self, tool: str) -> None:
        """What the left button does: a name in the views' `tools`."""
        for name in TOOLS:
            self._acts[f"film.tool_{name}"].setChecked(name == tool)
        self.tool = tool
        for slot in self.stage.places:
            slot.view.tool = tool if slot.of_study or tool in TOOLS else TOOLS[0]
        self.tool_came.emit(tool)

    def choose(self, n: int) -> None:
        """The window on key ``n``: 0 is what the file asks for first, 1 to 9 are its windows and VOI LUTs."""
        prepared = self.stage.current.prepared
        if prepared is not None and n <= len(prepared.choices):
            self.view.choose(prepared.choices[n - 1] if n else prepared.presentation)
        self.window_row.refresh()

    def step(self, by: int) -> None:
        """The next or previous film of the study."""
        self.stage.activate(self.stage.active + by)

    def toggle_layout(self) -> None:
        """Together, or one at a time: the other way than it is now."""
        self.stage.together = len(self.stage.shown()) == 1
        self.stage.arrange()
        self.acted.emit("layout", {"together": self.stage.together})

    def cycle_text(self) -> None:
        """Full, short, none, full."""
        self._state = STATES[(STATES.index(self._state) + 1) % len(STATES)]
        self._prefer_all()
        self.acted.emit("text", {"state": self._state})

    def toggle_notes(self) -> None:
        """The sentences about the file itself, or only how many there are."""
        legend = self.view.legend
        legend.notes_open = not legend.notes_open
        self.view.update()
        self.acted.emit("notes", {"open": legend.notes_open})

    def mark_seen(self, uid: str, rectangle: Rectangle) -> None:
        """Beyond ``rectangle`` (stored pixels) the model saw nothing of the film ``uid``."""
        self.layers.mark_seen(uid, rectangle)
        self._follow()

    def toggle_seen(self) -> None:
        """The edges that a centre crop kept from the model."""
        shown = self.layers.toggle_seen()
        self._acts["film.seen"].setChecked(shown)
        self.acted.emit("seen", {"shown": shown})

    def apply_settings(self, settings: Settings) -> None:
        """Take the reader's preferences, now and for films to come."""
        self._settings, self._state = settings, str(settings["corner_text"])
        self.loader.budget_bytes = int(settings["film_memory_mb"]) * MEGABYTE
        self._prefer_all()
        for kit in self.kits:
            kit.apply_settings(settings)

    def _prefer_all(self) -> None:
        for slot in self.stage.places:
            self._prefer(slot)

    def _prefer(self, slot: Slot) -> None:
        view = slot.view
        view.sensitivity = float(self._settings["drag_sensitivity"])
        view.down_brightens = bool(self._settings["drag_down_brightens"])
        view.middle_drag, view.right_drag = str(self._settings["middle_drag"]), str(self._settings["right_drag"])
        view.wheel_always_zooms = self._settings["wheel"] == "zoom"
        view.legend.state, view.legend.date_format = self._state, str(self._settings["date_format"])
        view.tool = self.tool if slot.of_study or self.tool in TOOLS else TOOLS[0]
        view.update()

    def _activated(self, n: int) -> None:
        self._follow()
        self.acted.emit("film", {"film": n + 1})

    def _follow(self) -> None:
        """Rows and acts follow the active film."""
        slot = self.stage.current
        film = slot.view.film
        self.setFocusProxy(slot.view)
        for name, act in self._acts.items():
            if not name.startswith(("film.tool", "film.choice")):
                act.setEnabled(film is not None)
        several = self.stage.used > 1
        for name in ("film.next", "film.previous", "film.layout"):
            self._acts[name].setEnabled(several)
        self._acts["film.layout"].setChecked(len(self.stage.shown()) > 1)
        self._acts["film.seen"].setEnabled(self.layers.marks_seen)
        self._acts["film.auto"].setEnabled(slot.view.can_window())
        self.window_row.follow(slot.view if film else None, slot.prepared if film else None)
        self.tools.follow(self.stage.active, self.stage.shown())
        for kit in self.kits:
            kit.follow()

    def _presented(self, slot: Slot, shown: Any) -> None:
        if slot is self.stage.current:
            self.window_row.refresh()
            self.presentation_changed.emit(shown)

    def _tell(self, slot: Slot, kind: str, facts: dict[str, Any]) -> None:
        where = {"film": self.stage.slots.index(slot) + 1} if slot.of_study else {"prior": True}
        self.acted.emit(kind, {**facts, **where})
