"""A guard's question in a window of its own: what it is about, file by file, and both answers
with what they mean. Closing it, Esc and Enter decide nothing.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QPushButton, QStackedWidget, QWidget

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.paged_list import PagedList
from skynet_desktop.desktop.questions.answers import answers
from skynet_desktop.desktop.questions.model import PathsModel
from skynet_desktop.desktop.room import open_at
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.snapshot import Snapshot
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.threads import Job
from skynet_desktop.desktop.tokens import XL, L, M
from skynet_desktop.desktop.window import card_words
from skynet_desktop.desktop.window.elided import ElidedLabel
from skynet_desktop.desktop.window.notice import Notice
from skynet_desktop.desktop.window.parts import button, column, label, row
from skynet_desktop.engine.mirror import Mirror

_SIZE = QSize(720, 620)
_ALL = 1_000  # of the room: the list takes it
_COUNTED = 10_000  # paths that are read at once to be counted


class QuestionDialog(QDialog):
    """Follows the mapping: a question that was answered elsewhere is asked no more."""

    def __init__(self, controller: Controller, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._name = name
        self._question = self._about = ""
        self._count = 0
        self._counting: Job | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName(f"question-dialog-{name}")
        self.setWindowTitle(self.tr("{0} needs your decision").format(name))
        open_at(self, _SIZE)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._make_question())
        self._pages.addWidget(self._make_settled())
        self._whole = column(self._pages, margins=(XL, L))
        self.setLayout(self._whole)
        controller.snapshotChanged.connect(self._on_snapshot)
        self._on_snapshot(controller.snapshot)
        if not self._question:
            self._pages.setCurrentIndex(1)

    # --- parts --------------------------------------------------------------------------

    def _make_question(self) -> QWidget:
        self._text = label(kind="heading", name="question", wraps=True)
        self._way = ElidedLabel()
        theme.mark(self._way, kind="muted")
        name = self._name
        self._list_title = label(wraps=True)
        model = PathsModel(self._controller, name, self)
        self.list = PagedList("would-go", self.tr("Files this is about"), model)
        self.list.view.horizontalHeader().hide()
        self._list_title.setBuddy(self.list.view)
        self._no = button("", f"no-{name}-dialog", kind="primary")
        self._yes = button("", f"yes-{name}-dialog")
        self._no_means, self._yes_means = (label(kind="muted", wraps=True) for _ in range(2))
        self._no.clicked.connect(lambda: self._answer(False))
        self._yes.clicked.connect(lambda: self._answer(True))
        both = QGridLayout()
        both.setHorizontalSpacing(L)
        both.setVerticalSpacing(M)
        both.setColumnStretch(1, 1)
        for number, (choice, means) in enumerate(
            ((self._no, self._no_means), (self._yes, self._yes_means))
        ):
            both.addWidget(choice, number, 0, Qt.AlignmentFlag.AlignVCenter)
            both.addWidget(means, number, 1, Qt.AlignmentFlag.AlignVCenter)
        later = button(self.tr("Decide &later"), "later", kind="flat")
        later.clicked.connect(self.reject)
        last = row(later)
        last.insertStretch(0)
        page = QWidget()
        layout = column(self._text, self._way, self._list_title, self.list, space=M)
        layout.setStretch(3, _ALL)
        layout.addLayout(both)
        layout.addLayout(last)
        layout.addStretch(1)  # takes what there is where nothing is listed
        page.setLayout(layout)
        return page

    def _make_settled(self) -> Notice:
        close = button(self.tr("&Close"), "close-settled", kind="primary")
        close.clicked.connect(self.reject)
        notice = Notice(self.tr("There is nothing to decide any more"), close)
        notice.say(self.tr("It was answered elsewhere, or the files are as they were before."))
        notice.show_glyph("check-circle", "success")
        return notice

    # --- what it shows ------------------------------------------------------------------

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        view = snapshot.find(self._name)
        question = view.status.question if view is not None else ""
        about = view.status.about if view is not None else ""
        if view is not None:
            self._way.setText(card_words.way(view))
        if (question, about) == (self._question, self._about):
            return
        self._question, self._about = question, about
        self._count = 0
        self._stop()
        if not question:
            self._pages.setCurrentIndex(1)
            return
        self._pages.setCurrentIndex(0)
        self._pages.setEnabled(True)
        self._text.setText(spoken(question))
        self._show_answers()
        self._show_list()

    def _show_answers(self) -> None:
        mapping = self._controller.settings.mappings.get(self._name)
        said = answers(self._about, mapping, self._count)
        self._no.setText(said.no)
        self._yes.setText(said.yes)
        for choice, means, words in (
            (self._no, self._no_means, said.no_means),
            (self._yes, self._yes_means, said.yes_means),
        ):
            means.setText(words)
            choice.setAccessibleDescription(words)
        theme.mark(self._yes, kind="danger" if said.destroys else "")
        self._list_title.setText(said.list)
        for part in (self._list_title, self.list):
            part.setVisible(bool(said.list))

    def _show_list(self) -> None:
        if self._list_title.isHidden():
            return
        self.list.start()

        def count(mirror: Mirror) -> int:
            total, after = 0, ""
            while paths := mirror.would_go(_COUNTED, after):
                total, after = total + len(paths), paths[-1]
            return total

        self._counting = self._controller.ask(
            self._name, count, while_alive(self, self._on_count), lambda _: None
        )

    def _on_count(self, count: int) -> None:
        self._counting = None
        self._count = count
        self._show_answers()

    # --- what the person does -----------------------------------------------------------

    def _answer(self, yes: bool) -> None:
        self._pages.setEnabled(False)
        self._controller.answer(self._name, yes)
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus; there is none that it would press
        from elsewhere."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._question and self.list.isHidden():  # little is said, so little room is taken
            self.resize(self.width(), self._whole.heightForWidth(self.width()))

    def done(self, result: int) -> None:
        self._stop()
        super().done(result)

    def _stop(self) -> None:
        self.list.stop()
        if self._counting is not None:
            self._counting.forget()
            self._counting = None
