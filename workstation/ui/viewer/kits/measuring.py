"""The measuring kit: keys, tools, the drawings of each study on its films, and a measurement's way to the report.

Knows instances and records. Who keeps the drawings and who takes a sentence hear of it through ``voice``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from workstation.imaging.annotation import Annotation, Kind, Markings, Point
from workstation.imaging.geometry import OnScreen
from workstation.imaging.measure import ROTATED
from workstation.ui.viewer.kits.kit import Kit
from workstation.ui.viewer.kits.moving import Moving
from workstation.ui.viewer.measuring.book import Book, is_calibration
from workstation.ui.viewer.measuring.hand import Hand
from workstation.ui.viewer.measuring.ratios import Place, Ratios
from workstation.ui.viewer.measuring.sheet import Sheet
from workstation.ui.viewer.measuring.tools import TOOLS, Tool

if TYPE_CHECKING:
    from workstation.imaging.calibration import Scale
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.ui.viewer.film_view import FilmView
    from workstation.ui.viewer.stage import Slot

_TOOL_ACTS = {f"measure.{'ratio' if name.startswith('cardio') else name}": name for name in TOOLS}
EARLIER = "A prior's film is not measured or marked: click the current one."
COVERED = "Nothing is measured or marked under a prior: end the comparison first."


class Voice(QObject):
    """What others may want to hear."""

    changed = Signal(str, object)  # StudyInstanceUID, Markings: a drawing was made, moved, removed
    sentence = Signal(str, str, str)  # StudyInstanceUID of the film, a measurement for the report, what it said before
    said = Signal(str)  # a line for the status line


class _Escape(QObject):
    """Esc ends what is in the making, or the tool, before it resets the film."""

    def __init__(self, parent: QObject, end: Callable[[], bool], busy: Callable[[], bool]) -> None:
        super().__init__(parent)
        self._end, self._busy = end, busy

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and not event.modifiers():
            if event.type() == QEvent.Type.ShortcutOverride and self._busy():
                event.accept()  # the key comes to the film itself and not to the act Reset
                return True
            if event.type() == QEvent.Type.KeyPress:
                return self._end()
        return False


class MeasuringKit(Kit):
    """``read`` answers a study's kept drawings by its UID; whoever joins the panes brings it."""

    def __init__(self, pane: FilmPane) -> None:
        super().__init__(pane)
        self.voice = Voice(pane)
        self.read: Callable[[str], Markings] = lambda _study: Markings()
        self.now: Callable[[], str] = lambda: datetime.now(UTC).isoformat(timespec="milliseconds")
        self.books: dict[str, Book] = {}
        self.places: list[Place] = []
        self._told: dict[str, str] = {}  # what each drawing said in the report
        self._crossed = False  # the cursor is this kit's cross
        self.ratios = Ratios(pane, self.voice.said.emit)
        pane.tool_came.connect(self._tool_came)

    def acts(self) -> Mapping[str, Callable[[], object]]:
        own: dict[str, Callable[[], object]] = {act: partial(self.take, name) for act, name in _TOOL_ACTS.items()}
        own |= {
            "measure.propose_ratio": lambda: self.ratios.propose(self.place, self._book(self.place.slot)),
            "measure.report": self.to_report,
            "measure.delete": self.delete,
            "measure.undo": lambda: self._step("undo"),
            "measure.redo": lambda: self._step("redo"),
            "measure.rotated": self.toggle_rotated,
            "measure.key_image": self.toggle_key_image,
        }
        seen = {act: partial(self._if_seen, verb) for act, verb in own.items()}
        return seen | {"measure.show": self.toggle_shown}

    def _if_seen(self, verb: Callable[[], object]) -> None:
        """Nothing is drawn on, marked or told of a prior's film, or of a film while another one lies over it."""
        here = self.place
        if here.slot.of_study and here.slot.view.guest is here.hand:
            verb()
            return
        self.voice.said.emit(COVERED if here.slot.of_study else EARLIER)
        self._tool_came(self.pane.tool)
        self.follow()

    def close(self) -> None:
        self.ratios.close()

    # places and studies

    def adopt(self, slot: Slot) -> None:
        book = partial(self._book, slot)
        tool = partial(self._tool_of, slot)
        sheet = Sheet(slot.view, lambda: book().markings, tool)
        hand = Hand(slot.view, sheet, book, tool, partial(self._completed, slot), lambda: self.now())
        hand.may_draw = slot.of_study
        slot.view.overlays.append(sheet)
        slot.view.guest = hand
        slot.view.installEventFilter(_Escape(slot.view, partial(self._end, hand), partial(self._is_busy, sheet)))
        self.places.append(Place(slot, sheet, hand))
        self.pane.kit(Moving).scale_of = self._scale_of

    def _scale_of(self, view: FilmView) -> Scale:
        """The scale of a shown film, with the reader's calibration."""
        return next(place.sheet.scale() for place in self.places if place.slot.view is view)

    def study_came(self) -> None:
        for place in self.places:
            place.hand.drop()
        self.books.clear()
        self.ratios.forget()

    def film_came(self, slot: Slot) -> None:
        slot.view.update()

    def _book(self, slot: Slot) -> Book:
        """The drawings of the study that this place's film belongs to."""
        study = slot.instance.study_instance_uid if slot.instance is not None else ""
        if study not in self.books:
            self.books[study] = Book(self.read(study) if study else Markings(), partial(self._changed, study))
        return self.books[study]

    def _changed(self, study: str) -> None:
        for place in self.places:
            place.slot.view.update()
        self.follow()
        if study:
            self.voice.changed.emit(study, self.books[study].markings)

    def markings_of(self, study: str) -> Markings:
        """What stands on a study's films now, saved or not."""
        return self.books[study].markings if study in self.books else self.read(study)

    @property
    def place(self) -> Place:
        """Where the reader is."""
        current = self.pane.stage.current
        return next(place for place in self.places if place.slot is current)

    # tools

    def take(self, name: str) -> None:
        """The left button makes this drawing from now on."""
        if not self.place.sheet.shows:
            self.toggle_shown()
        self.place.hand.drop()
        if TOOLS[name].kind is Kind.CARDIOTHORACIC_RATIO and not self.ratios.begin(self.place):
            self._tool_came(self.pane.tool)  # the tick goes back
            return
        self.pane.set_tool(name)
        self.pane.acted.emit("tool", {"tool": name})

    def _tool_of(self, slot: Slot) -> Tool | None:
        return TOOLS.get(slot.view.tool)

    def _tool_came(self, tool: str) -> None:
        for act, name in _TOOL_ACTS.items():
            if act in self.made:
                self.made[act].setChecked(name == tool)
        for place in self.places:
            place.hand.drop()
            if tool in TOOLS:
                place.slot.view.setCursor(Qt.CursorShape.CrossCursor)
            elif self._crossed:
                place.slot.view.unsetCursor()
            place.slot.view.update()
        self._crossed = tool in TOOLS

    def _is_busy(self, sheet: Sheet) -> bool:
        return sheet.sketch is not None or bool(sheet.selected) or self.pane.tool in TOOLS

    def _end(self, hand: Hand) -> bool:
        """The drawing in the making first; then choice and tool together; then it is the film's own key."""
        if hand.drop():
            return True
        if not self._is_busy(hand.sheet):
            return False
        hand.sheet.selected = ""
        if self.pane.tool in TOOLS:
            self.pane.set_tool("window")
        self.follow()
        return True

    def _completed(self, slot: Slot, tool: Tool, points: tuple[Point, ...], on: OnScreen) -> Annotation | None:
        place = next(place for place in self.places if place.slot is slot)
        if tool.kind is Kind.CARDIOTHORACIC_RATIO:
            return self.ratios.completed(place, points, on)
        return place.hand.new(tool.kind, points)

    # acts

    def chosen(self) -> Annotation | None:
        """The chosen drawing, else the last one that measures anything on this film."""
        sheet = self.place.sheet
        if sheet.film is None:
            return None
        one = sheet.drawing(sheet.selected)
        if one is not None:
            return one
        measuring = [one for one in sheet.drawings() if self._sentence(one)]
        return measuring[-1] if measuring else None

    def _sentence(self, one: Annotation | None) -> str:
        """What a drawing says in a report; a calibration's line says nothing."""
        measures = one is not None and not is_calibration(one)
        return self.place.sheet.numbers(one).sentence if one is not None and measures else ""

    def to_report(self) -> None:
        """The chosen measurement's sentence; a proposed one is accepted by that."""
        one, place = self.chosen(), self.place
        sentence = self._sentence(one)
        if one is None or not sentence:
            self.voice.said.emit("Nothing is measured on this film yet.")
            return
        if one.source == "proposed":
            self._book(place.slot).put(replace(one, source="reader"))
        study = place.slot.instance.study_instance_uid if place.slot.instance is not None else ""
        self.voice.sentence.emit(study, sentence, self._told.get(one.id, ""))
        self._told[one.id] = sentence

    def delete(self) -> None:
        place = self.place
        chosen, place.sheet.selected = place.sheet.selected, ""
        if chosen and self._book(place.slot).remove(chosen):
            self.pane.acted.emit("measure", {"removed": True})
        place.slot.view.update()

    def _step(self, verb: str) -> None:
        place = self.place
        place.hand.drop()
        if getattr(self._book(place.slot), verb)():
            self.pane.acted.emit("measure", {verb: True})

    def toggle_shown(self) -> None:
        shows = not self.place.sheet.shows
        for place in self.places:
            place.sheet.shows = shows
            place.sheet.selected = ""
            place.slot.view.update()
        self.follow()
        self.pane.acted.emit("drawings", {"shown": shows})

    def toggle_key_image(self) -> None:
        instance = self.place.slot.instance
        if instance is not None:
            on = self._book(self.place.slot).toggle_key_image(instance.sop_instance_uid)
            self.pane.acted.emit("key_image", {"on": on})

    def toggle_rotated(self) -> None:
        """The ratio on this film was measured on a rotated patient, or not."""
        ratio = self._ratio()
        if ratio is not None:
            self._book(self.place.slot).put(replace(ratio, text="" if ratio.text == ROTATED else ROTATED))
        self.follow()

    def _ratio(self) -> Annotation | None:
        """The chosen ratio of this film, else the last one."""
        sheet = self.place.sheet
        found = [one for one in sheet.drawings() if one.kind is Kind.CARDIOTHORACIC_RATIO]
        return next((one for one in found if one.id == sheet.selected), found[-1] if found else None)

    def follow(self) -> None:
        if not self.made:
            return
        film = self.place.sheet.film
        for act in self.made.values():
            act.setEnabled(film is not None)
        markings = self._book(self.place.slot).markings
        ratio = self._ratio()
        self.made["measure.show"].setChecked(self.place.sheet.shows)
        self.made["measure.rotated"].setEnabled(ratio is not None)
        self.made["measure.rotated"].setChecked(ratio is not None and ratio.text == ROTATED)
        key = film is not None and film.instance.sop_instance_uid in markings.key_images
        self.made["measure.key_image"].setChecked(key)
