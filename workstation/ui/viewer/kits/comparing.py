"""Priors beside the film, and films whose windows and places follow each other.

Only a proven prior hangs by itself; a possible one hangs when the reader says so and is marked as what it is. What is
measured, drafted or signed always concerns the study's own films. Knows earlier studies as records, no store and no
report: who has their words puts them under the prior's film (`told.hung`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from workstation.ui import style
from workstation.ui.dates import date_text
from workstation.ui.viewer import hanging
from workstation.ui.viewer.hands import TOOLS
from workstation.ui.viewer.hanging import Earlier
from workstation.ui.viewer.kits.kit import Kit
from workstation.ui.viewer.links import Links
from workstation.ui.viewer.offers import OfferLine

if TYPE_CHECKING:
    from workstation.settings import Settings
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.ui.viewer.stage import Slot


class Told(QObject):
    """What a kit, which is no QObject, says."""

    hung = Signal(object)  # the Earlier that hangs now, or None
    study_asked = Signal(int)  # the reader wants the next (1) or previous (-1) study


class Comparing(Kit):
    """``offer`` brings the study's priors; the rest is the reader's."""

    def __init__(self, pane: FilmPane) -> None:
        super().__init__(pane)
        self.told = Told(pane)
        self.priors: tuple[Earlier, ...] = ()
        self.possible: tuple[Earlier, ...] = ()
        self.hung: Earlier | None = None
        self.today = ""
        self.links = Links()
        self.linked = False
        self.line = OfferLine()
        self.line.chosen.connect(self.toggle)
        self._at_once = self._links_at_once = False
        self.wish: bool | None = None  # of the layout in force: a prior at once or not; None asks the setting
        self.date_format = "ISO"
        self._laid_out = False

    def acts(self) -> Mapping[str, Callable[[], object]]:
        return {
            "compare.prior": self.toggle_newest,
            "compare.next_prior": self.next_prior,
            "compare.link": self.toggle_link,
            "compare.swap": self.swap,
            "film.next_study": partial(self.told.study_asked.emit, 1),
            "film.previous_study": partial(self.told.study_asked.emit, -1),
        }

    # What the pane says

    def adopt(self, slot: Slot) -> None:
        slot.view.placed.connect(lambda: self.links.follow_place(slot.view))
        slot.view.presentation_changed.connect(lambda _shown: self.links.follow_window(slot.view))
        if not self._laid_out:
            self._laid_out = True
            self.pane.layout().insertWidget(1, self.line)  # type: ignore[union-attr]
            self.pane.stage.activated.connect(self._follow_side)

    def study_came(self) -> None:
        self.links.part()
        self.priors = self.possible = ()
        if self.hung is not None:
            self._put_away()
        self.line.offer((), (), "")
        for slot in self.pane.stage.places:
            slot.band.say("")

    def film_came(self, slot: Slot) -> None:
        self._join(from_start=True)

    def follow(self) -> None:
        stage = self.pane.stage
        self.made["compare.prior"].setEnabled(bool(self.priors) or self.hung is not None)
        self.made["compare.prior"].setChecked(self.hung is not None)
        self.made["compare.next_prior"].setEnabled(len(self.priors) > 1)
        several = len(self._shown()) > 1
        self.made["compare.swap"].setEnabled(several or stage.swapped)
        self.made["compare.link"].setEnabled(several)
        self.made["compare.link"].setChecked(self.linked)
        if self.linked and {id(slot.view) for slot in self._shown()} != {id(view) for view in self.links.views}:
            self._join(from_start=True)

    def apply_settings(self, settings: Settings) -> None:
        if bool(settings["prior_at_once"]) != self._at_once:
            self._at_once, self.wish = not self._at_once, None
        self._links_at_once = bool(settings["link_prior"])
        self.date_format = self.line.date_format = str(settings["date_format"])

    # Priors

    def offer(self, priors: Sequence[Earlier], possible: Sequence[Earlier], today: str) -> None:
        """The open study's priors, newest first, and its own day; hangs the newest at once where that is wished."""
        self.priors, self.possible, self.today = tuple(priors), tuple(possible), today
        self.line.offer(self.priors, self.possible, today)
        if self.pane.isVisible():
            self._hang_at_once(self.priors)
        else:  # the first study of the day: how much room there is shows with the pane
            QTimer.singleShot(0, self.told, partial(self._hang_at_once, self.priors))
        self.follow()

    def _hang_at_once(self, priors: Sequence[Earlier]) -> None:
        roomy = self._at_once and self.pane.stage.roomy
        if priors and priors is self.priors and (roomy if self.wish is None else self.wish):
            self.hang(priors[0], by_hand=False)

    def obey(self, wish: bool | None) -> None:
        """A layout says whether priors hang, in this study and the next ones."""
        self.wish = wish
        if wish is not None and wish != (self.hung is not None):
            self.toggle_newest()

    def toggle_newest(self) -> None:
        """The newest prior beside the film, or whatever hangs there away."""
        if self.hung is not None:
            self.toggle(self.hung)
        elif self.priors:
            self.hang(self.priors[0])

    def toggle(self, earlier: Earlier) -> None:
        """This one beside the film, or away."""
        if self.hung is None or self.hung.study != earlier.study:
            self.hang(earlier)
            return
        self._put_away()
        self.pane.acted.emit("prior", {"shown": False})
        self.follow()

    def next_prior(self) -> None:
        """The one before the one that hangs; after the oldest the newest again."""
        at = next(
            (n for n, one in enumerate(self.priors) if self.hung is not None and one.study == self.hung.study), -1
        )
        if self.priors:
            self.hang(self.priors[(at + 1) % len(self.priors)])

    def hang(self, earlier: Earlier, by_hand: bool = True, film: int | None = None) -> None:
        """Show a prior's film beside the active one: film ``film``, or the one of the same side."""
        stage = self.pane.stage
        slot = stage.prior or self._make_place()
        n = hanging.like(self.pane.instance, earlier.films) if film is None else film
        self.links.part()
        self.hung = earlier
        if self._links_at_once and not stage.hangs_prior:
            self.linked = True
        stage.hang_prior(True)
        self._name(slot, earlier)
        self.pane.put_beside(slot, earlier.films[n])
        self.line.mark_hung(earlier)
        facts = {"shown": True, "proven": earlier.proven, "study": earlier.key, "film": n + 1, "by_hand": by_hand}
        self.pane.acted.emit("prior", facts)
        self.told.hung.emit(earlier)
        self.follow()

    def _make_place(self) -> Slot:
        slot = self.pane.stage.make_prior()
        self.pane.adopt([slot])
        slot.view.tools, slot.view.guest = dict(TOOLS), None  # a prior is looked at, never measured
        return slot

    def _put_away(self) -> None:
        self.hung = None
        self.links.part()
        self.linked = False
        stage = self.pane.stage
        stage.hang_prior(False)
        if stage.prior is not None:
            stage.prior.empty()
        for slot in stage.places:
            slot.band.say("")
        self.line.mark_hung(None)
        self.told.hung.emit(None)

    def _name(self, slot: Slot, earlier: Earlier) -> None:
        """What each of the two is, on the films themselves."""
        words = hanging.mark(earlier, self.today, self.date_format)
        slot.band.say(words if earlier.proven else f"{words}\nIDENTITY NOT PROVEN")
        when = date_text(self.today[:8], self.date_format)
        for other in self.pane.stage.slots:
            other.band.say(f"CURRENT {when}".strip(), style.ON_FILM.TEXT)

    def _follow_side(self, _n: int) -> None:
        """Beside the lateral film hangs the prior's lateral."""
        slot = self.pane.stage.prior
        if self.hung is not None and slot is not None:
            film = self.hung.films[hanging.like(self.pane.instance, self.hung.films)]
            if not slot.holds(film):
                self.pane.put_beside(slot, film)

    # Side by side

    def toggle_link(self) -> None:
        """Windows and places follow each other from how they are now, or not any more."""
        self.linked = not self.linked
        self._join(from_start=False) if self.linked else self.links.part()
        self.pane.acted.emit("link", {"on": self.linked})
        self.follow()

    def swap(self) -> None:
        """Left for right."""
        self.pane.stage.swap()
        self.pane.acted.emit("swap", {"swapped": self.pane.stage.swapped})

    def _shown(self) -> list[Slot]:
        """The films side by side now, the active one of the study first."""
        stage = self.pane.stage
        if self.hung is not None and stage.prior is not None:
            return [stage.of_study, stage.prior]
        return [stage.slots[n] for n in stage.shown() if n < stage.used]

    def _join(self, from_start: bool) -> None:
        slots = self._shown()
        if not self.linked or len(slots) < 2 or any(slot.prepared is None for slot in slots):
            return
        firsts = [slot.prepared.presentation for slot in slots if slot.prepared is not None] if from_start else None
        self.links.join([slot.view for slot in slots], firsts)
