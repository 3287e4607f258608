"""A film as the reader left it (drawings, window, turn, shutter) becomes a Grayscale Softcopy Presentation State.

Written by highdicom (PS3.3 A.33.1); what it does not set (turn, shutter, areas of turned films) is set here. A window
whose function not every program knows is written as the table that it is. Display filters and zoom have no place in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.dicom.records import LookupTable, VoiLutFunction, Window
from workstation.errors import ExportError
from workstation.export import graphics
from workstation.export.film_header import MANUFACTURER, MODEL, UTF_8, film_header, quiet, save
from workstation.imaging.annotation import Annotation
from workstation.imaging.film import Film
from workstation.imaging.geometry import Orientation
from workstation.imaging.window import Presentation

if TYPE_CHECKING:
    from pydicom import Dataset

    from workstation.dicom.shutter import Shutter

SERIES_NUMBER = 9001
_LABEL = "READER"


@dataclass(frozen=True, slots=True)
class Look:
    """How the film stands on the screen: its window, its turn, and its shutter if one is drawn."""

    presentation: Presentation
    orientation: Orientation = field(default_factory=Orientation)
    shutter: Shutter | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The new object's UIDs and number, who made it and with which version of the program."""

    series_instance_uid: str
    sop_instance_uid: str
    instance_number: int = 1
    reader: str = ""
    version: str = ""

    def named(self, series_number: int) -> dict[str, Any]:
        """What every object of highdicom is told of its place and maker."""
        return {
            "series_instance_uid": self.series_instance_uid,
            "series_number": series_number,
            "sop_instance_uid": self.sop_instance_uid,
            "instance_number": self.instance_number,
            "manufacturer": MANUFACTURER,
            "manufacturer_model_name": MODEL,
            "software_versions": self.version or "0",
            "specific_character_set": UTF_8,
        }


def write_presentation_state(
    path: str | Path,
    film: Film,
    look: Look,
    annotations: Sequence[Annotation],
    labels: Mapping[str, str],
    place: Place,
) -> tuple[str, ...]:
    """Write one film's state; returns sentences about what has no place in it.

    Parameters
    ----------
    labels : the words beside a drawing (its numbers), by its id.

    Raises
    ------
    ExportError
        no_dicom, colour, or the disk refuses.
    """
    header = film_header(film.instance)
    if film.colour is not None or film.instance.samples_per_pixel != 1:
        raise ExportError(
            "A grayscale presentation state cannot speak of a colour film.",
            "Save the picture with its markings instead.",
            "colour",
        )
    kept = [one for one in annotations if graphics.within(one, film.rows, film.columns)]
    with quiet():
        state = _state(film, header, look, kept, labels, place)
        _turn(state, look.orientation, film.rows, film.columns)
        _shut(state, look.shutter)
        save(state, path)
    beyond = len(annotations) - len(kept)
    return (f"{beyond} drawings reach beyond the film's edge and are not in the presentation state.",) * bool(beyond)


def _state(
    film: Film,
    header: Dataset,
    look: Look,
    annotations: Sequence[Annotation],
    labels: Mapping[str, str],
    place: Place,
) -> Any:
    from highdicom import ModalityLUTTransformation, PresentationLUTTransformation
    from highdicom.color import CIELabColor
    from highdicom.pr import GraphicAnnotation, GraphicLayer, GrayscaleSoftcopyPresentationState

    layer = GraphicLayer(graphics.LAYER, 1, "Drawn by the reader", None)
    layer.GraphicLayerRecommendedDisplayCIELabValue = list(CIELabColor(70.0, 10.0, 60.0).value)
    shapes, texts = graphics.items(annotations, labels, film.rows, film.columns)
    drawn = [GraphicAnnotation([header], layer, None, None, shapes or None, texts or None)] if shapes or texts else []
    shape = "INVERSE" if film.instance.inverted != look.presentation.invert else "IDENTITY"
    state = GrayscaleSoftcopyPresentationState(
        [header],
        **place.named(SERIES_NUMBER),
        device_serial_number=None,
        content_label=_LABEL,
        content_description="Markings and window of a reader",
        content_creator_name=place.reader.replace("\\", " ")[:64] or None,
        graphic_annotations=drawn or None,
        graphic_layers=[layer] if drawn else None,
        modality_lut_transformation=ModalityLUTTransformation(
            0.0, 1.0, "US"
        ),  # in place of the film's, until `_values`
        voi_lut_transformations=[_voi(film, look.presentation)],
        presentation_lut_transformation=PresentationLUTTransformation(presentation_lut_shape=shape),
        series_description="Reader's markings",
    )
    _values(state, film)
    if film.instance.presentation_lut is not None:
        _present(state, film.instance.presentation_lut, look.presentation.invert)
    if film.instance.number_of_frames > 1:
        for item in (*state.ReferencedSeriesSequence, *state.get("GraphicAnnotationSequence", [])):
            item.ReferencedImageSequence[0].ReferencedFrameNumber = film.frame + 1
    state.Laterality = header.get("Laterality", "")
    return state


def _values(state: Dataset, film: Film) -> None:
    """The Modality LUT as the film is read here (C.11.1)."""
    import numpy as np

    instance = film.instance
    if instance.modality_lut is not None:
        del state.RescaleSlope, state.RescaleIntercept, state.RescaleType
        item = _table(instance.modality_lut)
        item.LUTDescriptor = [*item.LUTDescriptor[:2], 16]  # what a modality value is must not be scaled
        item["LUTData"].value = np.asarray(instance.modality_lut.data, "<u2").tobytes()
        item.ModalityLUTType = instance.rescale_type or "US"
        state.ModalityLUTSequence = [item]
    else:
        from pydicom.valuerep import format_number_as_ds

        state.RescaleSlope = format_number_as_ds(
            float(1.0 if instance.rescale_slope is None else instance.rescale_slope)
        )
        state.RescaleIntercept = format_number_as_ds(float(instance.rescale_intercept or 0.0))
        state.RescaleType = instance.rescale_type or "US"


def _present(state: Dataset, table: LookupTable, invert: bool) -> None:
    """The film's own Presentation LUT in place of a shape (C.11.6); its P-values exchanged where the reader inverts."""
    highest = 2**table.bits - 1
    data = tuple(highest - each for each in table.data) if invert else table.data
    del state.PresentationLUTShape
    state.PresentationLUTSequence = [_table(replace(table, data=data))]


def _voi(film: Film, presentation: Presentation) -> Any:
    from highdicom.pr import SoftcopyVOILUTTransformation

    if presentation.voi_lut is not None:
        return _tabled(film.instance.voi_luts[presentation.voi_lut])
    window = presentation.window or _whole(film)
    if window.function is not VoiLutFunction.LINEAR:
        return _tabled(_as_table(film, window))
    return SoftcopyVOILUTTransformation(window_center=window.center, window_width=max(window.width, 1.0))


def _tabled(table: LookupTable) -> Any:
    import numpy as np
    from highdicom import VOILUT
    from highdicom.pr import SoftcopyVOILUTTransformation

    placeholder = VOILUT(0, np.zeros(2, np.uint16))
    made = SoftcopyVOILUTTransformation(voi_luts=[placeholder])
    made.VOILUTSequence = [_table(table)]
    return made


def _whole(film: Film) -> Window:
    from workstation.imaging.adjust import value_range
    from workstation.imaging.automatic import window_between

    return window_between(*value_range(film))


def _as_table(film: Film, window: Window) -> LookupTable:
    """A window of another function as the table of its own light, over the film's modality values."""
    import numpy as np

    from workstation.imaging.adjust import value_range
    from workstation.imaging.lut import window_fraction

    low, high = (int(np.floor(value_range(film)[0])), int(np.ceil(value_range(film)[1])))
    light = window_fraction(np.arange(low, min(high, low + 65535) + 1, dtype=float), window)
    data = np.round(np.clip(light, 0, 1) * 65535).astype(int).tolist()
    return LookupTable(low, 16, tuple(data), f"{window.function} {window.center:g} {window.width:g}")


def _table(table: LookupTable) -> Any:
    """An item of a LUT sequence; entries below 8 bits are spread, because C.11 knows none."""
    import numpy as np
    from pydicom import Dataset

    data, bits = np.asarray(table.data, np.int64), table.bits
    if not 8 <= bits <= 16:
        data, bits = np.round(data * 65535 / (2**bits - 1)).astype(np.int64), 16
    item = Dataset()
    signed = table.first_mapped < 0
    item.add_new("LUTDescriptor", "SS" if signed else "US", [_entries(data.size, signed), table.first_mapped, bits])
    if table.explanation:
        item.LUTExplanation = table.explanation[:64]
    item.add_new("LUTData", "OW", data.clip(0, 65535).astype("<u2").tobytes())
    return item


def _entries(count: int, signed: bool) -> int:
    """65536 entries are written as 0 (C.11.1.1); as a signed number, those above 32767 wrap."""
    written = count % 65536
    return written - 65536 if signed and written > 32767 else written


def _turn(state: Dataset, orientation: Orientation, rows: int, columns: int) -> None:
    """C.10.6, and the corners of the displayed area as they stand after it (C.10.4)."""
    if orientation.as_stored:
        return
    state.ImageRotation = orientation.quarter_turns * 90
    state.ImageHorizontalFlip = "Y" if orientation.mirrored else "N"
    high, wide = orientation.size(rows, columns)
    first = orientation.to_stored(0.5, 0.5, rows, columns)
    last = orientation.to_stored(high - 0.5, wide - 0.5, rows, columns)
    area = state.DisplayedAreaSelectionSequence[0]
    area.DisplayedAreaTopLeftHandCorner = [int(first[1]) + 1, int(first[0]) + 1]
    area.DisplayedAreaBottomRightHandCorner = [int(last[1]) + 1, int(last[0]) + 1]


def _shut(state: Dataset, shutter: Shutter | None) -> None:
    """C.7.6.11 as in the film: edges are the first and last pixel that is seen, counted from 1."""
    if shutter is None:
        return
    state.ShutterShape = list(shutter.shapes)
    state.ShutterPresentationValue = round(shutter.level * 0xFFFF)
    if shutter.rectangle:
        top, left, bottom, right = (round(edge) for edge in shutter.rectangle)
        state.ShutterUpperHorizontalEdge, state.ShutterLeftVerticalEdge = top + 1, left + 1
        state.ShutterLowerHorizontalEdge, state.ShutterRightVerticalEdge = bottom, right
    if shutter.circle:
        row, column, radius = shutter.circle
        state.CenterOfCircularShutter = [round(row + 0.5), round(column + 0.5)]
        state.RadiusOfCircularShutter = round(radius)
    if shutter.polygon:
        state.VerticesOfThePolygonalShutter = [round(each + 0.5) for corner in shutter.polygon for each in corner]
