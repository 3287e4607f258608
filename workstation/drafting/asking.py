"""A question about a film and a loaded model -> the `Answer`, under the same rules as a draft.

An answer stands beside the report and never enters it by itself. Knows no pipe and no window.
"""

from __future__ import annotations

from collections.abc import Sequence

from workstation.drafting.composing import Composer
from workstation.drafting.endings import Stopped
from workstation.drafting.loading import Loaded
from workstation.drafting.messages import AskRequest, TokenEvent
from workstation.drafting.seeing import Seen, Sight
from workstation.drafting.sheet import Sheet
from workstation.drafting.streaming import Streaming
from workstation.drafting.writing import created_now, decoding_of, rules_of, seconds_of, seed_of
from workstation.reporting.draft import Answer
from workstation.vlm.generate import Generated
from workstation.vlm.prompt import DIFFERENTIAL, SYSTEM, dialogue

ANSWER_ROOM = 64  # tokens that an answer should have at least, before turns are dropped for it


def answer(sheet: Sheet, request: AskRequest, loaded: Loaded, sight: Sight) -> Answer:
    """Everything after the model is in memory; raises as `Engine.ask`."""
    sheet.tell("encoding", loaded.describe.device)
    seen = sight.again(sheet, loaded)
    sheet.mark("encode")
    sheet.check_seeming(seen.encoded.gate)
    sheet.tell("writing", loaded.describe.device)
    prompt, used = _prompt(request, loaded, seen)
    if used < len(request.turns):
        sheet.warnings.append(
            f"The chat is too long for this model: it was not given the oldest {len(request.turns) - used} of "
            f"{len(request.turns)} questions and answers."
        )
    composer = Composer(rules_of(sheet), seen.encoded.probabilities, sheet.manifest.thresholds)
    seed = seed_of(sheet)
    generated = _generated(sheet, loaded, seen, prompt, seed, composer)
    return _answer(sheet, request, loaded, seen, generated, composer, seed, used)


def _prompt(request: AskRequest, loaded: Loaded, seen: Seen) -> tuple[str, int]:
    """The chat as the model is to see it, and how many of the turns before it holds: the latest that fit."""
    turns = [(_asked(question), _said(reply)) for question, reply in request.turns]
    asked = DIFFERENTIAL if request.task == "differential" else _said(request.question)
    for dropped in range(len(turns) + 1):
        prompt = _rendered(turns[dropped:], asked, loaded)
        if loaded.room(seen.encoded, prompt) >= ANSWER_ROOM or dropped == len(turns):
            return prompt, len(turns) - dropped
    raise AssertionError


def _rendered(turns: Sequence[tuple[str, str]], asked: str, loaded: Loaded) -> str:
    # Our own models learn without a system text: it is the same for all tasks, and its words are time.
    return dialogue(turns, asked, system=SYSTEM if loaded.manifest.foreign else "")


def _asked(question: str) -> str:
    return _said(question) or DIFFERENTIAL


def _said(text: str) -> str:
    """A reader's or a model's words without what would be read as the prompt's own marks."""
    for mark in ("<image>", "<s>", "</s>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>"):
        text = text.replace(mark, " ")
    return text.strip()


def _generated(sheet: Sheet, loaded: Loaded, seen: Seen, prompt: str, seed: int, composer: Composer) -> Generated:
    def tell(text: str, section: str) -> None:
        sheet.on_event(TokenEvent(sheet.request.id, text, "answer"))

    streaming = Streaming(composer, rules_of(sheet), tell)

    def hear(piece: str) -> None:
        sheet.mark("first_token")
        streaming.add(piece)

    generated = loaded.write(seen.encoded, decoding_of(sheet), seed, hear, sheet.stop, prompt)
    if generated.stopped_by == "stop":
        raise Stopped
    sheet.mark("first_token")
    streaming.finish()
    return generated


def _answer(
    sheet: Sheet,
    request: AskRequest,
    loaded: Loaded,
    seen: Seen,
    generated: Generated,
    composer: Composer,
    seed: int,
    used: int,
) -> Answer:
    composed = composer.finish(())
    sheet.mark("total")
    return Answer(
        " ".join(sentence.text for sentence in composed.sentences),
        request.task,
        request.question if request.task == "question" else "",
        composed.sentences,
        loaded.describe,
        generated.prompt,
        decoding_of(sheet),
        seed,
        seen.pixel_sha256,
        seconds_of(sheet),
        len(generated.token_ids),
        generated.stopped_by,
        (*sheet.warnings, *loaded.warnings, *composed.warnings),
        (sheet.instance.sop_instance_uid,),
        created_now(),
        sheet.override,
        used,
    )
