"""The page to choose on: what is at the destination, folder by folder, as of a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from skynet_desktop.desktop import words
from skynet_desktop.desktop.flow import Flow
from skynet_desktop.desktop.restore.chosen import Chosen
from skynet_desktop.desktop.restore.crumbs import Crumbs
from skynet_desktop.desktop.restore.entries import EntriesModel, EntryColumn, ordered
from skynet_desktop.desktop.restore.entries_view import EntriesView
from skynet_desktop.desktop.restore.history import HistoryDialog
from skynet_desktop.desktop.restore.source import Source
from skynet_desktop.desktop.restore.times import TimePicker
from skynet_desktop.desktop.threads import Job
from skynet_desktop.desktop.tokens import M, S
from skynet_desktop.desktop.window.notice import Notice
from skynet_desktop.desktop.window.parts import button, column, label, row, search_field
from skynet_desktop.engine.restoring.catalogue import Catalogue, Entry, Stored

_TYPING_MS = 250
_SLOW_MS = 400  # after which it is said that one looks
_MOST_FOUND = 1_000


@dataclass(frozen=True, slots=True)
class Amount:
    """So many files with so many bytes."""

    files: int
    bytes: int


class Browser(QWidget):
    """Asks its source; keeps what was chosen."""

    chosenChanged = Signal()

    def __init__(self, source: Source, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._place = ""
        self._reading: Job | None = None
        self._counting: Job | None = None
        self.chosen = Chosen()
        self.amount: Amount | None = None
        """Of all that is chosen; None while it is counted."""
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._read)
        self._slow = QTimer(self, singleShot=True, interval=_SLOW_MS)
        self._slow.timeout.connect(self._on_slow)
        self._held_focus = False
        self.model = EntriesModel(self.chosen, self)
        self.model.chosenChanged.connect(self._on_chosen)
        self.view = EntriesView(self.model)
        self.view.opened.connect(self._on_opened)
        self.view.upWanted.connect(self._on_up)
        self.view.horizontalHeader().sortIndicatorChanged.connect(lambda *_: self._sort())
        self.view.selectionModel().currentChanged.connect(lambda *_: self._enable())
        self._lay_out()

    # --- parts --------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.search = search_field(
            self.tr("Search everywhere, also in what was removed"), "search-remote"
        )
        self.search.textChanged.connect(self._typing.start)
        self.times = TimePicker()
        self.times.changed.connect(self._on_time)
        self.crumbs = Crumbs("")
        self.crumbs.wanted.connect(self.go)
        self._nothing = Notice(self.tr("Nothing here"))
        self._nothing.show_glyph("folder", "neutral")
        self._busy = Notice(self.tr("Looking…"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._busy)
        self._stack.addWidget(self._nothing)
        self._all = button(self.tr("Choose all of this &folder"), "choose-all")
        self._all.clicked.connect(self._on_all)
        self._clear = button(self.tr("Choose &nothing"), "choose-nothing")
        self._clear.clicked.connect(self._on_clear)
        self._history = button(self.tr("&Versions…"), "show-versions")
        self._history.clicked.connect(self._on_history)
        self._said = label(kind="muted", name="chosen", wraps=True)
        hint = label(
            self.tr("To find what was removed, choose a time before that."), "caption", wraps=True
        )
        when = row(self.times, hint, space=M)
        when.setStretch(1, 1)
        layout = column(self.search, self.crumbs, self._stack, self._said, space=S)
        layout.setStretch(2, 1)
        layout.insertLayout(1, when)
        layout.insertLayout(4, Flow(self._all, self._clear, self._history, space=S))
        self.setLayout(layout)

    # --- where one looks ----------------------------------------------------------------

    def start(self, top: str) -> None:
        """A catalogue is there: show its top, which is called so."""
        self.crumbs.show_path("", top)
        self.search.clear()
        self._typing.stop()
        self.times.show_moments(())
        self._source.ask(lambda catalogue: catalogue.moments(), self.times.show_moments)
        self._on_clear()
        self.go("")

    def go(self, folder: str) -> None:
        self._place = folder
        self.crumbs.show_path(folder)
        if self.search.text():
            self.search.clear()
            self._typing.stop()
        self._read()

    @Slot()
    def _on_time(self) -> None:
        """Another time shows other things: what was chosen was of the time before."""
        self._on_clear()
        self._read()

    @Slot()
    def _read(self) -> None:
        self._typing.stop()
        if self._reading is not None:
            self._reading.forget()
        folder, at, wanted = self._place, self.times.at, self.search.text().strip()
        by, descending = self._order()

        def work(catalogue: Catalogue) -> list[Entry]:
            if wanted:
                return ordered(catalogue.search(wanted, _MOST_FOUND), by, descending)
            return ordered(catalogue.folder(folder, at), by, descending)

        self._reading = self._source.ask(work, lambda found: self._show(found, wanted))
        self._slow.start()

    @Slot()
    def _sort(self) -> None:
        """What is shown in another order; what is being read comes in the new one anyway."""
        if self._reading is not None:
            self._read()
            return
        entries, (by, descending) = self.model.entries, self._order()
        wanted = self.search.text().strip()
        self._reading = self._source.ask(
            lambda _: ordered(entries, by, descending), lambda found: self._show(found, wanted)
        )
        self._slow.start()

    def _order(self) -> tuple[EntryColumn, bool]:
        """By which column, and whether from the largest to the smallest."""
        header = self.view.horizontalHeader()
        descending = header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
        return EntryColumn(header.sortIndicatorSection()), descending

    @Slot()
    def _on_slow(self) -> None:
        self._held_focus = self.view.hasFocus()
        self._stack.setCurrentWidget(self._busy)

    def _show(self, entries: list[Entry], wanted: str) -> None:
        self._reading = None
        self._slow.stop()
        self.model.show(entries, None if wanted else self.times.at, with_paths=bool(wanted))
        self._stack.setCurrentWidget(self.view if entries else self._nothing)
        if entries and self._held_focus:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._held_focus = False
        self._nothing.say(
            self.tr("No file or folder of this name was found.") if wanted
            else self.tr("The folder is empty. What was removed from it is seen at an earlier "
                         "time.")
        )  # fmt: skip
        if entries:
            self.view.setCurrentIndex(self.model.index(0, EntryColumn.NAME))
        self.crumbs.setVisible(not wanted)
        self._enable()

    @Slot(object)
    def _on_opened(self, entry: Entry) -> None:
        if entry.is_folder:
            self.go(entry.path)
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._on_history()

    @Slot()
    def _on_up(self) -> None:
        if self._place and not self.search.text():
            self.go(self._place.rpartition("/")[0])

    # --- what is chosen -----------------------------------------------------------------

    @Slot()
    def _on_all(self) -> None:
        self.chosen.add(self._place, self.times.at)
        self.model.follow_chosen()
        self._on_chosen()

    @Slot()
    def _on_clear(self) -> None:
        self.chosen.clear()
        self.model.follow_chosen()
        self._on_chosen()

    @Slot()
    def _on_chosen(self) -> None:
        self.amount = None
        if self._counting is not None:
            self._counting.forget()
        wanted = self.chosen.by_time()

        def work(catalogue: Catalogue) -> Amount:
            totals = [catalogue.total(path, at) for at, paths in wanted for path in paths]
            return Amount(sum(files for files, _ in totals), sum(size for _, size in totals))

        self._counting = self._source.ask(work, self._on_counted) if wanted else None
        self._say()
        self._enable()
        self.chosenChanged.emit()

    def _on_counted(self, amount: Amount) -> None:
        self._counting = None
        self.amount = amount
        self._say()
        self.chosenChanged.emit()

    def _say(self) -> None:
        if not len(self.chosen):
            text = self.tr("Tick what you want to have back.")
        elif self.amount is None:
            text = self.tr("Counting…")
        else:
            text = self.tr("Chosen: {0}, {1}").format(
                words.files(self.amount.files), words.size(self.amount.bytes)
            )
        self._said.setText(text)

    def _enable(self) -> None:
        entry = self.view.current() if self._stack.currentWidget() is self.view else None
        self._history.setEnabled(entry is not None and not entry.is_folder)
        self._clear.setEnabled(len(self.chosen) > 0)
        self._all.setEnabled(not self.search.text() and self.model.rowCount() > 0)

    # --- versions of one file -----------------------------------------------------------

    @Slot()
    def _on_history(self) -> None:
        entry = self.view.current()
        if entry is not None and not entry.is_folder:
            path = entry.path
            self._source.ask(lambda c: c.history(path), lambda found: self._ask(path, found))

    def _ask(self, path: str, states: Sequence[Stored]) -> None:
        dialog = HistoryDialog(path, states, self.window())
        dialog.chosen.connect(self._on_version)
        dialog.open()

    @Slot(object)
    def _on_version(self, state: Stored) -> None:
        self.chosen.add(state.path, state.moment)
        self.model.follow_chosen()
        self._on_chosen()
