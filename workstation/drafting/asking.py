"""A question about a film and a loaded model -> the `Answer`, under the same rules as a draft.

An answer stands beside the report and never enters it by itself. Knows no pipe and no window.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from workstation.drafting.composing import joined
from workstation.drafting.loading import Loaded
from workstation.drafting.messages import AskRequest, TokenEvent
from workstation.drafting.questions import NOT_ASSESSED, refusal, unknown
from workstation.drafting.seeing import Seen, Sight
from workstation.drafting.sheet import Sheet
from workstation.drafting.writing import (
    composer_for,
    created_now,
    decoding_of,
    rules_of,
    seconds_of,
    seed_of,
    stream,
)
from workstation.reporting.draft import Answer, Decoding, DraftSentence
from workstation.vlm.generate import Generated
from workstation.vlm.prompt import DIFFERENTIAL

ANSWER_ROOM = 64  # tokens that an answer should have at least, before turns are dropped for it


@dataclass(frozen=True, slots=True)
class _Reply:
    """What was said, whoever said it; ``turns`` of the chat before were given to the model."""

    generated: Generated
    sentences: tuple[DraftSentence, ...]
    warnings: tuple[str, ...] = ()
    turns: int = 0


def answer(sheet: Sheet, request: AskRequest, loaded: Loaded, sight: Sight) -> Answer:
    """Everything after the model is in memory; raises as `Engine.ask`."""
    sheet.tell("encoding", loaded.describe.device)
    seen = sight.again(sheet, loaded)
    sheet.mark("encode")
    sheet.check_seeming(seen.encoded.gate)
    sheet.tell("writing", loaded.describe.device)
    seed, decoding = seed_of(sheet), decoding_of(sheet)
    if _beyond(sheet, request):
        reply = _refused(sheet)
    else:
        reply = _written(sheet, request, loaded, seen, decoding, seed)
    return _answer(sheet, request, loaded, seen, reply, decoding, seed)


def _beyond(sheet: Sheet, request: AskRequest) -> bool:
    """Whether one of our own models would have to invent; what others know is not known here."""
    if sheet.manifest.foreign or request.task == "differential":
        return False
    return unknown(request.question, sheet.manifest.findings)


def _refused(sheet: Sheet) -> _Reply:
    text = refusal(sheet.manifest.findings)
    sheet.mark("first_token")
    sheet.on_event(TokenEvent(sheet.request.id, text, "answer"))
    return _Reply(Generated(text, (), "refused", ""), (DraftSentence(text, "answer"),))


def _written(sheet: Sheet, request: AskRequest, loaded: Loaded, seen: Seen, decoding: Decoding, seed: int) -> _Reply:
    prompt, turns = _prompt(request, loaded, seen)
    composer = composer_for(sheet, seen, rules_of(sheet))
    generated = stream(sheet, loaded, seen, decoding, seed, composer, prompt)
    composed = composer.finish(())
    sentences = tuple(replace(sentence, section="answer") for sentence in composed.sentences)
    left_out = len(request.turns) - turns
    forgotten = (
        f"The chat is too long for this model: its oldest {left_out} of {len(request.turns)} answers were left out."
    )
    return _Reply(generated, sentences, (*([forgotten] if left_out else []), *composed.warnings), turns)


def _prompt(request: AskRequest, loaded: Loaded, seen: Seen) -> tuple[str, int]:
    """The chat as the model is to see it, and how many of the turns before it holds: the latest that fit."""
    turns = [(_asked(question), _said(reply)) for question, reply in request.turns]
    differential = loaded.manifest.prompts.get("differential") or DIFFERENTIAL
    asked = differential if request.task == "differential" else _said(request.question)
    for dropped in range(len(turns) + 1):
        prompt = loaded.talk(turns[dropped:], asked)
        if loaded.room(seen.encoded, prompt) >= ANSWER_ROOM or dropped == len(turns):
            return prompt, len(turns) - dropped
    raise AssertionError


def _asked(question: str) -> str:
    said = _said(question)
    return said if said.strip() else DIFFERENTIAL


def _said(text: str) -> str:
    """A reader's or a model's words without what would be read as the prompt's own marks, refusals in short."""
    if text.startswith(NOT_ASSESSED):
        return NOT_ASSESSED
    for mark in ("<image>", "<s>", "</s>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>"):
        text = text.replace(mark, " ")
    return text  # blanks and all: each kind of model has its own way with them


def _answer(
    sheet: Sheet,
    request: AskRequest,
    loaded: Loaded,
    seen: Seen,
    reply: _Reply,
    decoding: Decoding,
    seed: int,
) -> Answer:
    sheet.mark("total")
    return Answer(
        joined(sentence.text for sentence in reply.sentences),
        request.task,
        request.question if request.task == "question" else "",
        reply.sentences,
        loaded.describe,
        reply.generated.prompt,
        decoding,
        seed,
        seen.pixel_sha256,
        seconds_of(sheet),
        len(reply.generated.token_ids),
        reply.generated.stopped_by,
        (*sheet.warnings, *seen.warnings, *loaded.warnings, *reply.warnings),
        (sheet.instance.sop_instance_uid,),
        created_now(),
        sheet.override,
        tuple(reply.generated.token_ids),
        reply.turns,
    )
