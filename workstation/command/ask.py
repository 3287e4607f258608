"""``ask FILM``: questions about a film to a model on this machine, one after the other as one chat.

Answers stand on the terminal only: nothing of them is kept, and none enters a report.
"""

from __future__ import annotations

import argparse
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.command.draft import seed_number
from workstation.command.output import home_of, store_of, succeed
from workstation.reporting.report import RESEARCH_MARK

if TYPE_CHECKING:
    from workstation.reporting.draft import Answer


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("ask", help="ask a model about a film")
    parser.add_argument("film", metavar="FILM", help="path, StudyInstanceUID or SOPInstanceUID")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--question", action="append", metavar="TEXT", help="several make one chat")
    what.add_argument("--differential", action="store_true", help="the possible differential diagnoses")
    parser.add_argument("--model", metavar="ID", help="another than the default model (see: models list)")
    parser.add_argument("--backend", choices=("torch", "llama.cpp"), help="what runs the language model")
    parser.add_argument("--seed", type=seed_number, metavar="N", help="the same seed gives the same answers")
    parser.add_argument("--greedy", action="store_true", help="the likeliest word each time, no chance")


def run(arguments: argparse.Namespace) -> int:
    answers = _answers(arguments, _path(arguments))
    return succeed(arguments, {"answers": [answer.to_json() for answer in answers]}, _lines(answers))


def _path(arguments: argparse.Namespace) -> str:
    if Path(arguments.film).is_file():
        return str(arguments.film)
    from workstation.workflow.worklist import find_film

    with store_of(arguments) as store:
        return find_film(store, arguments.film).path


def _answers(arguments: argparse.Namespace, path: str) -> list[Answer]:
    from workstation.drafting.engine import Engine
    from workstation.drafting.messages import AskRequest

    engine = Engine(home_of(arguments))
    answers: list[Answer] = []
    turns: list[tuple[str, str]] = []
    task = "differential" if arguments.differential else "question"
    try:
        for question in arguments.question or [""]:
            request = AskRequest(
                uuid.uuid4().hex,
                path,
                task,
                question,
                tuple(turns),
                model=arguments.model,
                backend=arguments.backend,
                seed=arguments.seed,
                greedy=arguments.greedy,
            )
            answers.append(engine.ask(request))
            turns.append((question, answers[-1].text))
    finally:
        engine.close()
    return answers


def _lines(answers: list[Answer]) -> Iterator[str]:
    """What a person reads on the terminal."""
    if not answers[0].model.clinical:
        yield f"{RESEARCH_MARK}\n"
    for answer in answers:
        if answer.question:
            yield f"> {answer.question}"
        yield answer.text or "(nothing)"
        for warning in answer.warnings:
            yield f"Warning: {warning}"
    model, seeds = answers[0].model, ", ".join(str(answer.seed) for answer in answers)
    yield f"\n{model.id} ({model.backend}, {model.quantisation}) on {model.device}, seed {seeds}"
