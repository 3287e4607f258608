"""``draft FILM``: one draft by a model on this machine; kept in the store when the film is one of the store's."""

from __future__ import annotations

import argparse
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.command.output import home_of, store_of, succeed
from workstation.errors import WorkstationError
from workstation.reporting.report import RESEARCH_MARK

if TYPE_CHECKING:
    from workstation.drafting.messages import DraftRequest
    from workstation.reporting.draft import Draft


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("draft", help="draft findings and impression of a film")
    parser.add_argument("film", metavar="FILM", help="path, StudyInstanceUID or SOPInstanceUID")
    parser.add_argument("--model", metavar="ID", help="another than the default model (see: models list)")
    parser.add_argument("--backend", choices=("torch", "llama.cpp"), help="what runs the language model")
    parser.add_argument(
        "--quantisation",
        type=str.upper,
        choices=("F32", "BF16", "F16", "Q8_0", "Q4_K_M"),
        help="size of the model's numbers; without it the most exact that fits (see: models convert)",
    )
    parser.add_argument("--seed", type=seed_number, metavar="N", help="the same seed gives the same text")
    parser.add_argument("--greedy", action="store_true", help="the likeliest word each time, no chance")
    parser.add_argument("--anyway", action="store_true", help="draft a film that the model should not; logged")


def seed_number(text: str) -> int:
    """A seed as a command line gives it."""
    seed = int(text)
    if not 0 <= seed < 2**63:
        raise argparse.ArgumentTypeError("a whole number from 0")
    return seed


def run(arguments: argparse.Namespace) -> int:
    if Path(arguments.film).is_file():
        draft = _draft(arguments, arguments.film)
    else:
        draft = _draft_of_store(arguments)
    return succeed(arguments, draft.to_json(), _lines(draft))


def _draft(arguments: argparse.Namespace, path: str) -> Draft:
    from workstation.drafting.engine import Engine

    engine = Engine(home_of(arguments))
    try:
        return engine.draft(_request(arguments, path))
    finally:
        engine.close()


def _draft_of_store(arguments: argparse.Namespace) -> Draft:
    """Drafted, kept and logged; a refusal is logged too."""
    from workstation.workflow.reading import Reading
    from workstation.workflow.worklist import find_film

    with store_of(arguments) as store:
        film = find_film(store, arguments.film)
        store.check_writable()
        reading = Reading(store, film.study_instance_uid, _reader(arguments))
        request = _request(arguments, film.path, film.patient_age if film.patient_corrected else None)
        reading.draft_requested(
            model=request.model,
            backend=request.backend,
            seed=request.seed,
            greedy=request.greedy,
            anyway=request.anyway,
        )
        try:
            draft = _draft(arguments, film.path)
        except BaseException as error:
            reading.draft_failed(error.code if isinstance(error, WorkstationError) else type(error).__name__)
            raise
        reading.add_draft(draft)
    return draft


def _reader(arguments: argparse.Namespace) -> Any:
    from workstation.settings import load_settings
    from workstation.workflow.reading import Reader

    settings = load_settings(home_of(arguments))
    return Reader(settings["reader_id"], settings["reader_name"], settings["reader_role"])


def _request(arguments: argparse.Namespace, path: str, corrected_age: str | None = None) -> DraftRequest:
    from workstation.drafting.messages import DraftRequest

    return DraftRequest(
        uuid.uuid4().hex,
        path,
        model=arguments.model,
        backend=arguments.backend,
        quantisation=arguments.quantisation,
        seed=arguments.seed,
        greedy=arguments.greedy,
        anyway=arguments.anyway,
        patient_age=corrected_age,
    )


def _lines(draft: Draft) -> Iterator[str]:
    """What a person reads on the terminal."""
    if not draft.model.clinical:
        yield f"{RESEARCH_MARK}\n"
    yield draft.text.rstrip("\n") or "(nothing)"
    if draft.not_assessed:
        yield f"\nNot assessed by the model: {', '.join(draft.not_assessed)}."
    for warning in draft.warnings:
        yield f"Warning: {warning}"
    model, seconds = draft.model, draft.seconds
    yield (
        f"\n{model.id} ({model.backend}, {model.quantisation}) on {model.device}, seed {draft.seed}, "
        f"{draft.tokens} tokens, {seconds.total:.1f} s"
    )
