"""What of a study shall leave as DICOM: its drawings, and its films as they stand on the screen now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.export.presentation_state import Look
from workstation.imaging.annotation import Markings
from workstation.ui.viewer.kits.measuring import MeasuringKit
from workstation.ui.viewer.kits.planes import Planes

if TYPE_CHECKING:
    from workstation.imaging.film import Film
    from workstation.ui.viewer.film_pane import FilmPane


@dataclass(frozen=True, slots=True)
class Errand:
    """``filtered``: a display filter is on, which has no place in DICOM."""

    study: str
    folder: str
    markings: Markings
    looks: Mapping[str, tuple[Film, Look]]
    filtered: bool = False


def errand_of(pane: FilmPane, study: str, folder: str) -> Errand:
    """Everything of the study that is on the screen."""
    looks: dict[str, tuple[Film, Look]] = {}
    filtered = False
    for slot in pane.stage.slots:
        film, shown, picture = slot.view.film, slot.view.presentation, slot.view.picture
        if film is None or shown is None or picture is None or film.instance.study_instance_uid != study:
            continue
        shutter = film.shutter if pane.kit(Planes).shows_shutter else None
        looks[film.instance.sop_instance_uid] = (film, Look(shown, slot.view.orientation, shutter))
        filtered = filtered or bool(picture.enhancement)
    return Errand(study, folder, pane.kit(MeasuringKit).markings_of(study), looks, filtered)
