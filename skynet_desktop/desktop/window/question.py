"""The banner with which a mapping asks: keep all as it is, or look at what it is about."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QWidget

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.flow import Flow
from skynet_desktop.desktop.questions.answers import answers
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import M, S
from skynet_desktop.desktop.window.parts import button, column, label

_translate = QCoreApplication.translate

_HEARD_MS = 2_000  # by then the engine has taken the question back, or asks it anew


class QuestionBanner(QFrame):
    """Hidden while nothing is asked. A yes is given only where all is seen that it means."""

    declined = Signal()
    opened = Signal()
    """The person wants to see what it is about, and to decide there."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._asked = ("", "")
        self.setObjectName(f"question-{name}")
        theme.mark(self, kind="banner", tone="danger")
        self._text = label(wraps=True)
        self._look = button(_translate("question", "Look and decide…"), f"decide-{name}")
        self._no = button("", f"no-{name}")
        self._look.setAccessibleName(_whose(name, self._look.text()))
        self._look.clicked.connect(self.opened)
        self._no.clicked.connect(self._on_no)
        layout = column(self._text, margins=(M, M))
        layout.addLayout(Flow(self._look, self._no, space=S))
        self.setLayout(layout)
        self.hide()

    def ask(self, question: str, about: str) -> None:
        """Ask this, which is ``about`` what the status says; "" takes the question back."""
        if (question, about) == self._asked:
            return
        self._asked = question, about
        self.setVisible(bool(question))
        if question:
            self._text.setText(spoken(question))
            self._no.setText(answers(about).no)
            self._no.setAccessibleName(_whose(self._name, self._no.text()))
            self.setEnabled(True)

    @Slot()
    def _on_no(self) -> None:
        self.setEnabled(False)  # a second click must not answer what is asked next
        QTimer.singleShot(_HEARD_MS, self, lambda: self.setEnabled(True))
        self.declined.emit()


def _whose(name: str, text: str) -> str:
    return _translate("MappingCard", "{0}: {1}").format(name, text)
