"""The bytes of a safetensors file as they pass -> a refusal at the first number that is not finite.

Looks at exponents in the raw bytes, so that a file of many gigabytes is judged while it is copied. Knows no model.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from workstation.errors import ModelError

# dtype: its unsigned twin, the bits without the sign, the smallest such value that is infinity or NaN
_FLOATS: dict[str, tuple[np.dtype[Any], int, int]] = {
    "F64": (np.dtype("<u8"), 0x7FFFFFFFFFFFFFFF, 0x7FF0000000000000),
    "F32": (np.dtype("<u4"), 0x7FFFFFFF, 0x7F800000),
    "BF16": (np.dtype("<u2"), 0x7FFF, 0x7F80),
    "F16": (np.dtype("<u2"), 0x7FFF, 0x7C00),
}


def watcher(path: Path) -> Callable[[int, memoryview], None]:
    """For ``path``, whose header was found sound: takes its pieces in order; raises `ModelError` (model_damaged)."""
    return _Watcher(path)


class _Watcher:
    def __init__(self, path: Path) -> None:
        with path.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            header = json.loads(stream.read(length))
        begin = 8 + length
        self._tensors = sorted(
            (begin + about["data_offsets"][0], begin + about["data_offsets"][1], name, about["dtype"])
            for name, about in header.items()
            if name != "__metadata__" and about["dtype"] in _FLOATS
        )
        self._at = 0  # the first tensor that is not through
        self._begun = b""  # the number that the last piece cut in two

    def __call__(self, offset: int, piece: memoryview) -> None:
        end = offset + len(piece)
        while self._at < len(self._tensors):
            start, stop, name, dtype = self._tensors[self._at]
            if start < end:
                self._look(name, dtype, piece[max(start - offset, 0) : stop - offset])
            if stop > end:
                return
            self._at += 1

    def _look(self, name: str, dtype: str, piece: memoryview) -> None:
        twin, unsigned, limit = _FLOATS[dtype]
        lacking = min(-len(self._begun) % twin.itemsize, len(piece))
        joined = self._begun + bytes(piece[:lacking])
        rest = piece[lacking:]
        whole = len(rest) - len(rest) % twin.itemsize
        if len(joined) % twin.itemsize == 0:
            self._judge(name, np.frombuffer(joined, twin), unsigned, limit)
            joined = b""
        self._judge(name, np.frombuffer(rest[:whole], twin), unsigned, limit)
        self._begun = joined + bytes(rest[whole:])

    def _judge(self, name: str, numbers: np.ndarray, unsigned: int, limit: int) -> None:
        if numbers.size and int((numbers & numbers.dtype.type(unsigned)).max()) >= limit:
            raise ModelError(
                f"The weight {name} holds numbers that are not finite.",
                "Download the model's folder again, or choose another model.",
                "model_damaged",
            )
