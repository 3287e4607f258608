"""``render``: a film as the viewer shows it, into a PNG file.

No overlays, annotations or display calibration. A path needs no store; a UID is looked up in the home's.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.command.output import or_null, store_of, succeed
from workstation.command.silence import codecs_silenced
from workstation.errors import WorkstationError

if TYPE_CHECKING:
    from workstation.dicom.records import Instance
    from workstation.imaging.film import Film
    from workstation.imaging.window import Presentation

FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")
LARGEST_SIDE = 16384


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("render", help="write a film as a PNG, exactly as the viewer shows it")
    parser.add_argument("film", metavar="FILM", help="a path, a StudyInstanceUID or a SOPInstanceUID")
    parser.add_argument("--out", required=True, metavar="PNG", help="the file to write")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--window", nargs=2, type=float, metavar=("C", "W"), help="window center and width")
    chosen.add_argument("--voi", type=int, metavar="N", help="the header's windows, then its VOI LUTs, from 0")
    chosen.add_argument("--auto", action="store_true", help="a window about what the film really holds")
    parser.add_argument("--function", choices=FUNCTIONS, help="VOI LUT function of the window (else its own; LINEAR)")
    parser.add_argument("--invert", action="store_true", help="exchange black and white")
    parser.add_argument("--size", type=int, metavar="PX", help="long side in pixels; else the film's own size")
    parser.add_argument("--frame", type=int, default=0, metavar="N", help="picture of a multi-frame film, from 0")


def run(arguments: argparse.Namespace) -> int:
    from workstation.imaging.encode import write_png
    from workstation.imaging.film import load
    from workstation.imaging.window import render

    if arguments.size is not None and not 1 <= arguments.size <= LARGEST_SIDE:
        raise _invalid(f"The long side must be 1 to {LARGEST_SIDE} pixels.", "Give another --size.")
    with codecs_silenced():
        film = load(_find(arguments), arguments.frame)
    presentation = _presentation(film, arguments)
    pixels = render(film, presentation, arguments.size)
    write_png(arguments.out, pixels)
    facts = _facts(film, presentation, pixels.shape) | {"out": arguments.out}
    return succeed(arguments, facts, _lines(facts))


def _find(arguments: argparse.Namespace) -> Instance:
    from workstation.imaging.film import describe

    # Only a UID needs the store; what is written as a path is one, and its refusal says what is wrong with it.
    if Path(arguments.film).exists() or set(arguments.film) & {"/", "\\"}:
        return describe(arguments.film)
    from workstation.workflow.worklist import find_film

    with store_of(arguments) as store:
        return find_film(store, arguments.film)


def _presentation(film: Film, arguments: argparse.Namespace) -> Presentation:
    from dataclasses import replace

    from workstation.dicom.records import VoiLutFunction

    chosen = _chosen(film, arguments)
    if arguments.function and chosen.window:
        chosen = replace(chosen, window=replace(chosen.window, function=VoiLutFunction(arguments.function)))
    if chosen.window:
        _check(chosen.window.center, chosen.window.width, chosen.window.function)
    return replace(chosen, invert=arguments.invert)


def _chosen(film: Film, arguments: argparse.Namespace) -> Presentation:
    from workstation.dicom.records import Window
    from workstation.imaging.window import Presentation, auto, choices, default

    if arguments.window:
        return Presentation(window=Window(*arguments.window), label="Given")
    if arguments.auto:
        return auto(film)
    if arguments.voi is None:
        return default(film)
    offered = choices(film)
    if not 0 <= arguments.voi < len(offered):
        raise _invalid(
            f"The film has {len(offered)} windows and VOI LUTs, counted from 0.",
            "Choose one of them, or use --window or --auto.",
            "no_such_voi",
        )
    return offered[arguments.voi]


def _check(center: float, width: float, function: str) -> None:
    least = 1.0 if function == "LINEAR" else 0.0
    if not (math.isfinite(center) and math.isfinite(width)) or width < least or width <= 0:
        raise _invalid("This window is impossible.", "LINEAR needs a width of at least 1, the others more than 0.")


def _invalid(message: str, remedy: str, code: str = "invalid") -> WorkstationError:
    return WorkstationError(message, remedy, code)


def _facts(film: Film, presentation: Presentation, shape: tuple[int, ...]) -> dict[str, Any]:
    instance, window = film.instance, presentation.window
    return {
        "rows": film.rows,
        "columns": film.columns,
        "picture": {"rows": shape[0], "columns": shape[1], "colour": len(shape) == 3},
        "study_instance_uid": or_null(instance.study_instance_uid),
        "sop_instance_uid": or_null(instance.sop_instance_uid),
        "photometric_interpretation": instance.photometric_interpretation,
        "presentation": {
            "label": presentation.label,
            "center": window.center if window else None,
            "width": window.width if window else None,
            "function": window.function.value if window else None,
            "voi_lut": presentation.voi_lut,
            "invert": presentation.invert,
        },
        "warnings": list(instance.warnings),
    }


def _lines(facts: dict[str, Any]) -> list[str]:
    shown, picture = facts["presentation"], facts["picture"]
    how = "VOI LUT" if shown["center"] is None else f"{shown['function']} {shown['center']:g} / {shown['width']:g}"
    return [
        f"{facts['out']}: {picture['columns']} x {picture['rows']}, {shown['label']} ({how})",
        *facts["warnings"],
    ]
