"""The Notifier: what the engine does, told to the monitor. It never slows or stops the sync.

Three loops of its own, so that none waits for another: one writes the outbox every second or few
(``monitor-outbox``), one asks the engine how the mappings are (``monitor-look``), one sends
(``monitor-send``). The engine's threads only leave a note in memory.
"""

from __future__ import annotations

import logging
import platform
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from skynet_desktop.core.errors import SkynetError
from skynet_desktop.core.events import Bus, Event
from skynet_desktop.engine.engine import Engine
from skynet_desktop.engine.meter import Meter
from skynet_desktop.engine.statedb import open_checked
from skynet_desktop.engine.workers import Spawn
from skynet_desktop.notifier.identity import Identity, identity, system
from skynet_desktop.notifier.looker import Looker
from skynet_desktop.notifier.news import News
from skynet_desktop.notifier.outbox import Batch, Outbox
from skynet_desktop.notifier.outbox_file import DATABASE
from skynet_desktop.notifier.recorder import Recorder
from skynet_desktop.notifier.report import Report, report
from skynet_desktop.notifier.sender import Sender
from skynet_desktop.notifier.setup import Setup
from skynet_desktop.notifier.standing import STOPPED, machine_state
from skynet_desktop.notifier.told import FOLDER

log = logging.getLogger(__name__)

_WRITE_SECONDS = 1.0
_MOST_ROUNDS = 5  # of so many seconds, between writes while very much happens
_SEND_AT_END_SECONDS = 0.5


class Notifier:
    """Safe from any thread. Raises nothing but in :meth:`start`."""

    def __init__(self, state: Path, bus: Bus, engine: Engine, spawn: Spawn, setup: Setup) -> None:
        self._folder = state / FOLDER
        self._bus = bus
        self._engine = engine
        self._spawn = spawn
        self.setup = setup
        self._recorder = Recorder()
        self._meter = Meter()
        self._stopping = threading.Event()
        self._writing = threading.Lock()
        self._troubled = False
        self._ended = False
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Raises :class:`SkynetError` where the outbox cannot be made."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._who: Identity = identity(self._folder)
            self._outbox, _ = open_checked(self._folder, DATABASE, lambda: Outbox(self._folder))
        except (OSError, sqlite3.Error) as error:
            raise SkynetError(f"The monitor's outbox cannot be made: {error}.") from error
        self._sender = Sender(self._outbox, lambda: self.setup.connect(), self._report)
        self._looker = Looker(
            self._engine, self._outbox, self._meter, lambda: self.setup, self._sender
        )
        try:
            self._looker.begin()
        except sqlite3.Error as error:
            raise SkynetError(f"The monitor's outbox cannot be written: {error}.") from error
        self._recorder.on_state = self._looker.look
        self._unsubscribe = self._bus.subscribe(self._on_event)
        self._spawn(self._write_on, "monitor-outbox")
        self._spawn(self._looker.run, "monitor-look")
        self._spawn(self._sender.run, "monitor-send")

    def update(self, setup: Setup) -> None:
        """Go on by these; connect anew, as a token may be another."""
        self.setup = setup
        self._sender.retry()
        self._looker.look()

    def stop(self) -> None:
        """Keep what is known last, send it if that goes quickly, end within a second."""
        self._stopping.set()
        self._unsubscribe()
        self._looker.stop()
        self._ended = True
        self._write()
        try:
            self._looker.last(lost=self._troubled)
        except sqlite3.Error as error:
            self._in_trouble(f"The outbox cannot be written: {error}.")
        self._sender.stop(_SEND_AT_END_SECONDS)
        with self._writing:
            self._outbox.close()

    # --- the engine's threads -------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        self._recorder.on_event(event)
        self._meter.on_event(event)

    # --- into the outbox ------------------------------------------------------------------

    def _write_on(self) -> None:
        """While very much happens less often, until that ends: then the states of a file fall
        into one."""
        rounds = 0
        while not self._stopping.wait(_WRITE_SECONDS):
            rounds += 1
            if self._recorder.may_wait:
                if rounds < _MOST_ROUNDS:
                    continue
            elif not self._sender.has_begun:
                self._sender.begin()
                self._looker.look()  # there may be old files to tell of
            self._write()
            rounds = 0

    def _write(self) -> None:
        with self._writing:
            if news := self._recorder.take():
                self._put(news)

    def _put(self, news: News) -> None:
        now = time.time()
        rows = {
            name: {
                "place": self.setup.places.get(name, ""),
                "state": changed.state.value,
                "reason": changed.reason,
                "since": changed.since,
                "updated_at": now,
            }
            for name, changed in news.states.items()
        }
        try:
            dropped = self._outbox.put(news, rows)
        except sqlite3.Error as error:
            self._recorder.give_back(news)
            self._in_trouble(f"The outbox cannot be written: {error}.")
            return
        self._in_trouble("")
        if dropped:
            log.warning("the monitor's history lost its %d oldest lines: too many wait", dropped)
        self._looker.moved(news.folders)
        self._sender.news()

    def _in_trouble(self, words: str) -> None:
        """Once, until it is over."""
        if words and not self._troubled:
            log.warning("the monitor: %s The sync goes on.", words)
        self._troubled = bool(words)

    # --- out of it --------------------------------------------------------------------------

    def _report(self, batch: Batch) -> Report:
        setup = self.setup
        states = [str(row.get("state", "")) for row in self._outbox.mappings().values()]
        machine = {
            "name": setup.machine_name or platform.node() or "computer",
            "system": system(),
            "version": setup.version,
            "state": STOPPED if self._ended else machine_state(states),
        }
        return report(self._who, machine, batch, hide=setup.hide_paths)
