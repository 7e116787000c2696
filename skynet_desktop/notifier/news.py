"""News: what the engine's events come to, one note a file, the newest.

Bounded: what no longer fits is dropped, and its mapping is told whole later.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from skynet_desktop.core.actions import Kind
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
_HOUR = 3_600


class Note(NamedTuple):
    """What is known of a file: ``at`` in seconds since 1970, ``seconds`` that it took, sizes in
    bytes. ``cause`` is the class of the error behind ``reason``. A tuple: of every file several
    are made."""

    action: Kind
    state: str
    at: float
    size: int = 0
    done: int = 0
    seconds: float = 0.0
    reason: str = ""
    cause: str = ""


class Happened(NamedTuple):
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
    """What happened since the last time. For one thread at a time."""

    files: dict[tuple[str, str], Note] = field(default_factory=dict)
    events: deque[Happened] = field(default_factory=lambda: deque(maxlen=_MOST_EVENTS))
    hours: dict[tuple[str, int], Counts] = field(default_factory=dict)
    states: dict[str, StateChanged] = field(default_factory=dict)
    folders: list[Moved] = field(default_factory=list)
    dropped: int = 0
    """Lines of the history that did not fit."""

    def __bool__(self) -> bool:
        return bool(self.files or self.events or self.hours or self.states or self.folders)

    def add(self, event: Event, now: float) -> None:
        """``now`` in seconds since 1970, never less than the one before."""
        match event:
            case Queued(mapping, actions):
                for action in actions:
                    path = action.paths[-1]
                    if path:  # "" is the whole folder
                        self._note(mapping, path, Note(action.kind, QUEUED, now))
            case Started(mapping, kind, path, size):
                self._note(mapping, path, Note(kind, SENDING, now, size))
            case PartDone(mapping, path, done, size):
                self._note(mapping, path, Note(Kind.SEND, SENDING, now, size, done))
            case Done():
                self._done(event, now)
            case Failed():
                self._failed(event, now)
            case StateChanged(mapping, state, reason, since):
                words = redacted(reason)
                self.states[mapping] = StateChanged(mapping, state, words, since)
                self._tell(Happened(now, mapping, "", f"state:{state.value}", reason=words))

    def follow(self, newer: News) -> None:
        """``newer`` came after this."""
        self.files.update(newer.files)
        for happened in newer.events:
            self._tell(happened)
        for (mapping, hour), more in newer.hours.items():
            counts = self._counts(mapping, hour)
            counts.files += more.files
            counts.bytes += more.bytes
            counts.removed += more.removed
            counts.failures += more.failures
        self.states.update(newer.states)
        self.folders += newer.folders
        self.dropped += newer.dropped
        self._shrink()

    def _done(self, event: Done, now: float) -> None:
        mapping, path, size, seconds = event.mapping, event.path, event.size, event.seconds
        counts = self._counts(mapping, now)
        removed = event.action is Kind.DELETE
        if removed:
            counts.removed += 1
        else:
            counts.files += 1
            counts.bytes += size if event.action is Kind.SEND else 0
        kind = REMOVED if removed else DONE
        if event.folder:
            self.folders.append(Moved(mapping, event.source, path))
        else:
            self._note(mapping, path, Note(event.action, kind, now, size, size, seconds))
            if event.source:
                self._note(mapping, event.source, Note(event.action, REMOVED, now))
        self._tell(Happened(now, mapping, path, kind, size, seconds))

    def _failed(self, event: Failed, now: float) -> None:
        mapping, path = event.mapping, event.path
        reason, cause = redacted(event.reason), event.kind or "PathError"
        self._counts(mapping, now).failures += 1
        self._note(mapping, path, Note(event.action, FAILED, now, reason=reason, cause=cause))
        self._tell(Happened(now, mapping, path, FAILED, reason=reason, cause=cause))

    def _counts(self, mapping: str, now: float) -> Counts:
        hour = mapping, int(now) // _HOUR * _HOUR
        if (counts := self.hours.get(hour)) is None:
            counts = self.hours[hour] = Counts()
        return counts

    def _note(self, mapping: str, path: str, note: Note) -> None:
        self.files[mapping, path] = note
        if len(self.files) > _MOST_FILES:
            self._shrink()

    def _tell(self, happened: Happened) -> None:
        if len(self.events) == _MOST_EVENTS:
            self.dropped += 1
        self.events.append(happened)

    def _shrink(self) -> None:
        """Too much: files are dropped, and their mappings told whole later."""
        if len(self.files) <= _MOST_FILES:
            return
        whole = {mapping for mapping, _ in self.files}
        self.files.clear()
        kept = [m for m in self.folders if m.mapping not in whole]
        self.folders = kept + [Moved(mapping, "", "") for mapping in sorted(whole)]
