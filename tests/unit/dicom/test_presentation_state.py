"""Presentation states of other programs: a real one, and made ones in every shape and every damage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from workstation.dicom.presentation_records import PresentationState, Reference, Words
from workstation.dicom.presentation_state import GRAYSCALE, read_presentation_state
from workstation.errors import FilmRefused


def item(**tags: Any) -> Dataset:
    made = Dataset()
    for keyword, value in tags.items():
        setattr(made, keyword, value)
    return made


def film(uid: str = "2.25.7", frames: list[int] | None = None) -> Dataset:
    named = item(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.1.1", ReferencedSOPInstanceUID=uid)
    if frames:
        named.ReferencedFrameNumber = frames
    return named


def state_file(path: Path, **tags: Any) -> Path:
    """A presentation state about the film 2.25.7; keywords override anything."""
    made = FileDataset(str(path), {}, preamble=b"\0" * 128)
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID = GRAYSCALE
    made.file_meta.MediaStorageSOPInstanceUID = "2.25.70"
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    series = item(SeriesInstanceUID="2.25.8", ReferencedImageSequence=[film()])
    usual = {"SOPClassUID": GRAYSCALE, "SOPInstanceUID": "2.25.70", "StudyInstanceUID": "2.25.9", "Modality": "PR"}
    for keyword, value in {**usual, "ReferencedSeriesSequence": [series], **tags}.items():
        setattr(made, keyword, value)
    made.save_as(path)
    return path


def graphic(shape: str, data: list[float], **tags: Any) -> Dataset:
    usual = {"GraphicAnnotationUnits": "PIXEL", "GraphicDimensions": 2, "GraphicType": shape, "GraphicData": data}
    return item(**{**usual, "NumberOfGraphicPoints": len(data) // 2, **tags})


def drawn(*graphics: Dataset, **tags: Any) -> dict[str, Any]:
    annotation = item(GraphicLayer="ONE", GraphicObjectSequence=list(graphics), **tags)
    return {"GraphicAnnotationSequence": [annotation]}


def test_the_state_of_a_real_chest_ai_is_read_with_a_remark_about_its_names(shared: Path) -> None:
    state = read_presentation_state(shared / "dicom" / "orthanc" / "Issue168.dcm")
    assert state.maker == "Lunit Inc." and state.label == "LUNIT"
    assert state.warnings == ("The presentation state does not say which character set its names are in.",)
    (drawing,) = state.drawn_on(state.references[0].sop_instance_uid)
    assert [len(each.places) for each in drawing.graphics] == [1903, 829]
    assert drawing.graphics[0].places[0] == (256.0, 1617.0)  # the file says column 1617, row 256
    said = [each.text for each in drawing.words]
    assert said[:2] == ["98%", "87%"] and said[3] == "Abnormality Score : 98%"
    assert drawing.words[0].anchor == (1853.0, 2089.0)
    assert state.drawn_on("2.25.1") == ()


def test_every_shape_becomes_rows_and_columns(tmp_path: Path) -> None:
    shapes = {
        "POINT": [5, 6],
        "POLYLINE": [1, 2, 3, 4, 5, 6],
        "INTERPOLATED": [1, 2, 3, 4, 5, 6],
        "CIRCLE": [10, 10, 20, 10],
        "ELLIPSE": [0, 10, 20, 10, 10, 5, 10, 15],
    }
    state = read(tmp_path, **drawn(*(graphic(shape, data) for shape, data in shapes.items())))
    found = {each.shape: each.places for each in state.drawings[0].graphics}
    expected = {shape: tuple(zip(data[1::2], data[::2], strict=True)) for shape, data in shapes.items()}
    assert found == expected


def test_turn_window_layers_and_words_are_read(tmp_path: Path) -> None:
    words = item(UnformattedTextValue="two\r\nlines", AnchorPoint=[0.5, 0.25], AnchorPointAnnotationUnits="DISPLAY")
    state = read(
        tmp_path,
        ImageRotation=270,
        ImageHorizontalFlip="Y",
        PresentationLUTShape="INVERSE",
        GraphicLayerSequence=[
            item(GraphicLayer="ONE", GraphicLayerOrder=2),
            item(GraphicLayer="TWO", GraphicLayerOrder=1),
        ],
        GraphicAnnotationSequence=[
            item(GraphicLayer="ONE", TextObjectSequence=[words]),
            item(GraphicLayer="TWO", GraphicObjectSequence=[graphic("POINT", [1, 1])]),
        ],
        SoftcopyVOILUTSequence=[item(WindowCenter=[40, 50], WindowWidth=[400, 80])],
    )
    assert (state.quarter_turns, state.mirrored, state.presentation_lut_shape) == (3, True, "INVERSE")
    assert [each.layer for each in state.drawn_on("2.25.7")] == ["TWO", "ONE"]
    expected = Words("two\nlines", anchor=(0.25, 0.5), anchor_units="DISPLAY")
    assert state.drawings[0].words == (expected,)
    voi = state.voi_of("2.25.7")
    assert voi is not None and [(w.center, w.width) for w in voi.windows] == [(40, 400), (50, 80)]


def test_a_state_for_one_frame_is_drawn_on_that_frame_only(tmp_path: Path) -> None:
    series = item(SeriesInstanceUID="2.25.8", ReferencedImageSequence=[film(frames=[2])])
    state = read(tmp_path, ReferencedSeriesSequence=[series], **drawn(graphic("POINT", [1, 1])))
    assert state.references == (Reference("2.25.7", (1,)),)
    assert state.drawn_on("2.25.7", 1) and not state.drawn_on("2.25.7", 0)


def test_a_drawing_for_another_film_of_the_state_stays_off_this_one(tmp_path: Path) -> None:
    series = item(SeriesInstanceUID="2.25.8", ReferencedImageSequence=[film(), film("2.25.77")])
    state = read(
        tmp_path,
        ReferencedSeriesSequence=[series],
        **drawn(graphic("POINT", [1, 1]), ReferencedImageSequence=[film("2.25.77")]),
    )
    assert state.drawn_on("2.25.77") and not state.drawn_on("2.25.7")


def test_what_is_not_shown_is_said(tmp_path: Path) -> None:
    odd = graphic("POINT", [1, 1], GraphicAnnotationUnits="MATRIX")
    state = read(tmp_path, ImageRotation=45, MaskSubtractionSequence=[item(MaskOperation="AVG_SUB")], **drawn(odd))
    assert len(state.warnings) == 3 and state.quarter_turns == 0
    assert state.drawings[0].graphics == ()


@pytest.mark.parametrize(
    "broken",
    [
        graphic("POINT", [float("nan"), 1]),
        graphic("POLYLINE", [1, 2, float("inf"), 4]),
        graphic("POLYLINE", [1, 2, 3]),
        graphic("POLYLINE", [1, 2, 3e9, 4]),
        graphic("ELLIPSE", [1, 2, 3, 4]),
        graphic("POLYLINE", [1, 2, 3, 4], NumberOfGraphicPoints=3),
        graphic("POLYLINE", []),
    ],
    ids=["nan", "infinite", "odd", "far away", "half an ellipse", "wrong count", "empty"],
)
def test_a_drawing_that_may_be_false_is_refused(tmp_path: Path, broken: Dataset) -> None:
    with pytest.raises(FilmRefused) as refused:
        read(tmp_path, **drawn(broken))
    assert refused.value.code == "malformed"


def test_a_state_larger_than_any_film_needs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FilmRefused) as refused:
        read(tmp_path, **drawn(graphic("POLYLINE", [1.0] * 1_200_000, NumberOfGraphicPoints=1)))
    assert refused.value.code == "too_complex"


@pytest.mark.parametrize("keyword", ["ReferencedSeriesSequence", "SOPInstanceUID", "StudyInstanceUID"])
def test_a_state_that_belongs_to_nothing_is_refused(tmp_path: Path, keyword: str) -> None:
    with pytest.raises(FilmRefused):
        read(tmp_path, **{keyword: [] if keyword.endswith("Sequence") else ""})


def test_half_a_file_is_refused_or_says_less_but_never_crashes(tmp_path: Path) -> None:
    whole = state_file(tmp_path / "whole.dcm", **drawn(graphic("POLYLINE", [1, 2, 3, 4] * 50))).read_bytes()
    for end in range(200, len(whole), 37):
        (tmp_path / "half.dcm").write_bytes(whole[:end])
        try:
            state = read_presentation_state(tmp_path / "half.dcm")
        except FilmRefused:
            continue
        assert all(len(each.places) == 100 for drawing in state.drawings for each in drawing.graphics)


def test_a_film_is_no_presentation_state(samples: Path) -> None:
    with pytest.raises(FilmRefused) as refused:
        read_presentation_state(next(iter(sorted(samples.glob("*.dcm")))))
    assert refused.value.code == "not_a_state"


def read(folder: Path, **tags: Any) -> PresentationState:
    return read_presentation_state(state_file(folder / "state.dcm", **tags))
