"""The staged test of a service, live: each stage ticks, the first that fails says why and what
to change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.introduction import HasEndpoint
from skynet_desktop.connections.route import at
from skynet_desktop.connections.trial import Outcome, StageResult, Trial
from skynet_desktop.connections.trial_advice import Stage
from skynet_desktop.connections.trial_stages import stages_of
from skynet_desktop.core.errors import ServiceRefused
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.services.host_key import HostKeyCard
from skynet_desktop.desktop.services.stage_row import StageRow
from skynet_desktop.desktop.services.stages import fields_of
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.threads import Job
from skynet_desktop.desktop.tokens import XS, L, M, S

_TURN_MS = 80


class _News(QObject):
    """Carries what tests' threads say to the GUI thread, with the number of the test. It belongs
    to the controller: a test that hangs may still speak when its view is gone."""

    stages = Signal(int, list, str)
    result = Signal(int, object)


class TrialView(QWidget):
    """One test at a time. Leaving the view, or :meth:`cancel`, ends it within a second."""

    finished = Signal(bool)
    """The test ended; whether all went well. Not sent after a cancel."""
    cancelled = Signal()
    trusted = Signal(dict)
    """The person trusts the server: these options belong to the service from now on."""
    refused = Signal()
    """The person does not trust the server."""
    fieldWanted = Signal(str)
    """Show the form with the cursor in this option's field."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._rows: dict[Stage, StageRow] = {}
        self._where = ""
        self._shows: Callable[[str], bool] = lambda _: False
        self._job: Job | None = None
        self._news = news = _News(controller)
        news.stages.connect(self._on_stages, Qt.ConnectionType.QueuedConnection)
        news.result.connect(self._on_result, Qt.ConnectionType.QueuedConnection)
        self._number = 0
        self._cancel = threading.Event()
        self._turn = 0
        self._timer = QTimer(self, interval=_TURN_MS)
        self._timer.timeout.connect(self._tick)
        self._decision = QVBoxLayout()
        self._build()

    @property
    def is_running(self) -> bool:
        return self._job is not None

    @property
    def is_asking(self) -> bool:
        """Whether it waits for a decision about the server."""
        return self._decision.count() > 0

    def start(
        self, connect: Callable[[], Connection], shows: Callable[[str], bool] | None = None
    ) -> None:
        """Test what ``connect`` makes; it is called on the test's thread and may block.
        ``shows`` tells which options the form behind this view has, to lead there."""
        self.cancel(quietly=True)
        self._clear()
        self._shows = shows or (lambda _: False)
        self._cancel = cancel = threading.Event()
        self._number += 1
        number, news = self._number, self._news

        def made() -> Connection:
            connection = connect()
            news.stages.emit(number, stages_of(connection), _where(connection))
            return connection

        self._job = self._controller.jobs.run(
            lambda: Trial(made).run(lambda result: news.result.emit(number, result), cancel),
            while_alive(self, self._on_done),
            while_alive(self, self._on_failed),
        )
        self._say(self.tr("Testing…"), "")
        self.stop_button.show()
        self._timer.start()

    def cancel(self, *, quietly: bool = False) -> None:
        """End the test; what it wrote is removed. Returns at once."""
        if self._job is None:
            return
        self._cancel.set()
        self._end()
        for row in self._rows.values():
            row.stop()
        self._say(self.tr("The test was cancelled."), "neutral")
        if not quietly:
            self.cancelled.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # a window put aside goes on testing
            self.cancel()

    # --- what the test says -------------------------------------------------------------

    @Slot(int, list, str)
    def _on_stages(self, number: int, stages: list[Stage], where: str) -> None:
        if not self.is_running or number != self._number or self._rows:
            return
        self._where = where
        for stage in stages:
            self._rows[stage] = row = StageRow(stage)
            self._list.addWidget(row)

    @Slot(int, object)
    def _on_result(self, number: int, result: StageResult) -> None:
        if not self.is_running or number != self._number or result.stage not in self._rows:
            return
        self._rows[result.stage].show_result(result)
        if result.outcome is Outcome.FAILED:
            self._show_failure(result)

    def _on_done(self, results: list[StageResult]) -> None:
        self._end()
        works = all(result.outcome is not Outcome.FAILED for result in results)
        if works:
            self._say(self.tr("Everything works."), "success")
        self.finished.emit(works)

    def _on_failed(self, error: Exception) -> None:
        """The connection could not even be made: settings or keyring."""
        self._end()
        self._say(spoken(str(error)), "danger")
        self.finished.emit(False)

    def _show_failure(self, result: StageResult) -> None:
        if result.accept:
            self._ask(result)
            return
        self._say(self.tr("The test stopped here."), "danger")
        name = next((name for name in fields_of(result.stage) if self._shows(name)), "")
        if name:
            self.fix_button.show()
            self._wanted = name

    def _ask(self, result: StageResult) -> None:
        """Whether to trust the server; what would come later makes room for the question."""
        self._say(self.tr("The test waits for your decision."), "warning")
        stages = list(self._rows)
        for stage in stages[stages.index(result.stage) + 1 :]:
            self._rows[stage].hide()
        card = HostKeyCard(result, self._where)
        card.trusted.connect(self.trusted)
        card.refused.connect(self._refuse)
        self._clear_decision()
        self._decision.addWidget(card)
        card.setFocus()

    def _refuse(self) -> None:
        self._clear_decision()
        self._say(self.tr("Not connected. Nothing secret was sent to this server."), "neutral")
        self.refused.emit()

    # --- inside -------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(L)
        head = QHBoxLayout()
        head.setSpacing(M)
        self.verdict = QLabel()
        self.verdict.setObjectName("verdict")
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setWordWrap(True)
        mark(self.verdict, "heading")
        self.stop_button = QPushButton(self.tr("&Cancel the test"))
        self.stop_button.setObjectName("cancel-test")
        self.stop_button.clicked.connect(lambda: self.cancel())
        self.fix_button = QPushButton(self.tr("Ch&ange it…"))
        self.fix_button.setObjectName("change-it")
        self._wanted = ""
        self.fix_button.clicked.connect(lambda: self.fieldWanted.emit(self._wanted))
        head.addWidget(self.verdict, 1)
        head.addWidget(self.fix_button)
        head.addWidget(self.stop_button)
        column.addLayout(head)
        self._list = QVBoxLayout()
        self._list.setSpacing(S)
        column.addLayout(self._list)
        self._decision.setSpacing(XS)
        column.addLayout(self._decision)
        column.addStretch(1)
        self.stop_button.hide()
        self.fix_button.hide()

    def _clear(self) -> None:
        for row in self._rows.values():
            row.hide()
            row.deleteLater()
        self._rows.clear()
        self._clear_decision()
        self.fix_button.hide()

    def _clear_decision(self) -> None:
        while item := self._decision.takeAt(0):
            if card := item.widget():
                card.hide()
                card.deleteLater()

    def _end(self) -> None:
        if self._job is not None:
            self._job.forget()
        self._job = None
        self._timer.stop()
        self.stop_button.hide()

    def _say(self, words: str, tone: str) -> None:
        self.verdict.setText(words)
        mark(self.verdict, tone=tone)

    def _tick(self) -> None:
        self._turn += 1
        for row in self._rows.values():
            row.tick(self._turn)


def _where(connection: Connection) -> str:
    """The address to show where a person decides whether it is the right one."""
    with suppress(ServiceRefused):  # an address that is none: the first stage will say so
        endpoint = connection.endpoint() if isinstance(connection, HasEndpoint) else None
        if endpoint:
            return at(endpoint.host, endpoint.port)
    return connection.describe()
