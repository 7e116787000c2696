"""The banner with which a mapping asks: what happens on yes and on no, and once more before yes."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QMessageBox,
    QWidget,
)

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import M
from skynet_desktop.desktop.window.parts import button, column, label, row

_translate = QCoreApplication.translate

_HEARD_MS = 2_000  # by then the engine has taken the question back, or asks it anew


@dataclass(frozen=True, slots=True)
class Choice:
    """What the two buttons say, and what is asked once more before the yes."""

    yes: str
    no: str
    sure: str


def choice(about: str) -> Choice:
    """For what the engine asks about (``MappingStatus.about``)."""
    if about == "removals":
        return Choice(
            _translate("question", "Remove them there too"),
            _translate("question", "Keep them"),
            _translate("question", "The copies at the destination are removed. Go on?"),
        )
    if about == "root":
        return Choice(
            _translate("question", "Use this folder"),
            _translate("question", "Not yet"),
            _translate(
                "question",
                "This folder is mirrored from now on, in place of the one before. Go on?",
            ),
        )
    return Choice(
        _translate("question", "Yes"),
        _translate("question", "No"),
        _translate("question", "This cannot be undone. Go on?"),
    )


class QuestionBanner(QFrame):
    """Hidden while nothing is asked."""

    answered = Signal(bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._question = ""
        self._about = ""
        self._sure: QMessageBox | None = None
        self.setObjectName(f"question-{name}")
        theme.mark(self, kind="banner", tone="danger")
        self._text = label(wraps=True)
        self._yes = button("", f"yes-{name}")
        self._no = button("", f"no-{name}")
        self._yes.clicked.connect(self._on_yes)
        self._no.clicked.connect(self._on_no)
        buttons = row(self._no, self._yes)
        buttons.addStretch()
        layout = column(self._text, margins=(M, M))
        layout.addLayout(buttons)
        self.setLayout(layout)
        self.hide()

    def ask(self, question: str, about: str) -> None:
        """Ask this, which is ``about`` what the status says; "" takes the question back."""
        if question == self._question:
            return
        self._question, self._about = question, about
        if self._sure is not None:  # it was about another question
            self._sure.reject()
        self.setVisible(bool(question))
        if question:
            asked = choice(about)
            self._text.setText(spoken(question))
            for each, text in ((self._yes, asked.yes), (self._no, asked.no)):
                each.setText(text)
                whose = _translate("MappingCard", "{0}: {1}").format(self._name, text)
                each.setAccessibleName(whose)
            self.setEnabled(True)

    @Slot()
    def _on_yes(self) -> None:
        asked = choice(self._about)
        box = QMessageBox(self.window())
        box.setIcon(QMessageBox.Icon.Warning)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(asked.sure)
        box.setInformativeText(spoken(self._question))
        yes = box.addButton(asked.yes, QMessageBox.ButtonRole.DestructiveRole)
        theme.mark(yes, kind="danger")
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.finished.connect(lambda: self._decided(box.clickedButton() is yes))
        self._sure = box
        box.open()

    def _decided(self, yes: bool) -> None:
        box, self._sure = self._sure, None
        if box is not None:
            box.deleteLater()
        if yes:
            self._answer(True)

    @Slot()
    def _on_no(self) -> None:
        self._answer(False)

    def _answer(self, yes: bool) -> None:
        self.setEnabled(False)  # a second click must not answer what is asked next
        QTimer.singleShot(_HEARD_MS, self, lambda: self.setEnabled(True))
        self.answered.emit(yes)
