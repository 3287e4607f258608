"""None, True and False made immortal, as Python 3.12 makes them itself (PEP 683).

PySide6 6.12 counts on that: on Python 3.11 each call of a void Qt method gives back one reference to None too many
and each ``emit`` one to True, until the interpreter aborts ("none_dealloc"). Knows nothing else.
"""

from __future__ import annotations

import sys

_ENOUGH = 1 << 40  # more calls than any session makes


def keep_constants() -> None:
    """Raise the reference counts once; nothing happens on Python 3.12 and later."""
    if sys.version_info >= (3, 12) or sys.getrefcount(None) > _ENOUGH // 2:
        return
    import ctypes

    for constant in (None, True, False):
        count = ctypes.c_ssize_t.from_address(id(constant))
        if abs(count.value - sys.getrefcount(constant)) < 100:  # else this build keeps its count elsewhere
            count.value += _ENOUGH
