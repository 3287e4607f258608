"""Qt calls in their ten thousands do not wear out None and True (PySide6 6.12 on Python 3.11)."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

CALLS = """
import workstation.ui
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget
class Bell(QObject):
    rung = Signal(int)
application, bell = QApplication([]), Bell()
widget = QWidget()
for n in range(60_000):
    widget.resize(5, 5)
    bell.rung.emit(n)
print("alive")
"""


def test_sixty_thousand_qt_calls_leave_the_interpreter_alive():
    done = subprocess.run([sys.executable, "-c", CALLS], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "alive"
    assert done.returncode == 0, done.stderr[-500:]
