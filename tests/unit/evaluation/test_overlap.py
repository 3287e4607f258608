"""BLEU-4 and ROUGE-L by hand and by an independent formula."""

import math
import random

import numpy as np
import pytest

from workstation.evaluation import overlap
from workstation.evaluation.overlap import bleu4, common_length, compare, rouge_l, words


def scores(*pairs):
    sums = np.sum([compare(draft, reference) for draft, reference in pairs], axis=0)
    return float(bleu4(sums)), float(rouge_l(sums))


def test_words_are_letters_and_digits():
    assert words("FINDINGS:\nNo T2-signal, é.\n Impression: 3 mm") == ["no", "t2", "signal", "é", "3", "mm"]
    assert words("two findings: here") == ["two", "findings", "here"]


def test_bleu_by_hand():
    draft, reference = "the heart is normal in size", "the heart is normal in its size today"
    # unigrams 6/6, bigrams 4/5, trigrams 3/4, four-grams 2/3, brevity exp(1 - 8/6)
    expected = math.exp(1 - 8 / 6) * (1 * 4 / 5 * 3 / 4 * 2 / 3) ** 0.25
    assert scores((draft, reference))[0] == pytest.approx(expected)


def test_bleu_clips_repeated_words_and_pools_the_corpus():
    sums = compare("no no no no no", "no edema")
    assert sums[overlap.MATCHED].tolist() == [1, 0, 0, 0] and sums[overlap.OFFERED].tolist() == [5, 4, 3, 2]
    good = "there is no pleural effusion"
    # 5 + 1 of 5 + 5, 4 of 8, 3 of 6, 2 of 4; 10 words against 7, so no brevity penalty
    expected = (6 / 10 * 4 / 8 * 3 / 6 * 2 / 4) ** 0.25
    assert scores((good, good), ("no no no no no", "no edema"))[0] == pytest.approx(expected)


def test_nothing_in_common_is_nought_and_no_reference_is_undefined():
    assert scores(("a b c d e", "v w x y z")) == (0.0, 0.0)
    assert scores(("", "the heart is normal")) == (0.0, 0.0)
    assert all(math.isnan(value) for value in scores(("the heart", "")))
    assert scores(("the heart is normal", "the heart is normal"), ("anything", "")) == (1.0, 1.0)


def test_rouge_by_hand():
    # longest common subsequence of 3: police, the, gunman -> 2 * 3 / (4 + 5)
    assert scores(("police kill the gunman", "police did end the gunman"))[1] == pytest.approx(6 / 9)


def slow_common_length(one, two):
    table = [[0] * (len(two) + 1) for _ in range(len(one) + 1)]
    for i, a in enumerate(one):
        for j, b in enumerate(two):
            table[i + 1][j + 1] = table[i][j] + 1 if a == b else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


def test_the_subsequence_by_bits_is_that_of_the_textbook():
    generator = random.Random(1)
    for _ in range(300):
        one, two = (generator.choices("abcde", k=generator.randrange(90)) for _ in range(2))
        assert common_length(one, two) == slow_common_length(one, two)


def slow_bleu(pairs):
    """Papineni's formula, counted by lists."""
    logs = []
    for n in (1, 2, 3, 4):
        hits = total = 0
        for draft, reference in pairs:
            ours, theirs = ([p[i : i + n] for i in range(len(p) - n + 1)] for p in (draft, reference))
            total += len(ours)
            for gram in ours:
                if gram in theirs:
                    theirs.remove(gram)
                    hits += 1
        if not hits:
            return 0.0
        logs.append(math.log(hits / total))
    ours, theirs = (sum(len(pair[i]) for pair in pairs) for i in (0, 1))
    return math.exp(sum(logs) / 4) * (1 if ours > theirs else math.exp(1 - theirs / ours))


def test_corpus_bleu_is_the_formula():
    generator = random.Random(2)
    for _ in range(40):
        pairs = [[generator.choices(["no", "edema", "is", "seen"], k=generator.randrange(1, 15)) for _ in range(2)]
                 for _ in range(5)]  # fmt: skip
        found = scores(*((" ".join(draft), " ".join(reference)) for draft, reference in pairs))[0]
        assert found == pytest.approx(slow_bleu(pairs))
