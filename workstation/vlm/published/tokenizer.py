"""Words <-> ids by the SentencePiece model of a published folder, as the original's tokenizer ("legacy") made them.

Each stretch of text between special tokens gets SentencePiece's dummy blank in front, so the words after the film begin
with a lone one; ``<s>``, ``</s>`` and ``<unk>`` spelled out are taken as those tokens. Knows no prompts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sentencepiece import SentencePieceProcessor

from workstation.errors import ModelError
from workstation.vlm.config import LlamaConfig
from workstation.vlm.published.config import AGAIN
from workstation.vlm.tokenizer import Words

_BLANK = "\u2581"


class PublishedWords(Words):
    """SentencePiece behind the face that `generate` and `split` know."""

    def __init__(self, processor: SentencePieceProcessor) -> None:
        self._pieces = processor
        self.begin, self.end, self.pad = processor.bos_id(), processor.eos_id(), processor.unk_id()
        self.size = processor.get_piece_size()
        self._special = {processor.id_to_piece(number): number for number in (self.begin, self.end, self.pad)}
        self._cut = re.compile("(" + "|".join(map(re.escape, self._special)) + ")")

    @classmethod
    def read(cls, path: Path) -> PublishedWords:
        """tokenizer.model -> words; raises `ModelError` when it is missing, damaged or has no begin and end."""
        try:
            return cls._parse(path.read_bytes())
        except FileNotFoundError as error:
            raise ModelError("The folder has no tokenizer.model.", AGAIN, "model_missing") from error
        except (OSError, RuntimeError, IndexError, ValueError) as error:
            raise ModelError("The model's tokenizer.model is damaged.", AGAIN, "model_damaged") from error

    @classmethod
    def _parse(cls, model: bytes) -> PublishedWords:
        processor = SentencePieceProcessor()
        processor.LoadFromSerializedProto(
            model
        )  # RuntimeError; UnicodeDecodeError where its own complaint cannot be told
        return cls(processor)  # IndexError: a special token it does not have is number -1

    def encode(self, text: str) -> list[int]:
        """Text -> ids, no begin token added."""
        ids: list[int] = []
        for part in filter(None, self._cut.split(text)):
            ids += [self._special[part]] if part in self._special else self._pieces.encode(part)
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """Ids -> text without special tokens; the original takes a blank off the first piece, SentencePiece another."""
        pieces = [self._pieces.id_to_piece(number) for number in ids if number not in self._special.values()]
        if not pieces:
            return ""
        return str(self._pieces.decode([pieces[0].removeprefix(_BLANK), *pieces[1:]]))

    def write(self, path: Path) -> None:
        path.write_bytes(self._pieces.serialized_model_proto())


def read(path: Path, llama: LlamaConfig) -> PublishedWords:
    """`PublishedWords` that fit the language model; raises `ModelError` for another model's vocabulary."""
    words = PublishedWords.read(path)
    if (words.size, words.begin, words.end) != (llama.vocab_size, llama.bos_token_id, llama.eos_token_id):
        raise ModelError(
            f"The model's tokenizer.model is another model's: {words.size} words where {llama.vocab_size} belong,"
            " or another begin and end.",
            AGAIN,
            "model_damaged",
        )
    return words
