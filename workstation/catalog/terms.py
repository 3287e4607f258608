"""A folder's README and LICENSE -> the terms under which its maker gives it, as words; "unknown" where it is silent."""

from __future__ import annotations

import re
from pathlib import Path

UNKNOWN = "unknown"
_MOST = 1 << 16  # characters of a page that are looked at
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_LICENSES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "LICENCE.txt", "LICENCE.md", "COPYING")
_LONGEST = 200


def stated(folder: Path) -> str:
    """The licence that README.md's front matter names, else the first line of the licence file, else "unknown"."""
    return _of_readme(_read(folder / "README.md")) or _of_license(folder) or UNKNOWN


def _of_readme(text: str) -> str:
    front = _FRONT.match(text)
    if front is None:
        return ""
    said = [_value(front[1], key) for key in ("license", "license_name", "license_link")]
    return " ".join(filter(None, said))[:_LONGEST]


def _value(front: str, key: str) -> str:
    """The value of ``key``; a list (``license:`` and lines of ``- name``) is joined."""
    match = re.search(rf"^{key}:[ \t]*(.*(?:\n[ \t]*-[ \t]+.*)*)", front, re.MULTILINE)
    pieces = re.split(r"\n[ \t]*-[ \t]+|[\[\],]", match[1]) if match else []
    return ", ".join(filter(None, (re.sub(r"\s+#.*", "", piece).strip(" \t\r\"'") for piece in pieces)))


def _of_license(folder: Path) -> str:
    for name in _LICENSES:
        for line in _read(folder / name).splitlines():
            if words := line.strip(" #*=-\t"):
                return words[:_LONGEST]
    return ""


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(_MOST)
    except OSError:
        return ""
