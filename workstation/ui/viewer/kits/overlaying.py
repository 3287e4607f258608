"""The prior in the film's own place: flicker, and the registered overlay; the registration runs in a thread.

While the prior is seen in the film's place nothing can be drawn on it. A pair that cannot be registered still flickers,
middle upon middle, and is called unregistered; it is not overlaid. Knows priors as records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from workstation.ui import style
from workstation.ui.dates import date_text
from workstation.ui.jobs import Job
from workstation.ui.viewer import hanging
from workstation.ui.viewer.flicker import BLEND, COLOURS, CURRENT, PRIOR, LaidPrior, OverlayBar
from workstation.ui.viewer.hands import TOOLS
from workstation.ui.viewer.hanging import Earlier
from workstation.ui.viewer.kits.comparing import Comparing
from workstation.ui.viewer.kits.kit import Kit
from workstation.ui.viewer.loading import Prepared, key_of

if TYPE_CHECKING:
    from workstation.dicom.records import Instance
    from workstation.imaging.film import Film
    from workstation.imaging.geometry import ViewTransform
    from workstation.imaging.screen import Sampler
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.ui.viewer.stage import Slot

WAITING = "Registering the prior …"


@dataclass(frozen=True, slots=True)
class Laid:
    """A prior's film on the current film's pixels; ``overlap`` None when the two could not be registered."""

    film: Film
    sampler: Sampler  # ready for the zoom that the film stood at
    overlap: float | None
    refusal: str = ""


class Overlaying(Kit):
    """One film at a time, the active one of the study."""

    def __init__(self, pane: FilmPane) -> None:
        super().__init__(pane)
        self.mode = ""
        self.bar = OverlayBar()
        self.bar.hide()
        self.bar.slider.valueChanged.connect(self._blend)
        self.bar.colours.clicked.connect(lambda on: self._show(COLOURS if on else BLEND))
        self._painters: dict[Slot, LaidPrior] = {}
        self._slot: Slot | None = None  # where the prior lies, or is about to
        self._earlier: Earlier | None = None
        self._wanted: Instance | None = None  # the prior's film that is waited for
        self._laid: Laid | None = None
        self._jobs: list[Job] = []
        self._registering: object = None  # the pair that the newest job is about
        self._kept: tuple[object, Laid] | None = None  # the last pair of this study
        self._held: tuple[Any, Any] | None = None
        self._laid_out = False

    def acts(self) -> Mapping[str, Callable[[], object]]:
        return {"compare.flicker": self.flicker, "compare.overlay": self.overlay}

    # What the pane says

    def adopt(self, slot: Slot) -> None:
        laid = self._painters[slot] = LaidPrior(slot.view)
        slot.view.overlays.append(laid)
        if not self._laid_out:
            self._laid_out = True
            column = self.pane.layout()
            column.insertWidget(column.indexOf(self.pane.stage) + 1, self.bar)  # type: ignore[union-attr]
            self.pane.loader.loaded.connect(self._loaded)

    def study_came(self) -> None:
        self._kept = None
        self.end()

    def follow(self) -> None:
        offered = self._offered() is not None
        for name in ("compare.flicker", "compare.overlay"):
            self.made[name].setEnabled(offered and self.pane.stage.of_study.prepared is not None)
        if self._slot is not None and self._slot is not self.pane.stage.of_study:
            self.end()

    def close(self) -> None:
        for job in self._jobs:
            job.close()

    # The acts

    def flicker(self) -> None:
        """The prior in the film's place; once more the film, and so on."""
        self._show(CURRENT if self.mode == PRIOR else PRIOR)

    def overlay(self) -> None:
        """Half and half; once more in colours; once more away."""
        if self.mode == COLOURS:
            self.end()
            self.pane.acted.emit("overlay", {"mode": ""})
        else:
            self._show(COLOURS if self.mode == BLEND else BLEND)

    def end(self) -> None:
        """The film alone."""
        self._release()
        for slot, laid in self._painters.items():
            laid.forget()
            slot.band.say_over("")
        if self._slot is not None:
            self._slot.view.update()
        self.mode, self._slot, self._earlier, self._wanted, self._laid = "", None, None, None, None
        self._registering = None  # a job that is under way runs out unheard
        self.bar.hide()

    def _offered(self) -> Earlier | None:
        kit = self.pane.kit(Comparing)
        return kit.hung or (kit.priors[0] if kit.priors else None)

    def _show(self, mode: str) -> None:
        earlier, slot = self._offered(), self.pane.stage.of_study
        if earlier is None or slot.prepared is None:
            return
        if self._slot is not slot or self._earlier is None or self._earlier.study != earlier.study:
            self.end()
            self._slot, self._earlier = slot, earlier
        self.mode = mode
        self.pane.acted.emit("overlay", {"mode": mode, "study": earlier.key})
        if self._laid is None:
            self._begin(slot, earlier)
        else:
            self._put()

    # The prior's film, decoded and registered

    def _begin(self, slot: Slot, earlier: Earlier) -> None:
        if self._wanted is not None:
            return  # under way
        slot.view.say(WAITING)
        self._wanted = earlier.films[hanging.like(slot.instance, earlier.films)]
        if (prepared := self.pane.loader.ready(self._wanted)) is not None:
            self._loaded(prepared)
        else:
            self.pane.want_also(self._wanted)

    def _loaded(self, prepared: Prepared) -> None:
        slot = self._slot
        if self._wanted is None or key_of(prepared.instance) != key_of(self._wanted) or self._registering is not None:
            return
        if slot is None or slot.prepared is None:
            return
        pair = self._registering = key_of(slot.prepared.instance), key_of(prepared.instance)
        done = partial(self._registered, pair, prepared)
        if self._kept is not None and self._kept[0] == pair:
            done(self._kept[1])
            return
        self._jobs = [job for job in self._jobs if job.running]
        work = partial(_lay, slot.prepared.film, prepared.film, slot.view.transform, self.pane.stage.view_size())
        self._jobs.append(Job("registration", work, done, parent=self.pane).start())

    def _registered(self, pair: object, prepared: Prepared, laid: Laid) -> None:
        self._kept = pair, laid
        slot = self._slot
        if slot is None or slot.prepared is None or pair != self._registering:
            return
        self._laid = laid
        slot.view.say("")
        self._painters[slot].lay(laid.film, laid.sampler, prepared.presentation, slot.prepared.presentation)
        self._put()

    def _put(self) -> None:
        """Show what is wanted, in words too."""
        assert self._slot is not None and self._laid is not None
        if self._laid.overlap is None and self.mode in (BLEND, COLOURS):
            self._slot.view.say(self._laid.refusal)
            self._painters[self._slot].mode = self.mode = ""
            self._slot.band.say_over("")
            self._release()
        else:
            self._painters[self._slot].mode = self.mode
            self._order(self._slot)
            self._slot.band.say_over(*self._words())
            self._hold() if self.mode != CURRENT else self._release()
        self.bar.setVisible(self.mode in (BLEND, COLOURS))
        self.bar.colours.setChecked(self.mode == COLOURS)
        self._slot.view.update()

    def _order(self, slot: Slot) -> None:
        """In the film's place the prior covers its drawings; mixed with the film it lies under them."""
        laid, overlays = self._painters[slot], slot.view.overlays
        overlays.remove(laid)
        overlays.insert(0 if self.mode in (BLEND, COLOURS) else len(overlays), laid)

    def _words(self) -> tuple[str, str]:
        assert self._earlier is not None and self._laid is not None
        kit = self.pane.kit(Comparing)
        mark = hanging.mark(self._earlier, kit.today, kit.date_format)
        if self.mode == CURRENT:
            return f"CURRENT {date_text(kit.today[:8], kit.date_format)}", style.ON_FILM.TEXT
        overlap = self._laid.overlap
        if self.mode == PRIOR:
            how = "not registered, middle on middle" if overlap is None else f"registered, overlap {overlap:.2f}"
            return f"{mark}\n{how}; not for measuring", style.ON_FILM.AMBER
        day = mark.split(",")[0]
        return f"Registered overlay with {day} (affine)\nnot for measuring; overlap {overlap:.2f}", style.ON_FILM.AMBER

    def _blend(self, percent: int) -> None:
        if self._slot is not None:
            self._painters[self._slot].share = percent / 100
            self._slot.view.update()

    # Nothing is drawn on a film that is not seen

    def _hold(self) -> None:
        assert self._slot is not None
        view = self._slot.view
        if view.lens.on:  # it would show the film, not what is laid over it
            view.lens_left.emit()
        if self._held is None:
            self._held = view.tools, view.guest
            view.tools, view.guest = dict(TOOLS), None
        view.legend.hidden = self.mode == PRIOR

    def _release(self) -> None:
        if self._slot is None:
            return
        view = self._slot.view
        if self._held is not None:
            view.tools, view.guest = self._held
            self._held = None
        view.legend.hidden = False


def _lay(current: Film, prior: Film, transform: ViewTransform, size: tuple[int, int], _job: Job) -> Laid:
    """In the thread: registered and warped, or middle upon middle with the reason."""
    from workstation.imaging.registration import NotRegistered, centred, register, warped
    from workstation.imaging.screen import Sampler

    try:
        found, refusal = register(current, prior), ""
    except NotRegistered as error:
        found, refusal = centred(current, prior), str(error)
    pixels = warped(prior, found, current.rows, current.columns)
    film = replace(prior, indices=pixels, colour=None, planes=(), shutter=None)
    sampler = Sampler(pixels)
    sampler.view(transform, *size)
    return Laid(film, sampler, None if refusal else found.overlap, refusal)
