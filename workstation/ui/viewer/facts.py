"""A film's header and its way of being shown -> the short lines that stand in the film's corners.

Pure text: knows neither painting nor where a corner is. Absent facts are said, not left out, where the
absence matters to the reader (who the patient is, that the display is not calibrated).
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from workstation.dicom.records import Instance, VoiLutFunction, Window
from workstation.ui.dates import age_text, date_text, time_text

if TYPE_CHECKING:
    from workstation.imaging.film import Film
    from workstation.imaging.window import Presentation

_OPPOSITE = str.maketrans("LRAPHF", "RLPAFH")
# First-strong isolates: a right-to-left name must not pull the age or the sex to its other side.
_ISOLATE, _POP = "\u2068", "\u2069"


def patient_lines(instance: Instance, date_format: str = "ISO") -> list[str]:
    """Who this is: name, sex, age; ID; birth date."""
    name = f"{_ISOLATE}{instance.patient_name}{_POP}" if instance.patient_name else "No patient name"
    who = _joined(name, instance.patient_sex, age_text(instance.patient_age), gap="   ")
    born = date_text(instance.patient_birth_date, date_format)
    identifier = f"ID {instance.patient_id}" if instance.patient_id else "No patient ID"
    return [who, identifier, f"Born {born}" if born else ""]


def examination_lines(instance: Instance, date_format: str = "ISO") -> list[str]:
    """What this is: examination and view; when; where."""
    what = instance.study_description or _joined(instance.body_part_examined, instance.series_description)
    view = instance.view_position
    when = _joined(
        date_text(instance.acquisition_date or instance.study_date, date_format),
        time_text(instance.acquisition_time or instance.study_time),
    )
    shown = _joined(instance.modality, what, "" if view and view in what.split() else view)
    machine = instance.manufacturer_model_name or instance.manufacturer
    return [shown, when, instance.institution_name, _joined(machine, _kvp(instance))]


def window_line(presentation: Presentation, colour: bool = False) -> str:
    """What the grey levels mean just now."""
    if colour:
        return _joined("Colour as stored", "inverted" if presentation.invert else "", gap="   ")
    if presentation.voi_lut is not None:
        shown = f"VOI LUT {presentation.voi_lut + 1}"
    elif presentation.window is not None:
        shown = window_text(presentation.window)
    else:
        shown = "All values"
    return _joined(shown, presentation.label, "inverted" if presentation.invert else "", gap="   ")


def window_text(window: Window) -> str:
    """``C 512  W 940  LINEAR``; the plain function is not named."""
    function = "" if window.function is VoiLutFunction.LINEAR else str(window.function)
    return _joined(f"C {number(window.center)}", f"W {number(window.width)}", function, gap="  ")


def size_line(film: Film, zoom: float) -> str:
    """Zoom in screen pixels per film pixel, the film's size, and which of several frames this is."""
    frames = film.instance.number_of_frames
    frame = f"   frame {film.frame + 1} of {frames}" if frames > 1 else ""
    return f"Zoom {zoom * 100:.3g} %   {film.columns} x {film.rows}{frame}"


def value_line(film: Film, row: int, column: int) -> str:
    """The pixel under the cursor: place, stored value, and the modality value where it is another."""
    place = f"x {column}  y {row}"
    if film.colour is not None:
        return f"{place}   RGB {' '.join(str(int(part)) for part in film.colour[row, column])}"
    if film.padding is not None and film.padding[film.indices[row, column]]:
        return f"{place}   padding"
    stored, value = film.stored_value(row, column), film.modality_value(row, column)
    unit = "" if film.instance.rescale_type in ("", "US") else f" {film.instance.rescale_type}"
    said = "" if value == stored and not unit else f"   value {number(value)}{unit}"
    return f"{place}   stored {stored}{said}"


def lossy_mark(instance: Instance) -> str:
    """That the film was compressed with loss (PS3.3 C.7.6.1.1.5)."""
    return "Lossy compression" if instance.lossy_image_compression else ""


def notes(instance: Instance, characters: int, open_: bool, key: str) -> list[str]:
    """What had to be corrected or is amiss in the file: how many sentences, or the sentences themselves."""
    if not instance.warnings:
        return []
    if not open_:
        several = "s" if len(instance.warnings) > 1 else ""
        return [f"{len(instance.warnings)} note{several} on this file   {key}"]
    return [line for warning in instance.warnings for line in textwrap.wrap(warning, max(20, characters))]


def edges(instance: Instance) -> dict[str, str]:
    """Orientation letters (PS3.3 C.7.6.1.1.1): left, right, top, bottom of the film; empty when unknown."""
    if len(instance.patient_orientation) != 2 or not all(instance.patient_orientation):
        return {}
    right, bottom = (part.strip().upper() for part in instance.patient_orientation)
    if set(right + bottom) - set("LRAPHF"):
        return {}
    return {"left": right.translate(_OPPOSITE), "right": right, "top": bottom.translate(_OPPOSITE), "bottom": bottom}


def number(value: float) -> str:
    """Four figures that matter, never an exponent below a million."""
    if abs(value) >= 1000 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.4g}"


def pair(window: Window) -> list[str]:
    """Centre and width as the log keeps them."""
    return [number(window.center), number(window.width)]


def _kvp(instance: Instance) -> str:
    return f"{number(instance.kvp)} kV" if instance.kvp else ""


def _joined(*parts: str, gap: str = " ") -> str:
    return gap.join(part for part in parts if part)
