"""Listens to the engine, and keeps what is new in memory until the outbox takes it.

The engine's threads call :meth:`Recorder.on_event`, so it only notes: one note a file, the
newest. Memory is bounded, also when the outbox cannot be written for long: what no longer
fits is dropped, and its mapping is reported whole once that is possible again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from skynet_desktop.core.actions import Action, Kind
from skynet_desktop.core.events import (
    Done,
    Event,
    Failed,
    PartDone,
    Queued,
    Started,
    StateChanged,
)
from skynet_desktop.credentials import redacted

QUEUED, SENDING, DONE, FAILED, REMOVED = "queued", "sending", "done", "failed", "removed"

_MOST_FILES = 200_000
_MOST_EVENTS = 20_000
_BACKWARDS_SECONDS = 300.0  # a clock set back by less goes on from its last time
_HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a file: ``at`` in seconds since 1970, ``seconds`` that it took, sizes in
    bytes. ``cause`` is the class of the error behind ``reason``."""

    action: Kind
    state: str
    at: float
    size: int = 0
    done: int = 0
    seconds: float = 0.0
    reason: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the history; ``path`` is empty for a change of the mapping's state."""

    at: float
    mapping: str
    path: str
    kind: str
    size: int = 0
    seconds: float = 0.0
    reason: str = ""
    cause: str = ""


@dataclass(slots=True)
class Counts:
    """Of one mapping in one hour."""

    files: int = 0
    bytes: int = 0
    removed: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """A folder that has another name now; with both empty, all of the mapping."""

    mapping: str
    source: str
    dest: str


@dataclass(slots=True)
class News:
    """What happened since the last time."""

    files: dict[tuple[str, str], Note] = field(default_factory=dict)
    events: deque[Happened] = field(default_factory=lambda: deque(maxlen=_MOST_EVENTS))
    hours: dict[tuple[str, int], Counts] = field(default_factory=dict)
    states: dict[str, StateChanged] = field(default_factory=dict)
    folders: list[Moved] = field(default_factory=list)
    dropped: int = 0
    """Lines of the history that did not fit."""

    def __bool__(self) -> bool:
        return bool(self.files or self.events or self.hours or self.states or self.folders)


class Recorder:
    """Safe from any thread. ``clock`` in seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._news = News()
        self._last = 0.0
        self.on_state: Callable[[], None] = lambda: None
        """Called when a mapping's state changed; must be quick."""

    def on_event(self, event: Event) -> None:
        """Takes every event of the engine."""
        with self._lock:
            now = self._now()
            match event:
                case Queued(mapping, actions):
                    for action in actions:
                        self._queued(mapping, action, now)
                case Started(mapping, action, path, size):
                    self._note(mapping, path, Note(action, SENDING, now, size))
                case PartDone(mapping, path, done, size):
                    self._note(mapping, path, Note(Kind.SEND, SENDING, now, size, done))
                case Done():
                    self._done(event, now)
                case Failed(mapping, action, path, reason, kind):
                    self._failed(mapping, action, path, redacted(reason), kind, now)
                case StateChanged(mapping, state, reason, since):
                    words = redacted(reason)
                    self._news.states[mapping] = StateChanged(mapping, state, words, since)
                    self._tell(Happened(now, mapping, "", f"state:{state.value}", reason=words))
        if isinstance(event, StateChanged):
            self.on_state()

    def take(self) -> News:
        """All that is new; the caller has it alone from now on."""
        with self._lock:
            news, self._news = self._news, News()
            return news

    def give_back(self, older: News) -> None:
        """What could not be kept: what came meanwhile is newer."""
        with self._lock:
            newer, self._news = self._news, older
            older.files.update(newer.files)
            for happened in newer.events:
                self._tell(happened)
            for key, counts in newer.hours.items():
                _add(older.hours.setdefault(key, Counts()), counts)
            older.states.update(newer.states)
            older.folders += newer.folders
            older.dropped += newer.dropped
            self._shrink()

    # --- inside, with the lock held -------------------------------------------------------

    def _now(self) -> float:
        """Never backwards, or a later row would count as the older one; unless the clock was
        set back by much."""
        now = self._clock()
        if now < self._last <= now + _BACKWARDS_SECONDS:
            return self._last
        self._last = now
        return now

    def _queued(self, mapping: str, action: Action, now: float) -> None:
        path = action.paths[-1]
        if path:  # "" is the whole folder
            self._note(mapping, path, Note(action.kind, QUEUED, now))

    def _done(self, event: Done, now: float) -> None:
        mapping, size, seconds = event.mapping, event.size, event.seconds
        counts = self._hour(mapping, now)
        removed = event.action is Kind.DELETE
        if removed:
            counts.removed += 1
        else:
            counts.files += 1
            counts.bytes += size if event.action is Kind.SEND else 0
        if event.folder:
            self._news.folders.append(Moved(mapping, event.source, event.path))
        else:
            state = REMOVED if removed else DONE
            note = Note(event.action, state, now, size, size, seconds)
            self._note(mapping, event.path, note)
            if event.source:
                self._note(mapping, event.source, Note(event.action, REMOVED, now))
        kind = REMOVED if removed else DONE
        self._tell(Happened(now, mapping, event.path, kind, size, seconds))

    def _failed(
        self, mapping: str, action: Kind, path: str, reason: str, cause: str, now: float
    ) -> None:
        cause = cause or "PathError"
        self._hour(mapping, now).failures += 1
        self._note(mapping, path, Note(action, FAILED, now, reason=reason, cause=cause))
        self._tell(Happened(now, mapping, path, FAILED, reason=reason, cause=cause))

    def _hour(self, mapping: str, now: float) -> Counts:
        return self._news.hours.setdefault((mapping, int(now) // _HOUR * _HOUR), Counts())

    def _note(self, mapping: str, path: str, note: Note) -> None:
        self._news.files[mapping, path] = note
        if len(self._news.files) > _MOST_FILES:
            self._shrink()

    def _tell(self, happened: Happened) -> None:
        if len(self._news.events) == _MOST_EVENTS:
            self._news.dropped += 1
        self._news.events.append(happened)

    def _shrink(self) -> None:
        """Too much: files are dropped, and their mappings reported whole later."""
        if len(self._news.files) <= _MOST_FILES:
            return
        whole = {mapping for mapping, _ in self._news.files}
        self._news.files.clear()
        kept = [m for m in self._news.folders if m.mapping not in whole]
        self._news.folders = kept + [Moved(mapping, "", "") for mapping in sorted(whole)]


def _add(counts: Counts, more: Counts) -> None:
    counts.files += more.files
    counts.bytes += more.bytes
    counts.removed += more.removed
    counts.failures += more.failures
