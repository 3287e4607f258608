"""What other programs drew on a study's films: brought by presentation states, shown with their maker's name.

Their window and turn are taken only when the reader asks for it. Knows instances and states; who keeps the store brings
``read``, which is asked in a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from workstation.ui.jobs import Job
from workstation.ui.viewer.foreign import ForeignSheet
from workstation.ui.viewer.kits.kit import Kit
from workstation.ui.viewer.kits.planes import Planes
from workstation.workflow.companions import Shown

if TYPE_CHECKING:
    from workstation.dicom.presentation_records import PresentationState
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.ui.viewer.stage import Slot


class Voice(QObject):
    """What others may want to hear."""

    said = Signal(str)
    trouble = Signal(object)  # WorkstationError


class ForeignKit(Kit):
    """Acts on every film of the pane, priors too."""

    def __init__(self, pane: FilmPane) -> None:
        super().__init__(pane)
        self.voice = Voice(pane)
        self.read: Callable[[str], Shown] | None = None
        self._shown: dict[str, Shown] = {}
        self._sheets: dict[Slot, ForeignSheet] = {}
        self._frames: dict[Slot, int] = {}
        self._jobs: list[Job] = []

    def acts(self) -> Mapping[str, Callable[[], object]]:
        return {"exchange.foreign": self.toggle, "exchange.apply_state": self.apply_state}

    def follow(self) -> None:
        if self.made:
            self.made["exchange.foreign"].setEnabled(any(sheet.drawings for sheet in self._sheets.values()))
            self.made["exchange.foreign"].setChecked(self.shows)
            self.made["exchange.apply_state"].setEnabled(self._state() is not None)

    def close(self) -> None:
        for job in self._jobs:
            job.close()

    def _ask(self, study: str) -> None:
        read = self.read
        if read is None:
            return
        self._jobs = [job for job in self._jobs if job.running]
        done = partial(self._have_read, study)
        job = Job("foreign drawings", lambda _job: read(study), done, self.voice.trouble.emit, parent=self.voice)
        self._jobs.append(job.start())

    def adopt(self, slot: Slot) -> None:
        self._sheets[slot] = ForeignSheet()
        self._sheets[slot].shows = self.shows
        slot.view.overlays.append(self._sheets[slot])
        slot.view.presentation_changed.connect(lambda _shown: self._follow_frame(slot))

    def _follow_frame(self, slot: Slot) -> None:
        """Another frame of the same film has drawings of its own."""
        film = slot.view.film
        if film is not None and slot in self._frames and self._frames[slot] != film.frame:
            self._lay(slot)

    @property
    def shows(self) -> bool:
        return all(sheet.shows for sheet in self._sheets.values())

    def study_came(self) -> None:
        self._shown.clear()

    def film_came(self, slot: Slot) -> None:
        """Its foreign drawings come as soon as their study's files have been read."""
        study = slot.instance.study_instance_uid if slot.instance is not None else ""
        if study in self._shown:
            self._lay(slot)
        elif study:
            self._shown[study] = Shown()
            self._ask(study)

    def refresh(self, studies: Iterable[str]) -> None:
        """More may have come for these studies."""
        for study in set(studies) & set(self._shown):
            self._ask(study)

    def _have_read(self, study: str, shown: Shown) -> None:
        if study not in self._shown:
            return  # another study has come meanwhile
        self._shown[study] = shown
        for sentence in shown.told:
            self.voice.said.emit(sentence)
        for slot in self._sheets:
            if slot.instance is not None and slot.instance.study_instance_uid == study:
                self._lay(slot)
        self.follow()

    def _lay(self, slot: Slot) -> None:
        from workstation.imaging.foreign import drawn_on

        film = slot.view.film
        if film is not None and slot.instance is not None:
            states = self._shown.get(slot.instance.study_instance_uid, Shown()).states
            drawings = [one for state in states for one in drawn_on(state, film.instance, film.frame)]
            self._sheets[slot].lay(drawings)
            self._frames[slot] = film.frame
            slot.view.update()

    def toggle(self) -> None:
        """Show or hide what other programs drew, on every film."""
        shows = not self.shows
        for slot, sheet in self._sheets.items():
            sheet.shows = shows
            slot.view.update()
        self.follow()
        self.pane.acted.emit("foreign", {"shown": shows})

    def _state(self) -> PresentationState | None:
        """The newest state that speaks of the active film."""
        film = self.pane.view.film
        if film is None:
            return None
        states = self._shown.get(film.instance.study_instance_uid, Shown()).states
        mine = [each for each in states if each.concerns(film.instance.sop_instance_uid, film.frame)]
        return max(mine, key=lambda each: each.created, default=None)

    def apply_state(self) -> None:
        """Window and turn of the newest foreign state, on the active film."""
        from workstation.imaging.foreign import orientation_of, presentation_of

        state, view = self._state(), self.pane.view
        if state is None or view.film is None:
            return
        wanted = presentation_of(state, view.film)
        if wanted is not None:
            view.set_presentation(wanted)
        view.turn(orientation_of(state), by=state.maker)
        if state.shutter is not None:
            self.pane.kit(Planes).lay_shutter(self.pane.stage.current, state.shutter)
        self.pane.acted.emit("state_applied", {"window": wanted is not None, "turned": not view.orientation.as_stored})
