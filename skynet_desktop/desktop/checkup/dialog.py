"""Help > Check-up: what the doctor finds, as it finds it, with what to do."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QProgressBar, QScrollArea, QWidget

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.checkup.examining import Examining
from skynet_desktop.desktop.checkup.finding_row import FindingRow
from skynet_desktop.desktop.checkup.topics import as_text, verdict
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings.banner import Banner
from skynet_desktop.desktop.room import open_at
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import XL, L, M, S
from skynet_desktop.desktop.window.parts import button, column, label, row
from skynet_desktop.doctor import Finding

_SIZE = QSize(680, 640)


class CheckupDialog(QDialog):
    """Begins when it is first shown; closing it ends what is under way."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("checkup")
        self.setWindowTitle(self.tr("Check-up"))
        open_at(self, _SIZE)
        self.findings: list[Finding] = []
        self._examining = Examining(controller, self)
        self._examining.found.connect(self._on_found)
        self._examining.finished.connect(self._on_finished)
        self._examining.failed.connect(self._on_failed)
        self._headline = label(kind="heading", name="checkup-headline", wraps=True)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setAccessibleName(self.tr("The check-up is under way"))
        self._trouble = Banner("checkup-trouble")
        self._list = column(space=M)
        content = QWidget()
        theme.mark(content, kind="page")
        inside = column(margins=(S, S))
        inside.addLayout(self._list)
        inside.addStretch(1)
        content.setLayout(inside)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("findings")
        self._scroll.setAccessibleName(self.tr("What was found"))
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(content)
        self._again = button(self.tr("Check &again"), "check-again", "retry")
        self._again.clicked.connect(self.start)
        self._copy = button(self.tr("C&opy"), "copy-findings", "copy")
        self._copy.clicked.connect(self._on_copy)
        close = button(self.tr("&Close"), "close")
        close.clicked.connect(self.reject)
        layout = column(self._headline, self._busy, self._trouble, self._scroll, space=M,
                        margins=(XL, L))  # fmt: skip
        layout.setStretch(3, 1)
        buttons = row(self._again, self._copy, close)
        buttons.insertStretch(2)
        layout.addLayout(buttons)
        self.setLayout(layout)
        close.setFocus()
        QTimer.singleShot(0, self, self.start)

    @Slot()
    def start(self) -> None:
        self.findings = []
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._trouble.say("")
        self._headline.setText(self.tr("Looking everything over…"))
        self._busy.show()
        self._enable()
        self._examining.start()

    @Slot(object)
    def _on_found(self, finding: Finding) -> None:
        heads = not self.findings or self.findings[-1].topic != finding.topic
        self.findings.append(finding)
        self._list.addWidget(FindingRow(finding, heads=heads))
        self._enable()

    @Slot()
    def _on_finished(self) -> None:
        self._busy.hide()
        self._headline.setText(verdict(self.findings))
        self._enable()

    @Slot(Exception)
    def _on_failed(self, error: Exception) -> None:
        self._on_finished()
        self._trouble.say(spoken(str(error)))

    def _enable(self) -> None:
        self._again.setEnabled(not self._examining.is_under_way)
        self._copy.setEnabled(bool(self.findings))

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(as_text(self.findings))

    def done(self, result: int) -> None:
        self._examining.stop()
        super().done(result)
