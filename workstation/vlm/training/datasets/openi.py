"""Open-i (Indiana University) as published: ecgen-radiology/*.xml and NLMCXR_png/*.png (or NLMCXR_dcm/**/*.dcm).

The XML does not say which picture is the frontal one: the table indiana_projections.csv does, and the DICOM headers do;
a study of one picture whose caption names no lateral is taken too. Findings are read from the report by our labeler.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as tree
from collections.abc import Iterator
from pathlib import Path

from workstation.reporting.findings import Presence
from workstation.reporting.labeler import label
from workstation.vlm.training.datasets.sample import LeftOut, Sample
from workstation.vlm.training.datasets.table import missing, rows

LAYOUT = (
    "ecgen-radiology/*.xml, NLMCXR_png/*.png or NLMCXR_dcm/**/*.dcm, and (where there is one) indiana_projections.csv"
)
LICENCE = "Indiana University chest X-rays, Open-i: CC BY-NC-ND 4.0"
_LATERAL = re.compile(r"\blat(?:eral)?\b", re.IGNORECASE)


def is_here(folder: Path) -> bool:
    return (folder / "ecgen-radiology").is_dir()


def read(folder: Path) -> Iterator[Sample | LeftOut]:
    if not is_here(folder):
        raise missing(folder / "ecgen-radiology")
    films = {path.stem: path for path in (folder / "NLMCXR_png").glob("*.png")}
    headed = {path.stem: path for path in (folder / "NLMCXR_dcm").glob("**/*.dcm")}
    views = _projections(folder / "indiana_projections.csv")
    for path in sorted((folder / "ecgen-radiology").glob("*.xml"), key=lambda p: (len(p.stem), p.stem)):
        yield from _study(path, films, headed, views)


def _study(
    path: Path, films: dict[str, Path], headed: dict[str, Path], views: dict[str, str]
) -> Iterator[Sample | LeftOut]:
    try:
        root = tree.parse(path).getroot()
    except (tree.ParseError, OSError):
        yield LeftOut("a report file that is damaged")
        return
    pictures = root.findall(".//parentImage")
    if not pictures:
        yield LeftOut("a report without a film")
    text = _text(root)
    for picture in pictures:
        name = picture.get("id") or ""
        film = headed.get(name) or films.get(name)
        if film is None:
            yield LeftOut("the film is not there")
        else:
            yield _sample(film, f"openi:{path.stem}", text, _view(name, picture, len(pictures), film, views))


def _sample(film: Path, patient: str, text: str, view: str | None) -> Sample | LeftOut:
    if view is None:
        return LeftOut("the view is not told (add indiana_projections.csv)")
    if view == "lateral":
        return LeftOut("not a frontal film")
    if not text:
        return LeftOut("an empty report")
    found = {name: is_ for name, is_ in label(text).findings.items() if is_ is not Presence.NOT_MENTIONED}
    return Sample("openi", film, patient, found, text)


def _view(name: str, picture: tree.Element, pictures: int, film: Path, views: dict[str, str]) -> str | None:
    """ "" = frontal or told by the header, "lateral", None = not told."""
    if name in views:
        return "" if views[name].lower().startswith("frontal") else "lateral"
    if film.suffix == ".dcm":
        return ""
    caption = picture.findtext("caption") or ""
    return "" if pictures == 1 and not _LATERAL.search(caption) else None


def _text(root: tree.Element) -> str:
    parts = {piece.get("Label", ""): " ".join((piece.text or "").split()) for piece in root.iter("AbstractText")}
    kept = [(name, parts[name]) for name in ("FINDINGS", "IMPRESSION") if parts.get(name)]
    return "\n\n".join(f"{name}:\n{words}" for name, words in kept)


def _projections(path: Path) -> dict[str, str]:
    """Picture id -> Frontal or Lateral; the table's file names lack the letters CXR and have .dcm before .png."""
    if not path.is_file():
        return {}
    table = rows(path, ("filename", "projection"))
    return {f"CXR{re.sub(r'(?:[.]dcm)?[.]png$', '', row['filename'])}": row["projection"] for row in table}
