"""The page with the last actions: searched, filtered, sorted, live."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QMenu, QStackedWidget, QWidget

from skynet_desktop.desktop import icons, words
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.snapshot import Snapshot
from skynet_desktop.desktop.tokens import XL, M
from skynet_desktop.desktop.window.activity_columns import Column
from skynet_desktop.desktop.window.activity_model import ROW_ROLE, ActivityModel
from skynet_desktop.desktop.window.activity_row import Row, Showing, Wanted
from skynet_desktop.desktop.window.activity_view import ActivityView
from skynet_desktop.desktop.window.notice import Notice
from skynet_desktop.desktop.window.parts import button, column, label, row, search_field
from skynet_desktop.host import opening

_TYPING_MS = 150
_COUNT_MS = 250


class Activity(QWidget):
    """Fed all the time, also while it is not seen: what was done is here when one looks."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.model = ActivityModel(self)
        self.view = ActivityView(self.model)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._search_now)
        self._counting = QTimer(self, singleShot=True, interval=_COUNT_MS)
        self._counting.timeout.connect(self._count)
        self._make_actions()
        self._lay_out()
        self.model.fed.connect(self._on_fed)
        controller.events.connect(self.model.feed)
        controller.snapshotChanged.connect(self._on_snapshot)
        self._on_snapshot(controller.snapshot)
        self._count()

    # --- parts --------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self._show_file = QAction(self.tr("Show file"), self)
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        self._show_file.setShortcuts([QKeySequence(key) for key in keys])
        self._show_file.triggered.connect(self._on_show_file)
        self._copy_path = QAction(self.tr("Copy path"), self)
        self._copy_path.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self._copy_path.triggered.connect(self._on_copy_path)
        icons.follow(self._show_file, "folder-open")
        icons.follow(self._copy_path, "copy")
        for action in (self._show_file, self._copy_path):
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self.view.addAction(action)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._on_menu)
        self.view.doubleClicked.connect(self._on_show_file)

    def _lay_out(self) -> None:
        title = label(self.tr("Activity"), "title")
        self.search = search_field(self.tr("Search by name"), "search")
        self.search.textChanged.connect(self._typing.start)
        self.search.returnPressed.connect(self._search_now)
        tools = row(self.search)
        self._group = QButtonGroup(self)
        self._choices: dict[QAbstractButton, Showing] = {}
        for showing, text in (
            (Showing.ALL, self.tr("All")),
            (Showing.UNDER_WAY, self.tr("Under way")),
            (Showing.FAILED, self.tr("Not done")),
        ):
            choice = button(text, f"show-{showing.value}")
            choice.setCheckable(True)
            choice.setChecked(showing is Showing.ALL)
            self._choices[choice] = showing
            self._group.addButton(choice)
            tools.addWidget(choice)
        self._group.buttonClicked.connect(self._search_now)
        self._nothing = Notice(self.tr("Nothing to show"))
        self._nothing.show_glyph("activity", "neutral")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._nothing)
        self._counts = label(kind="caption", name="counts")
        self._waiting = label(kind="caption")
        foot = row(self._counts, self._waiting)
        foot.insertStretch(1)
        layout = column(title, self._stack, space=M, margins=(XL, XL))
        layout.setStretch(1, 1)
        layout.insertLayout(1, tools)
        layout.addLayout(foot)
        self.setLayout(layout)

    # --- what it shows ------------------------------------------------------------------

    @Slot()
    def _search_now(self) -> None:
        self._typing.stop()
        kept = self._current_row()
        showing = next(choice for each, choice in self._choices.items() if each.isChecked())
        self.model.show_only(Wanted(self.search.text().strip().casefold(), showing))
        self._count()
        number = self.model.row_number(kept.serial) if kept is not None else None
        if number is not None:
            self.view.selectRow(number)
            self.view.scrollTo(self.model.index(number, 0))

    @Slot()
    def _on_fed(self) -> None:
        if self.isVisible() and not self._counting.isActive():
            self._counting.start()

    @Slot()
    def _count(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        if shown == total:
            self._counts.setText(self.tr("%Ln action(s)", "", total))
        else:
            self._counts.setText(
                self.tr("{0} of {1}").format(words.number(shown), words.number(total))
            )
        self._nothing.say(
            self.tr("No action fits the search.") if total
            else self.tr("What is sent, moved or removed appears here.")
        )  # fmt: skip
        self._stack.setCurrentWidget(self.view if shown else self._nothing)

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self._waiting.setText(words.waiting(snapshot.queued) if snapshot.queued else "")
        alone = len(snapshot.mappings) < 2
        if alone != self.view.isColumnHidden(Column.MAPPING):
            self.view.setColumnHidden(Column.MAPPING, alone)
            self.view.fit_name()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._count()

    # --- what the person does -----------------------------------------------------------

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _current_row(self) -> Row | None:
        index = self.view.currentIndex()
        return index.data(ROW_ROLE) if index.isValid() else None

    def _path_of(self, row: Row) -> Path | None:
        mapping = self._controller.settings.mappings.get(row.mapping)
        return Path(mapping.local) / row.path if mapping is not None else None

    @Slot()
    def _on_show_file(self) -> None:
        row = self._current_row()
        path = self._path_of(row) if row is not None else None
        if path is not None:
            self._controller.jobs.run(lambda: opening.show_file(path))

    @Slot()
    def _on_copy_path(self) -> None:
        rows: list[Row] = [
            index.data(ROW_ROLE) for index in self.view.selectionModel().selectedRows()
        ]
        paths = [path for row in rows if (path := self._path_of(row)) is not None]
        if paths:
            QGuiApplication.clipboard().setText("\n".join(map(str, paths)))

    @Slot(QPoint)
    def _on_menu(self, position: QPoint) -> None:
        if not self.view.indexAt(position).isValid():
            return
        menu = QMenu(self.view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self._show_file, self._copy_path])
        menu.popup(self.view.viewport().mapToGlobal(position))
