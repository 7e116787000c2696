"""The page with what could not be mirrored: why, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QMessageBox,
    QStackedWidget,
    QTreeView,
    QWidget,
)

from skynet_desktop.core.events import Done, Event, Failed
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.snapshot import Snapshot
from skynet_desktop.desktop.tokens import XL, M
from skynet_desktop.desktop.window.ignoring import pattern_of
from skynet_desktop.desktop.window.issue_detail import IssueDetail
from skynet_desktop.desktop.window.issues_model import ISSUE_ROLE, IssueColumn, IssuesModel
from skynet_desktop.desktop.window.notice import Notice
from skynet_desktop.desktop.window.parts import button, column, label, row
from skynet_desktop.engine.issues import Issue
from skynet_desktop.host import opening

_SOON_MS = 300  # many changes become one look


class IssuesPage(QWidget):
    """Asks the engine anew when the counts change, or when a path it shows was tried."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._counts: list[tuple[str, int]] = []
        self._stale = True
        self._wanted = ""
        self.model = IssuesModel(self)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._read)
        self._lay_out()
        controller.snapshotChanged.connect(self._on_snapshot)
        controller.events.connect(self._on_events)
        self._on_snapshot(controller.snapshot)

    def _lay_out(self) -> None:
        self._retry_all = button(self.tr("Retry &all"), "retry-all", "retry")
        self._retry_all.clicked.connect(self._on_retry_all)
        head = row(label(self.tr("Issues"), "title"), self._retry_all)
        head.setStretch(0, 1)
        self._make_tree()
        self.detail = IssueDetail()
        self.detail.retry.connect(self._on_retry)
        self.detail.ignore.connect(self._on_ignore)
        self.detail.showFile.connect(self._on_show_file)
        self._none = Notice(self.tr("No issues"))
        self._none.say(self.tr("Everything that could be read was sent."))
        self._none.show_glyph("check-circle", "success")
        self._some = QWidget()
        some = column(self.tree, self.detail, space=M)
        some.setStretch(0, 1)
        self._some.setLayout(some)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._none)
        self._stack.addWidget(self._some)
        layout = column(self._stack, space=M, margins=(XL, XL))
        layout.setStretch(0, 1)
        layout.insertLayout(0, head)
        self.setLayout(layout)
        self._show_or_hide()

    def _make_tree(self) -> None:
        self.tree = QTreeView()
        self.tree.setObjectName("issues")
        self.tree.setAccessibleName(self.tr("What could not be mirrored"))
        self.tree.setModel(self.model)
        self.tree.setUniformRowHeights(True)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.tree.setAllColumnsShowFocus(True)
        self.tree.selectionModel().currentChanged.connect(self._on_current)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(IssueColumn.FILE, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(IssueColumn.WHY, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(IssueColumn.SINCE, QHeaderView.ResizeMode.ResizeToContents)

    # --- when to look -------------------------------------------------------------------

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        counts = [(view.name, view.status.issues) for view in snapshot.mappings]
        if counts != self._counts:
            self._counts = counts
            self._changed()

    @Slot(list)
    def _on_events(self, events: list[Event]) -> None:
        known = self.model.paths() if self.isVisible() else set()
        if not known:
            return
        for event in events:
            if isinstance(event, Done | Failed) and (event.mapping, event.path) in known:
                self._changed()
                return

    def _changed(self) -> None:
        self._stale = True
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._read()

    @Slot()
    def _read(self) -> None:
        self._stale = False
        self._controller.read_issues(self._show)

    # --- what it shows ------------------------------------------------------------------

    def _show(self, issues: Mapping[str, list[Issue]]) -> None:
        kept = self._current()
        scrolled = self.tree.verticalScrollBar().value()
        closed = [
            name
            for name, _ in self._counts
            if (group := self.model.find(name)).isValid() and not self.tree.isExpanded(group)
        ]
        if not self.model.show(issues):
            return
        for number in range(self.model.rowCount()):
            group = self.model.index(number, 0)
            self.tree.setFirstColumnSpanned(number, QModelIndex(), True)
            self.tree.setExpanded(group, group.data(ISSUE_ROLE)[0] not in closed)
        self._show_or_hide()
        found = self.model.find(kept[0], kept[1].path) if kept else QModelIndex()
        if not found.isValid():
            found = self.model.index(0, 0, self.model.index(0, 0))
        self.tree.setCurrentIndex(found)
        self.tree.verticalScrollBar().setValue(scrolled)
        if self._wanted:
            self.show_mapping(self._wanted)

    def _show_or_hide(self) -> None:
        some = self.model.rowCount() > 0
        self._stack.setCurrentWidget(self._some if some else self._none)
        self._retry_all.setVisible(some)

    def show_mapping(self, name: str) -> None:
        """Bring this mapping's issues into view, now or when they are known."""
        group = self.model.find(name)
        self._wanted = "" if group.isValid() else name
        if group.isValid():
            first = self.model.index(0, 0, group)
            self.tree.setCurrentIndex(first)
            self.tree.scrollTo(group, QTreeView.ScrollHint.PositionAtTop)
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, _new: QModelIndex, _old: QModelIndex) -> None:
        found = self._current()
        self.detail.setVisible(found is not None)
        if found is not None:
            self.detail.show_issue(found[1])

    def _current(self) -> tuple[str, Issue] | None:
        index = self.tree.currentIndex()
        if not index.isValid():
            return None
        name, issue = index.data(ISSUE_ROLE)
        return (name, issue) if issue is not None else None

    # --- what the person does -----------------------------------------------------------

    @Slot()
    def _on_retry(self) -> None:
        if found := self._current():
            self._controller.retry(found[0], found[1].path)

    @Slot()
    def _on_retry_all(self) -> None:
        names = [name for name, count in self._counts if count]
        self._controller.sync(names)

    @Slot()
    def _on_show_file(self) -> None:
        found = self._current()
        mapping = self._controller.settings.mappings.get(found[0]) if found else None
        if found and mapping is not None:
            path = Path(mapping.local) / found[1].path
            self._controller.jobs.run(lambda: opening.show_file(path))

    @Slot()
    def _on_ignore(self) -> None:
        if not (found := self._current()):
            return
        name, issue = found
        pattern = pattern_of(issue.path)
        box = QMessageBox(self.window())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        if pattern is None:
            box.setIcon(QMessageBox.Icon.Information)
            box.setText(self.tr("This name cannot be written into the settings."))
            box.setInformativeText(self.tr("Rename the file, or ignore its folder."))
            box.open()
            return
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Leave this file out from now on?"))
        box.setInformativeText(
            self.tr("{0}\n\nA copy that is at the destination stays there. You can take this "
                    "back under Filters of the mirror.").format(issue.path)
        )  # fmt: skip
        yes = box.addButton(self.tr("Leave it out"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(yes)
        box.accepted.connect(lambda: self._controller.ignore(name, pattern))
        box.open()
