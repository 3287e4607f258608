"""Every declared setting as one row: name, control, unit, help. A change holds at once and is saved.

Made from ``settings.SETTINGS``; a new setting appears here without a line of code. Blocks nothing.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from workstation.errors import SettingsError
from workstation.settings import SETTINGS, Setting, Settings
from workstation.ui import style

_NO_LIMIT = 1_000_000


class Preferences(QWidget):
    """A window of its own. ``changed(name, value)`` for each accepted change."""

    changed = Signal(str, object)

    def __init__(self, parent: QWidget, settings: Settings) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self.setWindowTitle("Preferences")
        self.controls: dict[str, QWidget] = {}
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
        self.resize(620, 680)

    def show_value(self, name: str, value: object) -> None:
        """A setting was changed elsewhere."""
        control = self.controls[name]
        control.blockSignals(True)
        _put(control, value)
        control.blockSignals(False)

    def refuse(self, error: SettingsError) -> None:
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
        form.addRow(spoken(setting), control)
        help_line = QLabel(setting.help, wordWrap=True)
        style.set_role(help_line, "small")
        form.addRow("", help_line)

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
