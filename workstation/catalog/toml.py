"""Plain values -> TOML text, for the manifests that an import writes. The standard library only reads TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def dumps(value: Mapping[str, Any]) -> str:
    """Tables of strings, numbers, lists and tables as text that `tomllib` reads back equal; None is left out."""
    return "\n".join(_table(value, ())) + "\n"


def _table(value: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    plain = {key: item for key, item in value.items() if not isinstance(item, Mapping) and item is not None}
    if path and (plain or not value):
        yield f"\n[{'.'.join(map(_key, path))}]"
    for key, item in plain.items():
        yield f"{_key(key)} = {_value(item)}"
    for key, item in value.items():
        if isinstance(item, Mapping):
            yield from _table(item, (*path, key))


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(item: Any) -> str:
    if isinstance(item, str):
        return _text(item)
    if isinstance(item, Mapping):
        return f"{{{', '.join(f'{_key(key)} = {_value(each)}' for key, each in item.items())}}}"
    if isinstance(item, Sequence):
        return f"[{', '.join(map(_value, item))}]"
    if isinstance(item, date | time):
        return item.isoformat()
    return str(item).lower() if isinstance(item, bool) else repr(item)


def _text(text: str) -> str:
    # A JSON string is a TOML basic string once DEL is escaped; lone surrogates of odd file names are no text.
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")
