"""Sentences, scores and rules become the record's texts, marks and warnings."""

from workstation.drafting.composing import Composer, not_assessed
from workstation.drafting.unfolding import Sentence
from workstation.drafting.wording import Rules

SCORES = {"cardiomegaly": 0.9, "edema": 0.2, "pleural effusion": 0.45}


def compose(*texts, deniable=("edema",), thresholds=None, section="findings", sensitivities=None):
    composer = Composer(Rules(frozenset(deniable)), SCORES, thresholds or {}, sensitivities)
    shown = [composer.add(Sentence(section, text)) for text in texts]
    return shown, composer.finish(("hernia", "cardiomegaly"))


def test_what_is_shown_while_writing_is_what_the_record_holds():
    shown, composed = compose("The heart is enlarged.", "No pneumothorax.", "There is a stable mass.")
    assert "".join(shown) == composed.findings == "The heart is enlarged. There is a mass."
    assert composed.text == "FINDINGS:\nThe heart is enlarged. There is a mass.\n"


def test_a_sentence_carries_the_score_of_its_weakest_finding():
    _, composed = compose("Cardiomegaly and edema.", "No edema.", "The film is rotated.")
    assert [sentence.score for sentence in composed.sentences] == [0.2, 0.2, None]
    assert [sentence.contradicts for sentence in composed.sentences] == [("edema",), (), ()]


def test_thresholds_of_the_manifest_decide_what_contradicts():
    text = "There is a pleural effusion."
    assert compose(text)[1].sentences[0].contradicts == ("pleural effusion",)
    assert compose(text, thresholds={"pleural effusion": 0.4})[1].sentences[0].contradicts == ()
    denial = compose("No pleural effusion.", deniable=["pleural effusion"], thresholds={"pleural effusion": 0.4})
    assert denial[1].sentences[0].contradicts == ("pleural effusion",)


def test_doubt_contradicts_nothing():
    assert compose("Possible edema.")[1].sentences[0].contradicts == ()


def test_warnings_name_what_was_taken_out_once():
    warnings = " ".join(compose("No pneumothorax.", "No fracture, no pneumothorax.", "Stable left mass.")[1].warnings)
    assert warnings.count("pneumothorax") == 1
    assert "fracture" in warnings and "comparison" in warnings and "Sides" in warnings


def test_an_empty_draft_says_so():
    composed = compose("No pneumothorax.")[1]
    assert (composed.findings, composed.text, composed.sentences) == ("", "", ())
    assert "Nothing" in composed.warnings[-1]


def test_not_assessed_is_what_is_neither_affirmed_nor_deniable():
    found = not_assessed("The heart is enlarged. Possible mass. No edema.", ("mass", "hernia", "edema"), ("edema",))
    assert "cardiomegaly" not in found and "mass" not in found and "edema" not in found
    assert {"pneumothorax", "support devices", "hernia"} <= set(found)
    assert "no finding" not in found


def test_a_denial_alone_does_not_count_as_assessed():
    assert "edema" in not_assessed("No edema.", ("edema",), ())


def test_sentences_that_contradict_each_other_are_marked_both():
    _, composed = compose("There is edema.", "The heart is enlarged.", "There is no edema.", "Possible mass.")
    assert [sentence.disputed for sentence in composed.sentences] == [("edema",), (), ("edema",), ()]
    assert any("contradict each other about: edema" in warning for warning in composed.warnings)


def test_doubt_disputes_nothing():
    _, composed = compose("Possible edema.", "There is no edema.", "Possible edema.")
    assert not any(sentence.disputed for sentence in composed.sentences)


def test_findings_and_impression_may_contradict_each_other():
    composer = Composer(Rules(frozenset({"edema"})), None, {})
    composer.add(Sentence("findings", "There is no edema."))
    composer.add(Sentence("impression", "Pulmonary edema."))
    assert [sentence.disputed for sentence in composer.finish(()).sentences] == [("edema",), ("edema",)]


def test_a_foreign_models_denials_stand_each_with_what_was_measured():
    everything = ("pneumothorax", "edema")
    _, composed = compose("No pneumothorax.", "There is no edema.", deniable=everything, sensitivities={"edema": 0.07})
    assert [sentence.denied for sentence in composed.sentences] == [(("pneumothorax", None),), (("edema", 0.07),)]
    warning = next(warning for warning in composed.warnings if "denies" in warning)
    assert "pneumothorax unmeasured" in warning and "edema 7%" in warning


def test_our_own_models_denials_carry_no_such_mark():
    assert compose("There is no edema.")[1].sentences[0].denied == ()


def test_lines_without_a_full_stop_stay_lines():
    shown, composed = compose("Cardiomegaly", "Effusion (small)", "Mild edema.", "A mass.")
    assert "".join(shown) == composed.findings == "Cardiomegaly\nEffusion (small)\nMild edema. A mass."
