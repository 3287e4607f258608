"""A model's tokenizer in llama.cpp's terms: byte-level BPE (ours) or SentencePiece (published). Knows no weights.

The program feeds ids of its own reading; this is written so that llama.cpp names the same words and refuses nothing.
No begin token is added by the file: the two that CXR-LLAVA wants are among the ids.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import gguf
from sentencepiece import SentencePieceProcessor

from workstation.errors import ModelError
from workstation.vlm.published.tokenizer import PublishedWords
from workstation.vlm.tokenizer import BEGIN, END, PAD, UNKNOWN


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``model`` "gpt2" (with ``merges``) or "llama" (with ``scores``), one entry an id; ids of the special tokens."""

    model: str
    tokens: tuple[str, ...]
    types: tuple[int, ...]
    begin: int
    end: int
    unknown: int
    pad: int | None = None
    merges: tuple[str, ...] = ()
    scores: tuple[float, ...] = ()

    def describe(self, writer: gguf.GGUFWriter) -> None:
        """Into the header of a GGUF file."""
        writer.add_tokenizer_model(self.model)
        writer.add_token_list(self.tokens)
        writer.add_token_types(self.types)
        if self.model == "gpt2":
            writer.add_tokenizer_pre("gpt-2")
            writer.add_token_merges(self.merges)
        else:
            writer.add_tokenizer_pre("default")
            writer.add_token_scores(self.scores)
            writer.add_add_space_prefix(True)  # SentencePiece's dummy blank
        writer.add_bos_token_id(self.begin)
        writer.add_eos_token_id(self.end)
        writer.add_unk_token_id(self.unknown)
        if self.pad is not None:
            writer.add_pad_token_id(self.pad)
        writer.add_add_bos_token(False)
        writer.add_add_eos_token(False)


def bytewise(path: Path, size: int) -> Vocabulary:
    """tokenizer.json -> `Vocabulary` of ``size`` entries; raises `ModelError` when it is missing or damaged."""
    try:
        return _bytewise(json.loads(path.read_text(encoding="utf-8")), size)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ModelError("The model's tokenizer is missing or damaged.", "Install the model again.") from error


def _bytewise(value: dict, size: int) -> Vocabulary:
    ids: dict[str, int] = dict(value["model"]["vocab"])
    tokens = [f"[PAD{i}]" for i in range(size)]
    types = [int(gguf.TokenType.UNUSED)] * size
    for token, i in ids.items():
        tokens[i], types[i] = token, int(gguf.TokenType.NORMAL)
    for added in value["added_tokens"]:
        tokens[added["id"]], types[added["id"]] = added["content"], int(gguf.TokenType.CONTROL)
        ids[added["content"]] = added["id"]
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in value["model"]["merges"]]
    begin, end, unknown, pad = (ids[name] for name in (BEGIN, END, UNKNOWN, PAD))
    return Vocabulary("gpt2", tuple(tokens), tuple(types), begin, end, unknown, pad, merges=tuple(merges))


def pieces(path: Path) -> Vocabulary:
    """tokenizer.model -> `Vocabulary`; raises `ModelError` as `PublishedWords.read` does."""
    PublishedWords.read(path)  # tells what is wrong with it
    found = SentencePieceProcessor()
    found.LoadFromSerializedProto(path.read_bytes())
    every = range(found.get_piece_size())
    return Vocabulary(
        "llama",
        tuple(found.id_to_piece(i) for i in every),
        tuple(_kind(found, i) for i in every),
        found.bos_id(),
        found.eos_id(),
        found.unk_id(),
        scores=tuple(found.get_score(i) for i in every),
    )


def _kind(found: SentencePieceProcessor, i: int) -> int:
    """SentencePiece cannot be asked for user-defined pieces; a CXR-LLAVA vocabulary has none."""
    asked = ((found.is_unknown, "UNKNOWN"), (found.is_control, "CONTROL"), (found.is_unused, "UNUSED"))
    for is_so, name in (*asked, (found.is_byte, "BYTE")):
        if is_so(i):
            return int(gguf.TokenType[name])
    return int(gguf.TokenType.NORMAL)
