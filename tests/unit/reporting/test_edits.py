"""Differences and word error rates against hand-worked numbers and the textbook recurrence."""

import random

import pytest

from workstation.reporting.edits import difference, edit_distance


def textbook_distance(a, b):
    table = [[i + j if i * j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
    return table[-1][-1]


def test_edit_distance_equals_the_textbook_on_random_words():
    draw = random.Random(1)
    for _ in range(300):
        a, b = ([draw.choice("abcd") for _ in range(draw.randrange(0, 14))] for _ in range(2))
        assert edit_distance(a, b) == textbook_distance(a, b)


def test_ten_thousand_words_do_not_hang():
    draw = random.Random(2)
    a = [str(draw.randrange(500)) for _ in range(10_000)]
    assert edit_distance(a, [*a[:-1], "x", "y"]) == 2


def test_unchanged_text_is_all_kept():
    found = difference("Heart is enlarged. No effusion.", "Heart is enlarged. No effusion.")
    assert (found.kept, found.changed, found.added, found.removed, found.word_error_rate) == (2, 0, 0, 0, 0.0)
    assert found.unchanged


def test_one_word_inserted_in_four_is_a_quarter():
    # draft: the heart is enlarged (4 words); final adds "mildly": 1 insertion / 4
    found = difference("The heart is enlarged.", "The heart is mildly enlarged.")
    assert found.word_error_rate == pytest.approx(0.25)
    assert (found.kept, found.changed) == (0, 1)


def test_rate_can_exceed_one_when_much_is_added():
    # 2 words drafted; 6 other words written: 2 substitutions + 4 insertions = 6 / 2
    assert difference("Lungs clear.", "Massive right sided pleural effusion present.").word_error_rate == pytest.approx(
        3.0
    )


def test_an_empty_draft_has_no_rate():
    found = difference("", "Heart is enlarged.")
    assert found.word_error_rate is None
    assert (found.added, found.removed) == (1, 0)


def test_kept_changed_added_removed_are_told_apart():
    found = difference(
        "Heart is enlarged. No effusion. Lungs clear.", "Heart is mildly enlarged. Lungs clear. New nodule."
    )
    assert (found.kept, found.changed, found.added, found.removed) == (1, 1, 1, 1)
    # heart is [mildly] enlarged: 1; "no effusion lungs clear" -> "lungs clear new nodule": 2 deletions + 2 insertions
    assert found.word_error_rate == pytest.approx(5 / 7)


def test_a_moved_sentence_counts_as_kept():
    found = difference("Heart is enlarged. Lungs clear.", "Lungs clear. Heart is enlarged.")
    assert (found.kept, found.changed, found.added, found.removed) == (2, 0, 0, 0)
    assert not found.unchanged
