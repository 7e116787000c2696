"""What windows, tray and toasts are told, and all they may ask for. Nothing here blocks.

Every window gets the one Controller and nothing else of the engine. Signals arrive on the GUI
thread; methods are called on it.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from skynet_desktop.app import App
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.desktop.bridge import Bridge
from skynet_desktop.desktop.snapshot import Snapshot, snapshot
from skynet_desktop.desktop.threads import Job, Jobs, Spawner
from skynet_desktop.engine.engine import Engine
from skynet_desktop.engine.issues import Issue
from skynet_desktop.engine.meter import Meter
from skynet_desktop.engine.mirror import Mirror
from skynet_desktop.monitoring import Monitoring
from skynet_desktop.settings import Settings, store

log = logging.getLogger(__name__)

# Together, and with the monitor's half a second, little: who quits does not want to wait.
_JOBS_SECONDS, _STOP_SECONDS, _LOOPS_SECONDS = 0.3, 1.2, 0.3

T = TypeVar("T")
Failed = Callable[[Exception], None]


class Place(StrEnum):
    """Where a click may lead."""

    OVERVIEW = "overview"
    ACTIVITY = "activity"
    ISSUES = "issues"
    GENERAL = "settings/general"
    SERVICES = "settings/services"
    MAPPINGS = "settings/mappings"
    NOTIFICATIONS = "settings/notifications"
    NETWORK = "settings/network"
    MONITOR = "settings/monitor"
    ADVANCED = "settings/advanced"
    ABOUT = "settings/about"
    WIZARD = "wizard"
    QUESTION = "question"
    VERIFICATION = "verification"
    RESTORE = "restore"
    CHECKUP = "checkup"


class Controller(QObject):
    """Owns the running engine; everything else of the desktop hangs on it."""

    snapshotChanged = Signal(object)
    """A new :class:`Snapshot`, a few times a second while something happens."""
    events = Signal(list)
    """The engine's events since the last time; ten times a second at most."""
    settingsChanged = Signal(object)
    """New :class:`Settings`, changed by us or by the terminal."""
    settingsBroken = Signal(str)
    """The settings file cannot be read; the sentence says where and why."""
    trouble = Signal(Exception)
    """Something asked for did not work and nobody said what then."""
    placeWanted = Signal(object, str)
    """Show this :class:`Place`; with the name of a mapping or service, or ""."""
    quitWanted = Signal()
    _reloaded = Signal(object)

    def __init__(self, app: App, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.app = app
        self.spawner = Spawner()
        self.jobs = Jobs(self)
        self.meter = Meter()
        self.settings = Settings()
        self.is_loaded = False
        """Whether the settings were read: before that, nothing is known of mappings."""
        self.snapshot = Snapshot()
        self.engine = Engine(app.bus, self.spawner.spawn)
        self.monitoring = Monitoring(app, self.engine, self.spawner.spawn)
        self.own: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            # Commands of a second process that only the desktop knows.
            "show": self._asked_to_show,
            "quit": self._asked_to_quit,
            "reload": self._asked_to_reload,
        }
        self._bridge = Bridge(app.bus, self._read, self.meter, self)
        self._bridge.events.connect(self.events)
        self._bridge.snapshot.connect(self._on_snapshot)
        self._reloaded.connect(self._on_settings)
        self.jobs.trouble.connect(self.trouble)
        self._started = False
        self._following = threading.Lock()
        self._hold = ""
        self._holding = threading.Lock()
        self._is_broken = False

    # --- life ---------------------------------------------------------------------------

    def start(self) -> None:
        """Read the settings and start the engine. If they are broken, say so, and start with
        :meth:`reload` once they are mended."""
        self._bridge.start(self.spawner)
        self.reload()

    def stop(self) -> bool:
        """End everything without losing its place; whether all ended in time. Blocks up to
        two and a half seconds: the only call that does, for the end of the program."""
        self._bridge.stop()
        jobs_ended = self.jobs.stop(_JOBS_SECONDS)
        ended = self.engine.stop(_STOP_SECONDS)
        self.monitoring.stop()
        return self.spawner.wait(_LOOPS_SECONDS) and ended and jobs_ended

    def reload(self) -> None:
        """Make engine and windows follow the settings file."""
        self._change(lambda: None, None, self._broken)

    # --- commands -----------------------------------------------------------------------

    def show(self, place: Place, name: str = "") -> None:
        self.placeWanted.emit(place, name)

    def quit(self) -> None:
        self.quitWanted.emit()

    def pause(self, names: Iterable[str] | None = None, until: datetime | None = None) -> None:
        """Pause these mappings, or all; by itself no longer than ``until``."""
        end = until.astimezone().isoformat(timespec="seconds") if until else ""
        self._set_paused(names, True, end)

    def resume(self, names: Iterable[str] | None = None) -> None:
        self._set_paused(names, False, "")

    def sync(self, names: Iterable[str] | None = None) -> None:
        """Compare, retry and reconnect now."""
        self._each(names, Mirror.sync)

    def answer(self, name: str, yes: bool) -> None:
        """Answer the question a mapping waits with."""
        self._each([name], lambda mirror: mirror.answer(yes))

    def verify(self, name: str, deep: bool) -> None:
        """Prove anew that the destination holds what is here; ``deep`` reads everything back."""
        self._each([name], lambda mirror: mirror.verify(deep))

    def stop_verifying(self, name: str) -> None:
        self._each([name], Mirror.stop_verifying)

    def ask(
        self,
        name: str,
        work: Callable[[Mirror], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
    ) -> Job:
        """Have something asked of a mapping, or done by it, off this thread. Fails with a
        sentence if it was removed meanwhile."""

        def asked() -> T:
            found = work(self.engine.mirrors(name)[0])
            self._bridge.refresh()
            return found

        return self.jobs.run(asked, done, failed)

    def retry(self, name: str, path: str) -> None:
        """Try a file with an issue now."""
        self._each([name], lambda mirror: mirror.retry(path))

    def ignore(self, name: str, pattern: str) -> None:
        """Leave out what matches from now on."""

        def change() -> object:
            file = self.app.paths.settings_file
            mapping = store.load(file).mappings[name]
            if pattern in mapping.ignore:
                return None
            new = dataclasses.replace(mapping, ignore=(*mapping.ignore, pattern))
            return store.update_mapping(file, new)

        self.change(change)

    def hold(self, reason: str) -> None:
        """Send nothing for now, for this reason; "" goes on. The last call counts."""
        self._hold = reason

        def work() -> None:
            with self._holding:
                self.engine.hold(self._hold)
            self._bridge.refresh()

        self.jobs.run(work)

    def wake(self) -> None:
        """The computer woke or the network is back: reconnect now."""
        self.jobs.run(self.engine.wake)

    # --- settings -----------------------------------------------------------------------

    @property
    def settings_file(self) -> Path:
        return self.app.paths.settings_file

    def change(
        self,
        change: Callable[[], object],
        done: Callable[[], None] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """Run a change of the settings or the keyring off this thread (functions of
        ``settings.store``, ``credentials``), then make engine and windows follow."""
        self._change(change, done, failed)

    def read_issues(self, done: Callable[[Mapping[str, list[Issue]]], None]) -> None:
        self.jobs.run(self.engine.issues, done)

    # --- commands from a second process -------------------------------------------------

    def handle(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Called on the control channel's threads."""
        answer = self.app.answer(self.engine, request, self.own)
        self._bridge.refresh()
        return answer

    # --- inside -------------------------------------------------------------------------

    def _asked_to_show(self, _: Mapping[str, Any]) -> dict[str, Any]:
        self.placeWanted.emit(Place.OVERVIEW, "")
        return {}

    def _asked_to_reload(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """As :meth:`reload`, also while the settings were broken until now."""
        self._follow()
        return {}

    def _asked_to_quit(self, _: Mapping[str, Any]) -> dict[str, Any]:
        self.quitWanted.emit()
        return {}

    def _change(
        self,
        change: Callable[[], object],
        done: Callable[[], None] | None,
        failed: Failed | None,
    ) -> None:
        def work() -> None:
            change()
            self._follow()

        def finished(_: None) -> None:
            if done is not None:
                done()

        self.jobs.run(work, finished, failed, in_order=True)

    def _follow(self) -> None:
        """On the thread for changes or one of the control channel's. One at a time, so that
        what the windows hear last is what holds."""
        with self._following:
            self.app.paths.make()
            settings = self.app.settings()
            specs = self.app.specs(settings)
            self._reloaded.emit(settings)
            self.monitoring.follow(settings)
            if self._started:
                self.engine.update(specs)
            else:
                self._started = True  # also if a mapping cannot start: the others run
                self.engine.start(specs)
        self._bridge.refresh()

    def _set_paused(self, names: Iterable[str] | None, paused: bool, until: str) -> None:
        chosen = list(names) if names is not None else None

        def change() -> None:
            file = self.app.paths.settings_file
            for name in chosen if chosen is not None else store.load(file).mappings:
                store.set_paused(file, name, paused, until)

        self.change(change)

    def _each(self, names: Iterable[str] | None, act: Callable[[Mirror], object]) -> None:
        chosen = list(names) if names is not None else None

        def work() -> None:
            found = self.engine.mirrors()
            for mirror in found:
                if chosen is None or mirror.name in chosen:
                    act(mirror)
            self._bridge.refresh()

        self.jobs.run(work)

    def _read(self) -> Snapshot:
        """On the bridge's thread."""
        mirrors = self.engine.mirrors()
        proofs = {mirror.name: (mirror.verifying, mirror.verified) for mirror in mirrors}
        statuses = [mirror.status() for mirror in mirrors]
        return snapshot(self.settings, statuses, self.meter, proofs)

    def _on_snapshot(self, new: Snapshot) -> None:
        self.snapshot = new
        self.snapshotChanged.emit(new)

    def _on_settings(self, settings: Settings) -> None:
        changed = settings != self.settings or not self.is_loaded or self._is_broken
        self.settings = settings
        self.is_loaded = True
        self._is_broken = False
        self._bridge.refresh()
        if changed:
            self.settingsChanged.emit(settings)

    def _broken(self, error: Exception) -> None:
        if not isinstance(error, SettingsError):
            log.error("a mapping could not start", exc_info=error)
            self.trouble.emit(error)
            return
        self._is_broken = True
        self.settingsBroken.emit(str(error))
