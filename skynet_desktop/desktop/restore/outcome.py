"""How far the restoring is, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, Qt, Slot
from PySide6.QtWidgets import QHeaderView, QLabel, QProgressBar, QStackedWidget, QTableView, QWidget

from skynet_desktop.desktop import theme, words
from skynet_desktop.desktop.headed import Headed
from skynet_desktop.desktop.paging import Index
from skynet_desktop.desktop.restore.errand import NOTHING
from skynet_desktop.desktop.restore.pace import Pace
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import M, S
from skynet_desktop.desktop.window.elided import ElidedLabel
from skynet_desktop.desktop.window.parts import column, label, row
from skynet_desktop.desktop.window.state_look import pixmap, tinted
from skynet_desktop.engine.restoring.tally import Failure, Restored, Restoring

_STEPS = 1_000
_ALL = 1_000  # of the room: the list takes it
_ICON = 24
_translate = QCoreApplication.translate


class OutcomePage(QStackedWidget):
    """``clock`` gives seconds that only grow."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._pace = Pace()
        self._is_fine = True
        self._running = self._make_running()
        self._ended = self._make_ended()
        self.addWidget(self._running)
        self.addWidget(self._ended)
        theme.signals.changed.connect(self._paint)

    def _make_running(self) -> QWidget:
        self._course = label(kind="heading", name="restoring", wraps=True)
        self._path = ElidedLabel()
        theme.mark(self._path, kind="muted")
        self._bar = QProgressBar()
        self._bar.setMaximum(_STEPS)
        self._bar.setAccessibleName(self.tr("Progress of the restoring"))
        self._amount, self._speed = label(name="restoring-amount"), label(kind="muted")
        numbers = row(self._amount, self._speed)
        numbers.insertStretch(1)
        page = QWidget()
        layout = column(self._course, self._path, self._bar, space=M)
        layout.addLayout(numbers)
        layout.insertStretch(0)
        layout.addStretch()
        page.setLayout(layout)
        return page

    def _make_ended(self) -> QWidget:
        self._picture = QLabel()
        self._result = label(kind="heading", name="restored", wraps=True)
        head = row(self._picture, self._result, space=M)
        head.setStretch(1, 1)
        self._facts = label(kind="muted", name="restored-facts", wraps=True)
        self._failures_title = label(self.tr("These did not come back"), wraps=True)
        self.failures = FailuresModel(self)
        self._list = QTableView()
        self._list.setObjectName("failures")
        self._list.setAccessibleName(self.tr("What did not come back, and why"))
        theme.dress_table(self._list)
        self._list.setModel(self.failures)
        self._list.setTabKeyNavigation(False)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        page = QWidget()
        layout = column(self._facts, self._failures_title, self._list, space=S)
        layout.setStretch(2, _ALL)
        layout.insertLayout(0, head)
        layout.insertStretch(0, 1)
        layout.addStretch(1)
        page.setLayout(layout)
        return page

    # --- what it shows ------------------------------------------------------------------

    def start(self) -> None:
        self._pace = Pace()
        self._course.setText(self.tr("Connecting…"))
        self._bar.setMaximum(0)
        for each in (self._path, self._amount, self._speed):
            each.setText("")
        self.setCurrentWidget(self._running)

    def show_progress(self, now: Restoring) -> None:
        self._pace.feed(self._clock(), now.bytes)
        self._course.setText(
            self.tr("Restoring {0} of {1}").format(
                words.number(min(now.files + 1, now.total_files)), words.files(now.total_files)
            )
        )
        self._path.setText(now.path)
        self._bar.setMaximum(_STEPS)
        self._bar.setValue(int(_share(now) * _STEPS))
        parts = [self.tr("{0} of {1}").format(words.size(now.bytes), words.size(now.total_bytes))]
        eta = self._pace.eta(now.total_bytes - now.bytes)
        if eta is not None:
            parts.append(words.duration(eta))
        self._amount.setText(" · ".join(parts))
        self._speed.setText(words.rate(self._pace.speed) if self._pace.speed >= 1 else "")

    def show_ended(self, ended: Restored) -> None:
        self._result.setText(result(ended))
        self._facts.setText("\n".join(facts(ended)))
        self._facts.setVisible(bool(self._facts.text()))
        self.failures.show(ended.failed)
        for part in (self._failures_title, self._list):
            part.setVisible(bool(ended.failed))
        self._is_fine = ended.complete and not ended.failed
        self._paint()
        self.setCurrentWidget(self._ended)

    @Slot()
    def _paint(self) -> None:
        glyph, tone = ("check-circle", "success") if self._is_fine else ("warning", "warning")
        icon = tinted(glyph, theme.current().tone(tone).fill)
        self._picture.setPixmap(pixmap(icon, self._picture, _ICON))

    def show_failed(self, error: Exception) -> None:
        """Nothing could be begun."""
        self.show_ended(replace(NOTHING, complete=False))
        self._facts.setText(spoken(str(error)))


def result(ended: Restored) -> str:
    """In a sentence."""
    if ended.files:
        text = _translate("restore", "%Ln file(s) are back", None, ended.files)
        return f"{text}, {words.size(ended.bytes)}"
    if ended.complete and not ended.failed:
        return _translate("restore", "Everything was there already")
    return _translate("restore", "Nothing came back")


def facts(ended: Restored) -> list[str]:
    """What else there is to say, a sentence each."""
    said = []
    if not ended.complete:
        said.append(spoken(ended.reason) or _translate("restore", "It was stopped."))
        said.append(
            _translate("restore", "Begin again for the rest: what is here is not fetched anew.")
        )
    for count, text in (
        (ended.same, _same(ended.same)),
        (ended.skipped, _skipped(ended.skipped)),
        (ended.renamed, _renamed(ended.renamed)),
        (ended.replaced, _replaced(ended.replaced)),
        (ended.later, _later(ended.later)),
    ):
        if count:
            said.append(text)
    if ended.failures > len(ended.failed):
        said.append(
            _translate("restore", "{0} did not come back; the first of them are shown.").format(
                words.files(ended.failures)
            )
        )
    return said


def _same(count: int) -> str:
    return _translate("restore", "%Ln file(s) were the same already.", None, count)


def _skipped(count: int) -> str:
    return _translate(
        "restore", "%Ln other file(s) of the same name were left as they are.", None, count
    )


def _renamed(count: int) -> str:
    return _translate(
        "restore", "%Ln file(s) got a new name, beside one that was there.", None, count
    )


def _replaced(count: int) -> str:
    return _translate(
        "restore", "%Ln file(s) were replaced; what was there lies beside them.", None, count
    )


def _later(count: int) -> str:
    return _translate(
        "restore", "%Ln file(s) are younger than the time you chose, and were left out.", None,
        count,
    )  # fmt: skip


def _share(now: Restoring) -> float:
    if now.total_bytes:
        return min(1.0, now.bytes / now.total_bytes)
    return min(1.0, now.files / now.total_files) if now.total_files else 0.0


class FailureColumn(IntEnum):
    FILE = 0
    WHY = 1


class FailuresModel(Headed, QAbstractTableModel):
    """On the GUI thread."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._failures: tuple[Failure, ...] = ()

    def show(self, failures: tuple[Failure, ...]) -> None:
        self.beginResetModel()
        self._failures = failures
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._failures)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(FailureColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (
            Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole,
        ):  # fmt: skip
            return None
        failure = self._failures[index.row()]
        return failure.path if index.column() == FailureColumn.FILE else spoken(failure.reason)

    def titles(self) -> Mapping[int, str]:
        return {FailureColumn.FILE: self.tr("File"), FailureColumn.WHY: self.tr("Why")}
