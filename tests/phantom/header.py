"""The header of a computed DX For Presentation image: every module of PS3.3 A.26 with what holds for a phantom.

It sets attributes on a pydicom Dataset; what a test wants otherwise is overridden afterwards.
"""

from __future__ import annotations

import hashlib

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

WORD = "SYNTHETIC"
DX_FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.1"
DAY, TIME = "20260105", "083000"
LOW, HIGH = 0.05, 0.9  # black and white of the film as shares of the stored range
REGIONS = {"CHEST": ("43799004", "SCT", "Chest"), "HAND": ("85562004", "SCT", "Hand")}
# View Position: code of CID 4010, Patient Orientation (direction of rows, then of columns)
VIEWS = {
    "PA": (("272479007", "SCT", "postero-anterior"), ["L", "F"]),
    "AP": (("399348003", "SCT", "antero-posterior"), ["L", "F"]),
    "LL": (("399173006", "SCT", "left lateral"), ["P", "F"]),
}


def uid(name: str) -> str:
    """The same UID under 2.25 for the same name (PS3.5 B.2)."""
    return f"2.25.{int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], 'big')}"


def code(triple: tuple[str, str, str]) -> Dataset:
    """A code sequence item."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = triple
    return item


def describe(dataset: Dataset, pixels: np.ndarray, name: str, view: str, part: str, photometric: str) -> None:
    """Fill `dataset` for `pixels`, uint8 or uint16 (rows, columns); `name` makes the UIDs."""
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = DX_FOR_PRESENTATION
    dataset.SOPInstanceUID = uid(f"instance {name}")
    _patient_and_study(dataset, name, view, part)
    _series_and_equipment(dataset, name, view, part)
    _pixels(dataset, pixels, photometric)
    _acquisition(dataset, view, part, pixels.shape[0])


def _patient_and_study(dataset: Dataset, name: str, view: str, part: str) -> None:
    dataset.PatientName = f"{WORD}^TEST"
    dataset.PatientID = f"{WORD}-0"
    dataset.IssuerOfPatientID = WORD
    dataset.PatientBirthDate = "19600101"
    dataset.PatientSex = "M"
    dataset.PatientAge = "066Y"
    dataset.StudyInstanceUID = uid(f"study {name}")
    dataset.StudyID = "1"
    dataset.StudyDate, dataset.StudyTime = DAY, TIME
    dataset.AccessionNumber = f"{WORD}-A0"
    dataset.ReferringPhysicianName = f"{WORD}^REFERRER"
    dataset.StudyDescription = f"{part.title()} {view} {WORD}"


def _series_and_equipment(dataset: Dataset, name: str, view: str, part: str) -> None:
    dataset.Modality = "DX"
    dataset.SeriesInstanceUID = uid(f"series {name}")
    dataset.SeriesNumber = 1
    dataset.SeriesDescription = f"{part.title()} {view}"
    dataset.SeriesDate, dataset.SeriesTime = DAY, TIME
    dataset.PresentationIntentType = "FOR PRESENTATION"
    dataset.Manufacturer = WORD
    dataset.ManufacturerModelName = "PHANTOM 1"
    dataset.InstitutionName = f"{WORD} HOSPITAL"
    dataset.StationName = WORD
    dataset.DeviceSerialNumber = "0"
    dataset.SoftwareVersions = "1"


def _pixels(dataset: Dataset, pixels: np.ndarray, photometric: str) -> None:
    """Image pixel, DX image and VOI LUT modules; for MONOCHROME1 all agree that low is white (C.8.11.3.1.2)."""
    bits = 8 if pixels.dtype == np.uint8 else max(12, int(pixels.max()).bit_length())
    inverse = photometric == "MONOCHROME1"
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = photometric
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated = 8 * pixels.dtype.itemsize
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = bits, bits - 1, 0
    dataset.PixelIntensityRelationship = "LOG"
    dataset.PixelIntensityRelationshipSign = 1 if inverse else -1
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = 0, 1, "US"
    dataset.PresentationLUTShape = "INVERSE" if inverse else "IDENTITY"
    middle = (LOW + HIGH) / 2
    top = 2**bits - 1
    dataset.WindowCenter = round((1 - middle if inverse else middle) * top)
    dataset.WindowWidth = round((HIGH - LOW) * top)
    dataset.WindowCenterWidthExplanation = "NORMAL"


def _acquisition(dataset: Dataset, view: str, part: str, rows: int) -> None:
    """General image, DX anatomy, positioning and detector, acquisition context."""
    view_code, orientation = VIEWS.get(view, VIEWS["PA"])
    spacing = round((385.0 if part == "CHEST" else 280.0) / rows, 5)
    dataset.ImageType = ["DERIVED", "PRIMARY"]
    dataset.DerivationDescription = "computed by tests.synthetic"
    dataset.InstanceNumber, dataset.AcquisitionNumber = 1, 1
    dataset.ContentDate, dataset.ContentTime = DAY, TIME
    dataset.AcquisitionDate, dataset.AcquisitionTime = DAY, TIME
    dataset.ImageComments = f"{WORD}: computed, not a patient"
    dataset.BurnedInAnnotation = "NO"  # a word is burnt in, but none that could identify anybody
    dataset.LossyImageCompression = "00"
    dataset.BodyPartExamined, dataset.ViewPosition = part, view
    dataset.PatientOrientation, dataset.ImageLaterality = orientation, "L" if part == "HAND" else "U"
    dataset.ImagerPixelSpacing = [spacing, spacing]
    dataset.KVP = 90 if view == "AP" else 125
    dataset.DetectorType, dataset.PositionerType = "DIRECT", ""
    dataset.ViewCodeSequence = Sequence([code(view_code)])
    dataset.ViewCodeSequence[0].ViewModifierCodeSequence = Sequence([])
    dataset.AnatomicRegionSequence = Sequence([code(REGIONS.get(part, REGIONS["CHEST"]))])
    dataset.AcquisitionContextSequence = Sequence([])
