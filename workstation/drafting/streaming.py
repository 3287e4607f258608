"""Pieces of decoder text as they come -> words that may be shown at once, section by section.

A word is shown when the sentence up to it stands as the model wrote it under all rules. From the first word that could
begin a denial, a comparison or a side, the rest of the sentence waits until it can be judged whole, so that nothing
which must be taken out was ever on the screen. Knows no model and no pipe.
"""

from __future__ import annotations

from collections.abc import Callable

from workstation.drafting.composing import Composer
from workstation.drafting.unfolding import Sentence, Unfolding
from workstation.drafting.wording import Rules, must_wait

CUT = " […] "  # stands in the stream, never in the record, where the rest of a shown sentence had to go


class Streaming:
    """Feeds the composer with whole sentences and ``tell`` (text, section) with words."""

    def __init__(self, composer: Composer, rules: Rules, tell: Callable[[str, str], None]) -> None:
        self._composer, self._rules, self._tell = composer, rules, tell
        self._unfolding = Unfolding()
        self._shown = ""  # of the sentence that is still growing

    def add(self, piece: str) -> None:
        self._complete(self._unfolding.add(piece))
        self._grow(self._unfolding.growing())

    def finish(self) -> None:
        self._complete(self._unfolding.finish())

    def _complete(self, sentences: list[Sentence]) -> None:
        for sentence in sentences:
            whole = self._composer.add(sentence)
            rest = whole[len(self._shown) :] if whole.startswith(self._shown) else CUT
            self._say(rest, sentence.section)
            self._shown = ""

    def _grow(self, sentence: Sentence | None) -> None:
        if sentence is None:
            return
        words, space, _ = sentence.text.rpartition(" ")
        if not space or must_wait(words, self._rules):
            return
        so_far = self._composer.lead(sentence.section) + words
        if so_far.startswith(self._shown):
            self._say(so_far[len(self._shown) :], sentence.section)
            self._shown = so_far

    def _say(self, text: str, section: str) -> None:
        if text:
            self._tell(text, section)
