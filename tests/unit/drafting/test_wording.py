"""Clinical-safety 2, 4 and 5 in sentences: what a model may say, and what is left of the rest."""

import pytest

from workstation.drafting.wording import EVERYTHING, Rules, word
from workstation.reporting.findings import Presence, mentions

STRICT = Rules(deniable=frozenset({"pleural effusion"}))
FREE = Rules(frozenset({"no finding", "pneumothorax", "cardiomegaly", "pneumonia"}), prior_given=True, sides_known=True)


@pytest.mark.parametrize(
    ("sentence", "denied"),
    [
        ("No pneumothorax.", ("pneumothorax",)),
        ("No pleural effusion or pneumothorax.", ("pneumothorax",)),
        ("Heart size is normal.", ("cardiomegaly",)),
        ("The lungs are clear.", (EVERYTHING,)),
        ("No acute cardiopulmonary abnormality.", (EVERYTHING,)),
        ("Normal chest radiograph.", (EVERYTHING,)),
        ("Mediastinal and hilar contours are unremarkable.", ("enlarged cardiomediastinum", EVERYTHING)),
        ("Removal of the tube.", ("support devices",)),
        ("No definite pneumothorax, possibly a small effusion.", ("pneumothorax",)),
        ("No pneumothorax, small effusion.", ("pneumothorax",)),
        ("Pneumothorax: none.", ("pneumothorax",)),
        ("NO PTX.", ("pneumothorax",)),
        ("Neither mass nor nodule.", ("mass", "nodule")),
        ("The cardiothoracic ratio is within normal limits.", ("cardiomegaly",)),
        ("Pneumonia is unlikely.", ("pneumonia",)),
        ("The pneumothorax is no longer seen.", ("pneumothorax",)),
        ("The bones are intact.", (EVERYTHING,)),
        ("The heart is normal and the lungs are clear.", ("cardiomegaly", EVERYTHING)),
        ("No new consolidation.", ("consolidation",)),
    ],
)
def test_a_denial_that_the_card_does_not_support_is_taken_out(sentence, denied):
    found = word(sentence, STRICT)
    assert found.text == ""
    assert found.denied == denied


def test_a_denial_that_the_card_supports_stays():
    assert word("No pleural effusion.", STRICT).text == "No pleural effusion."
    assert word("The lungs are clear.", FREE).text == "The lungs are clear."


def test_what_was_affirmed_beside_a_denial_stays():
    found = word("There is no pneumonia; a small pleural effusion is seen.", STRICT)
    assert found.text == "A small pleural effusion is seen."
    assert (found.denied, found.lost) == (("pneumonia",), ())


def test_an_affirmed_finding_that_had_to_go_is_told():
    found = word("Cardiomegaly without pneumothorax.", STRICT)
    assert (found.text, found.lost) == ("", ("cardiomegaly",))


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("Stable cardiomegaly.", "Cardiomegaly."),
        ("There is an unchanged nodule.", "There is a nodule."),
        ("A new opacity is seen.", "An opacity is seen."),
        ("Pleural effusion, increased since the prior study.", "Pleural effusion."),
        ("A pleural effusion is again seen.", "A pleural effusion is seen."),
        ("The heart is enlarged compared with the previous film.", "The heart is enlarged."),
        ("Worsening consolidation.", "Consolidation."),
        ("The heart is unchanged in size.", ""),
        ("Edema has improved.", ""),
        ("The effusion is larger compared to the prior.", ""),
        ("No interval change.", ""),
        ("No new pleural effusion.", ""),
    ],
)
def test_words_of_comparison_go_without_turning_the_meaning(sentence, left):
    found = word(sentence, STRICT)
    assert found.text == left
    assert found.comparison
    free = Rules(frozenset(mentions(sentence)) | {"no finding"}, prior_given=True)
    assert word(sentence, free).text == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "Changes of pneumonia are present.",
        "Decreased lung volumes.",
        "Fibrotic change is seen.",
        "The pleura is thickened.",
    ],
)
def test_words_that_only_sound_like_comparison_stay(sentence):
    assert word(sentence, STRICT).text == sentence


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("Small left pleural effusion.", "Small [right/left] pleural effusion."),
        ("Right-sided effusion.", "[right/left]-sided effusion."),
        ("Opacity in the RUL.", "Opacity in the [right/left] upper lobe."),
        ("Leftward shift of the mediastinum.", "[right/left]ward shift of the mediastinum."),
        ("Middle lobe atelectasis.", "[middle lobe/lingula] atelectasis."),
        ("Left ventricular enlargement.", "Left ventricular enlargement."),
        ("The film was taken upright.", "The film was taken upright."),
        ("Bilateral effusions.", "Bilateral effusions."),
    ],
)
def test_sides_become_a_choice_where_they_are_not_known(sentence, left):
    assert word(sentence, STRICT).text == left
    assert word(sentence, Rules(STRICT.deniable, sides_known=True)).text == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "This draft names nothing on this film, which does not exclude disease.",
        "Nothing named by this draft; disease is not excluded.",
        "Possible edema and consolidation.",
        "The film is suspicious for a pneumothorax.",
        "The chest is not normal.",
        "",
    ],
)
def test_honest_sentences_pass_unchanged(sentence):
    found = word(sentence, Rules())
    assert (found.text, found.denied, found.comparison, found.side) == (sentence, (), False, False)


def test_no_rule_ever_adds_a_finding():
    long = "no stable right effusion; but cardiomegaly, new left pneumothorax again seen since the prior"
    words = long.split()
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            sentence = " ".join(words[start:end]) + "."
            before, after = mentions(sentence), mentions(word(sentence, STRICT).text)
            assert after.keys() <= before.keys()
            assert Presence.ABSENT not in {after[f] for f in after if f != "pleural effusion"}


@pytest.mark.parametrize("answer", ["No.", "No, it is not.", "It is not seen.", "Nope.", "There isn't any.", "None."])
def test_a_short_answer_denies_what_was_asked(answer):
    assert word(answer, Rules(asked=("edema",))).denied == ("edema",)
    assert word(answer, Rules(asked=())).denied == (EVERYTHING,)
    assert word(answer, Rules(frozenset({"edema"}), asked=("edema",))).text == answer
    assert word(answer, Rules()).text == answer  # in a report it denies nothing


@pytest.mark.parametrize(
    "answer",
    [
        "Not assessed by this model.",
        "The score lies in between: this model neither names nor excludes it.",
        "Nothing is named here from which a differential could be drawn; disease is not excluded.",
        "Yes.",
        "Possibly.",
    ],
)
def test_an_answer_that_denies_nothing_stays(answer):
    assert word(answer, Rules(asked=("edema",))).text == answer
