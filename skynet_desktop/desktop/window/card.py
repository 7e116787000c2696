"""The card of one mapping: how it is doing, and what can be done about it.

Made once and changed in place: a card never flickers, and keeps the keyboard's focus.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from skynet_desktop.core.events import State
from skynet_desktop.desktop import icons, theme, words
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.flow import FlowRow
from skynet_desktop.desktop.snapshot import MappingView
from skynet_desktop.desktop.tokens import L, M, S
from skynet_desktop.desktop.verify.menu import VerifyMenu
from skynet_desktop.desktop.verify.strip import ProofStrip
from skynet_desktop.desktop.window import card_words
from skynet_desktop.desktop.window.elided import ElidedLabel
from skynet_desktop.desktop.window.files_under_way import FilesUnderWay
from skynet_desktop.desktop.window.parts import button, label, row
from skynet_desktop.desktop.window.pause_menu import PauseMenu
from skynet_desktop.desktop.window.question import QuestionBanner
from skynet_desktop.desktop.window.state_look import state_pixmap, state_tone

_ICON = 20
_STEPS = 1_000


class MappingCard(QFrame):
    """``send_anyway`` sends on a metered network until there is another one."""

    def __init__(
        self,
        name: str,
        controller: Controller,
        errands: Errands,
        send_anyway: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.name = name
        self._controller = controller
        self._errands = errands
        self._view: MappingView | None = None
        self._course = card_words.Course()
        self.setObjectName(f"card-{name}")
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.mark(self, kind="card")
        self._make_labels()
        self._make_buttons(send_anyway)
        self._lay_out()
        theme.signals.changed.connect(self._paint_icon)

    # --- parts --------------------------------------------------------------------------

    def _make_labels(self) -> None:
        self._icon = QLabel()
        self._title = ElidedLabel()
        self._title.setText(self.name)
        theme.mark(self._title, kind="heading")
        self._badge = label(kind="pill", name=f"badge-{self.name}")
        self._way = ElidedLabel()
        theme.mark(self._way, kind="muted")
        self._reason = label(name=f"reason-{self.name}", wraps=True)
        self._question = QuestionBanner(self.name)
        self._question.declined.connect(lambda: self._controller.answer(self.name, False))
        self._question.opened.connect(lambda: self._controller.show(Place.QUESTION, self.name))
        self._bar = QProgressBar()
        self._bar.setMaximum(_STEPS)
        self._bar.setAccessibleName(self.tr("Progress of {0}").format(self.name))
        self._left = label(name=f"left-{self.name}")
        self._speed = label(kind="muted")
        self._files = FilesUnderWay()
        self._proof = ProofStrip(self.name)
        self._proof.stopped.connect(lambda: self._controller.stop_verifying(self.name))
        self._proof.opened.connect(lambda: self._controller.show(Place.VERIFICATION, self.name))
        self._checked = label(kind="caption")
        self._held = label(kind="caption")

    def _make_buttons(self, send_anyway: Callable[[], None]) -> None:
        controller, name = self._controller, self.name
        self._sync = self._button("sync", self.tr("Sync now"), "sync")
        self._sync.clicked.connect(lambda: controller.sync([name]))
        self._pause = self._button("pause", self.tr("Pause"), "pause")
        self._pause.setMenu(PauseMenu(self._on_pause, self._pause))
        self._resume = self._button("resume", self.tr("Resume"), "play")
        self._resume.clicked.connect(lambda: controller.resume([name]))
        self._folder = self._button("folder", self.tr("Open folder"), "folder-open")
        self._folder.clicked.connect(lambda: self._errands.open_folder(name))
        self._verify = self._button("verify", self.tr("Verify"), "verify")
        self._verify.setMenu(VerifyMenu(lambda deep: controller.verify(name, deep), self._verify))
        self._restore = self._button("restore", self.tr("Restore…"), "restore")
        self._restore.clicked.connect(lambda: controller.show(Place.RESTORE, name))
        self._service = self._button("service", self.tr("Edit service…"), "server")
        self._service.clicked.connect(self._on_service)
        self._anyway = self._button("anyway", self.tr("Send anyway"), "send")
        self._anyway.clicked.connect(lambda: send_anyway())
        self._issues = self._button("issues", self.tr("Show issues"), "issues")
        self._issues.clicked.connect(lambda: controller.show(Place.ISSUES, name))
        self._more = QToolButton()
        self._more.setObjectName(f"more-{name}")
        self._more.setAccessibleName(self.tr("More for {0}").format(name))
        self._more.setToolTip(self.tr("More"))
        self._menu = self._more_menu()
        self._more.clicked.connect(self._on_more)
        theme.mark(self._more, kind="flat")
        icons.follow(self._more, "more")

    def _more_menu(self) -> QMenu:
        menu = QMenu(self)
        there = menu.addAction(self.tr("Show at destination"))
        there.triggered.connect(lambda: self._errands.show_at_destination(self.name))
        edit = menu.addAction(self.tr("Edit…"))
        edit.triggered.connect(lambda: self._controller.show(Place.MAPPINGS, self.name))
        return menu

    def _button(self, what: str, text: str, glyph: str) -> QPushButton:
        made = button(text, f"{what}-{self.name}", glyph)
        # Many cards have the same buttons: a screen reader must hear whose this one is.
        made.setAccessibleName(self.tr("{0}: {1}").format(self.name, text))
        return made

    def _lay_out(self) -> None:
        top = row(self._icon, self._title, self._badge)
        top.setStretch(1, 1)
        numbers = row(self._left, self._speed)
        numbers.insertStretch(1)
        facts = row(self._checked, self._held)
        facts.insertStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        main = FlowRow(
            self._service, self._anyway, self._issues, self._resume, self._sync, self._pause,
            self._folder, self._verify, self._restore, space=S,
        )  # fmt: skip
        buttons.addWidget(main, 1)
        buttons.addWidget(self._more, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(L, L, L, M)
        layout.setSpacing(S)
        layout.addLayout(top)
        layout.addWidget(self._way)
        for widget in (self._question, self._reason, self._bar):
            layout.addWidget(widget)
            widget.hide()
        layout.addLayout(numbers)
        layout.addWidget(self._files)
        layout.addLayout(facts)
        layout.addWidget(self._proof)
        layout.addSpacing(S)
        layout.addLayout(buttons)

    # --- what it shows ------------------------------------------------------------------

    def show_view(self, view: MappingView) -> None:
        changed = self._view is None or self._view.state is not view.state
        self._view = view
        status = view.status
        if changed:
            self._paint_icon()
            theme.mark(self._badge, tone=state_tone(view.state))
            self._badge.setText(words.state_name(view.state))
        self._way.setText(card_words.way(view))
        self._question.ask(status.question, status.about)
        _say(self._reason, card_words.reason(view))
        self._show_progress(view)
        self._checked.setText(card_words.checked(view))
        self._held.setText(card_words.held(view))
        self._proof.show_view(view)
        self._show_buttons(view)

    def _show_progress(self, view: MappingView) -> None:
        share = self._course.feed(view)
        uploading = view.state is State.UPLOADING
        self._bar.setVisible(uploading and share is not None)
        self._bar.setValue(int((share or 0.0) * _STEPS))
        _say(self._left, card_words.left(view))
        _say(self._speed, card_words.speed(view))
        self._files.show_files(view.status.progress if uploading else ())

    def _show_buttons(self, view: MappingView) -> None:
        paused = view.status.paused
        focused = self._pause.hasFocus() or self._resume.hasFocus()
        self._pause.setVisible(not paused)
        self._resume.setVisible(paused)
        if focused:
            (self._resume if paused else self._pause).setFocus()
        self._service.setVisible(card_words.needs_service(view))
        self._anyway.setVisible(card_words.is_held_by_network(view))
        self._issues.setVisible(view.status.issues > 0)
        self._verify.setVisible(view.verifying is None)

    @Slot()
    def _paint_icon(self) -> None:
        if self._view is not None:
            self._icon.setPixmap(state_pixmap(self._view.state, self._icon, _ICON))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._paint_icon()

    # --- what the person does -----------------------------------------------------------

    def focus(self) -> None:
        """Show where the person was led to."""
        self._sync.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_pause(self, until: datetime | None) -> None:
        self._controller.pause([self.name], until)

    @Slot()
    def _on_more(self) -> None:
        right = self._more.rect().bottomRight()
        right.setX(right.x() - self._menu.sizeHint().width())
        self._menu.popup(self._more.mapToGlobal(right))

    @Slot()
    def _on_service(self) -> None:
        if self._view is not None:
            self._controller.show(Place.SERVICES, self._view.service)


def _say(where: QLabel, text: str) -> None:
    where.setText(text)
    where.setVisible(bool(text))
