"""Unpacking one 3000 x 3000 film of 12 bits in each transfer syntax: every installed decoder, ours, pydicom's, DCMTK's.

``python -m tests.benchmarks.decode --write`` also writes resources/decoders.json, which the help shows. The decoders
take turns; the least time of each counts, because whatever else runs on the machine only adds. A decoder is exact
when it gives back the stored values, or, of a lossy film, what all exact ones agree on to one level.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAME = "decode"
UNIT = "ms"
ROWS = COLUMNS = 3000
ROUNDS = 4
BOUND = 1.3
TABLE = Path(__file__).resolve().parents[2] / "resources" / "decoders.json"
SYNTAXES = {
    "JPEG Baseline (8 bit)": ("1.2.840.10008.1.2.4.50", "JPEGBaselineProcess1", "dcmdjpeg"),
    "JPEG Extended (12 bit)": ("1.2.840.10008.1.2.4.51", "JPEGExtendedProcess2_4", "dcmdjpeg"),
    "JPEG Lossless": ("1.2.840.10008.1.2.4.57", "JPEGLosslessProcess14", "dcmdjpeg"),
    "JPEG Lossless SV1": ("1.2.840.10008.1.2.4.70", "JPEGLosslessProcess14_1", "dcmdjpeg"),
    "JPEG-LS Lossless": ("1.2.840.10008.1.2.4.80", "JPEGLSLossless", "dcmdjpls"),
    "JPEG-LS Near-Lossless": ("1.2.840.10008.1.2.4.81", "JPEGLSNearLossless", "dcmdjpls"),
    "JPEG 2000 Lossless": ("1.2.840.10008.1.2.4.90", "JPEG2000Lossless", ""),
    "JPEG 2000": ("1.2.840.10008.1.2.4.91", "JPEG2000", ""),
    "RLE Lossless": ("1.2.840.10008.1.2.5", "RLELossless", "dcmdrle"),
}
LOSSY = {"JPEG Baseline (8 bit)", "JPEG Extended (12 bit)", "JPEG-LS Near-Lossless", "JPEG 2000"}
Decoder = Callable[[], Any]


@dataclass
class Contest:
    """One syntax: milliseconds of each exact decoder, and who was not exact."""

    name: str
    uid: str
    ours: str
    milliseconds: dict[str, float] = field(default_factory=dict)
    inexact: list[str] = field(default_factory=list)


def run() -> list[dict[str, Any]]:
    """One record a syntax: ours beside the fastest exact decoder of all."""
    return [_record(contest) for contest in contests()]


def contests() -> list[Contest]:
    import numpy as np

    from tests.synthetic import chest, dicom_file

    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        deep = chest(3, rows=ROWS, columns=COLUMNS, bits=12)
        plain = {12: dicom_file(folder / "12.dcm", deep, BitsStored=12, HighBit=11)}
        plain[8] = dicom_file(folder / "8.dcm", (deep >> 4).astype(np.uint8))
        for syntax, (uid, gdcm_name, tool) in SYNTAXES.items():
            source = plain[8 if "8 bit" in syntax else 12]
            packed = _packed(source, folder / "packed.dcm", gdcm_name)
            if packed is not None:
                found.append(_contest(syntax, uid, source, packed, tool))
    return found


def _packed(source: Path, place: Path, gdcm_name: str) -> Path | None:
    """The film in another syntax, written by gdcm, else by DCMTK; None where neither can."""
    import gdcm

    place.unlink(missing_ok=True)
    reader, writer, change = gdcm.ImageReader(), gdcm.ImageWriter(), gdcm.ImageChangeTransferSyntax()
    reader.SetFileName(str(source))
    reader.Read()
    change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, gdcm_name)))
    change.SetInput(reader.GetImage())
    if gdcm_name not in ("JPEGExtendedProcess2_4", "JPEGLSNearLossless") and change.Change():
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        writer.SetFileName(str(place))
        writer.Write()
    else:
        tool = ["dcmcjpeg", "+ee", "+q", "95"] if "JPEGExt" in gdcm_name else ["dcmcjpls", "+en", "+md", "2"]
        if shutil.which(tool[0]):
            subprocess.run([*tool, str(source), str(place)], check=True)
    return place if place.exists() else None


def _contest(syntax: str, uid: str, source: Path, packed: Path, tool: str) -> Contest:
    import pydicom

    from workstation.dicom.offered import offered

    contest = Contest(syntax, uid, offered().get(uid, ""))
    deciding = None if syntax in LOSSY else pydicom.dcmread(source).pixel_array.astype(int)
    least: dict[str, float] = {}
    for number in range(ROUNDS):
        for name, decoder in _decoders(uid, packed, tool).items():
            if name in contest.inexact:
                continue
            start = time.perf_counter()
            values = _quietly(decoder)
            taken = (time.perf_counter() - start) * 1000
            if number == 0 and values is not True:
                deciding = values.astype(int) if deciding is None and values is not None else deciding
                if not _agrees(values, deciding, syntax in LOSSY):
                    contest.inexact.append(name)
                    continue
            least[name] = min(taken, least.get(name, taken))
    contest.milliseconds = least
    return contest


def _agrees(values: Any, deciding: Any, lossy: bool) -> bool:
    import numpy as np

    if values is None or values.shape != deciding.shape:
        return False
    return int(np.abs(values.astype(int) - deciding).max()) <= int(lossy)


def _decoders(uid: str, packed: Path, tool: str) -> dict[str, Decoder]:
    """Ours first; then pydicom in its own order, each of its plug-ins, bare gdcm, and DCMTK's tool as a process."""
    import pydicom
    from pydicom.pixels import get_decoder

    from workstation.dicom.pixels import read_film

    dataset = pydicom.dcmread(packed)
    found: dict[str, Decoder] = {"ours": lambda: read_film(packed)[1], "pydicom's order": lambda: _default(packed)}
    for plugin in get_decoder(uid).available_plugins:  # type: ignore[arg-type]
        found[plugin] = lambda plugin=plugin: get_decoder(uid).as_array(  # type: ignore[misc]
            dataset, index=0, raw=True, decoding_plugin=plugin
        )[0]
    found["gdcm itself"] = lambda: _gdcm(packed)
    if tool and shutil.which(tool):
        found[f"DCMTK {tool}"] = lambda: _tool(tool, packed)
    return found


def _default(packed: Path) -> Any:
    import pydicom

    return pydicom.dcmread(packed).pixel_array


def _gdcm(packed: Path) -> Any:
    """The bare decode: no Python array is made of it."""
    import gdcm

    reader, change = gdcm.ImageReader(), gdcm.ImageChangeTransferSyntax()
    reader.SetFileName(str(packed))
    change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.ExplicitVRLittleEndian))
    if not reader.Read():
        return None
    change.SetInput(reader.GetImage())
    return True if change.Change() else None


def _tool(tool: str, packed: Path) -> Any:
    done = subprocess.run([tool, str(packed), str(packed.with_name("raw.dcm"))], check=False, capture_output=True)
    return True if done.returncode == 0 else None


def _quietly(decoder: Decoder) -> Any:
    try:
        return decoder()
    except Exception:  # a decoder that cannot is no contestant
        return None


def _record(contest: Contest) -> dict[str, Any]:
    others = {name: each for name, each in contest.milliseconds.items() if name not in ("ours", "pydicom's order")}
    fastest = min(others, key=lambda name: others[name]) if others else ""
    ours, peer = contest.milliseconds.get("ours"), others.get(fastest)
    told = ", ".join(f"{name} {each:.0f}" for name, each in contest.milliseconds.items() if name != "ours")
    return {
        "name": f"decode {contest.name}",
        "ours": ours,
        "peer": peer,
        "ratio": ours / peer if ours and peer else None,
        "unit": UNIT,
        "peer_name": fastest,
        "bound": BOUND,
        "note": f"{contest.ours}; {told}" + (f"; cannot: {', '.join(contest.inexact)}" if contest.inexact else ""),
    }


def write(found: list[Contest]) -> None:
    """The table that the help shows."""
    rows = [
        {
            "name": one.name,
            "uid": one.uid,
            "decoder": one.ours,
            "ms": {name: round(each) for name, each in one.milliseconds.items()},
            "cannot": one.inexact,
        }
        for one in found
    ]
    said = {"film": f"{COLUMNS} x {ROWS}, 12 bit", "by": "python -m tests.benchmarks.decode --write", "rows": rows}
    TABLE.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    measured = contests()
    if "--write" in sys.argv:
        write(measured)
    for contest in measured:
        print(contest)
