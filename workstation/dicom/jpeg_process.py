"""JPEG Lossless and 12-bit JPEG frames become arrays in a process of their own, which stays for the next film.

Only gdcm reads them, and gdcm ends its process on damaged data: the window must not go with it. The child gets a
file that holds the compressed frame and its size, never the film's header; files lie in memory where there is room.
"""

from __future__ import annotations

import atexit
import importlib.util
import io
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import get_frame
from pydicom.uid import UID

from workstation.dicom import gdcm_child
from workstation.dicom.codestream import check_scans
from workstation.dicom.records import Instance
from workstation.dicom.refusals import refusal
from workstation.dicom.source import open_source

TIMEOUT_S = 120
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_MEMORY = Path("/dev/shm")
_ITEM, _END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0\0\0\0\0"
_PIXELS = b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff"


def decode_apart(pixel_data: bytes, instance: Instance, frame: int) -> np.ndarray:
    """One frame as (rows, columns) or (rows, columns, samples), as the codestream stores it.

    Raises
    ------
    FilmRefused
        decode_failed, lying_header.
    """
    packed = get_frame(pixel_data, frame, number_of_frames=instance.number_of_frames)
    check_scans(packed)
    with tempfile.TemporaryDirectory(prefix="cxr-frame-", dir=_roomy(instance), ignore_cleanup_errors=True) as folder:
        source, target = Path(folder) / "frame.dcm", Path(folder) / "raw.dcm"
        _write(source, packed, instance)
        answer = CHILD.unpack(source, target)
        return _array(answer, target, instance)


def warm_up() -> None:
    """Start the child before the first film needs it: that takes a tenth of a second."""
    CHILD.start()


class Child:
    """The process that holds gdcm: started when needed, again after it died; one frame at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        with self._turn:
            self._running()

    def unpack(self, source: Path, target: Path) -> str:
        """Ask for one file; raises `FilmRefused` (decode_failed) when the child cannot, dies or takes too long."""
        with self._turn:
            child = self._running()
            assert child.stdin is not None and child.stdout is not None
            patience = threading.Timer(TIMEOUT_S, child.kill)
            patience.start()
            try:
                child.stdin.write(f"{source}\t{target}\n")
                child.stdin.flush()
                answer = child.stdout.readline().strip()
            except OSError:  # it died before it heard us
                answer = ""
            finally:
                patience.cancel()
                patience.join()
            if not answer:
                child.kill()
                child.wait()  # else the next film might still be given to the dying one
                raise refusal("decode_failed")
            return answer

    def close(self) -> None:
        """End the child; the next frame starts another."""
        with self._turn:
            child, self._process = self._process, None
        if child is not None:
            child.kill()
            child.communicate()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is not None:
            self._process.communicate()
            self._process = None
        if self._process is None:
            self._process = _started()
        return self._process


CHILD = Child()
atexit.register(CHILD.close)


def _started() -> subprocess.Popen[str]:
    spec = importlib.util.find_spec("gdcm")
    if spec is None or spec.origin is None:
        raise refusal("unsupported_transfer_syntax")
    return subprocess.Popen(
        [sys.executable, "-I", "-S", gdcm_child.__file__, str(Path(spec.origin).parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _roomy(instance: Instance) -> Path | None:
    """Linux keeps files in memory here; None is the system's own place."""
    wanted = 4 * instance.rows * instance.columns * instance.samples_per_pixel * instance.bits_allocated // 8
    try:
        return _MEMORY if shutil.disk_usage(_MEMORY).free > wanted + (64 << 20) else None
    except OSError:
        return None


def _array(answer: str, target: Path, instance: Instance) -> np.ndarray:
    bits, signed, samples, planar = (int(each) for each in answer.split())
    rows, columns = instance.rows, instance.columns
    shape = (rows, columns) if samples == 1 else (samples, rows, columns) if planar else (rows, columns, samples)
    dtype = np.dtype(f"<{'i' if signed else 'u'}{bits // 8}")
    source, count = open_source(target), int(np.prod(shape))
    length = source.pixel_length
    if samples != instance.samples_per_pixel or source.pixel_start is None or length not in _lengths(count, dtype):
        raise refusal("lying_header")
    values = np.fromfile(target, dtype, count, offset=source.pixel_start).reshape(shape)
    return np.ascontiguousarray(values.transpose(1, 2, 0)) if samples > 1 and planar else values


def _lengths(count: int, dtype: np.dtype) -> tuple[int, int]:
    """A value has an even length (PS3.5 7.1.1)."""
    exact = count * dtype.itemsize
    return exact, exact + exact % 2


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
    head = io.BytesIO()
    frame.save_as(head, enforce_file_format=True)
    padding = b"\0" * (len(packed) % 2)
    item = _ITEM + struct.pack("<I", len(packed) + len(padding))
    with open(path, "wb") as file:
        file.writelines((head.getbuffer(), _PIXELS, _ITEM + bytes(4), item, packed, padding, _END))
