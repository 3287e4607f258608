"""While a film is decoded, what the codecs' C and Rust code prints on the error stream goes nowhere.

A refusal is two lines (CONTRACT); libpng, libtiff and the like add remarks of their own. For commands only: the
window's error stream is everybody's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def codecs_silenced() -> Iterator[None]:
    """Point file descriptor 2 at nothing for as long as the block runs."""
    sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:  # started without an error stream: there is nothing to silence
        yield
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
