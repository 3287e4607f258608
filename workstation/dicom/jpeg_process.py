"""JPEG Lossless and 12-bit JPEG frames become arrays in a process of their own.

Only gdcm reads them, and gdcm ends its process on damaged data: the window must not go with it. The child gets a
file that holds the compressed frame and its size, never the film's header.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.uid import UID

from workstation.dicom import gdcm_child
from workstation.dicom.codestream import check_scans
from workstation.dicom.records import Instance
from workstation.dicom.refusals import refusal

TIMEOUT_S = 120
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


def decode_apart(pixel_data: bytes, instance: Instance, frame: int) -> np.ndarray:
    """One frame as (rows, columns) or (rows, columns, samples), as the codestream stores it.

    Raises
    ------
    FilmRefused
        decode_failed, lying_header.
    """
    packed = get_frame(pixel_data, frame, number_of_frames=instance.number_of_frames)
    check_scans(packed)
    with tempfile.TemporaryDirectory(prefix="cxr-frame-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "frame.dcm"
        _write(path, packed, instance)
        answer = _run(path)
    return _array(answer, instance)


def _run(path: Path) -> bytes:
    spec = importlib.util.find_spec("gdcm")
    if spec is None or spec.origin is None:
        raise refusal("unsupported_transfer_syntax")
    command = [sys.executable, "-I", "-S", gdcm_child.__file__, str(Path(spec.origin).parent), str(path)]
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        child = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
            creationflags=flags,
        )
    except subprocess.TimeoutExpired:
        raise refusal("decode_failed") from None
    if child.returncode != 0:
        raise refusal("decode_failed")
    return child.stdout


def _array(answer: bytes, instance: Instance) -> np.ndarray:
    facts, _, pixels = answer.partition(b"\n")
    bits, signed, samples = (int(each) for each in facts.split())
    shape = (instance.rows, instance.columns) if samples == 1 else (instance.rows, instance.columns, samples)
    dtype = np.dtype(f"{'i' if signed else 'u'}{bits // 8}")
    if samples != instance.samples_per_pixel or len(pixels) != int(np.prod(shape)) * dtype.itemsize:
        raise refusal("lying_header")
    return np.frombuffer(bytearray(pixels), dtype).reshape(shape)


def _write(path: Path, packed: bytes, instance: Instance) -> None:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(_SECONDARY_CAPTURE)
    meta.MediaStorageSOPInstanceUID = UID("2.25.1")
    meta.TransferSyntaxUID = UID(instance.transfer_syntax_uid)
    frame = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    frame.SOPClassUID, frame.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    frame.Rows, frame.Columns, frame.SamplesPerPixel = instance.rows, instance.columns, instance.samples_per_pixel
    frame.BitsAllocated, frame.BitsStored, frame.HighBit = (
        instance.bits_allocated,
        instance.bits_stored,
        instance.high_bit,
    )
    frame.PixelRepresentation = instance.pixel_representation
    frame.PhotometricInterpretation = "MONOCHROME2" if instance.samples_per_pixel == 1 else "RGB"
    if instance.samples_per_pixel > 1:
        frame.PlanarConfiguration = 0
    frame.PixelData = encapsulate([packed])
    frame["PixelData"].VR = "OB"
    frame.save_as(path, enforce_file_format=True)
