"""Texts too many to keep -> a temporary file, read back by number. Knows nothing of what they say."""

from __future__ import annotations

import tempfile
from array import array

from workstation.errors import EvaluationError


class Spill:
    """Appends texts; holds 12 bytes of each in memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="cxr-evaluate-")  # noqa: SIM115 - lives as long as we do
        self._places, self._lengths, self._end = array("q"), array("i"), 0

    def append(self, text: str) -> None:
        content = text.encode("utf-8", "replace")
        try:
            self._file.seek(self._end)
            self._file.write(content)
        except OSError as error:
            raise EvaluationError(
                f"The reference reports could not be put aside ({error.strerror}).",
                "Free some space on the disk of temporary files.",
                "disk",
            ) from error
        self._places.append(self._end)
        self._lengths.append(len(content))
        self._end += len(content)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> str:
        if not self._lengths[number]:
            return ""
        self._file.seek(self._places[number])
        return self._file.read(self._lengths[number]).decode("utf-8")

    def close(self) -> None:
        self._file.close()
