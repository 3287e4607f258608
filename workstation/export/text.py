"""A text -> a file that is whole or not there (.part, fsync, rename). Knows nothing of reports."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workstation.errors import ExportError


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """A place beside ``path`` to write to; it takes the name only when the block ends well.

    Raises `ExportError` when the disk refuses; what stood at ``path`` before is then untouched.
    """
    target = Path(path)
    if not target.name or (target.exists() and not target.is_file()):  # a device would be lost by the rename
        raise ExportError("The export needs a file to write to.", "Name a file, not a folder or device.", "no_file")
    part = target.with_name(f".{uuid.uuid4().hex}.part")
    try:
        yield part
        with open(part, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, target)
    except OSError as error:
        raise ExportError(
            f"The export could not be written ({error.strerror or type(error).__name__}).",
            "Choose another folder, or free some space on this disk.",
            "export_failed",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """UTF-8 with the text's own line ends."""
    with whole_file(path) as part:
        part.write_bytes(text.encode("utf-8"))
