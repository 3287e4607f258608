"""Measured facts -> manifest.toml, in the words that `catalog.manifest` reads. No number here is written by hand."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FILES = ("model.safetensors", "config.json", "tokenizer.json")


def write(folder: Path, facts: Mapping[str, Any]) -> None:
    """``facts`` (top-level values, then tables) and the files' hashes -> ``folder/manifest.toml``."""
    files = {name: _file(folder / name) for name in FILES}
    lines = [*_plain(facts), *_tables("", facts), *_tables("", {"files": files})]
    (folder / "manifest.toml").write_text("\n".join(lines).strip() + "\n", encoding="utf-8")


def _file(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _plain(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(k)} = {_value(v)}" for k, v in table.items() if not isinstance(v, Mapping)]


def _tables(prefix: str, table: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            name = f"{prefix}{_key(key)}"
            lines += (["", f"[{name}]", *_plain(value)] if _plain(value) else []) + _tables(f"{name}.", value)
    return lines


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() else json.dumps(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(round(value, 4)) if math.isfinite(value) else "nan"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_value(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False)
