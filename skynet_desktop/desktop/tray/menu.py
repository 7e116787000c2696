"""The tray's menu: built once, then changed in place, so that it never jumps under the mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QMenu

from skynet_desktop.core.events import State
from skynet_desktop.desktop import words
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.snapshot import MappingView, Snapshot
from skynet_desktop.settings import Settings

_MORNING = time(8, 0)


class Actions(QObject):
    """What the menu may do besides asking the controller; the application provides it."""

    def __init__(
        self,
        *,
        open_folder: Callable[[str], None],
        show_at_destination: Callable[[str], None],
        snooze: Callable[[float], None],
        open_log: Callable[[], None],
        save_diagnostics: Callable[[], None],
    ) -> None:
        super().__init__()
        self.open_folder = open_folder
        self.show_at_destination = show_at_destination
        self.snooze = snooze
        self.open_log = open_log
        self.save_diagnostics = save_diagnostics


class TrayMenu(QMenu):
    """On the GUI thread."""

    def __init__(self, controller: Controller, actions: Actions) -> None:
        super().__init__()
        self._controller = controller
        self._actions = actions
        self._mapping_menus: dict[str, _MappingMenu] = {}
        self._status = self.addAction("")
        self._status.setEnabled(False)
        self._issues = self._add("", lambda: controller.show(Place.ISSUES))
        self._question = self._add("", self._on_question)
        self._asking = ""
        self.addSeparator()
        self._add(self.tr("Open Skynet"), lambda: controller.show(Place.OVERVIEW))
        self._mappings = self.addMenu(self.tr("Mappings"))
        self._pause = self.addMenu(self.tr("Pause"))
        self._fill_pause(self._pause, controller.pause)
        self._resume = self._add(self.tr("Resume"), lambda: controller.resume())
        self._snooze = self.addMenu(self.tr("Snooze notifications"))
        self._fill_snooze()
        self.addSeparator()
        self._monitor = self._add(self.tr("Open web monitor"), self._open_monitor)
        self._add(self.tr("Settings…"), lambda: controller.show(Place.GENERAL))
        self._fill_help(self.addMenu(self.tr("Help")))
        self._quit = self._add(self.tr("Quit"), controller.quit)
        controller.snapshotChanged.connect(self._on_snapshot)
        controller.settingsChanged.connect(self._on_settings)
        self._on_settings(controller.settings)
        self._on_snapshot(controller.snapshot)

    def _add(self, text: str, act: Callable[[], None], menu: QMenu | None = None) -> QAction:
        action = (menu or self).addAction(text)
        action.triggered.connect(lambda: act())
        return action

    def _fill_pause(self, menu: QMenu, pause: Callable[..., None]) -> None:
        for text, until in (
            (self.tr("30 minutes"), lambda: _in(timedelta(minutes=30))),
            (self.tr("2 hours"), lambda: _in(timedelta(hours=2))),
            (self.tr("Until tomorrow"), _tomorrow),
            (self.tr("Until resumed"), lambda: None),
        ):
            self._add(text, lambda until=until: pause(until=until()), menu)  # type: ignore[misc]

    def _fill_snooze(self) -> None:
        for text, seconds in (
            (self.tr("1 hour"), 3600.0),
            (self.tr("8 hours"), 8 * 3600.0),
            (self.tr("Until Skynet restarts"), 10 * 365 * 86_400.0),
            (self.tr("Not any more"), 0.0),
        ):
            self._add(text, lambda s=seconds: self._actions.snooze(s), self._snooze)  # type: ignore[misc]

    def _fill_help(self, menu: QMenu) -> None:
        self._add(self.tr("Open log"), lambda: self._actions.open_log(), menu)
        self._add(self.tr("Save diagnostics…"), lambda: self._actions.save_diagnostics(), menu)
        self._add(self.tr("Check-up…"), lambda: self._controller.show(Place.CHECKUP), menu)
        self._add(self.tr("About"), lambda: self._controller.show(Place.ABOUT), menu)

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        for name in set(self._mapping_menus) - set(settings.mappings):
            self._mapping_menus.pop(name).remove()
        for name in settings.mappings:
            if name not in self._mapping_menus:
                self._mapping_menus[name] = _MappingMenu(
                    name, self._mappings, self._controller, self._actions
                )
        if list(self._mapping_menus) != list(settings.mappings):
            self._mapping_menus = {n: self._mapping_menus[n] for n in settings.mappings}
            for menu in self._mapping_menus.values():
                menu.move_to_end()
        self._mappings.menuAction().setVisible(bool(settings.mappings))
        self._monitor.setVisible(bool(settings.monitor.page))

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        _set_text(self._status, words.sentence(snapshot))
        _set_text(self._issues, words.issues(snapshot.issues) + "…")
        self._issues.setVisible(snapshot.issues > 0)
        self._asking = next((v.name for v in snapshot.mappings if v.status.question), "")
        if self._asking:
            _set_text(self._question, self.tr("Decide about {0}…").format(self._asking))
        self._question.setVisible(bool(self._asking))
        paused = [view.status.paused for view in snapshot.mappings]
        self._pause.menuAction().setVisible(not all(paused))
        self._resume.setVisible(any(paused))
        for view in snapshot.mappings:
            if menu := self._mapping_menus.get(view.name):
                menu.show(view)
        _set_text(self._quit, self._quit_text(snapshot.queued))

    def _open_monitor(self) -> None:
        QDesktopServices.openUrl(QUrl(self._controller.settings.monitor.page))

    def _on_question(self) -> None:
        self._controller.show(Place.QUESTION, self._asking)

    def _quit_text(self, queued: int) -> str:
        if not queued:
            return self.tr("Quit")
        return self.tr("Quit (%Ln waiting, continued next time)", "", queued)


class _MappingMenu(QObject):
    """One mapping's entry, with its own few actions."""

    def __init__(self, name: str, above: QMenu, controller: Controller, actions: Actions) -> None:
        super().__init__(above)
        self._name = name
        self._above = above
        self._menu = above.addMenu(_escaped(name))
        for text, act in (
            (self.tr("Open folder"), lambda: actions.open_folder(name)),
            (self.tr("Show at destination"), lambda: actions.show_at_destination(name)),
            (self.tr("Sync now"), lambda: controller.sync([name])),
            (self.tr("Verify"), lambda: controller.verify(name, False)),
            (self.tr("Restore…"), lambda: controller.show(Place.RESTORE, name)),
        ):
            self._menu.addAction(text).triggered.connect(lambda _=False, act=act: act())
        self._pause = self._menu.addAction(self.tr("Pause"))
        self._pause.triggered.connect(lambda: controller.pause([name]))
        self._resume = self._menu.addAction(self.tr("Resume"))
        self._resume.triggered.connect(lambda: controller.resume([name]))
        self._resume.setVisible(False)

    def show(self, view: MappingView) -> None:
        state = words.state_name(view.state)
        if view.state is State.UPLOADING:
            state = words.mapping_sentence(view)
        title = self.tr("{0}: {1}").format(self._name, state)
        if self._menu.title() != _escaped(title):
            self._menu.setTitle(_escaped(title))
        self._pause.setVisible(not view.status.paused)
        self._resume.setVisible(view.status.paused)

    def move_to_end(self) -> None:
        self._above.addAction(self._menu.menuAction())

    def remove(self) -> None:
        self._above.removeAction(self._menu.menuAction())
        self._menu.deleteLater()
        self.deleteLater()


def _set_text(action: QAction, text: str) -> None:
    """Only if it changed: each change crosses the bus to the panel."""
    escaped = _escaped(text)
    if action.text() != escaped:
        action.setText(escaped)


def _escaped(text: str) -> str:
    """An ampersand is a letter here, not a mnemonic."""
    return text.replace("&", "&&")


def _in(time_from_now: timedelta) -> datetime:
    return datetime.now().astimezone() + time_from_now


def _tomorrow() -> datetime:
    """At eight in the morning, by the clock on the wall."""
    day = datetime.now().date() + timedelta(days=1)
    return datetime.combine(day, _MORNING).astimezone()
