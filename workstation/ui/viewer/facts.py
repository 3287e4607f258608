"""A film's header and its way of being shown -> the short lines that stand in the film's corners.

Pure text: knows neither painting nor where a corner is. Absent facts are said, not left out, where the
absence matters to the reader (who the patient is, that the display is not calibrated).
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from workstation.dicom.records import Instance, VoiLutFunction, Window
from workstation.ui.dates import age_text, date_text, time_text

if TYPE_CHECKING:
    from workstation.imaging.film import Film
    from workstation.imaging.geometry import Orientation
    from workstation.imaging.window import Presentation

_OPPOSITE = str.maketrans("LRAPHF", "RLPAFH")
_EDGES = {(0.5, 0.0): "left", (0.5, 1.0): "right", (0.0, 0.5): "top", (1.0, 0.5): "bottom"}  # of a film of 1 x 1
# Lossy Image Compression Method (0028,2114), PS3.3 C.7.6.1.1.5.1.
_METHODS = {"ISO_10918_1": "JPEG", "ISO_14495_1": "JPEG-LS near-lossless", "ISO_15444_1": "JPEG 2000"}
_METHODS |= {"ISO_15444_15": "HTJ2K", "ISO_18181_1": "JPEG XL"}
# JPEG Baseline, JPEG Extended, JPEG-LS Near-Lossless: with loss, whatever the header says of itself.
_LOSSY_SYNTAXES = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81"}
# First-strong isolates: a right-to-left name must not pull the age or the sex to its other side.
_ISOLATE, _POP = "\u2068", "\u2069"


def patient_lines(instance: Instance, date_format: str = "ISO") -> list[str]:
    """Who this is: name, sex, age; ID; birth date."""
    named = [f"{_ISOLATE}{name}{_POP}" for name in (instance.patient_name, instance.patient_name_ideographic) if name]
    spoken = "   ".join(named) or "No patient name"
    who = _joined(spoken, instance.patient_sex, age_text(instance.patient_age), gap="   ")
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


def size_line(film: Film, zoom: float, quality: str = "") -> str:
    """Zoom in screen pixels per film pixel, how finely, the film's size, and which of several frames this is."""
    frames = film.instance.number_of_frames
    frame = f"frame {film.frame + 1} of {frames}" if frames > 1 else ""
    size = f"{film.columns} x {film.rows}"
    return _joined(f"Zoom {zoom * 100:.3g} %", quality, size, frame, gap="   ")


def turned_words(orientation: Orientation, by: str = "the reader") -> str:
    """That the film does not stand as it is stored, and how it was turned; "" when it does."""
    if orientation.as_stored:
        return ""
    quarters = orientation.quarter_turns
    if not orientation.mirrored:
        return f"Turned by {by}   {('', '90° right', '180°', '90° left')[quarters]}"
    how = ("left for right", "and turned by 90°", "top for bottom", "and turned by 90°")[quarters]
    return f"MIRRORED by {by}   {how}"


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
    """That the film was compressed with loss, how, and how much as far as the header says (PS3.3 C.7.6.1.1.5)."""
    if not instance.lossy_image_compression and instance.transfer_syntax_uid not in _LOSSY_SYNTAXES:
        return ""
    methods = dict.fromkeys(_METHODS.get(method, method) for method in instance.lossy_image_compression_method)
    ratio = math.prod(ratio for ratio in instance.lossy_image_compression_ratio if ratio > 0)
    said = f"{number(ratio)} : 1" if instance.lossy_image_compression_ratio and ratio > 1 else ""
    what = "Lossy" if methods or said else "Lossy compression"
    return _joined(what, ", ".join(methods), said, gap="   ")


def burnt_in_mark(instance: Instance) -> str:
    """That words are part of the picture itself (Burned In Annotation, PS3.3 C.7.6.1)."""
    return "Annotation burnt into the film" if instance.burned_in_annotation.upper() == "YES" else ""


def notes(instance: Instance, characters: int, open_: bool, key: str) -> list[str]:
    """What had to be corrected or is amiss in the file: how many sentences, or the sentences themselves."""
    if not instance.warnings:
        return []
    if not open_:
        several = "s" if len(instance.warnings) > 1 else ""
        return [f"{len(instance.warnings)} note{several} on this file   {key}"]
    return [line for warning in instance.warnings for line in textwrap.wrap(warning, max(20, characters))]


def edges(instance: Instance, orientation: Orientation | None = None) -> dict[str, str]:
    """Orientation letters (PS3.3 C.7.6.1.1.1): left, right, top, bottom of the turned film; empty when unknown."""
    if len(instance.patient_orientation) != 2 or not all(instance.patient_orientation):
        return {}
    right, bottom = (part.strip().upper() for part in instance.patient_orientation)
    if set(right + bottom) - set("LRAPHF"):
        return {}
    stored = {"left": right.translate(_OPPOSITE), "right": right, "top": bottom.translate(_OPPOSITE), "bottom": bottom}
    if orientation is None or orientation.as_stored:
        return stored
    return {edge: stored[_EDGES[orientation.to_stored(*middle, 1, 1)]] for middle, edge in _EDGES.items()}


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
