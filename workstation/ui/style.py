"""The look: the theme in force, one stylesheet, and the type sizes every pane draws with.

``style.TEXT`` and its like are the colours of the theme in force, asked for when something is painted; what is painted
on film takes ``ON_FILM``, because the film's ground is black by day, too. Knows no widget of ours; panes ask for roles
by property (``role="title"``), not by colour.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from workstation.ui.palette import NIGHT, THEMES, Palette

ON_FILM = NIGHT
SMALL_PX = 11
NORMAL_PX = 13
LARGE_PX = 15


class Theme(QObject):
    """The palette in force; ``changed`` after each other one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.palette = NIGHT


THEME = Theme()


def __getattr__(name: str) -> str:
    """A colour of the theme in force by its name (PEP 562)."""
    if name in Palette.__slots__:
        return str(getattr(THEME.palette, name))
    raise AttributeError(name)


class _Sheet(QObject):
    """Belongs to the widget that has a stylesheet of its own, and ends with it."""

    def __init__(self, widget: QWidget, sheet: Callable[[], str]) -> None:
        super().__init__(widget)
        self._widget, self._sheet = widget, sheet
        THEME.changed.connect(self.again)

    def again(self) -> None:
        self._widget.setStyleSheet(self._sheet())


def keep_sheet(widget: QWidget, sheet: Callable[[], str]) -> None:
    """Give a widget a stylesheet with colours, now and whenever the theme changes."""
    widget.setStyleSheet(sheet())
    _Sheet(widget, sheet)


def use_theme(name: str) -> None:
    """Put a theme in force, for everything that is shown already too."""
    if THEMES[name] is THEME.palette:
        return
    THEME.palette = THEMES[name]
    application = QApplication.instance()
    if isinstance(application, QApplication):
        application.setPalette(_palette())
        application.setStyleSheet(stylesheet())
    THEME.changed.emit()


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
    palette, colours = QPalette(), THEME.palette
    roles = {
        QPalette.ColorRole.Window: colours.PANEL,
        QPalette.ColorRole.WindowText: colours.TEXT,
        QPalette.ColorRole.Base: colours.GROUND,
        QPalette.ColorRole.AlternateBase: colours.PANEL,
        QPalette.ColorRole.Text: colours.TEXT,
        QPalette.ColorRole.PlaceholderText: colours.SECONDARY,
        QPalette.ColorRole.Button: colours.RAISED,
        QPalette.ColorRole.ButtonText: colours.TEXT,
        QPalette.ColorRole.BrightText: colours.RED,
        QPalette.ColorRole.Highlight: colours.PRIMARY,
        QPalette.ColorRole.HighlightedText: colours.TEXT_ON_PRIMARY,
        QPalette.ColorRole.Link: colours.ACCENT,
        QPalette.ColorRole.ToolTipBase: colours.RAISED,
        QPalette.ColorRole.ToolTipText: colours.TEXT,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.DISABLED))
    return palette


def _mark(name: str) -> str:
    """A tick or an arrow: a style sheet that touches a field takes away the desktop's own."""
    return (Path(__file__).parent / "marks" / f"{name}.svg").as_posix()


def stylesheet() -> str:
    """The whole stylesheet; written once, read by every widget."""
    c = THEME.palette
    return f"""
    QWidget {{ background: {c.PANEL}; color: {c.TEXT}; font-size: {NORMAL_PX}px; }}
    QMainWindow, QMainWindow::separator {{ background: {c.GROUND}; }}
    QSplitter::handle {{ background: {c.GROUND}; }}
    QSplitter::handle:hover {{ background: {c.LINE}; }}
    QLabel, QCheckBox, QRadioButton {{ background: transparent; }}
    *[role="title"] {{ font-size: {LARGE_PX}px; font-weight: 600; }}
    *[role="heading"] {{ color: {c.SECONDARY}; font-size: {SMALL_PX}px; font-weight: 600; }}
    *[role="secondary"] {{ color: {c.SECONDARY}; }}
    *[role="small"] {{ color: {c.SECONDARY}; font-size: {SMALL_PX}px; }}
    *[role="good"] {{ color: {c.GREEN}; }}
    *[role="careful"] {{ color: {c.AMBER}; }}
    *[role="wrong"] {{ color: {c.RED}; }}
    *[role="here"] {{ color: {c.ACCENT}; }}
    *[role="card"] {{ background: {c.RAISED}; border: 1px solid {c.LINE}; border-radius: 6px; }}
    *[role="card"] QLabel {{ border: none; }}
    QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {{
        background: {c.GROUND}; border: 1px solid {c.LINE}; border-radius: 4px; padding: 4px 6px;
        selection-background-color: {c.PRIMARY}; selection-color: {c.TEXT_ON_PRIMARY}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
    QComboBox:focus {{ border-color: {c.ACCENT}; }}
    QComboBox::drop-down {{ border: none; width: 20px; }}
    QComboBox::down-arrow, QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{
        image: url("{_mark("down")}"); width: 12px; height: 12px; }}
    QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url("{_mark("up")}"); width: 12px; height: 12px; }}
    QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{
        background: transparent; border: none; width: 18px; }}
    QCheckBox::indicator {{ width: 14px; height: 14px; background: {c.GROUND}; border: 1px solid {c.SECONDARY};
        border-radius: 3px; }}
    QCheckBox::indicator:checked {{ background: {c.PRIMARY}; border-color: {c.PRIMARY};
        image: url("{_mark("check")}"); }}
    QCheckBox::indicator:focus {{ border-color: {c.ACCENT}; }}
    QCheckBox:focus {{ color: {c.ACCENT}; }}
    QComboBox QAbstractItemView {{ background: {c.RAISED}; border: 1px solid {c.LINE}; outline: none; }}
    QPushButton, QToolButton {{ background: {c.RAISED}; border: 1px solid {c.LINE}; border-radius: 4px;
        padding: 5px 10px; }}
    QPushButton:hover, QToolButton:hover {{ background: {c.HOVER}; }}
    QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {{
        background: {c.DRAFT_TINT}; border-color: {c.ACCENT}; }}
    QPushButton:focus, QToolButton:focus {{ border-color: {c.ACCENT}; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {c.DISABLED}; background: {c.PANEL}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QPushButton[role="primary"] {{ background: {c.PRIMARY}; border-color: {c.PRIMARY}; color: {c.TEXT_ON_PRIMARY};
        font-weight: 600; }}
    QPushButton[role="primary"]:hover {{ background: {c.PRIMARY_HOVER}; }}
    QPushButton[role="primary"]:focus {{ border-color: {c.TEXT_ON_PRIMARY}; }}
    QPushButton[role="primary"]:disabled {{ background: {c.PANEL}; border-color: {c.LINE}; color: {c.DISABLED}; }}
    QPushButton[role="flat"], QToolButton[role="flat"] {{ background: transparent; border: 1px solid transparent;
        padding: 2px 6px; color: {c.SECONDARY}; }}
    QPushButton[role="flat"]:hover, QToolButton[role="flat"]:hover {{ color: {c.TEXT}; border-color: {c.LINE}; }}
    QPushButton[role="flat"]:focus, QToolButton[role="flat"]:focus {{ border-color: {c.ACCENT}; }}
    QPushButton[role="chip"], QToolButton[role="chip"] {{ background: {c.PANEL}; border: 1px solid {c.LINE};
        border-radius: 9px; padding: 2px 6px; font-size: {SMALL_PX}px; color: {c.SECONDARY}; }}
    QPushButton[role="chip"]:hover, QToolButton[role="chip"]:hover {{ color: {c.TEXT}; }}
    QPushButton[role="chip"]:checked, QToolButton[role="chip"]:checked {{ background: {c.RAISED}; color: {c.TEXT};
        border-color: {c.SECONDARY}; }}
    QPushButton[role="chip"]:focus, QToolButton[role="chip"]:focus {{ border-color: {c.ACCENT}; }}
    QMenuBar {{ background: {c.GROUND}; padding: 1px 4px; }}
    QMenuBar::item {{ background: transparent; padding: 3px 8px; border-radius: 3px; }}
    QMenuBar::item:selected {{ background: {c.RAISED}; }}
    QMenu {{ background: {c.RAISED}; border: 1px solid {c.LINE}; padding: 4px; }}
    QMenu::item {{ padding: 4px 22px 4px 18px; border-radius: 3px; background: transparent; }}
    QMenu::item:selected {{ background: {c.PRIMARY}; color: {c.TEXT_ON_PRIMARY}; }}
    QMenu::item:disabled {{ color: {c.DISABLED}; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {c.LINE}; margin: 4px 8px; }}
    QToolTip {{ background: {c.RAISED}; color: {c.TEXT}; border: 1px solid {c.LINE}; padding: 3px 5px; }}
    QStatusBar {{ background: {c.GROUND}; color: {c.SECONDARY}; font-size: {SMALL_PX}px; }}
    QStatusBar::item {{ border: none; }}
    QStatusBar QLabel, QStatusBar QPushButton {{ background: transparent; font-size: {SMALL_PX}px; }}
    QListView, QTableView, QTreeView {{ background: {c.PANEL}; border: none; outline: none; }}
    QHeaderView::section {{ background: {c.PANEL}; color: {c.SECONDARY}; border: none; padding: 4px; }}
    QScrollArea {{ border: none; }}
    QScrollBar:vertical {{ background: {c.PANEL}; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: {c.PANEL}; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {c.HANDLE}; border-radius: 4px; min-height: 28px; min-width: 28px; margin: 1px; }}
    QScrollBar::handle:hover {{ background: {c.HANDLE_HOVER}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QProgressBar {{ background: {c.GROUND}; border: 1px solid {c.LINE}; border-radius: 3px; height: 6px; }}
    QProgressBar::chunk {{ background: {c.ACCENT}; border-radius: 2px; }}
    QGroupBox {{ border: 1px solid {c.LINE}; border-radius: 6px; margin-top: 9px; padding: 8px 6px 6px 6px; }}
    QGroupBox::title {{ subcontrol-origin: margin; left: 10px; padding: 0 4px; color: {c.SECONDARY}; }}
    QTabBar::tab {{ background: {c.PANEL}; padding: 5px 12px; color: {c.SECONDARY}; }}
    QTabBar::tab:selected {{ color: {c.TEXT}; border-bottom: 2px solid {c.ACCENT}; }}
    """
