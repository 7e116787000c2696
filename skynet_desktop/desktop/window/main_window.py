"""The main window: sidebar, three pages, keys; remembers its place, closes to the tray."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QSize, Slot
from PySide6.QtGui import QCloseEvent, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from skynet_desktop.desktop import remembered
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.room import open_at
from skynet_desktop.desktop.snapshot import Snapshot
from skynet_desktop.desktop.window.activity import Activity
from skynet_desktop.desktop.window.issues import IssuesPage
from skynet_desktop.desktop.window.overview import Overview
from skynet_desktop.desktop.window.sidebar import Sidebar

_GEOMETRY = "main-window"
_LEAST = 720, 480
_FIRST = QSize(1060, 720)


class MainWindow(QWidget):
    """``closes_to_tray``: closing hides it; else closing it quits.

    ``send_anyway`` has what a metered network holds sent all the same; without it the person
    is led to the settings for networks.
    """

    def __init__(
        self,
        controller: Controller,
        errands: Errands,
        send_anyway: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.closes_to_tray = False
        self._controller = controller
        self._kept: QByteArray | None = None
        self.setObjectName("main-window")
        self.setWindowTitle("Skynet Desktop")
        self.setMinimumSize(*_LEAST)
        open_at(self, _FIRST)
        self.overview = Overview(controller, errands, send_anyway or self._network)
        self.activity = Activity(controller)
        self.issues = IssuesPage(controller)
        self._pages: dict[Place, QWidget] = {
            Place.OVERVIEW: self.overview,
            Place.ACTIVITY: self.activity,
            Place.ISSUES: self.issues,
        }
        self._lay_out()
        self._bind_keys()
        self.sidebar.show_place(Place.OVERVIEW)
        controller.snapshotChanged.connect(self._on_snapshot)
        controller.settingsBroken.connect(self.show_broken)
        self._on_snapshot(controller.snapshot)
        folder = controller.app.paths.state
        self._recall = controller.jobs.run(lambda: remembered.recall(folder), self._recalled)

    def _lay_out(self) -> None:
        self.sidebar = Sidebar()
        self.sidebar.wanted.connect(self._on_wanted)
        self.sidebar.settingsWanted.connect(self._settings)
        self._stack = QStackedWidget()
        for page in self._pages.values():
            self._stack.addWidget(page)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.sidebar)
        layout.addWidget(self._stack, 1)

    def _bind_keys(self) -> None:
        standard = QKeySequence.StandardKey
        for keys, act in (
            ("Ctrl+1", lambda: self.show_page(Place.OVERVIEW)),
            ("Ctrl+2", lambda: self.show_page(Place.ACTIVITY)),
            ("Ctrl+3", lambda: self.show_page(Place.ISSUES)),
            (QKeySequence(standard.Find), self._find),
            ("F5", lambda: self._controller.sync()),
            ("Ctrl+,", self._settings),
            ("Ctrl+Q", self._controller.quit),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)

    # --- what it shows ------------------------------------------------------------------

    def show_page(self, place: Place, name: str = "") -> None:
        """One of the three pages; ``name`` is a mapping to bring into view. Other places are
        not here and change nothing."""
        if place not in self._pages:
            return
        self.sidebar.show_place(place)
        if name and place is Place.OVERVIEW:
            self.overview.show_mapping(name)
        elif name and place is Place.ISSUES:
            self.issues.show_mapping(name)

    @Slot(str)
    def show_broken(self, sentence: str) -> None:
        """The settings cannot be read: say so until they can."""
        self.overview.show_broken(sentence)
        self.show_page(Place.OVERVIEW)

    @Slot(Place)
    def _on_wanted(self, place: Place) -> None:
        self._stack.setCurrentWidget(self._pages[place])

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        self.sidebar.show_issues(snapshot.issues)

    @Slot()
    def _find(self) -> None:
        self.show_page(Place.ACTIVITY)
        self.activity.focus_search()

    @Slot()
    def _settings(self) -> None:
        self._controller.show(Place.GENERAL)

    def _network(self) -> None:
        self._controller.show(Place.NETWORK)

    # --- its place on the screen --------------------------------------------------------

    def _recalled(self, values: dict[str, str]) -> None:
        kept = QByteArray.fromBase64(values.get(_GEOMETRY, "").encode("ascii", "ignore"))
        if not kept.isEmpty():
            self.restoreGeometry(kept)  # looks by itself whether the screen is still there
        self._kept = self.saveGeometry()

    def _remember(self) -> None:
        geometry = self.saveGeometry()
        if self._kept is None or geometry == self._kept:
            return
        self._kept = geometry
        folder = self._controller.app.paths.state
        text = bytes(geometry.toBase64().data()).decode("ascii")
        self._controller.jobs.run(lambda: remembered.remember(folder, {_GEOMETRY: text}))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._remember()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.closes_to_tray:
            super().closeEvent(event)
        else:
            event.ignore()  # what waits is said before the window goes
            self._controller.quit()
