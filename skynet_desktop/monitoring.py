"""The web monitor's place in the application: settings, token and Notifier, wired once."""

from __future__ import annotations

import logging
import sqlite3
import threading
from typing import TYPE_CHECKING

import skynet_desktop
from skynet_desktop.app import App
from skynet_desktop.core.errors import ServiceRefused, SkynetError
from skynet_desktop.credentials import MONITOR
from skynet_desktop.engine.engine import Engine
from skynet_desktop.engine.workers import Spawn, spawn_thread
from skynet_desktop.notifier.setup import Setup
from skynet_desktop.notifier.targets import Target, target
from skynet_desktop.notifier.told import forget
from skynet_desktop.settings import Monitor, Settings

if TYPE_CHECKING:
    from skynet_desktop.notifier.notifier import Notifier

log = logging.getLogger(__name__)

_TOKEN = "token"


class Monitoring:
    """The Notifier beside a running engine, while the settings want one. Safe from any
    thread; raises nothing: what fails is in the log, and the sync goes on."""

    def __init__(self, app: App, engine: Engine, spawn: Spawn = spawn_thread) -> None:
        self._app = app
        self._engine = engine
        self._spawn = spawn
        self._notifier: Notifier | None = None
        self._lock = threading.Lock()

    def follow(self, settings: Settings) -> None:
        """Start, go on or end as these say. Before the engine starts, to miss nothing."""
        with self._lock:
            if not settings.monitor.is_on:
                self._end()
                self._forget()
                return
            setup = _setup(self._app, settings)
            if self._notifier is not None:
                self._notifier.update(setup)
                return
            from skynet_desktop.notifier.notifier import Notifier  # not where nobody is told

            state = self._app.paths.state
            notifier = Notifier(state, self._app.bus, self._engine, self._spawn, setup)
            try:
                notifier.start()
            except SkynetError as error:
                log.error("the monitor is not told: %s", error)
                return
            self._notifier = notifier

    def stop(self) -> None:
        """After the engine, to tell of its end. Within a second."""
        with self._lock:
            self._end()

    def _forget(self) -> None:
        try:
            forget(self._app.paths.state)
        except (OSError, sqlite3.Error) as error:
            log.warning("the monitor's outbox cannot be written: %s", error)

    def _end(self) -> None:
        if self._notifier is not None:
            try:
                self._notifier.stop()
            except (sqlite3.Error, SkynetError) as error:
                log.warning("the monitor was not told of the end: %s", error)
            self._notifier = None


def make_target(app: App, monitor: Monitor, secret: str | None = None) -> Target:
    """``secret`` stands in for the keyring's. May block on the keyring. Raises
    :class:`ServiceRefused` where the keyring or the proxy setting is no help."""
    try:
        if secret is None:
            secret = kept_secret(app) if monitor.wants_secret else ""
        route = app.route()
    except SkynetError as error:
        raise ServiceRefused(str(error)) from error
    if monitor.page and not secret:
        raise ServiceRefused("The monitor's token is missing. Make one in Skywatch, and enter it.")
    return target(monitor.url, secret, route, skynet_desktop.__version__)


def kept_secret(app: App) -> str:
    """The token or password in the keyring, or "". Raises ``CredentialsError``."""
    return app.credentials.get(MONITOR).get(_TOKEN, "")


def keep_secret(app: App, secret: str) -> None:
    """In the keyring; "" forgets it. Raises ``CredentialsError``."""
    app.credentials.set(MONITOR, {_TOKEN: secret} if secret else {})


def try_out(app: App, monitor: Monitor, secret: str | None = None) -> str:
    """Whether the monitor would take reports: a sentence. Blocks up to some twenty seconds.
    Raises :class:`SkynetError` with what is wrong."""
    made = make_target(app, monitor, secret)
    try:
        return made.test()
    finally:
        made.close()


def _setup(app: App, settings: Settings) -> Setup:
    monitor = settings.monitor
    places = {}
    for mapping in settings.mappings.values():
        service = settings.services[mapping.service]
        places[mapping.name] = f"{service.type}:{mapping.remote}"
    return Setup(
        url=monitor.url,
        machine_name=monitor.machine_name,
        version=skynet_desktop.__version__,
        hide_paths=monitor.hide_paths,
        places=places,
        connect=lambda: make_target(app, monitor),
    )
