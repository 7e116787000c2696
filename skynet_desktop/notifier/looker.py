"""The looker: asks the engine how the mappings are, and sets right what events left open.

Events tell how a file's way goes on, but not of every end: a file that was queued may have
needed nothing, one that failed may be gone, and we may have been killed in between. Whenever a
mapping rests, whatever still counts as on its way is compared with what the engine knows. After
an end that was not in order, files may have arrived that nobody noted: all are told of again.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.events import State
from skynet_desktop.core.files import FileState, last_change_ns
from skynet_desktop.engine.engine import Engine
from skynet_desktop.engine.meter import Meter
from skynet_desktop.engine.mirror import Mirror
from skynet_desktop.notifier.news import DONE, REMOVED, Moved, Note
from skynet_desktop.notifier.outbox import Outbox
from skynet_desktop.notifier.outbox_file import AUDIENCE, COMPLETE
from skynet_desktop.notifier.sender import Sender
from skynet_desktop.notifier.setup import Setup
from skynet_desktop.notifier.standing import REMOVED as LEFT
from skynet_desktop.notifier.standing import mapping_row

log = logging.getLogger(__name__)

_FLOCK_SECONDS = 1.0  # states change in flocks
_LIVELY_SECONDS = 5.0  # between looks while files are on their way
_YOUNG_SECONDS = 5.0  # what is younger may still be on its way through the threads
_PAGE = 500
_MOST_WAITING = 20_000  # files in the outbox, before more are told of that are old
_AT_REST = (State.UP_TO_DATE, State.ISSUES)


class Looker:
    """Its methods are safe from any thread and return at once, but for :meth:`run`.

    A look may block on a folder that does not answer, so it has a thread of its own.
    Somebody who is told for the first time hears of all that the destinations hold, page by
    page, as fast as the outbox empties.
    """

    def __init__(
        self,
        engine: Engine,
        outbox: Outbox,
        meter: Meter,
        setup: Callable[[], Setup],
        sender: Sender,
    ) -> None:
        self._engine = engine
        self._outbox = outbox
        self._meter = meter
        self._setup = setup
        self._sender = sender
        self._moved: deque[Moved] = deque()
        self._tellings: list[Iterator[bool]] = []
        self._complete = True
        self._audience = ""
        self._wanted = threading.Event()
        self._stopping = threading.Event()
        self._troubled = False

    def look(self) -> None:
        """Look soon."""
        self._wanted.set()

    def moved(self, folders: Iterable[Moved]) -> None:
        """Tell of all files in these."""
        self._moved.extend(folders)
        if self._moved:
            self._wanted.set()

    def stop(self) -> None:
        self._stopping.set()
        self._wanted.set()

    def begin(self) -> None:
        """Before anything happens. Raises ``sqlite3.Error``."""
        self._complete = self._outbox.begin()

    def last(self, *, lost: bool) -> None:
        """Keep how the mappings ended, for those that have, and that all is in the outbox: it is
        not if something was ``lost``, or waits to be told of. Raises ``sqlite3.Error``."""
        for mirror in self._engine.mirrors():
            if mirror.closed:
                place = self._setup().places.get(mirror.name, "")
                row = mapping_row(mirror.status(), place, 0.0, time.time())
                self._outbox.put_mapping(mirror.name, row)
        if self._complete and not (lost or self._moved or self._tellings):
            self._outbox.set(COMPLETE, True)

    def run(self) -> None:
        """Until :meth:`stop`."""
        wanted = True
        while True:
            self._wanted.clear()
            if self._stopping.is_set():  # asked after that: the word to stop must not be cleared
                return
            lively = False
            try:
                lively = self._once()
                self._troubled = False
            except Exception as error:
                self._in_trouble(error)
            # After something happened once more soon: counts come a little late.
            wait = min(self._sender.heartbeat, _LIVELY_SECONDS)
            wanted = self._wanted.wait(wait if lively or wanted else self._sender.heartbeat)
            if wanted:
                self._stopping.wait(_FLOCK_SECONDS)

    def _once(self) -> bool:
        """Whether anything is on its way."""
        setup = self._setup()
        self._welcome(setup)
        lively = self._tell_of_folders()
        for mirror in self._engine.mirrors():
            began = time.time()
            status = mirror.status()
            place, speed = setup.places.get(mirror.name, ""), self._meter.speed(mirror.name)
            if self._stopping.is_set():
                return False
            self._outbox.put_mapping(mirror.name, mapping_row(status, place, speed, time.time()))
            waits = status.queued or status.in_flight
            # With issues it says so while others are on their way.
            lively = lively or bool(status.state in (State.UPLOADING, State.ISSUES) and waits)
            if status.state in _AT_REST and not waits:
                self._settle(mirror.name, began - _YOUNG_SECONDS, mirror)
        self._tell_who_left(setup.places)
        self._sender.news()
        return lively

    def _settle(self, name: str, before: float, mirror: Mirror | None) -> None:
        """Nothing was on its way in the mapping at that time; without a mirror, or ever."""
        failed = {issue.path for issue in mirror.issues()} if mirror else set()
        after = ""
        while paths := self._outbox.open_files(name, before, after, _PAGE):
            after = paths[-1]
            open_ = [path for path in paths if path not in failed]
            held = mirror.held(open_) if mirror else {}
            if open_ and not self._stopping.is_set():
                self._outbox.settle(name, open_, held, before, time.time())

    def _tell_who_left(self, places: Mapping[str, str]) -> None:
        """Mappings that are no longer in the settings."""
        for name, row in self._outbox.mappings().items():
            if name not in places and row.get("state") != LEFT:
                now = time.time()
                gone = {"waiting_files": 0, "waiting_bytes": 0, "speed": 0.0, "eta": 0.0}
                gone |= {"issues": 0, "updated_at": now, "since": now}
                self._outbox.put_mapping(name, {**gone, "state": LEFT, "reason": ""})
                self._settle(name, now, None)

    def _welcome(self, setup: Setup) -> None:
        """Somebody else than last time is told, or may have missed something."""
        if self._audience == setup.audience:
            return
        is_new = self._outbox.get(AUDIENCE) != setup.audience
        if is_new:
            self._outbox.tell_all_again()
        if is_new or not self._complete:
            self._moved.extend(Moved(name, "", "") for name in setup.places)
        self._complete = True
        self._audience = setup.audience

    def _tell_of_folders(self) -> bool:
        """As many pages as there is room for; whether some are left."""
        if not self._sender.has_begun:  # nobody hears of it yet, and others want the processor
            return bool(self._moved)
        while self._moved:
            self._tellings.append(self._tell_of(self._moved[0]))
            self._moved.popleft()  # not before: :meth:`last` must see it here or there
        for telling in list(self._tellings):
            more: bool | None = True
            while more and self._outbox.waiting().files < _MOST_WAITING:
                if self._stopping.is_set():
                    return True
                more = next(telling, None)
            if more is None:
                self._tellings.remove(telling)
        if not self._tellings and self._outbox.get(AUDIENCE) != self._audience:
            self._outbox.set(AUDIENCE, self._audience)
        return bool(self._tellings)

    def _tell_of(self, moved: Moved) -> Iterator[bool]:
        """Of every file in a folder that was moved, or of all that the destination holds, a
        page at a time; whether there was one, as the mapping may not run yet."""
        while (mirror := self._mirror(moved.mapping)) is None:
            if moved.mapping not in self._setup().places:
                return
            yield False
        tell = self._outbox.tell_of if moved.source else self._outbox.tell_of_old
        anew = bool(moved.source) or self._outbox.get(AUDIENCE) != self._audience
        page: list[tuple[str, Note]] = []
        for path, state in mirror.held_below(moved.dest):
            now = time.time()
            at = now if anew else _changed_at(state, now)
            page.append((path, Note(Kind.SEND, DONE, at, state.size, state.size)))
            if moved.source:
                before = moved.source + path[len(moved.dest) :]
                page.append((before, Note(Kind.MOVE, REMOVED, now)))
            if len(page) >= _PAGE:
                tell(moved.mapping, page)
                page.clear()
                yield True
        tell(moved.mapping, page)

    def _mirror(self, name: str) -> Mirror | None:
        return next((m for m in self._engine.mirrors() if m.name == name), None)

    def _in_trouble(self, error: Exception) -> None:
        """Once, until it is over; a full disk passes too."""
        if self._stopping.is_set() or self._troubled:
            return
        self._troubled = True
        if isinstance(error, sqlite3.Error):
            log.warning("the monitor's outbox cannot be written: %s", error)
        else:
            log.error("the monitor could not look at the mappings", exc_info=error)


def _changed_at(state: FileState, now: float) -> float:
    """When this version came to be here, in seconds since 1970: before it arrived there, so that
    a monitor that knows it keeps the time of that, and after whatever it knows of others."""
    changed = last_change_ns(state, int(now * 1e9))
    return now if changed is None else changed / 1e9
