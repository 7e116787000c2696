"""A controller made for tests of windows: the same signals and attributes as the real one, a
record of what was asked of it, and states to order instead of an engine."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from skynet_desktop.app import App
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.events import Event, State
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.snapshot import MappingView, Snapshot
from skynet_desktop.desktop.threads import Job, Jobs
from skynet_desktop.desktop.updates.updates import Updates
from skynet_desktop.engine.issues import Issue
from skynet_desktop.engine.meter import Meter
from skynet_desktop.engine.status import MappingStatus, worst
from skynet_desktop.engine.verifying.report import Difference, Verified, Verifying
from skynet_desktop.settings import MappingSettings, Paths, ServiceSettings, Settings


class MadeController(QObject):
    """``calls`` is what windows asked for: names and arguments, in order."""

    snapshotChanged = Signal(object)
    events = Signal(list)
    settingsChanged = Signal(object)
    settingsBroken = Signal(str)
    trouble = Signal(Exception)
    placeWanted = Signal(object, str)
    quitWanted = Signal()

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.app = App(Paths.of(home))
        self.app.paths.make()
        self.jobs = Jobs(self)
        self.jobs.trouble.connect(self.trouble)
        self.updates = Updates(self.app, self.jobs, self)
        self.settingsChanged.connect(self.updates.follow)
        self.meter = Meter()
        self.settings = Settings()
        self.is_loaded = True
        self.snapshot = Snapshot()
        self.issues: dict[str, list[Issue]] = {}
        self.mirrors: dict[str, Any] = {}
        """What is asked by name, such as :class:`MadeMirror`."""
        self.calls: list[tuple[Any, ...]] = []
        self.error: Exception | None = None
        """What the next change fails with."""
        self.changes_settings = True
        """Whether changes are carried out."""

    @property
    def typed(self) -> Controller:
        """For windows, which want the real one."""
        return cast("Controller", self)

    @property
    def settings_file(self) -> Path:
        return self.app.paths.settings_file

    # --- what tests do ------------------------------------------------------------------

    def load(self, settings: Settings) -> None:
        self.settings = settings
        self.is_loaded = True
        self.settingsChanged.emit(settings)

    def show_views(self, *views: MappingView) -> None:
        """A new snapshot, and settings that hold its mappings."""
        settings = Settings(
            services={v.service: ServiceSettings(v.service, v.kind) for v in views},
            mappings={v.name: MappingSettings(v.name, v.local, v.service, v.remote) for v in views},
        )
        if settings != self.settings:
            self.load(settings)
        state = worst([view.state for view in views])
        self.snapshot = Snapshot(state, views, sum(view.speed for view in views))
        self.snapshotChanged.emit(self.snapshot)

    def happen(self, *events: Event) -> None:
        for event in events:
            self.meter.on_event(event)
        self.events.emit(list(events))

    # --- what windows ask for -----------------------------------------------------------

    def show(self, place: Place, name: str = "") -> None:
        self.calls.append(("show", place, name))
        self.placeWanted.emit(place, name)

    def quit(self) -> None:
        self.calls.append(("quit",))
        self.quitWanted.emit()

    def reload(self) -> None:
        self.calls.append(("reload",))

    def pause(self, names: Iterable[str] | None = None, until: datetime | None = None) -> None:
        self.calls.append(("pause", _listed(names), until))

    def resume(self, names: Iterable[str] | None = None) -> None:
        self.calls.append(("resume", _listed(names)))

    def sync(self, names: Iterable[str] | None = None) -> None:
        self.calls.append(("sync", _listed(names)))

    def answer(self, name: str, yes: bool) -> None:
        self.calls.append(("answer", name, yes))

    def verify(self, name: str, deep: bool) -> None:
        self.calls.append(("verify", name, deep))

    def stop_verifying(self, name: str) -> None:
        self.calls.append(("stop_verifying", name))

    def ask(
        self,
        name: str,
        work: Callable[[Any], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> Job:
        def asked() -> Any:
            if name not in self.mirrors:
                raise SettingsError(f"There is no mapping {name!r}.")
            return work(self.mirrors[name])

        return self.jobs.run(asked, done, failed)

    def retry(self, name: str, path: str) -> None:
        self.calls.append(("retry", name, path))

    def ignore(self, name: str, pattern: str) -> None:
        self.calls.append(("ignore", name, pattern))

    def hold(self, reason: str) -> None:
        self.calls.append(("hold", reason))

    def wake(self) -> None:
        self.calls.append(("wake",))

    def read_issues(self, done: Callable[[Mapping[str, list[Issue]]], None]) -> None:
        self.calls.append(("read_issues",))
        issues = {name: list(found) for name, found in self.issues.items()}
        self.jobs.run(lambda: issues, done)

    def change(
        self,
        change: Callable[[], object],
        done: Callable[[], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Carried out off the thread, as by the real one; then the settings file is read."""
        self.calls.append(("change",))

        def work() -> Settings:
            if self.error is not None:
                raise self.error
            if not self.changes_settings:
                return self.settings
            change()
            return self.app.settings() if self.settings_file.exists() else self.settings

        def finished(settings: Settings) -> None:
            if settings != self.settings:
                self.load(settings)
            if done is not None:
                done()

        self.jobs.run(work, finished, failed, in_order=True)


class MadeMirror:
    """Answers with made lists; counts how often it was asked."""

    def __init__(self, paths: Sequence[str] = (), differences: Sequence[Difference] = ()) -> None:
        self.paths = sorted(paths)
        self.found = sorted(differences, key=lambda each: each.path)
        self.verified: Verified | None = None
        self.reads = 0
        self.repairs = 0

    def would_go(self, limit: int, after: str = "") -> list[str]:
        self.reads += 1
        first = bisect_right(self.paths, after)
        return self.paths[first : first + limit]

    def differences(self, limit: int, after: str = "") -> list[Difference]:
        self.reads += 1
        first = bisect_right(self.found, after, key=lambda each: each.path)
        return self.found[first : first + limit]

    def repair(self) -> int:
        self.repairs += 1
        return sum(each.repairable for each in self.found)


class MadeErrands(QObject):
    """Records what it was sent for."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, str]] = []

    def open_folder(self, mapping: str) -> None:
        self.calls.append(("open_folder", mapping))

    def show_at_destination(self, mapping: str) -> None:
        self.calls.append(("show_at_destination", mapping))


def view(
    name: str = "Photos",
    state: State = State.UP_TO_DATE,
    *,
    local: str = "/home/anna/Pictures",
    service: str = "nas",
    kind: str = "sftp",
    remote: str = "backup/photos",
    speed: float = 0.0,
    eta: float | None = None,
    verifying: Verifying | None = None,
    verified: Verified | None = None,
    **status: Any,
) -> MappingView:
    """``status`` are fields of :class:`MappingStatus`."""
    made = MappingStatus(name, state, **status)
    return MappingView(name, made, local, service, kind, remote, speed, eta, 0, verifying, verified)


def _listed(names: Iterable[str] | None) -> list[str] | None:
    return None if names is None else list(names)
