"""A film and a loaded model -> the `Draft`: gate, words one by one, rules, record.

Words are shown as they are made, but none that the record might not hold. Knows no pipe.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Mapping

from workstation.catalog.manifest import Manifest
from workstation.drafting.composing import Composed, Composer
from workstation.drafting.endings import Stopped
from workstation.drafting.loading import Loaded
from workstation.drafting.messages import AskRequest, DraftRequest, EvidenceRequest, TokenEvent
from workstation.drafting.questions import about
from workstation.drafting.seeing import Seen, Sight
from workstation.drafting.sheet import Sheet
from workstation.drafting.streaming import Streaming
from workstation.drafting.wording import Rules
from workstation.errors import ModelError
from workstation.reporting.draft import Decoding, Draft, DraftSeconds
from workstation.reporting.findings import FINDINGS
from workstation.vlm.generate import Generated

SEEDS = 2**31
_LARGEST_SEED = 2**63 - 1


def write(sheet: Sheet, loaded: Loaded, sight: Sight) -> Draft:
    """Everything after the model is in memory; raises as `Engine.draft`."""
    sheet.tell("encoding", loaded.describe.device)
    seen = sight.look(sheet, loaded)
    sheet.mark("encode")
    sheet.check_seeming(seen.encoded.gate)
    sheet.tell("writing", loaded.describe.device)
    decoding, seed = decoding_of(sheet), seed_of(sheet)
    composer = composer_for(sheet, seen, rules_of(sheet))
    generated = stream(sheet, loaded, seen, decoding, seed, composer)
    return _draft(sheet, loaded, seen, generated, composer.finish(sheet.manifest.findings), decoding, seed)


def stream(
    sheet: Sheet,
    loaded: Loaded,
    seen: Seen,
    decoding: Decoding,
    seed: int,
    composer: Composer,
    prompt: str | None = None,
) -> Generated:
    """Let the model write and show what may be shown; ``prompt`` None asks for the report, any other for an answer."""

    def tell(text: str, section: str) -> None:
        sheet.on_event(TokenEvent(sheet.request.id, text, section if prompt is None else "answer"))

    streaming = Streaming(composer, rules_of(sheet), tell)

    def hear(piece: str) -> None:
        sheet.mark("first_token")
        streaming.add(piece)

    generated = loaded.write(seen.encoded, decoding, seed, hear, sheet.stop, prompt)
    if generated.stopped_by == "stop":
        raise Stopped
    sheet.mark("first_token")  # a model that ends at once made no piece
    streaming.finish()
    return generated


def rules_of(sheet: Sheet) -> Rules:
    """What this model may say of this film. A foreign model's denials stand, each with its measured sensitivity."""
    request, manifest = sheet.request, sheet.manifest
    prior_given = isinstance(request, DraftRequest) and request.prior_given
    asked = about(request.question) if isinstance(request, AskRequest) else None
    deniable = FINDINGS if manifest.foreign else manifest.deniable
    return Rules(frozenset(deniable), prior_given, sheet.sides_known, asked)


def composer_for(sheet: Sheet, seen: Seen, rules: Rules) -> Composer:
    """Scores and limits of this film and model."""
    manifest = sheet.manifest
    sensitivities = {finding: score["sensitivity"] for finding, score in manifest.scores.items() if _measures(score)}
    scores = judged(seen.encoded.probabilities, manifest)
    return Composer(rules, scores, manifest.thresholds, sensitivities if manifest.foreign else None)


def judged(probabilities: Mapping[str, float] | None, manifest: Manifest) -> dict[str, float]:
    """Scores of the findings that the card lets the model assess; a head may hold more, whose scores mean nothing."""
    return {finding: score for finding, score in (probabilities or {}).items() if finding in manifest.findings}


def _measures(score: object) -> bool:
    return isinstance(score, Mapping) and isinstance(score.get("sensitivity"), (int, float))


def decoding_of(sheet: Sheet) -> Decoding:
    """The model's own settings, or greedy where the request wants it."""
    own = sheet.manifest.decoding
    greedy = not isinstance(sheet.request, EvidenceRequest) and sheet.request.greedy
    return Decoding(0.0 if greedy else own.temperature, own.top_p, own.top_k, own.max_new_tokens)


def seed_of(sheet: Sheet) -> int:
    """The request's seed, or a new one."""
    seed = None if isinstance(sheet.request, EvidenceRequest) else sheet.request.seed
    if seed is None:
        return secrets.randbelow(SEEDS)
    if not 0 <= seed <= _LARGEST_SEED:
        raise ModelError("The seed is out of range.", f"Choose a whole number from 0 to {_LARGEST_SEED}.", "seed")
    return seed


def created_now() -> str:
    """ISO 8601 UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")


def seconds_of(sheet: Sheet) -> DraftSeconds:
    return DraftSeconds(**{step: round(seconds, 4) for step, seconds in sheet.seconds.items()})


def _draft(
    sheet: Sheet,
    loaded: Loaded,
    seen: Seen,
    generated: Generated,
    composed: Composed,
    decoding: Decoding,
    seed: int,
) -> Draft:
    sheet.mark("total")
    return Draft(
        composed.findings,
        composed.impression,
        composed.text,
        composed.not_assessed,
        composed.sentences,
        seen.encoded.probabilities,
        loaded.describe,
        generated.prompt,
        decoding,
        seed,
        seen.pixel_sha256,
        seconds_of(sheet),
        len(generated.token_ids),
        generated.stopped_by,
        (*sheet.warnings, *seen.warnings, *loaded.warnings, *composed.warnings),
        (sheet.instance.sop_instance_uid,),
        created_now(),
        sheet.override,
        tuple(generated.token_ids),
    )
