"""A signed report: plain, read only; what may still be done with it, and where it went.

Its wishes are signals; the pane carries them to the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from workstation.ui import actions, style
from workstation.ui.lines import tell, words
from workstation.ui.report.secretfield import SecretField
from workstation.workflow.version import WITHDRAWAL, Version

KEEP_AFTER_MS = 400
EXPORTS = tuple(
    f"report.{act}" for act in ("copy", *(f"export_{kind}" for kind in ("text", "pdf", "sr", "fhir", "hl7")))
)


class SignedView(QWidget):
    """``exported(act)``: the reader chose an export. ``addended``, ``withdrawn``: with the words typed here;
    ``typed`` soon after each word of an addendum, so that it can be kept."""

    exported = Signal(str)
    addended = Signal(str)
    withdrawn = Signal(str)
    typed = Signal(str)  # the addendum so far

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addendum_box: QWidget = self._make_addendum()
        self.withdrawal_box: QWidget = self._make_withdrawal()
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setStyleSheet("font-size: 14px;")
        self.text.setAccessibleName("Signed report")
        self.told = words("good")
        self.secret = SecretField()
        self.export_button = QToolButton(popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.export_menu = QMenu(self.export_button)
        self.export_button.setMenu(self.export_menu)
        for act in EXPORTS:
            item = self.export_menu.addAction("")
            actions.print_key(self, partial(self._print_export, item, act))
            item.triggered.connect(lambda _checked=False, act=act: self.exported.emit(act))
        self.addend_button = QPushButton("Add addendum", clicked=lambda: self.open_addendum())
        self.withdraw_button = QPushButton("Withdraw", clicked=lambda: self.open_withdrawal())
        row = QHBoxLayout(spacing=6)
        for button in (self.export_button, self.addend_button, self.withdraw_button):
            row.addWidget(button)
        row.addStretch()
        column = QVBoxLayout(self, spacing=6)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text, 1)
        column.addLayout(row)
        column.addWidget(self.addendum_box)
        column.addWidget(self.withdrawal_box)
        column.addWidget(self.secret)
        column.addWidget(self.told)

    @staticmethod
    def _print_export(item: QAction, act: str) -> None:
        item.setText(actions.label(act))

    def _make_addendum(self) -> QWidget:
        self.addendum = QPlainTextEdit(placeholderText="Addendum")
        self.addendum.setStyleSheet("font-size: 14px;")
        self.addendum.setAccessibleName("Addendum")
        self.addendum.setFixedHeight(96)
        self.addendum.setTabChangesFocus(True)
        self.addendum.setAcceptDrops(False)
        self._pause = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._pause.timeout.connect(lambda: self.typed.emit(self.addendum.toPlainText()))
        self.addendum.textChanged.connect(self._pause.start)
        self.sign_addendum = QPushButton("Sign addendum")
        style.set_role(self.sign_addendum, "primary")
        self.sign_addendum.clicked.connect(lambda: self.addended.emit(self.addendum.toPlainText()))
        cancel = QPushButton("Cancel", clicked=lambda: self._give_up())
        return _box(self.addendum, self.sign_addendum, cancel)

    def _make_withdrawal(self) -> QWidget:
        self.reason = QLineEdit(placeholderText="Withdraw as entered in error, because ...")
        self.reason.setAccessibleName("Reason of the withdrawal")
        self.confirm_withdrawal = QPushButton("Withdraw the report")
        self.confirm_withdrawal.clicked.connect(lambda: self.withdrawn.emit(self.reason.text()))
        cancel = QPushButton("Cancel", clicked=lambda: self._close(self.withdrawal_box))
        return _box(self.reason, self.confirm_withdrawal, cancel)

    def show_versions(self, versions: Sequence[Version]) -> None:
        """The newest version's whole text, which holds those before it."""
        latest = versions[-1]
        if self.text.toPlainText() != latest.text:
            self.text.setPlainText(latest.text)
        living = latest.kind != WITHDRAWAL
        self.addend_button.setVisible(living)
        self.withdraw_button.setVisible(living)
        self._pause.stop()  # what stood in the box is signed, or another study's
        self.addendum.blockSignals(True)
        self.addendum.clear()
        self.addendum.blockSignals(False)
        for box in (self.addendum_box, self.withdrawal_box, self.secret):
            self._close(box)
        tell(self.told, "")

    def set_recallable(self, recallable: bool) -> None:
        """Whether an export would end the minute of calling back: the button says so."""
        self.export_button.setText("Export, ends recall ▾" if recallable else "Export ▾")

    def open_addendum(self) -> None:
        self.withdrawal_box.hide()
        if self.addendum_box.isHidden():  # asked for twice, it keeps the words typed so far
            self.addendum.clear()
        self.addendum_box.show()
        self.addendum.setFocus(Qt.FocusReason.OtherFocusReason)

    def restore_addendum(self, text: str) -> None:
        """An addendum that was typed in an earlier sitting stands there again; nothing takes the focus."""
        self.settle()
        self.addendum.blockSignals(True)
        self.addendum.setPlainText(text)
        self.addendum.blockSignals(False)
        self.addendum_box.setVisible(bool(text))
        if text:
            tell(self.told, "An addendum that was not signed stands here as you left it.", "careful")

    def settle(self) -> None:
        """What was typed last is told now, not in half a second."""
        if self._pause.isActive():
            self._pause.stop()
            self.typed.emit(self.addendum.toPlainText())

    def _give_up(self) -> None:
        self.addendum.clear()
        self.settle()
        self._close(self.addendum_box)

    def open_withdrawal(self) -> None:
        self.addendum_box.hide()
        if self.withdrawal_box.isHidden():
            self.reason.clear()
        self.withdrawal_box.show()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _close(self, box: QWidget) -> None:
        """The keyboard that was in the box stays in the report, else Qt hands it to the film."""
        focus = QApplication.focusWidget()
        if focus is not None and box.isAncestorOf(focus):
            self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        box.hide()

    def tell(self, text: str, role: str = "good") -> None:
        tell(self.told, text, role)


def _box(entry: QWidget, confirm: QPushButton, cancel: QPushButton) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(spacing=6)
    row.addWidget(confirm)
    row.addWidget(cancel)
    row.addStretch()
    column = QVBoxLayout(box, spacing=4)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(entry)
    column.addLayout(row)
    return box
