"""The modules of a header (patient, study, equipment, pixels, presentation) become the fields of an `Instance`.

Each function answers keyword arguments; the last one also what is wrong, as sentences without identifiers.
"""

from __future__ import annotations

from typing import Any

from pydicom import Dataset

from workstation.dicom.records import VoiLutFunction, Window
from workstation.dicom.tables import lookup_tables, words
from workstation.dicom.text import ideographic, integer, number, numbers, person_name, raw, text

_TEXTS = {
    "patient_id": "PatientID",
    "issuer_of_patient_id": "IssuerOfPatientID",
    "patient_birth_date": "PatientBirthDate",
    "patient_sex": "PatientSex",
    "patient_age": "PatientAge",
    "accession_number": "AccessionNumber",
    "institution_name": "InstitutionName",
    "study_date": "StudyDate",
    "study_time": "StudyTime",
    "study_description": "StudyDescription",
    "series_description": "SeriesDescription",
    "acquisition_date": "AcquisitionDate",
    "acquisition_time": "AcquisitionTime",
    "modality": "Modality",
    "body_part_examined": "BodyPartExamined",
    "view_position": "ViewPosition",
    "image_laterality": "ImageLaterality",
    "manufacturer": "Manufacturer",
    "manufacturer_model_name": "ManufacturerModelName",
    "burned_in_annotation": "BurnedInAnnotation",
    "recognizable_visual_features": "RecognizableVisualFeatures",
    "pixel_spacing_calibration_type": "PixelSpacingCalibrationType",
    "pixel_spacing_calibration_description": "PixelSpacingCalibrationDescription",
    "rescale_type": "RescaleType",
    "presentation_lut_shape": "PresentationLUTShape",
    "sop_instance_uid": "SOPInstanceUID",
    "sop_class_uid": "SOPClassUID",
    "study_instance_uid": "StudyInstanceUID",
    "series_instance_uid": "SeriesInstanceUID",
}


def identification(dataset: Dataset, charset: list[str]) -> dict[str, Any]:
    """Patient, study, series and equipment."""
    found: dict[str, Any] = {field: text(dataset, keyword, charset) for field, keyword in _TEXTS.items()}
    found |= {field: found[field].upper() for field in ("patient_sex", "modality", "presentation_lut_shape")}
    found["image_laterality"] = found["image_laterality"] or text(dataset, "Laterality", charset)
    orientation = text(dataset, "PatientOrientation", charset)
    return found | {
        "patient_name": person_name(dataset, "PatientName", charset),
        "patient_name_ideographic": ideographic(dataset, "PatientName", charset),
        "referring_physician_name": person_name(dataset, "ReferringPhysicianName", charset),
        "patient_orientation": tuple(part.strip().upper() for part in orientation.split("\\")) if orientation else (),
        "requested_procedure_priority": _priority(dataset, charset),
        "series_number": integer(dataset, "SeriesNumber"),
        "instance_number": integer(dataset, "InstanceNumber"),
        "kvp": number(dataset, "KVP"),
        **_geometry(dataset),
    }


def _geometry(dataset: Dataset) -> dict[str, Any]:
    """How the film was exposed, as far as lengths hang on it (PS3.3 C.8.7.1, C.8.11.7); 0 and less are absent."""
    return {
        "estimated_radiographic_magnification_factor": _positive(dataset, "EstimatedRadiographicMagnificationFactor"),
        "distance_source_to_detector_mm": _positive(dataset, "DistanceSourceToDetector"),
        "distance_source_to_patient_mm": _positive(dataset, "DistanceSourceToPatient"),
        "pixel_aspect_ratio": _spacing(dataset, "PixelAspectRatio"),
    }


def pixel_description(dataset: Dataset) -> dict[str, Any]:
    """The Image Pixel module as it is declared (PS3.3 C.7.6.3); `pixels.check_pixels` says whether it can be."""
    allocated = integer(dataset, "BitsAllocated") or 16
    stored = integer(dataset, "BitsStored") or allocated
    return {
        "rows": integer(dataset, "Rows") or 0,
        "columns": integer(dataset, "Columns") or 0,
        "number_of_frames": max(integer(dataset, "NumberOfFrames") or 1, 1),
        "samples_per_pixel": integer(dataset, "SamplesPerPixel") or 1,
        "bits_allocated": allocated,
        "bits_stored": stored,
        "high_bit": _or(integer(dataset, "HighBit"), stored - 1),
        "pixel_representation": 1 if integer(dataset, "PixelRepresentation") == 1 else 0,
        "photometric_interpretation": text(dataset, "PhotometricInterpretation", []).upper() or "MONOCHROME2",
        "pixel_spacing_mm": _spacing(dataset, "PixelSpacing"),
        "imager_pixel_spacing_mm": _spacing(dataset, "ImagerPixelSpacing"),
        "lossy_image_compression": text(dataset, "LossyImageCompression", []) == "01",
        "lossy_image_compression_ratio": numbers(dataset, "LossyImageCompressionRatio"),
        "lossy_image_compression_method": _several(dataset, "LossyImageCompressionMethod"),
    }


def presentation(
    dataset: Dataset, charset: list[str], little_endian: bool, frame: int = 0
) -> tuple[dict[str, Any], list[str]]:
    """Modality, VOI and Presentation LUT and padding (PS3.3 C.11.1, C.11.2, C.11.6, C.7.5.1.1.2), and what is wrong.

    An enhanced object may say these for each ``frame`` anew.
    """
    signed = integer(dataset, "PixelRepresentation") == 1
    scale = _group(dataset, "PixelValueTransformationSequence", frame)
    intercept, slope = number(scale, "RescaleIntercept"), number(scale, "RescaleSlope")
    modality = lookup_tables(dataset, "ModalityLUTSequence", signed_input=signed, little_endian=little_endian)
    signed_voi = signed or (bool(intercept and intercept < 0) and not modality)
    voi = lookup_tables(dataset, "VOILUTSequence", signed_input=signed_voi, little_endian=little_endian)
    shown = lookup_tables(dataset, "PresentationLUTSequence", signed_input=False, little_endian=little_endian)
    windows, warnings = _windows(_group(dataset, "FrameVOILUTSequence", frame), charset)
    if slope == 0:
        slope = 1.0
        warnings.append("The header scales every grey value to nothing (Rescale Slope 0); the scale is ignored.")
    if any(table.depth_corrected for table in [*modality, *voi, *shown]):
        warnings.append("A look-up table of the film declares a wrong depth; its own range of values is used.")
    if any(_zero(dataset, keyword) for keyword in ("PixelSpacing", "ImagerPixelSpacing")):
        warnings.append("The pixel spacing in the header is zero; lengths on this film cannot be measured.")
    if _supplemental(dataset):
        warnings.append("The film brings colours for some of its grey values; they are shown grey.")
    return {
        "rescale_slope": slope,
        "rescale_intercept": intercept,
        "modality_lut": modality[0] if modality else None,
        "presentation_lut": shown[0] if shown else None,
        "windows": tuple(windows),
        "voi_luts": tuple(voi),
        "pixel_padding_value": _padding(dataset, "PixelPaddingValue", signed, little_endian),
        "pixel_padding_range_limit": _padding(dataset, "PixelPaddingRangeLimit", signed, little_endian),
    }, warnings


def _windows(dataset: Dataset, charset: list[str]) -> tuple[list[Window], list[str]]:
    """Every usable pair of Window Center and Width; LINEAR needs a width of at least 1 (C.11.2.1.2.1)."""
    centers, widths = numbers(dataset, "WindowCenter"), numbers(dataset, "WindowWidth")
    names = text(dataset, "WindowCenterWidthExplanation", charset).split("\\")
    declared = text(dataset, "VOILUTFunction", []).upper()
    known = declared in VoiLutFunction.__members__
    function = VoiLutFunction(declared) if known else VoiLutFunction.LINEAR
    least = 1.0 if function is VoiLutFunction.LINEAR else 1e-9
    pairs = list(zip(centers, widths, strict=False))
    names += [""] * len(pairs)
    windows = [
        Window(center, width, function, name.strip())
        for (center, width), name in zip(pairs, names, strict=False)
        if width >= least
    ]
    warnings = []
    if len(windows) < max(len(centers), len(widths)):
        warnings.append("A window in the header is impossible (its width is too small or missing) and is left out.")
    if declared and not known:
        warnings.append("The header names an unknown VOI LUT Function; LINEAR is used.")
    return windows, warnings


def _priority(dataset: Dataset, charset: list[str]) -> str:
    for holder in (dataset, *_items(dataset, "RequestAttributesSequence")):
        for keyword in ("RequestedProcedurePriority", "StudyPriorityID"):
            found = text(holder, keyword, charset).upper()
            if found:
                return found
    return ""


def _supplemental(dataset: Dataset) -> bool:
    """Whether a grey film carries a Supplemental Palette Color LUT (PS3.3 C.7.6.19)."""
    grey = text(dataset, "PhotometricInterpretation", []).upper() == "MONOCHROME2"
    coloured = text(dataset, "PixelPresentation", []).upper() in ("COLOR", "MIXED")
    return grey and (coloured or "RedPaletteColorLookupTableDescriptor" in dataset)


def _group(dataset: Dataset, keyword: str, frame: int) -> Dataset:
    """Where an enhanced object keeps these attributes (PS3.3 C.7.6.16): its functional groups, else the dataset."""
    shared = _items(dataset, "SharedFunctionalGroupsSequence")[:1]
    for group in [*shared, *_items(dataset, "PerFrameFunctionalGroupsSequence")[frame : frame + 1]]:
        for item in _items(group, keyword)[:1]:
            return item
    return dataset


def _items(dataset: Dataset, keyword: str) -> list[Dataset]:
    return list(dataset[keyword].value or []) if keyword in dataset else []


def _spacing(dataset: Dataset, keyword: str) -> tuple[float, float] | None:
    pair = numbers(dataset, keyword)
    return (pair[0], pair[1]) if len(pair) == 2 and min(pair) > 0 else None


def _several(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text(dataset, keyword, []).split("\\") if part.strip())


def _positive(dataset: Dataset, keyword: str) -> float | None:
    value = number(dataset, keyword)
    return value if value is not None and value > 0 else None


def _zero(dataset: Dataset, keyword: str) -> bool:
    pair = numbers(dataset, keyword)
    return bool(pair) and min(pair) <= 0


def _padding(dataset: Dataset, keyword: str, signed: bool, little_endian: bool) -> int | None:
    """US or SS as the pixels are; some writers use the wrong one, so the bits are read, not the VR."""
    value = words(raw(dataset, keyword), little_endian)
    if value is None or value.size == 0:
        return None
    first = int(value[0])
    return first - 0x10000 if signed and first > 0x7FFF else first


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value
