"""The activity table's model: the last 100,000 actions, searched and sorted in here.

A proxy model would look at all rows again for each batch; this one looks at what is new. Rows
are kept in the order of their rank, lowest first; a table sorted downwards, as it is by
default, shows that list from its end, so that new rows are appended and appear on top.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    Slot,
)

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.events import Done, Event, Failed, PartDone, Started, State, StateChanged
from skynet_desktop.desktop.window.activity_columns import Column, header, rank_of, text_of
from skynet_desktop.desktop.window.activity_row import Row, RowState, Wanted

CAPACITY = 100_000
_CHUNK = 5_000  # dropped at once when it is full
_AT_ONCE = 2_000  # events looked at in one go: some milliseconds
_HELD = (State.OFFLINE, State.PAUSED, State.ACTION_REQUIRED)
_SETTLED = State.UP_TO_DATE

ROW_ROLE = Qt.ItemDataRole.UserRole
"""The :class:`Row` itself, for the delegate."""

Index = QModelIndex | QPersistentModelIndex
_rank: Callable[[Row], Any] = attrgetter("rank")


class ActivityModel(QAbstractTableModel):
    """On the GUI thread."""

    aboutToFeed = Signal()
    fed = Signal()
    """Around each group of changes: a view keeps its place between them."""

    def __init__(
        self, parent: QObject | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._all: list[Row] = []
        self._shown: list[Row] = []
        self._live: dict[tuple[str, str], Row] = {}
        self._serial = 0
        self._wanted = Wanted()
        self._column = Column.WHEN
        self._descending = True
        self._waiting: deque[Event] = deque()
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._feed_some)
        self._full = QTimer(self, singleShot=True, interval=0)
        self._full.timeout.connect(self._drop_oldest)

    # --- what comes in ------------------------------------------------------------------

    @Slot(list)
    def feed(self, events: list[Event]) -> None:
        """Take the engine's events, in order. Many are taken in several goes."""
        self._waiting.extend(events)
        if not self._more.isActive():
            self._feed_some()

    @Slot()
    def _feed_some(self) -> None:
        count = min(len(self._waiting), _AT_ONCE)
        if not count:
            return
        some = [self._waiting.popleft() for _ in range(count)]
        self.aboutToFeed.emit()
        new, changed = self._take(some)
        self._all += new
        self._show(new, changed)
        self.fed.emit()
        if len(self._all) > CAPACITY:
            self._full.start()  # in a turn of its own: turns must be short
        if self._waiting:
            self._more.start()

    def _take(self, events: Iterable[Event]) -> tuple[list[Row], list[Row]]:
        """The rows that are new, and those that changed, each once."""
        now = self._clock()
        new: list[Row] = []
        changed: dict[int, Row] = {}
        first_new = self._serial
        for event in events:
            for row in self._touched(event, now):
                if row.serial < first_new:
                    changed[row.serial] = row
                elif row.serial >= first_new + len(new):
                    new.append(row)
        return new, list(changed.values())

    def _touched(self, event: Event, now: float) -> Iterable[Row]:
        if isinstance(event, PartDone):
            row = self._row(event.mapping, event.path, Kind.SEND, now)
            row.reach(event.done, event.size, now)
            return (row,)
        if isinstance(event, Started | Done | Failed):
            row = self._row(event.mapping, event.path, event.action, now)
            if isinstance(event, Started):
                row.start(event.action, event.size, now)
                return (row,)
            del self._live[event.mapping, event.path]
            if isinstance(event, Done):
                row.finish(event.action, event.size, event.seconds, now)
            else:
                row.fail(event.action, event.reason, now)
            return (row,)
        if isinstance(event, StateChanged) and event.state in _HELD:
            return self._broken_off(event.mapping)
        if isinstance(event, StateChanged) and event.state is _SETTLED:
            return self._settled(event.mapping)
        return ()

    def _row(self, mapping: str, path: str, action: Kind, now: float) -> Row:
        row = self._live.get((mapping, path))
        if row is None:
            row = self._live[mapping, path] = Row(self._serial, mapping, path, action, now)
            self._serial += 1
        return row

    def _broken_off(self, mapping: str) -> list[Row]:
        """Nothing is under way there now; what was goes on later."""
        rows = [row for row in self._live_of(mapping) if row.state is RowState.RUNNING]
        for row in rows:
            row.wait()
        return rows

    def _settled(self, mapping: str) -> list[Row]:
        """All is mirrored: what still seems under way has become needless, such as a move
        that became two other actions."""
        rows = self._live_of(mapping)
        for row in rows:
            row.lapse()
            del self._live[mapping, row.path]
        return rows

    def _live_of(self, mapping: str) -> list[Row]:
        return [row for row in self._live.values() if row.mapping == mapping]

    @Slot()
    def _drop_oldest(self) -> None:
        """Many at once, but none that is still under way."""
        oldest = self._all[: len(self._all) - CAPACITY + _CHUNK]
        kept = [row for row in oldest if self._live.get((row.mapping, row.path)) is row]
        self._all[: len(oldest)] = kept
        shown = sum(row.is_shown for row in oldest) - sum(row.is_shown for row in kept)
        if not shown:
            return
        self.aboutToFeed.emit()
        if kept or self._column is not Column.WHEN:  # bring them together first
            doomed = {row.serial for row in oldest}.difference(row.serial for row in kept)
            gone = [row for row in self._shown if row.serial in doomed]
            self._arrange(gone + [row for row in self._shown if row.serial not in doomed])
        self._remove(0, shown)
        self.fed.emit()

    # --- what is shown ------------------------------------------------------------------

    def _show(self, new: list[Row], changed: list[Row]) -> None:
        has = self._wanted.has
        leaving = [row for row in changed if row.is_shown and not has(row)]
        for first, last in reversed(self._runs(leaving)):
            self._remove(first, last)
        staying = [row for row in changed if row.is_shown]
        entering = [row for row in changed if not row.is_shown and has(row)]
        arriving = entering + [row for row in new if has(row)]
        rank = rank_of(self._column)
        for row in (*staying, *arriving):
            row.rank = rank(row)
        self._append(arriving)
        if entering or self._column is not Column.WHEN:
            self._sort_if_needed()
        for first, last in self._runs(staying):
            top, bottom = self._span(first, last - 1)
            self.dataChanged.emit(self.index(top, 0), self.index(bottom, len(Column) - 1))

    def _append(self, rows: list[Row]) -> None:
        if not rows:
            return
        count = len(self._shown)
        top = 0 if self._descending else count
        self.beginInsertRows(QModelIndex(), top, top + len(rows) - 1)
        self._shown += rows
        for row in rows:
            row.is_shown = True
        self.endInsertRows()

    def _remove(self, first: int, last: int) -> None:
        """Places ``first`` up to ``last`` in the list."""
        top, bottom = self._span(first, last - 1)
        self.beginRemoveRows(QModelIndex(), top, bottom)
        for row in self._shown[first:last]:
            row.is_shown = False
        del self._shown[first:last]
        self.endRemoveRows()

    def _runs(self, rows: list[Row]) -> list[tuple[int, int]]:
        """The places of these shown rows as ranges, lowest first, their ends excluded."""
        runs: list[tuple[int, int]] = []
        for place in sorted(bisect_left(self._shown, _rank(row), key=_rank) for row in rows):
            if runs and runs[-1][1] == place:
                runs[-1] = runs[-1][0], place + 1
            else:
                runs.append((place, place + 1))
        return runs

    def _sort_if_needed(self) -> None:
        ordered = sorted(self._shown, key=_rank)
        if ordered != self._shown:
            self._arrange(ordered)

    def _arrange(self, ordered: list[Row]) -> None:
        """Show the same rows in another order; what is selected stays selected."""
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        wanted = {self._at(index.row()).serial: -1 for index in old}
        serials = [self._at(index.row()).serial for index in old]
        self._shown = ordered
        if wanted:
            for place, row in enumerate(ordered):
                if row.serial in wanted:
                    wanted[row.serial] = self._span(place, place)[0]
        new = [
            self.index(wanted[serial], index.column())
            for serial, index in zip(serials, old, strict=True)
        ]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _span(self, first: int, last: int) -> tuple[int, int]:
        """The rows of the table at these places of the list."""
        if not self._descending:
            return first, last
        end = len(self._shown) - 1
        return end - last, end - first

    def _at(self, row: int) -> Row:
        return self._shown[-1 - row if self._descending else row]

    # --- what the person asks for -------------------------------------------------------

    @property
    def wanted(self) -> Wanted:
        return self._wanted

    def show_only(self, wanted: Wanted) -> None:
        """Search: show what is wanted and nothing else. Resets the model."""
        if wanted == self._wanted:
            return
        among = self._shown if wanted.narrows(self._wanted) else self._all
        self._wanted, has = wanted, wanted.has
        self.beginResetModel()
        found = [row for row in among if has(row)]
        for row in self._shown:
            row.is_shown = False
        for row in found:
            row.is_shown = True
        self._shown = found
        if among is self._all:
            rank = rank_of(self._column)
            for row in found:
                row.rank = rank(row)
            found.sort(key=_rank)
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        chosen, descending = Column(column), order is Qt.SortOrder.DescendingOrder
        if (chosen, descending) == (self._column, self._descending):
            return
        self._column = chosen
        rank = rank_of(chosen)
        for row in self._shown:
            row.rank = rank(row)
        # Turned about first, so that a row's place is told by the new direction throughout.
        ordered = sorted(self._shown, key=_rank)
        if descending != self._descending:
            self._turn_about(descending)
        self._arrange(ordered)

    def _turn_about(self, descending: bool) -> None:
        """Change the direction and keep every row where it is."""
        self._shown.reverse()
        self._descending = descending

    def row_number(self, serial: int) -> int | None:
        """Where a row is shown; None if it is not."""
        places: Iterator[int] = (i for i, row in enumerate(self._shown) if row.serial == serial)
        place = next(places, None)
        return None if place is None else self._span(place, place)[0]

    @property
    def total(self) -> int:
        """All rows, shown or not."""
        return len(self._all)

    # --- what views ask for -------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == ROW_ROLE:
            return self._at(index.row())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return text_of(self._at(index.row()), Column(index.column()))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return header(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = (
        Qt.AlignmentFlag.AlignRight
        if column in (Column.SIZE, Column.SPEED)
        else Qt.AlignmentFlag.AlignLeft
    )
    return side | Qt.AlignmentFlag.AlignVCenter
