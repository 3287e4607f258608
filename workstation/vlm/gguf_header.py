"""The head of a GGUF file -> what it says of itself, after every tensor was found to lie within the file.

Reads no weights, takes no memory for promises, and believes no count: a file from anywhere may be given. llama.cpp
itself aborts on some damaged files, so each file is looked at here first.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, GGUFValueType

from workstation.errors import ModelError

_MAGIC = b"GGUF"
_MOST = 1 << 24  # entries of a list, tensors, keys
_LONG = 64  # longer lists are counted, not kept
_SCALARS = {
    GGUFValueType.UINT8: "<B", GGUFValueType.INT8: "<b", GGUFValueType.UINT16: "<H", GGUFValueType.INT16: "<h",
    GGUFValueType.UINT32: "<I", GGUFValueType.INT32: "<i", GGUFValueType.FLOAT32: "<f", GGUFValueType.BOOL: "<?",
    GGUFValueType.UINT64: "<Q", GGUFValueType.INT64: "<q", GGUFValueType.FLOAT64: "<d",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """``keys`` as written (of a long list only its length is kept); ``tensors`` name -> (shape, type's name)."""

    keys: Mapping[str, Any]
    tensors: Mapping[str, tuple[tuple[int, ...], str]]
    bytes: int

    @property
    def architecture(self) -> str:
        return str(self.keys.get("general.architecture", ""))

    def number(self, key: str) -> int:
        """A count of this architecture ("embedding_length"), 0 where the file has none."""
        found = self.keys.get(f"{self.architecture}.{key}")
        return found if isinstance(found, int) else 0


def read(path: Path) -> Header:
    """Raises `ModelError` (codes ``model_missing``, ``model_format``, ``model_damaged``)."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data[:4] != _MAGIC:
                raise _not_one(path)
            return _Reader(data).header()
    except FileNotFoundError as error:
        raise ModelError(f"{path.name} is missing.", "Choose the folder that holds it.", "model_missing") from error
    except (OSError, struct.error, IndexError, ValueError, KeyError, OverflowError) as error:
        if path.is_file() and path.stat().st_size < len(_MAGIC):
            raise _not_one(path) from error
        raise ModelError(
            f"{path.name} is damaged or was not downloaded whole.", "Download or convert it again.", "model_damaged"
        ) from error


def _not_one(path: Path) -> ModelError:
    return ModelError(f"{path.name} is not a GGUF file.", "Choose a file in that format.", "model_format")


class _Reader:
    """A place in the bytes of one file that moves on."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data, self._at, self._size = data, 4, len(data)

    def header(self) -> Header:
        if self._take("<I") not in (2, 3):
            raise ValueError("a version that is not known")
        tensors, count = self._count(), self._count()
        keys = {self._text(): self._value() for _ in range(count)}
        shapes = [self._tensor() for _ in range(tensors)]
        self._inside([(shape, kind, offset) for _, shape, kind, offset in shapes], keys)
        return Header(keys, {name: (shape, kind.name) for name, shape, kind, _ in shapes}, self._size)

    def _inside(self, tensors: list[tuple[tuple[int, ...], GGMLQuantizationType, int]], keys: dict[str, Any]) -> None:
        step = int(keys.get("general.alignment", 32))
        begin = -(-self._at // step) * step
        for shape, kind, offset in tensors:
            block, size = GGML_QUANT_SIZES[kind]
            if offset % step or begin + offset + prod(shape) // block * size > self._size:
                raise ValueError("a tensor lies beyond the file's end")

    def _tensor(self) -> tuple[str, tuple[int, ...], GGMLQuantizationType, int]:
        name, dimensions = self._text(), self._take("<I")
        if not 0 < dimensions <= 4:
            raise ValueError("a tensor without shape")
        shape = tuple(self._take("<Q") for _ in range(dimensions))[::-1]
        return name, shape, GGMLQuantizationType(self._take("<I")), self._take("<Q")

    def _value(self) -> Any:
        kind = GGUFValueType(self._take("<I"))
        return self._list() if kind == GGUFValueType.ARRAY else self._one(kind)

    def _one(self, kind: GGUFValueType) -> Any:
        return self._text() if kind == GGUFValueType.STRING else self._take(_SCALARS[kind])

    def _list(self) -> Any:
        kind, count = GGUFValueType(self._take("<I")), self._count()
        if count <= _LONG:
            return [self._one(kind) for _ in range(count)]
        if kind == GGUFValueType.STRING:
            for _ in range(count):
                self._skip(self._take("<Q"))
        else:
            self._skip(count * struct.calcsize(_SCALARS[kind]))
        return range(count)

    def _text(self) -> str:
        begin, length = self._at + 8, self._take("<Q")
        self._skip(length)
        return self._data[begin : begin + length].decode(errors="replace")

    def _skip(self, length: int) -> None:
        if length > self._size - self._at:
            raise ValueError("the file ends within its head")
        self._at += length

    def _count(self) -> int:
        found: int = self._take("<Q")
        if found > _MOST:
            raise ValueError("a count that no file has")
        return found

    def _take(self, form: str) -> Any:
        (found,) = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return found
