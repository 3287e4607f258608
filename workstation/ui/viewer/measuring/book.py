"""The drawings, calibrations and key images of one study, with every step of the reader to go back to and forth.

Each state is an immutable record, so a step back is the record before. Knows no screen and no store.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from workstation.imaging.annotation import Annotation, Calibration, Markings

CALIBRATION = "calibration "  # begins the id under which a calibration's line is drawn and taken hold of


class Book:
    """``markings`` is what stands now; ``told`` is called after each change."""

    def __init__(self, markings: Markings, told: Callable[[], object]) -> None:
        self.markings = markings
        self._told = told
        self._past: list[Markings] = []
        self._future: list[Markings] = []

    def change(self, markings: Markings) -> None:
        """One step of the reader."""
        if markings != self.markings:
            self._past.append(self.markings)
            self._future.clear()
            self._set(markings)

    def undo(self) -> bool:
        """One step back; False at the beginning."""
        if not self._past:
            return False
        self._future.append(self.markings)
        self._set(self._past.pop())
        return True

    def redo(self) -> bool:
        """One step forth again; False at the end."""
        if not self._future:
            return False
        self._past.append(self.markings)
        self._set(self._future.pop())
        return True

    def _set(self, markings: Markings) -> None:
        self.markings = markings
        self._told()

    # the reader's steps

    def add(self, one: Annotation) -> None:
        self.change(replace(self.markings, annotations=(*self.markings.annotations, one)))

    def put(self, one: Annotation) -> None:
        """In place of the drawing of the same id; of a calibration its two points."""
        if one.id.startswith(CALIBRATION):
            n = int(one.id.removeprefix(CALIBRATION))
            made = self.markings.calibrations
            moved = replace(made[n], points=(one.points[0], one.points[1]))
            self.change(replace(self.markings, calibrations=(*made[:n], moved, *made[n + 1 :])))
            return
        self.change(
            replace(self.markings, annotations=tuple(one if a.id == one.id else a for a in self.markings.annotations))
        )

    def remove(self, identity: str) -> bool:
        """Take a drawing or a calibration away; False when there is none of that id."""
        before = self.markings
        if identity.startswith(CALIBRATION):
            n = int(identity.removeprefix(CALIBRATION))
            made = before.calibrations
            self.change(replace(before, calibrations=(*made[:n], *made[n + 1 :])))
        else:
            self.change(replace(before, annotations=tuple(a for a in before.annotations if a.id != identity)))
        return self.markings is not before

    def calibrate(self, one: Calibration) -> None:
        """From now on that film's scale; the one before goes."""
        others = tuple(c for c in self.markings.calibrations if c.sop_instance_uid != one.sop_instance_uid)
        self.change(replace(self.markings, calibrations=(*others, one)))

    def toggle_key_image(self, sop_instance_uid: str) -> bool:
        """Mark a film as a key image, or take the mark away; whether it is one now."""
        others = tuple(uid for uid in self.markings.key_images if uid != sop_instance_uid)
        is_key = len(others) == len(self.markings.key_images)
        self.change(replace(self.markings, key_images=(*others, sop_instance_uid) if is_key else others))
        return is_key


def is_calibration(one: Annotation) -> bool:
    """Whether a drawing stands for a calibration of its film."""
    return one.id.startswith(CALIBRATION)
