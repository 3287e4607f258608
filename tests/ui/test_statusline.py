"""The lowest line: what always holds is whole where there is room, and never makes the window wider than its screen."""

from __future__ import annotations

from workstation.ui.statusline import StatusLine

LONG = "a model with a very long name on the first graphics processor, ready"


def test_long_facts_are_shortened_before_the_window_grows(qtbot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    for name, words in (("research", "not for clinical use"), ("model", LONG), ("fonts", "no font for " + LONG)):
        line.set_fact(name, words, tooltip="Why")
    line.say("Three films were taken in, one with a warning.")
    assert line.minimumSizeHint().width() < 800
    line.resize(800, line.height())
    line.show()
    qtbot.waitExposed(line)
    shown = {name: label.text() for name, label in line._facts.items()}
    assert shown["research"] == "not for clinical use"
    assert shown["model"].endswith("…")
    assert line._facts["model"].toolTip() == f"{LONG}\nWhy"
    assert line.fact("model") == LONG
    line.resize(1900, line.height())
    assert line._facts["model"].text() == LONG
