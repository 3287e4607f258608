"""The typed records that a film's header becomes.

Field names are DICOM keywords in snake_case (PS3.6). Absent is ``""`` for text, ``None`` for numbers.
Nothing here reads a file, knows pydicom or holds pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class VoiLutFunction(StrEnum):
    """VOI LUT Function (0028,1056), PS3.3 C.11.2.1.3."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, slots=True)
class Window:
    """Window Center (0028,1050) and Width (0028,1051) in modality values, with its function."""

    center: float
    width: float
    function: VoiLutFunction = VoiLutFunction.LINEAR
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A Modality or VOI LUT (PS3.3 C.11.1, C.11.2): ``data[i]`` answers input ``first_mapped + i``.

    ``bits`` is the depth to scale by: the declared one, or the data's own range where the declared one lies
    (then ``depth_corrected`` is true and the reader adds a warning).
    """

    first_mapped: int
    bits: int
    data: tuple[int, ...]
    explanation: str = ""
    depth_corrected: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """One film as its header describes it (one SOP Instance, or one PNG/JPEG/TIFF)."""

    path: str
    kind: str  # "dicom" or "raster"
    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    study_instance_uid: str
    series_instance_uid: str
    patient_name: str = ""  # as the hospital sends it: the best component group, ^ replaced by a space
    patient_id: str = ""
    issuer_of_patient_id: str = ""
    patient_birth_date: str = ""  # YYYYMMDD or ""
    patient_sex: str = ""  # M, F, O or ""
    patient_age: str = ""  # DICOM AS, e.g. 057Y, or ""
    accession_number: str = ""
    referring_physician_name: str = ""
    institution_name: str = ""
    study_date: str = ""  # YYYYMMDD
    study_time: str = ""  # HHMMSS
    study_description: str = ""
    series_description: str = ""
    series_number: int | None = None
    instance_number: int | None = None
    acquisition_date: str = ""
    acquisition_time: str = ""
    modality: str = ""
    body_part_examined: str = ""
    view_position: str = ""
    image_laterality: str = ""
    patient_orientation: tuple[str, ...] = ()  # e.g. ("L", "F"): direction of rows, then of columns
    requested_procedure_priority: str = ""  # STAT, HIGH, ROUTINE, ... or ""
    manufacturer: str = ""
    manufacturer_model_name: str = ""
    kvp: float | None = None
    rows: int = 0
    columns: int = 0
    number_of_frames: int = 1
    samples_per_pixel: int = 1
    bits_allocated: int = 16
    bits_stored: int = 16
    high_bit: int = 15
    pixel_representation: int = 0  # 1 = signed
    photometric_interpretation: str = "MONOCHROME2"
    rescale_slope: float | None = None
    rescale_intercept: float | None = None
    rescale_type: str = ""
    modality_lut: LookupTable | None = None
    windows: tuple[Window, ...] = ()
    voi_luts: tuple[LookupTable, ...] = ()
    presentation_lut_shape: str = ""  # IDENTITY, INVERSE or ""
    presentation_lut: LookupTable | None = None  # Presentation LUT Sequence (2050,0010); outweighs the shape
    pixel_padding_value: int | None = None
    pixel_padding_range_limit: int | None = None
    pixel_spacing_mm: tuple[float, float] | None = None  # (rows, columns); None when absent or not positive
    imager_pixel_spacing_mm: tuple[float, float] | None = None
    pixel_spacing_calibration_type: str = ""  # GEOMETRY, FIDUCIAL or "" (PS3.3 10.7.1.3)
    pixel_spacing_calibration_description: str = ""
    estimated_radiographic_magnification_factor: float | None = None  # of the patient at the detector, > 1
    distance_source_to_detector_mm: float | None = None
    distance_source_to_patient_mm: float | None = None
    pixel_aspect_ratio: tuple[float, float] | None = None  # (rows, columns); None when absent
    burned_in_annotation: str = ""  # YES, NO or ""
    recognizable_visual_features: str = ""  # YES, NO or ""
    lossy_image_compression: bool = False
    lossy_image_compression_ratio: tuple[float, ...] = ()  # one a step, PS3.3 C.7.6.1.1.5
    lossy_image_compression_method: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    patient_name_ideographic: str = ""  # the second group of the name, where the first one is there, too
    patient_corrected: bool = False  # a reader said who this is; the file's own header says otherwise

    @property
    def inverted(self) -> bool:
        """Whether low values are bright: MONOCHROME1 or INVERSE, said twice it is still once.

        PS3.3 C.7.6.3.1.2 and C.11.6.1.2: for MONOCHROME1 the shape INVERSE restates the same thing. A shape that
        contradicts the photometric interpretation outweighs it, as in DCMTK.
        """
        if self.presentation_lut_shape in ("IDENTITY", "INVERSE"):
            return self.presentation_lut_shape == "INVERSE"
        return self.photometric_interpretation == "MONOCHROME1"
