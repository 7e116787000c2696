"""What the engine says of itself: typed events, never log text.

The terminal turns them into lines, the desktop into Qt signals, the notifier into rows.
Paths are relative to the mapping's folder; bytes are counted as confirmed by the remote.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from skynet_desktop.core.actions import Action, Kind

log = logging.getLogger(__name__)


class State(StrEnum):
    """A mapping's state in one word, worst first: also the order in which they aggregate."""

    SETUP = "setup"
    ACTION_REQUIRED = "action-required"
    OFFLINE = "offline"
    PAUSED = "paused"
    ISSUES = "issues"
    UPLOADING = "uploading"
    CHECKING = "checking"
    UP_TO_DATE = "up-to-date"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to one mapping."""

    mapping: str


@dataclass(frozen=True, slots=True)
class Queued(Event):
    """These actions entered the Q."""

    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Started(Event):
    action: Kind
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class PartDone(Event):
    """``done`` of ``size`` bytes are at the destination."""

    path: str
    done: int
    size: int


@dataclass(frozen=True, slots=True)
class Done(Event):
    """``source`` is where a moved file no longer is; "" also for a copy. ``folder`` tells of a
    folder that was moved with all that is in it."""

    action: Kind
    path: str
    size: int
    seconds: float = 0.0
    source: str = ""
    folder: bool = False


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """The path is parked with ``reason``, a sentence for the person; ``kind`` names the
    error's class for programs."""

    action: Kind
    path: str
    reason: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class StateChanged(Event):
    """``since`` in seconds since 1970; ``reason`` is empty unless there is something to say."""

    state: State
    reason: str
    since: float


@dataclass(frozen=True, slots=True)
class AttentionNeeded(Event):
    """A person must decide something; the mapping waits."""

    question: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifyDone(Event):
    """A verification ended: so many files compared, so many that differ. ``complete`` tells
    whether it came to its end."""

    deep: bool
    files: int
    differences: int
    complete: bool


Subscriber = Callable[[Event], None]


@dataclass
class Bus:
    """Hands events to subscribers, in the publishing thread. Safe from any thread.

    A subscriber that raises is logged once per kind of error and keeps being called: it
    cannot hurt the engine. Subscribers must be quick; slow ones queue for themselves.
    """

    _subscribers: list[Subscriber] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _reported: set[tuple[int, type]] = field(default_factory=set)

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Returns the call that ends the subscription."""
        with self._lock:
            self._subscribers = [*self._subscribers, subscriber]

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers = [s for s in self._subscribers if s is not subscriber]

        return unsubscribe

    def publish(self, event: Event) -> None:
        for subscriber in self._subscribers:
            try:
                subscriber(event)
            except Exception as error:
                key = (id(subscriber), type(error))
                if key not in self._reported:
                    self._reported.add(key)
                    log.exception("a subscriber failed on %s", type(event).__name__)
