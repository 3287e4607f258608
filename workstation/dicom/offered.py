"""Which decoder reads which transfer syntax on this machine, for `doctor`. Opens no film."""

from __future__ import annotations

import importlib.util

from pydicom.pixels import get_decoder

from workstation.dicom.decoders import PLUGINS
from workstation.dicom.soundness import ENCAPSULATED, NATIVE


def offered() -> dict[str, str]:
    """Transfer syntax UID -> the decoder that reads it first; "" where none is installed."""
    native = dict.fromkeys(sorted(NATIVE), "pydicom")
    return native | {syntax: _first(syntax) for syntax in sorted(ENCAPSULATED)}


def _first(syntax: str) -> str:
    if syntax not in PLUGINS:  # gdcm's own reader takes what pydicom's plug-ins are not asked for
        return "gdcm" if importlib.util.find_spec("gdcm") else ""
    try:
        there = get_decoder(syntax).available_plugins  # type: ignore[arg-type]
    except Exception:  # a plug-in whose library is broken fails in its own way
        return ""
    return next((plugin for plugin in PLUGINS[syntax] if plugin in there), "")
