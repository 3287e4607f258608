"""A film and a loaded model -> the `Draft`: pixels, encoder, gate, words one by one, rules, record.

Words are shown as they are made, but none that the record might not hold. Knows no pipe.
"""

from __future__ import annotations

import datetime
import secrets

from workstation.drafting.composing import Composed, Composer
from workstation.drafting.endings import Stopped
from workstation.drafting.loading import Loaded
from workstation.drafting.messages import TokenEvent
from workstation.drafting.sheet import Sheet
from workstation.drafting.streaming import Streaming
from workstation.drafting.wording import Rules
from workstation.errors import ModelError
from workstation.imaging import film as films
from workstation.imaging.film import Film
from workstation.imaging.prepare import pixel_sha256, prepare
from workstation.reporting.draft import Decoding, Draft, DraftSeconds
from workstation.vlm.generate import Generated
from workstation.vlm.model import Encoded

SEEDS = 2**31
_LARGEST_SEED = 2**63 - 1


def write(sheet: Sheet, loaded: Loaded) -> Draft:
    """Everything after the model is in memory; raises as `Engine.draft`."""
    sheet.tell("encoding", loaded.describe.device)
    film = films.load(sheet.instance, sheet.request.frame)
    encoded = _encoded(film, sheet, loaded)
    sheet.mark("encode")
    sheet.check_seeming(encoded.gate)
    sheet.tell("writing", loaded.describe.device)
    decoding, seed = _decoding(sheet), _seed(sheet)
    composer = Composer(_rules(sheet), encoded.probabilities, sheet.manifest.thresholds)
    generated = _generated(sheet, loaded, encoded, decoding, seed, composer)
    return _draft(sheet, loaded, film, encoded, generated, composer.finish(sheet.manifest.findings), decoding, seed)


def _encoded(film: Film, sheet: Sheet, loaded: Loaded) -> Encoded:
    how = sheet.manifest.preprocess
    return loaded.encode(prepare(film, how.side, how.method))


def _generated(
    sheet: Sheet, loaded: Loaded, encoded: Encoded, decoding: Decoding, seed: int, composer: Composer
) -> Generated:
    def tell(text: str, section: str) -> None:
        sheet.on_event(TokenEvent(sheet.request.id, text, section))

    streaming = Streaming(composer, _rules(sheet), tell)

    def hear(piece: str) -> None:
        sheet.mark("first_token")
        streaming.add(piece)

    generated = loaded.write(encoded, decoding, seed, hear, sheet.stop)
    if generated.stopped_by == "stop":
        raise Stopped
    sheet.mark("first_token")  # a model that ends at once made no piece
    streaming.finish()
    return generated


def _rules(sheet: Sheet) -> Rules:
    return Rules(frozenset(sheet.manifest.deniable), sheet.request.prior_given, sheet.sides_known)


def _decoding(sheet: Sheet) -> Decoding:
    own = sheet.manifest.decoding
    temperature = 0.0 if sheet.request.greedy else own.temperature
    return Decoding(temperature, own.top_p, own.top_k, own.max_new_tokens)


def _seed(sheet: Sheet) -> int:
    seed = sheet.request.seed
    if seed is None:
        return secrets.randbelow(SEEDS)
    if not 0 <= seed <= _LARGEST_SEED:
        raise ModelError("The seed is out of range.", f"Choose a whole number from 0 to {_LARGEST_SEED}.", "seed")
    return seed


def _draft(
    sheet: Sheet,
    loaded: Loaded,
    film: Film,
    encoded: Encoded,
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
        encoded.probabilities,
        loaded.describe,
        generated.prompt,
        decoding,
        seed,
        pixel_sha256(film),
        DraftSeconds(**{step: round(seconds, 4) for step, seconds in sheet.seconds.items()}),
        len(generated.token_ids),
        generated.stopped_by,
        (*sheet.warnings, *loaded.warnings, *composed.warnings),
        (sheet.instance.sop_instance_uid,),
        datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
        sheet.override,
    )
