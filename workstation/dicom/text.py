"""Raw values of a header become Python text and numbers, whatever character set they are in.

Bytes without a declared character set are tried as UTF-8, then taken as Latin-1: nothing a hospital writes into
a name may stop a film from opening (PS3.5 6.1). Knows nothing of what the elements mean.
"""

from __future__ import annotations

import math
import re
from typing import Any

from pydicom import Dataset
from pydicom.charset import convert_encodings, decode_bytes
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

_ESCAPE = re.compile("\x1b[$(),*+./-]+[0-9A-Za-z@]")  # some codecs leave the code extension in the text
_DELIMITERS = set(b"\r\n\t\f\\^=")  # each brings the first character set back (PS3.5 6.1.2.5.3)


def encodings(dataset: Dataset) -> list[str]:
    """The Python encodings of Specific Character Set (0008,0005); empty when it is absent or unknown."""
    declared = dataset.get("SpecificCharacterSet")
    if not declared:
        return []
    try:
        known = list(convert_encodings(declared))
    except (LookupError, ValueError, TypeError, AttributeError):
        return []
    return [] if set(known) == {"iso8859"} else known  # pydicom's answer to ASCII and to names it does not know


def raw(dataset: Dataset, keyword: str) -> Any:
    """The undecoded value of an element: bytes as read, or whatever it has already become; None when absent."""
    tag = Tag(keyword)
    if tag not in dataset:
        return None
    element = dataset.get_item(tag)
    return element.value if isinstance(element, RawDataElement) else getattr(element, "value", None)


def text(dataset: Dataset, keyword: str, charset: list[str]) -> str:
    """One text value without padding; several values joined by a backslash; ``""`` when absent."""
    return _printable(_decoded(raw(dataset, keyword), charset))


def person_name(dataset: Dataset, keyword: str, charset: list[str]) -> str:
    """A PN as people read it: the alphabetic group, else the ideographic, else the phonetic; ``^`` is a space."""
    groups = text(dataset, keyword, charset).split("\\")[0].split("=")
    best = next((group for group in groups if group.strip("^ ")), "")
    return " ".join(best.replace("^", " ").split())


def ideographic(dataset: Dataset, keyword: str, charset: list[str]) -> str:
    """The ideographic group of a PN beside an alphabetic one; "" where it stands alone or is the same."""
    groups = text(dataset, keyword, charset).split("\\")[0].split("=")
    second = " ".join(groups[1].replace("^", " ").split()) if len(groups) > 1 else ""
    return "" if second == person_name(dataset, keyword, charset) else second


def number(dataset: Dataset, keyword: str) -> float | None:
    """The first value as a finite number; None when absent or unreadable."""
    values = numbers(dataset, keyword)
    return values[0] if values else None


def numbers(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """All values as numbers; the unreadable and the infinite are left out."""
    value: Any
    try:
        value = dataset[keyword].value if keyword in dataset else None
    except Exception:  # a value that pydicom cannot convert is the same as none
        value = raw(dataset, keyword)
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace").split("\\")
    values = value if isinstance(value, list | tuple) or hasattr(value, "insert") else [value]
    found = (_finite(each) for each in values)
    return tuple(each for each in found if each is not None)


def integer(dataset: Dataset, keyword: str) -> int | None:
    """The first value as a whole number; None when absent or unreadable."""
    value = number(dataset, keyword)
    return None if value is None else int(value)


def undeclared(dataset: Dataset, keyword: str) -> bool:
    """Whether a value holds bytes beyond ASCII although the file declares no usable character set."""
    value = raw(dataset, keyword)
    return isinstance(value, bytes) and not value.isascii() and not encodings(dataset)


def _decoded(value: Any, charset: list[str]) -> str:
    if value is None:
        return ""
    if not isinstance(value, bytes):
        many = isinstance(value, list | tuple) or hasattr(value, "insert")
        return "\\".join(str(each) for each in value) if many else str(value)
    if (charset and not value.isascii()) or b"\x1b" in value:
        try:
            return _ESCAPE.sub("", decode_bytes(value, charset or ["iso8859"], _DELIMITERS))
        except (LookupError, UnicodeError, ValueError, AttributeError, TypeError):
            pass
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _printable(value: str) -> str:
    """Without padding and control characters, which have no place on a screen or in a report."""
    return "".join(each for each in value if each.isprintable() or each == " ").strip()


def _finite(value: Any) -> float | None:
    try:
        converted = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return converted if math.isfinite(converted) else None
