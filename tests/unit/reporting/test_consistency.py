"""Words of a report held against each other and the header: what must be doubted, and what must not."""

from __future__ import annotations

import pytest

from workstation.reporting.consistency import doubts


def checks(
    findings: str = "", impression: str = "", sex: str = "", age: float | None = None, **further: str
) -> list[str]:
    sections = {"Findings": findings, "Impression": impression, **further}
    return [doubt.check for doubt in doubts(sections, sex, age)]


@pytest.mark.parametrize(
    ("findings", "impression", "found"),
    [
        ("There is a small left pleural effusion.", "No pleural effusion.", ["contradiction"]),
        ("No pneumothorax.", "Right apical pneumothorax.", ["contradiction"]),
        ("Patchy consolidation in the right lower lobe.", "Normal chest radiograph.", ["contradiction"]),
        ("There is a small left pleural effusion.", "Small left pleural effusion.", []),
        ("There is a small left pleural effusion.", "Possible pneumonia.", []),
        ("No pneumothorax. A nasogastric tube is in place.", "Normal chest radiograph.", []),
        ("Large left pneumothorax.", "No acute cardiopulmonary abnormality.", ["contradiction"]),
        ("Patchy opacity in the left base.", "No opacity.", ["contradiction"]),
        ("The heart is mildly enlarged.", "No acute cardiopulmonary abnormality.", []),
        ("Bands of atelectasis at both bases.", "No evidence of active disease.", []),
        ("Old healed fractures of three ribs.", "Normal chest radiograph.", []),
        ("A calcified nodule in the right apex.", "No suspicious nodule.", []),
        ("Small left pleural effusion.", "No large pleural effusion.", []),
        ("Interstitial opacities in both bases.", "No infiltrate.", []),
        ("", "", []),
    ],
)
def test_what_one_section_affirms_the_other_must_not_deny(findings: str, impression: str, found: list[str]) -> None:
    assert checks(findings, impression) == found


@pytest.mark.parametrize(
    ("findings", "impression", "found"),
    [
        ("There is a small left pleural effusion.", "Small right pleural effusion.", ["side_conflict"]),
        ("Consolidation in the right lower lobe.", "Left lower lobe consolidation.", ["side_conflict"]),
        ("Bilateral pleural effusions.", "Right pleural effusion.", []),
        ("Right pleural effusion. Left basal atelectasis.", "Right effusion and left atelectasis.", []),
        ("There is a pleural effusion.", "Small right pleural effusion.", []),
    ],
)
def test_a_finding_stays_on_its_side(findings: str, impression: str, found: list[str]) -> None:
    assert checks(findings, impression) == found


@pytest.mark.parametrize(
    ("words", "sex", "found"),
    [
        ("She has a small effusion.", "M", ["sex_conflict"]),
        ("Known prostate cancer.", "F", ["sex_conflict"]),
        ("She has a small effusion.", "F", []),
        ("The hernia is unchanged; the manubrium is intact.", "F", []),
        ("A man-made object lies on the skin.", "F", []),
        ("She has a small effusion.", "O", []),
        ("She has a small effusion.", "", []),
    ],
)
def test_words_of_the_other_sex_are_doubted(words: str, sex: str, found: list[str]) -> None:
    assert checks(Indication=words, sex=sex) == found


@pytest.mark.parametrize(
    ("words", "age", "found"),
    [
        ("72-year-old with cough.", 54.6, ["age_conflict"]),
        ("54 year old with cough.", 54.6, []),
        ("55 y/o with cough.", 54.6, []),
        ("Infant with cough.", 54.6, ["age_conflict"]),
        ("Infant with cough.", 0.4, []),
        ("72-year-old with cough.", None, []),
        ("Compared with a 3 year old film.", 54.6, []),
        ("Pneumonia as an infant.", 54.6, []),
    ],
)
def test_another_age_is_doubted(words: str, age: float | None, found: list[str]) -> None:
    assert checks(Indication=words, age=age) == found


@pytest.mark.parametrize("gap", ["[ ]", "[...]", "[…]", "[??]", "____", "{{size}}", "<<side>>"])
def test_a_gap_is_seen_wherever_it_stands(gap: str) -> None:
    assert checks(Technique=f"AP film at {gap} cm.") == ["unfilled"]


def test_brackets_that_say_something_are_no_gap() -> None:
    assert checks("Opacity [sic] in the (right) base.") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("A nodule measuring 12.", ["unit_missing"]),
        ("A nodule measures 12 x 14 in the apex.", ["unit_missing"]),
        ("A nodule measuring 12 mm.", []),
        ("A nodule measuring about 1.2 x 1,4 cm.", []),
        ("A nodule measuring 12-mm.", []),
        ("The cardiothoracic ratio measures 0.48.", []),
        ("The angle measures 12°, a nodule measures 3mm.", []),
    ],
)
def test_a_measurement_has_a_unit(words: str, found: list[str]) -> None:
    assert checks(words) == found


def test_the_sentence_quotes_what_it_is_about() -> None:
    found = doubts({"Findings": "Left pleural effusion.", "Impression": "Right pleural effusion."})
    assert found[0].message == "Findings place pleural effusion on the left, Impression on the right."
