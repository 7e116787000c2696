"""What is known of one issue, and what can be done: below the list of all of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import L, M, S
from skynet_desktop.desktop.window.elided import ElidedLabel
from skynet_desktop.desktop.window.issue_advice import advice
from skynet_desktop.desktop.window.parts import button, column, label, row
from skynet_desktop.engine.issues import Issue


class IssueDetail(QFrame):
    """Shows an issue; says which button was pressed."""

    retry = Signal()
    ignore = Signal()
    showFile = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("issue-detail")
        theme.mark(self, kind="card")
        self._path = ElidedLabel()
        theme.mark(self._path, kind="heading")
        self._reason = label(name="issue-reason", wraps=True)
        self._advice = label(kind="muted", name="issue-advice", wraps=True)
        self._tries = label(kind="caption")
        for text in (self._reason, self._advice):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buttons = row()
        for name, says, glyph, signal in (
            ("retry", self.tr("&Retry"), "retry", self.retry),
            ("show-file", self.tr("Show &file"), "folder-open", self.showFile),
            ("ignore", self.tr("I&gnore…"), "ignore", self.ignore),
        ):
            made = button(says, name, glyph)
            made.clicked.connect(signal)
            buttons.addWidget(made)
        buttons.addStretch()
        buttons.addWidget(self._tries)
        layout = column(self._path, self._reason, self._advice, margins=(L, M))
        layout.addSpacing(S)
        layout.addLayout(buttons)
        self.setLayout(layout)

    def show_issue(self, issue: Issue) -> None:
        self._path.setText(issue.path)
        self._reason.setText(spoken(issue.reason))
        self._advice.setText(advice(issue.kind))
        self._tries.setText(self.tr("Tried %n time(s)", "", issue.tries))
