"""Two texts -> the counts from which BLEU-4 and ROUGE-L of any set of cases follow. Our own code, no library's.

Words are runs of letters and digits in lower case; punctuation and the headings FINDINGS: and IMPRESSION: are no
words. BLEU-4 is the corpus's (Papineni 2002: counts summed over cases, brevity penalty, no smoothing); ROUGE-L is the
mean over cases of the F1 of the longest common subsequence (Lin 2004, beta = 1).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

_WORD = re.compile(r"[^\W_]+")
_HEADING = re.compile(r"^[ \t]*(?:findings|impression)[ \t]*:", re.IGNORECASE | re.MULTILINE)
ORDERS = (1, 2, 3, 4)
# columns of a case: matched and offered n-grams of the four orders, lengths of draft and reference, ROUGE-L, one
MATCHED, OFFERED, LENGTHS, ROUGE, CASES = slice(0, 4), slice(4, 8), slice(8, 10), 10, 11
COLUMNS = 12
MOST_WORDS = 4000


def words(text: str) -> list[str]:
    """At most the first `MOST_WORDS` words."""
    return _WORD.findall(_HEADING.sub(" ", text).lower())[:MOST_WORDS]


def compare(draft: str, reference: str) -> np.ndarray:
    """One case's counts (12,); all nought when the reference has no words (it cannot be judged)."""
    counts = np.zeros(COLUMNS)
    ours, theirs = words(draft), words(reference)
    if not theirs:
        return counts
    for n in ORDERS:
        offered = _grams(ours, n)
        counts[n - 1] = (offered & _grams(theirs, n)).total()
        counts[n + 3] = offered.total()
    counts[LENGTHS] = len(ours), len(theirs)
    counts[ROUGE] = _f1(common_length(ours, theirs), len(ours), len(theirs))
    counts[CASES] = 1
    return counts


def _grams(tokens: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(tokens[i:] for i in range(n)), strict=False))


def _f1(common: int, ours: int, theirs: int) -> float:
    return 2 * common / (ours + theirs) if common else 0.0


def common_length(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """Length of the longest common subsequence, by bits (Hyyro 2004)."""
    places: dict[str, int] = {}
    for i, word in enumerate(ours):
        places[word] = places.get(word, 0) | 1 << i
    full = (1 << len(ours)) - 1
    row = full
    for word in theirs:
        kept = row & places.get(word, 0)
        row = ((row + kept) | (row - kept)) & full
    return len(ours) - row.bit_count()


def bleu4(sums: np.ndarray) -> np.ndarray:
    """(..., 12) sums over cases -> corpus BLEU-4 (...); NaN without references, 0 without a common 4-gram."""
    matched, offered = sums[..., MATCHED], sums[..., OFFERED]
    ours, theirs = sums[..., 8], sums[..., 9]
    some = (matched > 0).all(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.exp(np.log(matched / offered).mean(-1))
        brevity = np.exp(np.minimum(0.0, 1 - theirs / ours))
    return np.where(sums[..., CASES] > 0, np.where(some, precision * brevity, 0.0), np.nan)


def rouge_l(sums: np.ndarray) -> np.ndarray:
    """(..., 12) sums over cases -> mean ROUGE-L (...); NaN without references."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sums[..., CASES] > 0, sums[..., ROUGE] / sums[..., CASES], np.nan)
