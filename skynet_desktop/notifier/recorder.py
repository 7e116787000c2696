"""Listens to the engine. Its threads only leave the event, and the time, in memory; what that
comes to is worked out when the outbox takes it, on the thread that does so."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.events import Done, Event, Queued, State, StateChanged
from skynet_desktop.notifier.news import News

_VERY_MUCH = 500  # events and files
_MOST_HELD = 20_000  # events, and about as many actions of theirs
_BUSY = (State.CHECKING, State.UPLOADING)
_BACKWARDS_SECONDS = 300.0  # a clock set back by less goes on from its last time


class Recorder:
    """Safe from any thread. ``clock`` in seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._held: deque[tuple[float, Event]] = deque()  # it needs no lock to append and pop
        self._actions = 0  # of those held, about: it is counted without a lock
        self._urgent = False  # whether some of those held are
        self._lock = threading.Lock()  # for the rest
        self._news = News()
        self._last = 0.0
        self.on_state: Callable[[], None] = lambda: None
        """Called when a mapping's state changed; must be quick."""

    def on_event(self, event: Event) -> None:
        """Takes every event of the engine. Memory is bounded, also when nobody takes news for
        long: too many are made into news here and now, of which only so much is kept."""
        held = self._held
        held.append((self._clock(), event))
        if isinstance(event, Queued):
            self._actions += len(event.actions)
        elif isinstance(event, Done):
            if event.action is not Kind.SEND:
                self._urgent = True
        elif isinstance(event, StateChanged):
            if event.state not in _BUSY:
                self._urgent = True
            self.on_state()
        if len(held) > _MOST_HELD or self._actions > _MOST_HELD:
            with self._lock:
                self._gather()

    @property
    def may_wait(self) -> bool:
        """Whether there is very much, of which more will fall into one, it goes on, and is only
        of files that come: after kill -9 they are told of again; of what went nobody would."""
        much = len(self._held) + self._actions + len(self._news.files) > _VERY_MUCH
        return much and not self._urgent

    def take(self) -> News:
        """All that is new; the caller has it alone from now on."""
        with self._lock:
            self._urgent = False  # first: what comes meanwhile may be left for the next time
            self._gather()
            news, self._news = self._news, News()
            return news

    def give_back(self, older: News) -> None:
        """What could not be kept: what came meanwhile is newer."""
        with self._lock:
            older.follow(self._news)
            self._news = older

    # --- inside, with the lock held -------------------------------------------------------

    def _gather(self) -> None:
        """Make those held now into news; what comes meanwhile waits for the next time."""
        self._actions = 0
        add, held = self._news.add, self._held
        for _ in range(len(held)):
            at, event = held.popleft()
            add(event, self._not_before(at))

    def _not_before(self, now: float) -> float:
        """Never backwards, or a later row would count as the older one; unless the clock was
        set back by much."""
        if now < self._last <= now + _BACKWARDS_SECONDS:
            return self._last
        self._last = now
        return now
