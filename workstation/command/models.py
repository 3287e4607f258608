"""``models list|verify``: which models are here, on what terms, whether they fit, whether their bytes are theirs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from workstation.catalog import installed as catalog
from workstation.catalog.installed import Broken, InstalledModel, VerifyResult
from workstation.catalog.room import fits
from workstation.command.output import fall_short, home_of, or_null, succeed
from workstation.errors import ModelError, SettingsError
from workstation.paths import Home
from workstation.settings import load_settings


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("models", help="list and verify the models on this machine")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("list", help="what is there, from whom, on what terms, and whether it fits")
    verify = verbs.add_parser("verify", help="compare every byte with the manifest")
    verify.add_argument("id", nargs="?", metavar="ID", help="one model; without it all")


def run(arguments: argparse.Namespace) -> int:
    return _list(arguments) if arguments.verb == "list" else _verify(arguments)


def _list(arguments: argparse.Namespace) -> int:
    home = home_of(arguments)
    chosen = _default(home)
    models = [_model_json(model, chosen) for model in catalog.installed(home)]
    models += [_broken_json(broken) for broken in catalog.broken(home)]
    return succeed(arguments, {"models": models}, _table(models))


def _default(home: Home) -> str:
    try:
        return catalog.default(home, load_settings(home)).manifest.id
    except (ModelError, SettingsError):
        return ""


def _model_json(model: InstalledModel, chosen: str) -> dict[str, Any]:
    manifest = model.manifest
    return {
        "id": manifest.id,
        "name": manifest.name,
        "version": or_null(manifest.version),
        "status": model.status,
        "bytes": manifest.bytes,
        "terms": or_null(manifest.terms),
        "source": or_null(manifest.source),
        "sha256": manifest.sha256,
        "clinical": manifest.clinical,
        "findings": list(manifest.findings),
        "deniable": list(manifest.deniable),
        "backends": list(manifest.backends),
        "quantisations": list(manifest.quantisations),
        "needs_bytes": manifest.needs_bytes,
        "fits": fits(manifest.needs_bytes),
        "default": manifest.id == chosen,
        "bundled": model.bundled,
    }


def _broken_json(broken: Broken) -> dict[str, Any]:
    """A folder whose manifest cannot be used; CONTRACT's keys are all there."""
    unknown = dict.fromkeys(("bytes", "terms", "source", "sha256", "needs_bytes"))
    lists: dict[str, Any] = {"backends": [], "quantisations": []}
    told = {"fits": "no", "default": False, "problem": broken.error.message, "remedy": broken.error.remedy}
    return {"id": broken.name, "status": "damaged", **unknown, **lists, **told}


def _table(models: list[dict[str, Any]]) -> Iterator[str]:
    if not models:
        yield "No model is installed."
    for model in models:
        mark = "*" if model["default"] else " "
        size = f"{(model['bytes'] or 0) / 1e6:,.0f} MB"
        clinical = "clinical" if model.get("clinical") else "research only"
        yield f"{mark} {model['id']:24} {model['status']:10} {size:>10}  fits: {model['fits']}  {clinical}"
        if model.get("problem"):
            yield f"    {model['problem']} {model['remedy']}"
        elif model["terms"]:
            yield f"    {model['terms']}"


def _verify(arguments: argparse.Namespace) -> int:
    home = home_of(arguments)
    chosen = [catalog.find(home, arguments.id)] if arguments.id else catalog.installed(home)
    broken = [] if arguments.id else catalog.broken(home)
    if not chosen and not broken:
        raise ModelError("No model is installed.", "Reinstall the program, or import a model.", "no_model")
    results = [catalog.verify(model, home=home) for model in chosen]
    models = [_result_json(result) for result in results]
    models += [{**_broken_json(each), "ok": False, "bad": [["manifest.toml", "damaged"]]} for each in broken]
    bad = [model["id"] for model in models if not model["ok"]]
    value, lines = {"ok": not bad, "models": models}, list(map(_result_line, models))
    if not bad:
        return succeed(arguments, value, lines)
    damaged = ModelError(f"Damaged: {', '.join(bad)}.", "Install the model again.", "model_damaged")
    return fall_short(arguments, value, lines, damaged)


def _result_json(result: VerifyResult) -> dict[str, Any]:
    return {
        "id": result.id,
        "ok": result.ok,
        "status": "ready" if result.ok else "damaged",
        "sha256": result.sha256,
        "bytes": result.bytes,
        "bad": [list(each) for each in result.bad],
    }


def _result_line(model: dict[str, Any]) -> str:
    if model["ok"]:
        return f"{model['id']}: every byte is as its manifest says"
    what = "; ".join(f"{name} {problem}" for name, problem in model["bad"])
    return f"{model['id']}: {what}. Install the model again."
