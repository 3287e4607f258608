"""A report is written, decided, signed, called back, added to and withdrawn; the log tells each step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.readings import FINDINGS, IMPRESSION, READER, TestClock, draft, report, signed, take
from workstation.errors import ReportError, StoreError
from workstation.paths import Home
from workstation.reporting.decision import Decision, Grade
from workstation.reporting.draft import Draft
from workstation.reporting.report import RESEARCH_MARK, StudyStatus
from workstation.storage import log
from workstation.storage.store import Store
from workstation.storage.verify import verify
from workstation.workflow.delivery import clipboard_text
from workstation.workflow.reading import Reader, Reading
from workstation.workflow.working import Span, Working


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def reading(home: Home, tmp_path: Path, clock: TestClock) -> Iterator[Reading]:
    with Store.open(home, clock) as store:
        yield Reading(store, take(store, home, tmp_path), READER)


def kinds(reading: Reading) -> list[str]:
    return [event.kind for event in log.events(reading.store, reading.study_key)]


def refusal(act: Callable[..., object], *arguments: object, **named: object) -> str:
    with pytest.raises(ReportError) as refused:
        act(*arguments, **named)
    assert refused.value.message.endswith((".", "?")) and refused.value.remedy.endswith(".")
    return refused.value.code


def shown(reading: Reading, made: Draft | None = None) -> Reading:
    reading.add_draft(made or draft())
    reading.reveal("at once")
    return reading


# States


def test_a_study_goes_from_new_to_final(reading: Reading) -> None:
    states = [reading.status]
    reading.draft_requested(model="test-model")
    states.append(reading.status)
    reading.add_draft(draft())
    states.append(reading.status)
    reading.save(report())
    states.append(reading.status)
    reading.sign()
    states.append(reading.status)
    reading.addend("The prior was compared.")
    states.append(reading.status)
    reading.withdraw("wrong patient")
    states.append(reading.status)
    assert [state.value for state in states] == [
        "new", "drafting", "draft ready", "in progress", "final", "amended", "withdrawn",
    ]  # fmt: skip


def test_a_failed_draft_leaves_the_study_as_it_was(reading: Reading) -> None:
    reading.draft_requested()
    reading.draft_failed("lateral", "words that are not logged")
    assert reading.status is StudyStatus.NEW
    reading.draft_requested()
    reading.draft_failed("stopped")
    assert kinds(reading)[-3:] == ["draft_failed", "draft_requested", "draft_stopped"]


def test_a_draft_whose_process_died_does_not_stay_drafting_for_ever(reading: Reading, clock: TestClock) -> None:
    reading.draft_requested()
    clock.seconds += 3600
    assert reading.status is StudyStatus.NEW


def test_drafted_words_alone_are_not_work_in_progress(reading: Reading) -> None:
    shown(reading).take_draft()
    assert reading.status is StudyStatus.DRAFT_READY


def test_an_unknown_study_is_refused_at_once(reading: Reading) -> None:
    with pytest.raises(StoreError) as refused:
        Reading(reading.store, "1.2.3", READER)
    assert refused.value.code == "unknown_study"


# The working text


def test_what_was_saved_comes_back_with_origins_and_caret(reading: Reading) -> None:
    working = Working(
        {"Findings": "Clear. 漢字 שלום", "Impression": ""},
        {"Findings": (Span(0, 6, "draft"), Span(6, 16, "typed"))},
        ("Findings", 7),
    )
    reading.save(working)
    again = Reading(reading.store, reading.study_instance_uid, READER)
    assert again.working == working


def test_before_the_first_save_comparison_and_technique_are_told_by_the_headers(reading: Reading) -> None:
    assert reading.working.sections == {"Comparison": "None.", "Technique": "PA radiograph; one view only."}


# Decisions


def test_without_a_draft_there_is_no_decision(reading: Reading) -> None:
    version = signed(reading).versions[0]
    assert (version.decision, version.grade, version.difference, version.draft_id) == (None, None, None, None)
    assert RESEARCH_MARK not in version.text


def test_a_decision_on_a_draft_that_is_not_there_is_refused(reading: Reading) -> None:
    reading.save(report())
    assert refusal(reading.sign, Decision.ACCEPT) == "no_draft"
    assert refusal(reading.sign, grade="A") == "no_draft"


@pytest.mark.parametrize(
    ("findings", "impression", "decision"),
    [
        (FINDINGS, IMPRESSION, Decision.ACCEPT),
        (FINDINGS.replace("small", "large"), IMPRESSION, Decision.EDIT),
        ("Hyperinflated lungs with flat diaphragms.", "Emphysema.", Decision.REJECT),
    ],
)
def test_the_decision_is_what_the_text_tells(
    reading: Reading, findings: str, impression: str, decision: Decision
) -> None:
    shown(reading).save(report(findings, impression))
    assert reading.derived_decision() is decision
    for other in set(Decision) - {decision}:
        if not (decision is Decision.EDIT and other is Decision.REJECT):
            assert refusal(reading.sign, other) == "decision_contradicted"
    assert reading.editable and not reading.versions
    assert reading.sign(decision, grade="B").decision is decision


def test_one_changed_letter_is_not_accept(reading: Reading) -> None:
    shown(reading).save(report(FINDINGS.replace("The heart", "the heart")))
    assert refusal(reading.sign, Decision.ACCEPT) == "decision_contradicted"


def test_the_difference_is_the_hand_worked_one(reading: Reading) -> None:
    # 16 + 4 draft words; "small" -> "large" once (1 substitution), "is seen" taken out (2 deletions),
    # "Follow up" added (2 insertions): 5 of 20.
    shown(reading)
    final = "The heart is not enlarged. There is a large left pleural effusion. No pneumothorax."
    reading.save(report(final, "Small left pleural effusion. Follow up."))
    found = reading.sign().difference
    assert found is not None
    assert {name: found[name] for name in ("kept", "changed", "added", "removed")} == {
        "kept": 2, "changed": 2, "added": 1, "removed": 0,
    }  # fmt: skip
    assert found["word_error_rate"] == pytest.approx(5 / 20)


def test_a_draft_that_was_never_shown_has_no_decision_but_its_difference_is_kept(reading: Reading) -> None:
    reading.add_draft(draft())
    reading.save(report("Clear lungs.", "Normal."))
    version = reading.sign()
    assert version.decision is None and version.difference is not None and version.draft_id == reading.draft_id
    assert "no draft by a model was shown" in version.text


def test_the_draft_that_counts_is_the_one_that_was_shown(reading: Reading) -> None:
    shown(reading)
    first = reading.draft_id
    reading.add_draft(draft("Something else entirely.", "Else."))
    assert not reading.revealed
    reading.save(report())
    version = reading.sign(Decision.ACCEPT)
    assert (version.decision, version.draft_id) == (Decision.ACCEPT, first)


def test_a_grade_is_one_of_four(reading: Reading) -> None:
    shown(reading).save(report())
    assert refusal(reading.sign, grade="E") == "unknown_grade"
    assert reading.sign(grade="A").grade is Grade.A


# Checks before signing


def test_an_empty_report_cannot_be_signed_whatever_the_reason(reading: Reading) -> None:
    assert refusal(reading.sign) == "empty"
    assert refusal(reading.sign, overrides={"empty": "late"}) == "empty"


def test_a_missing_impression_can_be_overruled_with_a_reason_that_is_kept(reading: Reading) -> None:
    reading.save(report(impression=""))
    assert refusal(reading.sign) == "empty_impression"
    assert refusal(reading.sign, overrides={"empty_impression": " "}) == "override_without_reason"
    assert refusal(reading.sign, overrides={"no_such": "x"}) == "unknown_check"
    version = reading.sign(overrides={"empty_impression": "findings say it"})
    assert version.overrides == {"empty_impression": "findings say it"}
    event = next(log.events(reading.store, reading.study_key, "override"))
    assert event.payload == {"check": "empty_impression"}


def test_drafted_words_that_were_never_shown_are_objected_to(reading: Reading) -> None:
    reading.add_draft(draft())
    reading.take_draft()
    assert refusal(reading.sign) == "draft_not_shown"
    reading.reveal("on key")
    assert reading.sign().decision is Decision.ACCEPT


def test_comparison_none_is_impossible_while_a_prior_exists(home: Home, tmp_path: Path) -> None:
    with Store.open(home) as store:
        take(store, home, tmp_path, "old", StudyDate="20200101", AcquisitionDate="20200101")
        reading = Reading(store, take(store, home, tmp_path, "new"), READER)
        for none in ("None.", "none", "No prior.", "No previous films available", "N/A", "-"):
            reading.save(report(Comparison=none))
            assert refusal(reading.sign, overrides={"comparison_none": "really"}) == "comparison_none", none
        reading.save(report(Comparison=""))
        assert "COMPARISON:\nChest PA SYNTHETIC of 2020-01-01" in reading.sign().text


# Signing


def test_a_signed_report_cannot_be_written_or_signed_again(reading: Reading) -> None:
    text = signed(reading).versions[0].text
    assert refusal(reading.save, report("Other.", "Other.")) == "already_final"
    assert refusal(reading.sign) == "already_final"
    assert [version.text for version in reading.versions] == [text]


def test_two_windows_cannot_both_sign(reading: Reading, home: Home) -> None:
    with Store.open(home) as second:
        other = Reading(second, reading.study_instance_uid, Reader("dr2", "Dr Two", "Radiologist"))
        other.save(report())
        signed(reading)
        assert refusal(other.sign) == "already_final"
        assert len(other.versions) == 1


def test_a_reader_without_an_id_cannot_sign(reading: Reading) -> None:
    nobody = Reading(reading.store, reading.study_instance_uid, Reader("", "", ""))
    nobody.save(report())
    assert refusal(nobody.sign) == "reader_unknown"


def test_the_study_shows_who_signed_and_when(reading: Reading) -> None:
    row = signed(reading).study
    assert (row.signed_by, row.signed_at) == ("Dr Ada One", reading.store.clock.now())


def test_a_disk_that_fills_up_while_signing_leaves_an_unsigned_report_and_a_whole_log(reading: Reading) -> None:
    store = reading.store
    reading.save(report(impression="Long. " * 20_000))
    pages = store.execute("PRAGMA page_count").fetchone()[0]
    store.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreError) as refused:
        reading.sign()
    assert refused.value.code == "full"
    assert reading.editable and reading.versions == [] and "signed" not in kinds(reading)
    assert verify(store).ok
    store.execute("PRAGMA max_page_count = 1000000")
    assert reading.sign().number == 1 and verify(store).ok


# Calling back


def test_within_a_minute_the_signature_can_be_called_back(reading: Reading, clock: TestClock) -> None:
    signed(reading)
    clock.seconds += 59
    assert reading.seconds_to_recall() == pytest.approx(1)
    assert reading.recall() == report()
    assert reading.editable and reading.versions == [] and reading.status is StudyStatus.IN_PROGRESS
    assert reading.study.signed_by == ""
    reading.save(report(impression="Changed."))
    assert reading.sign().number == 1
    assert kinds(reading)[-5:] == ["decision", "signed", "recalled", "decision", "signed"]
    assert verify(reading.store).ok


def test_after_a_minute_it_is_too_late(reading: Reading, clock: TestClock) -> None:
    signed(reading)
    clock.seconds += 60
    assert reading.seconds_to_recall() == 0
    assert refusal(reading.recall) == "recall_over"


def test_after_an_export_it_is_too_late(reading: Reading) -> None:
    clipboard_text(reading.store, signed(reading).study_instance_uid)
    assert reading.seconds_to_recall() == 0
    assert refusal(reading.recall) == "recall_over"


def test_a_clock_set_back_does_not_reopen_a_report(reading: Reading, clock: TestClock) -> None:
    signed(reading)
    clock.seconds -= 86_400
    assert refusal(reading.recall) == "recall_over"


def test_only_the_signer_calls_back(reading: Reading) -> None:
    signed(reading)
    other = Reading(reading.store, reading.study_instance_uid, Reader("dr2", "Dr Two", "Radiologist"))
    assert refusal(other.recall) == "not_yours"


def test_nothing_signed_nothing_to_call_back(reading: Reading) -> None:
    assert refusal(reading.recall) == refusal(reading.addend, "x") == refusal(reading.withdraw, "x") == "not_signed"


# After signing


def test_addenda_stand_under_the_report_and_leave_it_as_it_was(reading: Reading) -> None:
    first = signed(reading).versions[0]
    reading.addend("First addition.")
    second = Reading(reading.store, reading.study_instance_uid, Reader("dr2", "Dr Two", "Radiologist"))
    last = second.addend("Second addition.")
    assert reading.versions[0] == first
    assert [version.number for version in reading.versions] == [1, 2, 3]
    assert last.text.index("FINDINGS:") < last.text.index("First addition.") < last.text.index("Second addition.")
    assert last.sections["Addendum 2"] == "Second addition."
    assert "Status: AMENDED   Version: 3" in last.text and "Signed by Dr Two" in last.text
    assert reading.seconds_to_recall() == 0
    assert refusal(reading.addend, "  ") == "empty"


def test_a_withdrawn_report_says_so_and_lists_who_received_it(reading: Reading) -> None:
    clipboard_text(reading.store, signed(reading).study_instance_uid)
    version = reading.withdraw("wrong patient")
    assert [export["format"] for export in version.exports] == ["clipboard"]
    assert "WITHDRAWN: ENTERED IN ERROR" in version.text and "pleural" not in version.text
    assert refusal(reading.addend, "x") == refusal(reading.withdraw, "x") == "withdrawn"
    assert refusal(reading.save, report()) == "already_final"
    assert "pleural" in reading.versions[0].text


def test_a_withdrawal_needs_a_reason(reading: Reading) -> None:
    signed(reading)
    assert refusal(reading.withdraw, " ") == "empty"
    assert reading.status is StudyStatus.FINAL


# Research mark


@pytest.mark.parametrize("clinical", [False, True])
def test_accepted_words_of_a_research_model_carry_the_mark(reading: Reading, clinical: bool) -> None:
    shown(reading, draft(clinical=clinical)).save(report())
    version = reading.sign(Decision.ACCEPT)
    assert version.research is not clinical
    lines = version.text.splitlines()
    assert ((lines[0], lines[-1]) == (RESEARCH_MARK, RESEARCH_MARK)) is not clinical
    addendum = reading.addend("More.")
    assert (RESEARCH_MARK in addendum.text) is not clinical


def test_a_rejected_draft_leaves_no_words_and_no_mark_but_is_stated(reading: Reading) -> None:
    shown(reading).save(report("Hyperinflated lungs with flat diaphragms.", "Emphysema."))
    version = reading.sign(Decision.REJECT)
    assert not version.research and "None of its words were taken" in version.text


def test_a_rejected_draft_with_a_kept_sentence_carries_the_mark(reading: Reading) -> None:
    shown(reading).save(report("No pneumothorax is seen. Hyperinflated lungs.", "Emphysema."))
    assert reading.sign(Decision.REJECT).research


def test_drafted_sentences_with_one_word_changed_carry_the_mark(reading: Reading) -> None:
    shown(reading, replace(draft(), findings=f"{FINDINGS} No rib is broken. The bones are intact."))
    reading.save(report("There is a large left pleural effusion.", "Drainage is advised."))
    version = reading.sign(Decision.REJECT)
    assert version.research and "This report holds words drafted by it" in version.text


def test_drafted_words_in_another_section_carry_the_mark(reading: Reading) -> None:
    shown(reading)
    moved = replace(report("Own words here.", "Own."), spans={"Technique": (Span(0, 5, "draft"),)})
    reading.save(replace(moved, sections={**moved.sections, "Technique": "Heart of the draft."}))
    assert reading.sign().research


# Times


def test_every_time_that_a_study_of_reading_needs_is_in_the_log(reading: Reading, clock: TestClock) -> None:
    reading.open()
    for kind in ("first_paint", "draft_shown", "first_key", "hidden", "idle", "last_key"):
        clock.seconds += 1.5
        reading.note(kind, seconds=1.5)
    signed(reading)
    reading.close()
    reading.open()
    events = {event.kind: event for event in log.events(reading.store, reading.study_key)}
    assert events["first_key"].at == "2026-09-21T14:13:24.500Z"
    assert events["last_key"].monotonic_ns - events["first_key"].monotonic_ns == 4_500_000_000
    assert events["study_opened"].payload["reopened"] == 1
    assert len(events["signed"].session) == 32
