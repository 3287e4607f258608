"""Key to glyph in a report of 500 sentences while a draft streams, beside a plain text field with the same text."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

NAME = "keys"
SENTENCES = 500
PRESSES = 200
WARM = 10


def run() -> dict[str, Any]:
    """Milliseconds from a key press to the painted glyph, 99th percentile and median."""
    from PySide6.QtWidgets import QApplication, QTextEdit

    import workstation.ui  # noqa: F401
    from workstation.ui import style

    application = QApplication.instance() or QApplication([])
    style.apply(application)  # type: ignore[arg-type]
    text = "\n".join(f"Sentence {n} of a long report, typed by the reader." for n in range(SENTENCES))
    peer = QTextEdit()
    peer.resize(400, 700)
    peer.setPlainText(text)
    plain = _presses(peer, lambda: None)
    ours = _ours(text)
    return {
        "ours": _at(ours, 0.99),
        "peer": _at(plain, 0.99),
        "ratio": _at(ours, 0.99) / _at(plain, 0.99),
        "unit": "ms",
        "peer_name": "plain QTextEdit",
        "note": f"99th percentile; medians {_at(ours, 0.5):.1f} and {_at(plain, 0.5):.1f}",
    }


def _ours(text: str) -> list[float]:
    from tests.unit.readings import READER, take
    from workstation.drafting.messages import TokenEvent
    from workstation.paths import Home
    from workstation.storage.store import Store
    from workstation.ui.report.pane import ReportPane
    from workstation.workflow.reading import Reading
    from workstation.workflow.working import typed

    with tempfile.TemporaryDirectory() as folder, Store.open(Home(Path(folder) / "home").create()) as store:
        reading = Reading(store, take(store, store.home, Path(folder)), READER)
        reading.save(typed({"Findings": text}))
        pane = ReportPane()
        pane.resize(400, 700)
        pane.show_reading(reading)
        edit = pane.body.edits["Findings"]
        pane.show()
        pane.activateWindow()
        pane.body.go_to(edit, 0)
        spent = _presses(edit, lambda: pane.draft_text(TokenEvent("b", "word ", "findings")))
        pane.shut_down()
    return spent


def _presses(edit: Any, between: Callable[[], object]) -> list[float]:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    edit.window().show()
    edit.setFocus()
    QTest.qWait(50)
    spent = []
    for _ in range(PRESSES):
        between()
        begun = time.perf_counter()
        QTest.keyClick(edit, Qt.Key.Key_A)
        QApplication.processEvents()
        spent.append((time.perf_counter() - begun) * 1000)
    return sorted(spent[WARM:])


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
