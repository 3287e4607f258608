"""Every declared setting as one row: name, control, unit, help. A change holds at once and is saved.

Made from ``settings.SETTINGS``; a new setting appears here without a line of code. Each row says whose its value is:
the reader's own, or this machine's. Blocks nothing.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workstation.errors import WorkstationError
from workstation.settings import SETTINGS, Setting, Settings
from workstation.ui import style

_NO_LIMIT = 1_000_000


class Preferences(QWidget):
    """A window of its own. ``changed(name, value)`` for each change, ``given_back(name)`` for one taken back."""

    changed = Signal(str, object)
    given_back = Signal(str)

    def __init__(self, parent: QWidget, settings: Settings) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self.setWindowTitle("Preferences")
        self.controls: dict[str, QWidget] = {}
        self.whose: dict[str, QLabel] = {}
        self.back: dict[str, QPushButton] = {}
        self._trouble = QLabel("\n".join(settings.problems), wordWrap=True)
        style.set_role(self._trouble, "careful")
        self._trouble.setVisible(bool(settings.problems))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setSpacing(12)
        for group in dict.fromkeys(setting.group for setting in SETTINGS):
            column.addWidget(self._make_group(group, settings))
        column.addStretch()
        area = QScrollArea(widgetResizable=True)
        area.setWidget(inside)
        close = QPushButton("Close  Esc")
        close.setShortcut("Esc")
        close.clicked.connect(self.hide)
        whole = QVBoxLayout(self)
        whole.addWidget(self._trouble)
        whole.addWidget(area, 1)
        whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.show_settings(settings)
        self.resize(720, 680)

    def show_settings(self, settings: Settings) -> None:
        """The values in force and whose they are; somebody may have changed them elsewhere."""
        reader = settings["reader_name"] or settings["reader_id"]
        for setting in SETTINGS:
            control = self.controls[setting.name]
            control.blockSignals(True)
            _put(control, settings[setting.name])
            control.blockSignals(False)
            own = setting.name in settings.own
            mine = setting.personal and bool(settings["reader_id"])
            words = (
                f"yours, {reader}" if own else "as on this machine; yours once changed" if mine else "this machine's"
            )
            self.whose[setting.name].setText(words)
            style.set_role(self.whose[setting.name], "here" if own else "small")
            self.back[setting.name].setVisible(own)

    def refuse(self, error: WorkstationError) -> None:
        self._trouble.setText(str(error))
        self._trouble.show()

    def _make_group(self, group: str, settings: Settings) -> QGroupBox:
        box = QGroupBox(group)
        form = QFormLayout(box)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        for setting in SETTINGS:
            if setting.group == group:
                self._add(form, setting, settings[setting.name])
        return box

    def _add(self, form: QFormLayout, setting: Setting, value: object) -> None:
        control = self._make_control(setting)
        _put(control, value)
        control.setAccessibleName(spoken(setting))
        control.setToolTip(setting.help)
        self.controls[setting.name] = control
        form.addRow(spoken(setting), self._with_owner(setting, control))
        help_line = QLabel(setting.help, wordWrap=True)
        style.set_role(help_line, "small")
        form.addRow("", help_line)

    def _with_owner(self, setting: Setting, control: QWidget) -> QHBoxLayout:
        """The control and, at its right, whose value it shows."""
        whose = self.whose[setting.name] = QLabel()
        back = self.back[setting.name] = QPushButton("as on this machine")
        style.set_role(back, "flat")
        back.setAccessibleName(f"{spoken(setting)}: as on this machine")
        back.clicked.connect(lambda: self.given_back.emit(setting.name))
        row = QHBoxLayout()
        row.addWidget(control, 1)
        row.addWidget(whose)
        row.addWidget(back)
        return row

    def _make_control(self, setting: Setting) -> QWidget:
        """The control that fits the default's type."""
        if isinstance(setting.default, bool):
            box = QCheckBox("yes")
            box.toggled.connect(lambda value: self._tell(setting, value))
            return box
        if setting.choices:
            choice = QComboBox()
            choice.addItems(setting.choices)
            choice.currentTextChanged.connect(lambda value: self._tell(setting, value))
            return choice
        if isinstance(setting.default, (int, float)):
            return self._make_number(setting)
        line = QLineEdit()
        line.editingFinished.connect(lambda: self._tell(setting, line.text().strip()))
        return line

    def _make_number(self, setting: Setting) -> QSpinBox | QDoubleSpinBox:
        number: QSpinBox | QDoubleSpinBox
        low, high = setting.low or 0, _NO_LIMIT if setting.high is None else setting.high
        if isinstance(setting.default, int):
            number = QSpinBox()
            number.setRange(int(low), int(high))
        else:
            number = QDoubleSpinBox(decimals=2, singleStep=0.1)
            number.setRange(low, high)
        number.setSuffix(f" {setting.unit}" if setting.unit else "")
        number.setKeyboardTracking(False)
        number.valueChanged.connect(lambda value: self._tell(setting, value))
        return number

    def _tell(self, setting: Setting, value: object) -> None:
        self._trouble.hide()
        self.changed.emit(setting.name, value)


def spoken(setting: Setting) -> str:
    """``open_next_after_signing`` as "Open next after signing"."""
    return setting.name.replace("_", " ").capitalize().replace(" mb", "").replace(" s ", " ").removesuffix(" s")


def _put(control: QWidget, value: object) -> None:
    if isinstance(control, QCheckBox):
        control.setChecked(bool(value))
    elif isinstance(control, QComboBox):
        control.setCurrentText(str(value))
    elif isinstance(control, (QSpinBox, QDoubleSpinBox)):
        control.setValue(value)  # type: ignore[arg-type]
    elif isinstance(control, QLineEdit):
        control.setText(str(value))
