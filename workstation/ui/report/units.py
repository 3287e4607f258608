"""Positions: Qt counts UTF-16 units, Python counts characters. Converted here and nowhere else."""

from __future__ import annotations


def piece(text: str, start: int, end: int) -> str:
    """``text[start:end]`` counted in UTF-16 units, as Qt counts."""
    if text.isascii() or max(text, default="") <= "\uffff":
        return text[start:end]
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le", "ignore")


def length(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def from_index(text: str, index: int) -> int:
    """A Python index as a document position."""
    return length(text[:index])


def to_index(text: str, position: int) -> int:
    """A document position as a Python index."""
    return len(piece(text, 0, position))
