"""``models``: what is here, on what terms, whether it fits; import, convert, verify, choose and remove."""

from __future__ import annotations

import argparse
import sys
import uuid
from collections.abc import Callable
from typing import Any

from workstation.catalog import installed as catalog
from workstation.catalog.installed import InstalledModel
from workstation.command import modellines
from workstation.command.modellines import broken_json, model_json
from workstation.command.output import fall_short, home_of, succeed
from workstation.errors import ModelError, SettingsError
from workstation.paths import Home
from workstation.settings import load_settings

QUANTISATIONS = ("F32", "F16", "Q8_0", "Q4_K_M")


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("models", help="list, import, convert, verify, choose and remove models")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("list", help="what is there, from whom, on what terms, and whether it fits")
    taking = verbs.add_parser("import", help="copy a downloaded model into the home, whole or not at all")
    taking.add_argument("folder", metavar="FOLDER", help="CXR-LLAVA-v2 as it was downloaded, or a model trained here")
    taking.add_argument("--id", default="", metavar="ID", help="the model's name here; without it the folder's")
    taking.add_argument("--accept-terms", action="store_true", help="you have read the model's terms and accept them")
    taking.add_argument("--anyway", action="store_true", help="though this machine has too little memory for it")
    convert = verbs.add_parser("convert", help="write the language model for llama.cpp")
    _id(convert)
    convert.add_argument(
        "--quantise",
        default="Q8_0",
        type=str.upper,
        choices=QUANTISATIONS,
        help="the smaller, the less exact; without it Q8_0, half of 16 bits and almost as exact",
    )
    verify = verbs.add_parser("verify", help="compare every byte with the manifest")
    verify.add_argument("id", nargs="?", metavar="ID", help="one model; without it all")
    _id(verbs.add_parser("use", help="draft with this model from now on"))
    removing = verbs.add_parser("remove", help="delete a model that was imported")
    _id(removing)
    removing.add_argument("--yes", action="store_true", help="do not ask, at a terminal either")


def _id(parser: Any) -> None:
    parser.add_argument("id", metavar="ID", help="see: models list")


def run(arguments: argparse.Namespace) -> int:
    verbs: dict[str, Callable[[argparse.Namespace], int]] = {
        "list": _list,
        "import": _import,
        "convert": _convert,
        "verify": _verify,
        "use": _use,
        "remove": _remove,
    }
    return verbs[arguments.verb](arguments)


def _list(arguments: argparse.Namespace) -> int:
    home = home_of(arguments)
    models = _every(home)
    return succeed(arguments, {"models": models}, modellines.table(models))


def _every(home: Home) -> list[dict[str, Any]]:
    chosen = _default(home)
    models = [model_json(home, model, chosen) for model in catalog.installed(home)]
    return models + [broken_json(broken) for broken in catalog.broken(home)]


def _default(home: Home) -> str:
    try:
        return catalog.default(home, load_settings(home)).manifest.id
    except (ModelError, SettingsError):
        return ""


def _import(arguments: argparse.Namespace) -> int:
    home = home_of(arguments)
    accepted = arguments.accept_terms or _accepted_at_the_terminal(arguments)
    found = _job(arguments, "import", folder=arguments.folder, model=arguments.id, accepted_terms=accepted)
    model = catalog.find(home, found["id"])
    value = {**found, "models": [model_json(home, model, _default(home))]}
    return succeed(arguments, value, modellines.imported(found))


def _accepted_at_the_terminal(arguments: argparse.Namespace) -> bool:
    """Whether somebody sits there and says yes to the terms; without terms or terminal nobody is asked."""
    if arguments.json or not sys.stdin.isatty():
        return False
    from pathlib import Path

    from workstation.catalog import candidate, terms

    said = candidate.examine(Path(arguments.folder)).terms
    return said != terms.UNKNOWN and _yes(f"This model is given under these terms: {said}.\nDo you accept them?")


def _convert(arguments: argparse.Namespace) -> int:
    home = home_of(arguments)
    found = _job(arguments, "convert", model=arguments.id, quantisation=arguments.quantise)
    model = catalog.find(home, arguments.id)
    value = {**found, "models": [model_json(home, model, _default(home))]}
    return succeed(arguments, value, modellines.converted(found))


def _verify(arguments: argparse.Namespace) -> int:
    home = home_of(arguments)
    chosen = [catalog.find(home, arguments.id)] if arguments.id else catalog.installed(home)
    broken = [] if arguments.id else catalog.broken(home)
    if not chosen and not broken:
        raise ModelError("No model is installed.", "Reinstall the program, or import a model.", "no_model")
    models = [_verified(arguments, home, model) for model in chosen]
    models += [{**broken_json(each), "ok": False, "bad": [["manifest.toml", "damaged"]]} for each in broken]
    bad = [model["id"] for model in models if not model["ok"]]
    value, lines = {"ok": not bad, "models": models}, list(map(modellines.verified, models))
    if not bad:
        return succeed(arguments, value, lines)
    damaged = ModelError(f"Damaged: {', '.join(bad)}.", "Install the model again.", "model_damaged")
    return fall_short(arguments, value, lines, damaged)


def _verified(arguments: argparse.Namespace, home: Home, model: InstalledModel) -> dict[str, Any]:
    found = _job(arguments, "verify", model=model.manifest.id)
    return {**model_json(home, model, _default(home)), **{key: found[key] for key in ("ok", "status", "bad")}}


def _use(arguments: argparse.Namespace) -> int:
    home = home_of(arguments)
    model = catalog.find(home, arguments.id)
    if model.status != "ready":
        raise ModelError(f"The model {arguments.id} is {model.status}.", "Install it again.", "damaged_model")
    load_settings(home).with_value("model", arguments.id).save(home)
    found = model_json(home, model, arguments.id)
    warnings = modellines.too_large(found)
    lines = [f"{arguments.id} drafts from now on.", *warnings]
    return succeed(arguments, {"id": arguments.id, "warnings": warnings, "models": [found]}, lines)


def _remove(arguments: argparse.Namespace) -> int:
    from workstation.catalog import removing

    home = home_of(arguments)
    asked = sys.stdin.isatty() and not (arguments.json or arguments.yes)  # a program that says "remove" means it
    if asked and not _yes(f"Remove {arguments.id}?"):
        raise ModelError(f"The model {arguments.id} was not removed.", "Say so with --yes.", "not_confirmed")
    freed = removing.remove(home, arguments.id)
    lines = [f"{arguments.id} is gone; {freed / 1e6:,.0f} MB are free again."]
    settings = load_settings(home)
    if settings["model"] == arguments.id:  # a setting that names nothing would stop every draft
        settings.with_value("model", "").save(home)
        lines.append(f"It was the default; {_default(home) or 'no model'} drafts from now on.")
    return succeed(arguments, {"id": arguments.id, "freed_bytes": freed, "models": _every(home)}, lines)


def _job(arguments: argparse.Namespace, verb: str, **wishes: Any) -> dict[str, Any]:
    """The work that the window gives to its worker, done here, with its progress on the terminal."""
    from workstation.drafting import jobs
    from workstation.drafting.messages import JobRequest

    request = JobRequest(uuid.uuid4().hex, verb, **wishes)
    with modellines.progress_on(sys.stderr) as progress:
        return jobs.run(
            home_of(arguments), request, progress, lambda: False, anyway=getattr(arguments, "anyway", False)
        )


def _yes(question: str) -> bool:
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
