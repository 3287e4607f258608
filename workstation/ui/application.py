"""The window's process from its first paint to its end: shows the frame, then loads the rooms behind it.

Nothing heavy is imported before the first paint, and torch never. Milestones go to the log ``workstation.start``.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from PySide6.QtWidgets import QApplication

from workstation.paths import Home
from workstation.settings import load_settings
from workstation.ui import crash, style
from workstation.ui.signals import Signals
from workstation.ui.viewer import monitor
from workstation.ui.window import MainWindow
from workstation.ui.workplace import Workplace

milestones = logging.getLogger("workstation.start")


def run(home: Home, paths: Sequence[str] = (), demo: bool = False) -> int:
    """Show the window and return its exit code; ``paths`` are taken in as soon as the store is open."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("CXR-LLaVA reporting workstation")
    style.apply(application)
    workplace = build(application, home, paths)
    crash.install(home.logs, workplace.say_trouble)
    if demo:
        workplace.window.status.set_fact("demo", "demonstration: nothing is kept", "careful")
    workplace.window.show()
    listening = Signals(workplace.window.close)
    code = int(application.exec())
    listening.deleteLater()
    return code


def build(application: QApplication, home: Home, paths: Sequence[str] = ()) -> Workplace:
    """The frame, and the workplace that will furnish it after its first paint."""
    home.create()
    monitor.keep_in(home.root / "monitors.ini")
    window = MainWindow(home)
    workplace = Workplace(application, window, home, load_settings(home), list(paths))
    window.restore_places()
    return workplace
