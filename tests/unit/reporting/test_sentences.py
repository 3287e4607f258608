"""Where a sentence ends, and what is a word."""

from workstation.reporting.sentences import sentence_spans, split_sentences, words


def test_decimal_points_and_titles_do_not_end_a_sentence():
    text = "Dr. Kim was told. The nodule measures 2.5 cm. No effusion!\nHeart normal"
    assert split_sentences(text) == ["Dr. Kim was told.", "The nodule measures 2.5 cm.", "No effusion!", "Heart normal"]


def test_spans_point_at_the_sentences():
    text = "  Heart enlarged.  Lungs clear. \n"
    assert [text[start:end] for start, end in sentence_spans(text)] == ["Heart enlarged.", "Lungs clear."]


def test_blank_text_has_no_sentences():
    assert split_sentences(" \n ") == []


def test_words_are_lower_case_without_punctuation():
    assert words("Follow-up: 2.5 cm, RIGHT-sided (new).") == ["follow-up", "2.5", "cm", "right-sided", "new"]


def test_words_of_other_scripts_count():
    assert words("Сердце увеличено. 심장 비대") == ["сердце", "увеличено", "심장", "비대"]
