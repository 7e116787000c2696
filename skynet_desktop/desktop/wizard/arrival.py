"""The mirror runs: its first files, live, until the first of them is there."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QWidget

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.events import Done, Event, State
from skynet_desktop.desktop import icons, theme, words
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.snapshot import MappingView, Snapshot
from skynet_desktop.desktop.tokens import L, M
from skynet_desktop.desktop.window.elided import ElidedLabel
from skynet_desktop.desktop.window.parts import button, column, label, row
from skynet_desktop.desktop.window.state_look import pixmap
from skynet_desktop.desktop.wizard.page import Page

_PICTURE = 32
_TROUBLE = (State.ACTION_REQUIRED, State.OFFLINE, State.ISSUES)


class ArrivalPage(Page):
    """``wentOn``: to the overview. ``wentBack``: close."""

    def __init__(self, controller: Controller) -> None:
        super().__init__(self.tr("Your mirror is running"))
        self.primary = self.tr("Open the &overview")
        self.other = self.tr("C&lose")
        self._controller = controller
        self._mapping = ""
        self._arrived = ""
        self._glyph = ("sync", "info")
        self._picture = QLabel()
        self._headline = label(name="headline", kind="heading", wraps=True)
        self._file = ElidedLabel()
        self._file.setObjectName("first-file")
        theme.mark(self._file, kind="muted")
        self._bar = QProgressBar()
        self._bar.setAccessibleName(self.tr("Files that are there"))
        self._amount = label(name="amount", kind="caption", wraps=True)
        self._refusal = label(name="refusal", kind="banner", wraps=True)
        self._refusal.setMargin(M)
        theme.mark(self._refusal, tone="warning")
        self._refusal.hide()
        buttons = QWidget()
        buttons.setLayout(self._folders())
        self.put(self._card(), buttons, self._refusal)
        theme.signals.changed.connect(self._paint)

    def follow(self, mapping: str, refusal: str) -> None:
        """Show how this mapping begins; ``refusal`` is what the system said against starting
        at login."""
        self._mapping = mapping
        self._refusal.setText(refusal)
        self._refusal.setVisible(bool(refusal))
        self._say(self.tr("Looking through the folder…"), "sync", "info")
        self._bar.setRange(0, 0)
        self._controller.events.connect(self._on_events)
        self._controller.snapshotChanged.connect(self._on_snapshot)
        self._on_snapshot(self._controller.snapshot)

    def go_other(self) -> None:
        self.wentBack.emit()

    @property
    def has_arrived(self) -> bool:
        return bool(self._arrived)

    def _on_events(self, events: list[Event]) -> None:
        for event in events:
            if not isinstance(event, Done) or event.mapping != self._mapping:
                continue
            if event.action is Kind.SEND and not self._arrived:
                self._arrive(event.path)

    def _arrive(self, path: str) -> None:
        self._arrived = path
        drawable = path.encode("utf-8", "replace").decode()
        self._file.setText(self.tr("First: {0}").format(drawable))
        self._say(self.tr("The first file has arrived"), "check-circle", "success")

    def _on_snapshot(self, snapshot: Snapshot) -> None:
        view = snapshot.find(self._mapping)
        if view is None:
            return
        self._show_amount(view)
        if view.state in _TROUBLE:
            self._say(words.mapping_sentence(view), "warning", "warning")
        elif view.state is State.UP_TO_DATE:
            self._finish(view)
        elif self._arrived:
            self._say(self.tr("The first file has arrived"), "check-circle", "success")
        elif view.state is State.UPLOADING:
            self._say(self.tr("Sending the first files…"), "send", "info")

    def _finish(self, view: MappingView) -> None:
        if not view.status.files:
            text = self.tr("Everything is ready. Put something into the folder.")
        elif self._arrived:
            text = self.tr("Everything is there")
        else:
            text = self.tr("Everything was there already")
        self._say(text, "check-circle", "success")

    def _show_amount(self, view: MappingView) -> None:
        status = view.status
        left = status.queued + status.in_flight
        if view.state is State.CHECKING and not status.files:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, max(1, status.files + left))
            self._bar.setValue(status.files)
        there = QCoreApplication.translate("wizard", "%n file(s) there", None, status.files)
        parts = [there, words.size(status.bytes)]
        if left:
            parts += [words.waiting(left), *([words.rate(view.speed)] if view.speed else [])]
        self._amount.setText(" · ".join(parts))

    def _card(self) -> QFrame:
        card = QFrame()
        theme.mark(card, kind="card")
        head = row(self._picture, self._headline, space=M)
        head.setStretch(1, 1)
        inside = column(self._file, self._bar, self._amount, space=M, margins=(L, L))
        inside.insertLayout(0, head)
        card.setLayout(inside)
        return card

    def _folders(self) -> QHBoxLayout:
        """To see it with one's own eyes."""
        errands = Errands(self._controller)
        here = button(self.tr("Open &folder"), "open-folder", "folder-open")
        here.clicked.connect(lambda: errands.open_folder(self._mapping))
        there = button(self.tr("Show at &destination"), "open-destination", "external-link")
        there.clicked.connect(lambda: errands.show_at_destination(self._mapping))
        for each in (here, there):
            each.setAutoDefault(False)
        line = row(here, there)
        line.setContentsMargins(0, 0, 0, 0)
        line.addStretch()
        return line

    def _say(self, text: str, glyph: str, tone: str) -> None:
        self._headline.setText(text)
        self._glyph = glyph, tone
        self._paint()

    def _paint(self) -> None:
        glyph, tone = self._glyph
        icon = icons.tinted(glyph, theme.current().tone(tone).fill)
        self._picture.setPixmap(pixmap(icon, self._picture, _PICTURE))
