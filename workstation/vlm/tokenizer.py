"""Words <-> ids by the model's own tokenizer.json (byte-level BPE). Knows no prompts and no pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from workstation.errors import ModelError

BEGIN, END, UNKNOWN, PAD = "<s>", "</s>", "<unk>", "<pad>"
SPECIAL = (BEGIN, END, UNKNOWN, PAD)


class Words:
    """A tokenizer and the ids that generation needs."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.begin, self.end, self.pad = (self._id(name) for name in (BEGIN, END, PAD))
        self.size: int = tokenizer.get_vocab_size()

    @classmethod
    def read(cls, path: Path) -> Words:
        """tokenizer.json -> `Words`; raises `ModelError` when it is missing or damaged."""
        try:
            return cls(Tokenizer.from_str(path.read_text(encoding="utf-8")))
        except Exception as error:  # tokenizers raises bare Exception for whatever it cannot parse
            raise ModelError("The model's tokenizer is missing or damaged.", "Install the model again.") from error

    def encode(self, text: str) -> list[int]:
        """Text -> ids, no begin token added; a spelled-out special token is taken as that token."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def decode(self, ids: Sequence[int]) -> str:
        """Ids -> text without special tokens."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True))

    def write(self, path: Path) -> None:
        path.write_text(self._tokenizer.to_str(pretty=True) + "\n", encoding="utf-8")

    def _id(self, name: str) -> int:
        found = self._tokenizer.token_to_id(name)
        if found is None:
            raise ValueError(f"no {name} in the vocabulary")
        return int(found)


def train(texts: Iterable[str], size: int) -> Words:
    """A byte-level BPE vocabulary of ``size`` from our own sentences (llama.cpp: pre = "gpt-2")."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=list(SPECIAL), initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return Words(tokenizer)
