"""Sections to text and back."""

from workstation.reporting.report import Sections, parse_sections


def test_text_and_sections_are_inverse():
    sections = Sections(
        {"Findings": "Heart enlarged.\nLungs clear.", "Impression": "Cardiomegaly.", "Indication": "Cough."}
    )
    text = sections.as_text()
    assert text.startswith("INDICATION:\nCough.\n\nFINDINGS:")
    assert parse_sections(text).to_json() == sections.to_json()


def test_text_without_headings_is_findings():
    assert parse_sections("Lungs clear.").to_json() == {"Findings": "Lungs clear."}


def test_a_colon_in_a_sentence_is_not_a_heading():
    assert parse_sections("Findings: Size: 3 cm.\nNote: follow up.")["Findings"] == "Size: 3 cm.\nNote: follow up."


def test_empty_sections_print_nothing():
    assert Sections({"Findings": " "}).as_text() == ""
