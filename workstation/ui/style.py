"""The look: the palette's names, one stylesheet, and the type sizes every pane draws with.

State colours (GREEN, AMBER, RED) never stand alone: a word or a mark goes with them.
Knows no widget of ours; panes ask for roles by property (``role="title"``), not by colour.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

GROUND = "#16181b"
PANEL = "#1d2024"
RAISED = "#25292e"
LINE = "#31363c"
TEXT = "#d6d9dd"
SECONDARY = "#8b929b"
ACCENT = "#5aa9e6"
GREEN = "#6dbb83"
AMBER = "#e0a84a"
RED = "#ec7a74"
FILM = "#000000"
DRAFT_TINT = "#202c38"  # behind drafted words
SELECTED = "#222a32"  # the row or sentence that is "here, now"
PRIMARY = "#2b6ca3"  # the one button that ends the task; TEXT_ON_PRIMARY on it is >= 4.5:1
TEXT_ON_PRIMARY = "#ffffff"

SMALL_PX = 11
NORMAL_PX = 13
LARGE_PX = 15


def contrast(foreground: str, background: str) -> float:
    """WCAG 2.1 contrast ratio of two ``#rrggbb`` colours (1 to 21)."""
    light, dark = sorted((_luminance(foreground), _luminance(background)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = []
    for start in (1, 3, 5):
        value = int(colour[start : start + 2], 16) / 255
        linear.append(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def font(pixels: int = NORMAL_PX, bold: bool = False) -> QFont:
    """The program's type at ``pixels`` (before the screen's scale), with digits of one width."""
    made = QFont(QApplication.font())
    made.setPixelSize(pixels)
    made.setBold(bold)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget a role of the stylesheet: title, secondary, state words, chip, primary, flat, key, card."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def apply(application: QApplication) -> None:
    """Fusion, our palette and stylesheet; nothing of the desktop's own colours shines through."""
    application.setStyle("Fusion")
    application.setPalette(_palette())
    application.setFont(font())
    application.setStyleSheet(stylesheet())


def _palette() -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: PANEL,
        QPalette.ColorRole.WindowText: TEXT,
        QPalette.ColorRole.Base: GROUND,
        QPalette.ColorRole.AlternateBase: PANEL,
        QPalette.ColorRole.Text: TEXT,
        QPalette.ColorRole.PlaceholderText: SECONDARY,
        QPalette.ColorRole.Button: RAISED,
        QPalette.ColorRole.ButtonText: TEXT,
        QPalette.ColorRole.BrightText: RED,
        QPalette.ColorRole.Highlight: PRIMARY,
        QPalette.ColorRole.HighlightedText: TEXT_ON_PRIMARY,
        QPalette.ColorRole.Link: ACCENT,
        QPalette.ColorRole.ToolTipBase: RAISED,
        QPalette.ColorRole.ToolTipText: TEXT,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#6a717a"))
    return palette


def _mark(name: str) -> str:
    """A tick or an arrow: a style sheet that touches a field takes away the desktop's own."""
    return (Path(__file__).parent / "marks" / f"{name}.svg").as_posix()


def stylesheet() -> str:
    """The whole stylesheet; written once, read by every widget."""
    return f"""
    QWidget {{ background: {PANEL}; color: {TEXT}; font-size: {NORMAL_PX}px; }}
    QMainWindow, QMainWindow::separator {{ background: {GROUND}; }}
    QSplitter::handle {{ background: {GROUND}; }}
    QSplitter::handle:hover {{ background: {LINE}; }}
    QLabel, QCheckBox, QRadioButton {{ background: transparent; }}
    *[role="title"] {{ font-size: {LARGE_PX}px; font-weight: 600; }}
    *[role="heading"] {{ color: {SECONDARY}; font-size: {SMALL_PX}px; font-weight: 600; }}
    *[role="secondary"] {{ color: {SECONDARY}; }}
    *[role="small"] {{ color: {SECONDARY}; font-size: {SMALL_PX}px; }}
    *[role="good"] {{ color: {GREEN}; }}
    *[role="careful"] {{ color: {AMBER}; }}
    *[role="wrong"] {{ color: {RED}; }}
    *[role="here"] {{ color: {ACCENT}; }}
    *[role="card"] {{ background: {RAISED}; border: 1px solid {LINE}; border-radius: 6px; }}
    *[role="card"] QLabel {{ border: none; }}
    QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {{
        background: {GROUND}; border: 1px solid {LINE}; border-radius: 4px; padding: 4px 6px;
        selection-background-color: {PRIMARY}; selection-color: {TEXT_ON_PRIMARY}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
    QComboBox:focus {{ border-color: {ACCENT}; }}
    QComboBox::drop-down {{ border: none; width: 20px; }}
    QComboBox::down-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{
        image: url("{_mark("down")}"); width: 12px; height: 12px; }}
    QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url("{_mark("up")}"); width: 12px; height: 12px; }}
    QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{
        background: transparent; border: none; width: 18px; }}
    QCheckBox::indicator {{ width: 14px; height: 14px; background: {GROUND}; border: 1px solid {SECONDARY};
        border-radius: 3px; }}
    QCheckBox::indicator:checked {{ background: {PRIMARY}; border-color: {PRIMARY}; image: url("{_mark("check")}"); }}
    QCheckBox::indicator:focus {{ border-color: {ACCENT}; }}
    QCheckBox:focus {{ color: {TEXT_ON_PRIMARY}; }}
    QComboBox QAbstractItemView {{ background: {RAISED}; border: 1px solid {LINE}; outline: none; }}
    QPushButton, QToolButton {{ background: {RAISED}; border: 1px solid {LINE}; border-radius: 4px;
        padding: 5px 10px; }}
    QPushButton:hover, QToolButton:hover {{ background: #2d3238; }}
    QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {{
        background: {DRAFT_TINT}; border-color: {ACCENT}; }}
    QPushButton:focus, QToolButton:focus {{ border-color: {ACCENT}; }}
    QPushButton:disabled, QToolButton:disabled {{ color: #6a717a; background: {PANEL}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QPushButton[role="primary"] {{ background: {PRIMARY}; border-color: {PRIMARY}; color: {TEXT_ON_PRIMARY};
        font-weight: 600; }}
    QPushButton[role="primary"]:hover {{ background: #32669a; }}
    QPushButton[role="primary"]:focus {{ border-color: {TEXT_ON_PRIMARY}; }}
    QPushButton[role="primary"]:disabled {{ background: {PANEL}; border-color: {LINE}; color: #6a717a; }}
    QPushButton[role="flat"], QToolButton[role="flat"] {{ background: transparent; border: 1px solid transparent;
        padding: 2px 6px; color: {SECONDARY}; }}
    QPushButton[role="flat"]:hover, QToolButton[role="flat"]:hover {{ color: {TEXT}; border-color: {LINE}; }}
    QPushButton[role="flat"]:focus, QToolButton[role="flat"]:focus {{ border-color: {ACCENT}; }}
    QPushButton[role="chip"], QToolButton[role="chip"] {{ background: {PANEL}; border: 1px solid {LINE};
        border-radius: 9px; padding: 2px 6px; font-size: {SMALL_PX}px; color: {SECONDARY}; }}
    QPushButton[role="chip"]:hover, QToolButton[role="chip"]:hover {{ color: {TEXT}; }}
    QPushButton[role="chip"]:checked, QToolButton[role="chip"]:checked {{ background: {RAISED}; color: {TEXT};
        border-color: {SECONDARY}; }}
    QPushButton[role="chip"]:focus, QToolButton[role="chip"]:focus {{ border-color: {ACCENT}; }}
    QMenuBar {{ background: {GROUND}; padding: 1px 4px; }}
    QMenuBar::item {{ background: transparent; padding: 3px 8px; border-radius: 3px; }}
    QMenuBar::item:selected {{ background: {RAISED}; }}
    QMenu {{ background: {RAISED}; border: 1px solid {LINE}; padding: 4px; }}
    QMenu::item {{ padding: 4px 22px 4px 18px; border-radius: 3px; background: transparent; }}
    QMenu::item:selected {{ background: {PRIMARY}; color: {TEXT_ON_PRIMARY}; }}
    QMenu::item:disabled {{ color: #7b828b; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {LINE}; margin: 4px 8px; }}
    QToolTip {{ background: {RAISED}; color: {TEXT}; border: 1px solid {LINE}; padding: 3px 5px; }}
    QStatusBar {{ background: {GROUND}; color: {SECONDARY}; font-size: {SMALL_PX}px; }}
    QStatusBar::item {{ border: none; }}
    QStatusBar QLabel, QStatusBar QPushButton {{ background: transparent; font-size: {SMALL_PX}px; }}
    QListView, QTableView, QTreeView {{ background: {PANEL}; border: none; outline: none; }}
    QHeaderView::section {{ background: {PANEL}; color: {SECONDARY}; border: none; padding: 4px; }}
    QScrollArea {{ border: none; }}
    QScrollBar:vertical {{ background: {PANEL}; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: {PANEL}; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: #3c434b; border-radius: 4px; min-height: 28px; min-width: 28px; margin: 1px; }}
    QScrollBar::handle:hover {{ background: #525a64; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QProgressBar {{ background: {GROUND}; border: 1px solid {LINE}; border-radius: 3px; height: 6px; }}
    QProgressBar::chunk {{ background: {ACCENT}; border-radius: 2px; }}
    QGroupBox {{ border: 1px solid {LINE}; border-radius: 6px; margin-top: 9px; padding: 8px 6px 6px 6px; }}
    QGroupBox::title {{ subcontrol-origin: margin; left: 10px; padding: 0 4px; color: {SECONDARY}; }}
    QTabBar::tab {{ background: {PANEL}; padding: 5px 12px; color: {SECONDARY}; }}
    QTabBar::tab:selected {{ color: {TEXT}; border-bottom: 2px solid {ACCENT}; }}
    """
