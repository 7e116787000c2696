"""When something is worth a toast. Pure: events, states and a clock in, notices out.

- Completed: once a burst of changes has arrived and all is quiet.
- Disconnected: after a time of grace, which starts anew when the computer wakes.
- Reconnected: only if the loss was told.
- Issue, action required: once they have lasted a moment; a verification that found differences
  when it ends.

What repeats, repeats at growing distances.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from skynet_desktop.core.actions import Kind as ActionKind
from skynet_desktop.core.events import Done, Event, State
from skynet_desktop.desktop.snapshot import MappingView, Snapshot

_QUIET_SECONDS = 2.0
_ISSUE_SECONDS = 10.0
_QUESTION_SECONDS = 2.0
_AFTER_WAKE_SECONDS = 60.0
_WORKS = (State.ISSUES, State.UPLOADING, State.CHECKING, State.UP_TO_DATE)

# Seconds between two toasts of a kind for one mapping, first to last.
_COMPLETED_PAUSES = (60.0, 300.0, 900.0, 1800.0)
_ISSUE_PAUSES = (600.0, 3600.0, 14_400.0)
_QUESTION_PAUSES = (14_400.0, 86_400.0)
_FORGETS_SECONDS = 3.0  # times the pause: after so long a rest the distances start anew


class Kind(StrEnum):
    """The classes a person can switch off; named as in the settings."""

    COMPLETED = "completed"
    DISCONNECTED = "disconnected"
    RECONNECTED = "reconnected"
    ISSUE = "issue"
    ACTION_REQUIRED = "action_required"
    UPDATE = "update"


class Topic(StrEnum):
    """What a notice of a class is about, so where a click on it leads."""

    STATE = "state"
    QUESTION = "question"
    VERIFICATION = "verification"
    RESTORING = "restoring"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth a word. ``count`` files of ``size`` bytes in ``seconds``."""

    kind: Kind
    mapping: str
    service: str = ""
    count: int = 0
    size: int = 0
    seconds: float = 0.0
    reason: str = ""
    topic: Topic = Topic.STATE


class _Pauses:
    """Growing distances between toasts of one kind."""

    def __init__(self, steps: tuple[float, ...]) -> None:
        self._steps = steps
        self._told: float | None = None
        self._times = 0

    def may(self, now: float) -> bool:
        return self._told is None or now - self._told >= self._pause

    @property
    def _pause(self) -> float:
        return self._steps[min(self._times, len(self._steps)) - 1]

    def tell(self, now: float) -> None:
        rested = self._told is None or now - self._told >= self._pause * _FORGETS_SECONDS
        self._times = 1 if rested else self._times + 1
        self._told = now


@dataclass
class _Story:
    """What is remembered of one mapping between looks."""

    count: int = 0
    size: int = 0
    begun: float = 0.0
    last: float = 0.0
    offline_since: float | None = None
    told_offline: bool = False
    issues_told: int = 0
    issues_since: float | None = None
    question: str = ""
    question_since: float = 0.0
    question_told: bool = False
    verified_at: float | None = None
    completed: _Pauses = field(default_factory=lambda: _Pauses(_COMPLETED_PAUSES))
    issue: _Pauses = field(default_factory=lambda: _Pauses(_ISSUE_PAUSES))
    asked: _Pauses = field(default_factory=lambda: _Pauses(_QUESTION_PAUSES))

    @property
    def is_waiting(self) -> bool:
        lost = self.offline_since is not None and not self.told_offline
        return bool(self.count or lost or self.issues_since is not None or self.question)


class Policy:
    """For one thread. Times in seconds of a clock that only grows, given with each call."""

    def __init__(self, grace: float = 30.0) -> None:
        self.grace = grace
        self._stories: dict[str, _Story] = {}
        self._quiet_until = float("-inf")

    def woke(self, now: float) -> None:
        """The computer slept: that services are away now says nothing."""
        self._quiet_until = now + _AFTER_WAKE_SECONDS
        for story in self._stories.values():
            story.offline_since = None

    def feed(self, events: Iterable[Event], now: float) -> None:
        for event in events:
            if isinstance(event, Done) and event.action is not ActionKind.DELETE:
                story = self._story(event.mapping)
                if not story.count:
                    story.begun = now - event.seconds
                story.count += 1
                story.size += event.size
                story.last = now

    def look(self, snapshot: Snapshot, now: float) -> list[Notice]:
        """What is to be told now."""
        names = {view.name for view in snapshot.mappings}
        self._stories = {n: s for n, s in self._stories.items() if n in names}
        found: list[Notice] = []
        for view in snapshot.mappings:
            story = self._story(view.name)
            found += self._connection(view, story, now)
            found += self._completed(view, story, now)
            found += self._issues(view, story, now)
            found += self._question(view, story, now)
            found += self._verification(view, story)
        return found

    @property
    def is_waiting(self) -> bool:
        """Whether time alone, without any event or change, may bring something to tell."""
        return any(story.is_waiting for story in self._stories.values())

    def _story(self, mapping: str) -> _Story:
        return self._stories.setdefault(mapping, _Story())

    def _completed(self, view: MappingView, story: _Story, now: float) -> list[Notice]:
        through = view.state in (State.UP_TO_DATE, State.ISSUES) and not view.status.queued
        quiet = now - story.last >= _QUIET_SECONDS
        if not story.count or not through or not quiet or not story.completed.may(now):
            return []
        story.completed.tell(now)
        notice = Notice(
            Kind.COMPLETED, view.name, view.service, story.count, story.size,
            max(0.0, story.last - story.begun),
        )  # fmt: skip
        story.count = story.size = 0
        return [notice]

    def _connection(self, view: MappingView, story: _Story, now: float) -> list[Notice]:
        if view.state is State.OFFLINE:
            if story.offline_since is None:
                story.offline_since = max(now, self._quiet_until)
            if story.told_offline or now - story.offline_since < self.grace:
                return []
            story.told_offline = True
            return [self._about(Kind.DISCONNECTED, view)]
        story.offline_since = None
        if story.told_offline and view.state in _WORKS:
            story.told_offline = False
            return [self._about(Kind.RECONNECTED, view)]
        return []

    def _issues(self, view: MappingView, story: _Story, now: float) -> list[Notice]:
        count = view.status.issues
        story.issues_told = min(story.issues_told, count)
        if count <= story.issues_told:
            story.issues_since = None
            return []
        if story.issues_since is None:
            story.issues_since = now
        if now - story.issues_since < _ISSUE_SECONDS or not story.issue.may(now):
            return []
        story.issue.tell(now)
        story.issues_told, story.issues_since = count, None
        return [Notice(Kind.ISSUE, view.name, view.service, count)]

    def _question(self, view: MappingView, story: _Story, now: float) -> list[Notice]:
        asks = view.state is State.ACTION_REQUIRED
        reason = (view.status.question or view.status.reason) if asks else ""
        if reason != story.question:
            story.question, story.question_since = reason, now
            story.question_told = False
        if not reason or now - story.question_since < _QUESTION_SECONDS:
            return []
        if story.question_told and not story.asked.may(now):
            return []
        story.question_told = True
        story.asked.tell(now)
        topic = Topic.QUESTION if view.status.question else Topic.STATE
        return [replace(self._about(Kind.ACTION_REQUIRED, view, reason), topic=topic)]

    @staticmethod
    def _verification(view: MappingView, story: _Story) -> list[Notice]:
        """One that ended before we looked for the first time was told then, or is seen."""
        found = view.verified
        ended_at = found.ended_at if found is not None else 0.0
        before, story.verified_at = story.verified_at, ended_at
        if found is None or before is None or ended_at <= before or found.good:
            return []
        if not found.differences:
            return []
        return [
            Notice(Kind.ISSUE, view.name, view.service, found.differences, topic=Topic.VERIFICATION)
        ]

    @staticmethod
    def _about(kind: Kind, view: MappingView, reason: str = "") -> Notice:
        return Notice(kind, view.name, view.service, reason=reason or view.status.reason)


def merged(notices: list[Notice]) -> list[Notice]:
    """Mappings of one service are lost and found together: one toast for all of them."""
    kept: list[Notice] = []
    services: set[tuple[Kind, str]] = set()
    for notice in notices:
        if notice.kind in (Kind.DISCONNECTED, Kind.RECONNECTED):
            key = (notice.kind, notice.service)
            if key in services:
                continue
            services.add(key)
        kept.append(notice)
    return kept
