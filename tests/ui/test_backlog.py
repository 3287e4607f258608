"""Which study is drafted next."""

from __future__ import annotations

from workstation.ui.backlog import Backlog


def taken(backlog: Backlog) -> str:
    wish = backlog.take()
    return wish.study_instance_uid if wish else ""


def test_arrivals_are_drafted_in_order_one_at_a_time():
    backlog = Backlog()
    backlog.arrived(["a", "b"])
    assert taken(backlog) == "a"
    assert taken(backlog) == ""
    backlog.finished()
    assert taken(backlog) == "b"


def test_the_opened_study_goes_first_and_interrupts_a_draft_nobody_waits_for():
    backlog = Backlog()
    backlog.arrived(["a", "b", "c"])
    working = backlog.take()
    backlog.opened("c")
    assert backlog.should_make_way()
    backlog.finished()
    backlog.put_back(working, behind_first=True)
    assert [taken(backlog), backlog.finished(), taken(backlog), backlog.finished(), taken(backlog)] == [
        "c",
        None,
        "a",
        None,
        "b",
    ]


def test_a_draft_somebody_waits_for_is_not_interrupted():
    backlog = Backlog()
    backlog.opened("a")
    backlog.take()
    backlog.asked("b")
    assert not backlog.should_make_way()


def test_by_hand_nothing_is_drafted_until_asked():
    backlog = Backlog("by hand")
    backlog.arrived(["a"])
    backlog.opened("a")
    assert taken(backlog) == ""
    backlog.asked("a", anyway=True)
    assert backlog.take().anyway


def test_on_opening_arrivals_wait():
    backlog = Backlog("on opening")
    backlog.arrived(["a"])
    assert taken(backlog) == ""
    backlog.opened("a")
    assert taken(backlog) == "a"


def test_a_refused_film_is_not_tried_again_until_the_reader_asks():
    backlog = Backlog()
    backlog.arrived(["a"])
    backlog.take()
    backlog.finished()
    backlog.opened("a")
    assert taken(backlog) == ""
    backlog.asked("a")
    assert taken(backlog) == "a"


def test_a_signed_study_is_dropped():
    backlog = Backlog()
    backlog.arrived(["a"])
    backlog.dropped("a")
    assert taken(backlog) == ""


def test_what_comes_next_goes_before_the_rest_and_behind_what_is_waited_for():
    backlog = Backlog()
    backlog.arrived(["a", "b", "c", "d"])
    backlog.asked("b")
    backlog.nearing(["d", "b", "x"])
    order = []
    while wish := backlog.take():
        order.append(wish.study_instance_uid)
        backlog.finished()
    assert order == ["b", "d", "x", "a", "c"]


def test_next_studies_are_drafted_on_opening_and_never_by_hand():
    backlog = Backlog("on opening")
    backlog.nearing(["a"])
    assert taken(backlog) == "a"
    backlog.finished()
    backlog.nearing(["a"])
    assert taken(backlog) == ""
    by_hand = Backlog("by hand")
    by_hand.nearing(["a"])
    assert taken(by_hand) == ""
