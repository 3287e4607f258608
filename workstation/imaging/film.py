"""A file becomes a `Film`: its record and its stored values in the one form everything else works on.

``indices`` are the stored values moved to 0..65535, so that one table of 65536 entries answers any of them.
"""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from workstation.dicom.pixels import read_frame
from workstation.dicom.planes import OverlayPlane
from workstation.dicom.reader import read_instance
from workstation.dicom.records import Instance
from workstation.dicom.refusals import refusal
from workstation.dicom.shutter import Shutter
from workstation.imaging.ending import ending_warning
from workstation.imaging.lettering import Lettering
from workstation.imaging.lut import modality_table, padding_indices
from workstation.imaging.orientation import orientation_warning
from workstation.imaging.raster import describe_raster, is_raster, luminance, read_raster

_OF_A_FRAME = ("rescale_slope", "rescale_intercept", "modality_lut", "presentation_lut", "windows", "voi_luts")


@dataclass(frozen=True, eq=False)
class Film:
    """One frame, ready for display.

    ``indices``: uint16 (rows, columns), C-contiguous, stored value + ``offset``. ``colour``: uint8
    (rows, columns, 3) for colour pictures, whose ``indices`` are then the luminance, else None. ``planes`` and
    ``shutter`` are what the file lays over it.
    """

    instance: Instance
    indices: np.ndarray
    offset: int = 0
    colour: np.ndarray | None = None
    frame: int = 0
    planes: tuple[OverlayPlane, ...] = ()
    shutter: Shutter | None = None

    @property
    def rows(self) -> int:
        return int(self.indices.shape[0])

    @property
    def columns(self) -> int:
        return int(self.indices.shape[1])

    @property
    def low(self) -> int:
        """The lowest stored value, padding left out."""
        return self._range[0] - self.offset

    @property
    def high(self) -> int:
        """The highest stored value, padding left out."""
        return self._range[1] - self.offset

    @cached_property
    def modality_values(self) -> np.ndarray:
        """float64 (65536,): the modality value of every index (Modality LUT applied, PS3.3 C.11.1)."""
        return modality_table(self.instance, self.offset)

    @cached_property
    def padding(self) -> np.ndarray | None:
        """bool (65536,): which indices are padding (PS3.3 C.7.5.1.1.2); None when there is none."""
        return padding_indices(self.instance, self.offset)

    @property
    def bytes(self) -> int:
        """Memory of its pixels and of what lies over them, as far as it is made."""
        made = self.__dict__.get("lettering")
        arrays = (self.indices, self.colour) if self.colour is not None else (self.indices,)
        return sum(int(each.nbytes) for each in arrays) + (made.bytes if made is not None else 0)

    @cached_property
    def lettering(self) -> Lettering | None:
        """What the overlay planes write over the film; None when they write nothing."""
        return Lettering(self.planes, self.rows, self.columns) if self.planes else None

    def real(self, step: int) -> np.ndarray:
        """bool: which of ``indices[::step, ::step]`` are film: neither padding nor behind the shutter.

        All of them where the shutter leaves nothing else, or the file calls everything padding.
        """
        samples = self.indices[::step, ::step]
        real = np.ones(samples.shape, bool) if self.padding is None else ~self.padding[samples]
        if self.shutter is not None:
            rows, columns = (np.arange(0, side, step) + 0.5 for side in self.indices.shape)
            real &= self.shutter.leaves_open(rows, columns)
        return real if real.any() else np.ones(samples.shape, bool)

    @cached_property
    def _range(self) -> tuple[int, int]:
        if self.padding is None:
            return int(self.indices.min()), int(self.indices.max())
        used = np.bincount(self.indices.ravel(), minlength=65536) > 0
        real = np.flatnonzero(used & ~self.padding)
        real = real if real.size else np.flatnonzero(used)
        return int(real[0]), int(real[-1])

    def stored_value(self, row: int, col: int) -> int:
        return int(self.indices[row, col]) - self.offset

    def modality_value(self, row: int, col: int) -> float:
        return float(self.modality_values[self.indices[row, col]])


def describe(path: str | Path) -> Instance:
    """What a DICOM, PNG, JPEG or TIFF file says about its film.

    Raises
    ------
    FilmRefused
        See `workstation.dicom.refusals.REASONS`.
    """
    instance = describe_raster(path) if is_raster(path) else read_instance(path)
    return _warned(instance)


def load(instance: Instance, frame: int = 0) -> Film:
    """Read one frame's pixels.

    Raises
    ------
    FilmRefused
        Also when the file has changed or gone since it was described.
    """
    if instance.kind == "raster":
        values, _ = read_raster(instance.path, frame)
        return film_of(instance, values, frame)
    found = read_frame(instance.path, frame)
    film = film_of(_as_read(instance, found.instance), found.values, frame)
    instance = _with(film.instance, ending_warning(film.instance, film.indices))
    return dataclasses.replace(film, instance=instance, planes=found.planes, shutter=found.shutter)


def _as_read(instance: Instance, found: Instance) -> Instance:
    """The record as it is kept, its grey scale as this frame's header has it now."""
    if found.sop_instance_uid != instance.sop_instance_uid:
        return _warned(found)
    return dataclasses.replace(instance, **{name: getattr(found, name) for name in _OF_A_FRAME})


def film_of(instance: Instance, values: np.ndarray, frame: int = 0) -> Film:
    """A film from stored values already at hand: (rows, columns) integers, or (rows, columns, 3) uint8 RGB."""
    if values.ndim == 3:
        return Film(instance, luminance(values).astype(np.uint16), colour=values, frame=frame)
    indices, offset = _indices(values)
    return Film(instance, indices, offset, frame=frame)


def pixel_sha256(film: Film) -> str:
    """SHA-256 of the stored values, little-endian, row-major (CONTRACT)."""
    if film.colour is not None:
        return hashlib.sha256(np.ascontiguousarray(film.colour).data).hexdigest()
    bits, signed = film.instance.bits_allocated, film.instance.pixel_representation == 1
    values = film.indices if film.offset == 0 and bits == 16 else film.indices.astype(np.int64) - film.offset
    stored = values.astype(f"<{'i' if signed else 'u'}{bits // 8}", copy=False)
    return hashlib.sha256(np.ascontiguousarray(stored).data).hexdigest()


def _indices(values: np.ndarray) -> tuple[np.ndarray, int]:
    """uint16 indices and the offset; the array itself where it is uint16 already."""
    if values.dtype == np.uint16:
        return np.ascontiguousarray(values), 0
    if values.dtype == np.int16:
        return np.ascontiguousarray(values).view(np.uint16) ^ np.uint16(0x8000), 0x8000
    if values.dtype in (np.uint8, np.int8):
        offset = 0 if values.dtype == np.uint8 else 128
        return (values.astype(np.int16) + offset).astype(np.uint16) if offset else values.astype(np.uint16), offset
    low, high = int(values.min()), int(values.max())
    if high - low > 0xFFFF:
        raise refusal("unsupported_pixels")
    offset = 0 if low >= 0 and high <= 0xFFFF else -low
    return (values.astype(np.int64) + offset).astype(np.uint16), offset


def _warned(instance: Instance) -> Instance:
    return _with(instance, orientation_warning(instance))


def _with(instance: Instance, warning: str | None) -> Instance:
    return dataclasses.replace(instance, warnings=(*instance.warnings, warning)) if warning else instance
