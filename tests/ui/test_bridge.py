"""The worker's words at the window's end: nobody is listening any more, and nothing breaks."""

from __future__ import annotations

import shiboken6

from workstation.drafting.messages import StateEvent
from workstation.ui.bridge import Bridge


def test_a_word_that_comes_after_the_windows_abrupt_end_is_dropped(qapp, home):
    bridge = Bridge(home)
    shiboken6.delete(bridge)
    bridge._hear(StateEvent("r", "loading"))  # on the pipe's thread an error here would end the reading of the pipe
    assert not shiboken6.isValid(bridge)


def test_words_arrive_on_the_windows_own_time(qtbot, home):
    bridge = Bridge(home)
    with qtbot.waitSignal(bridge.state) as told:
        bridge._hear(StateEvent("r", "loading"))
    assert told.args[0].state == "loading"
