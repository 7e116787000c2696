"""What a card says of its mapping, as plain values: no widgets here."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from skynet_desktop.core.events import State
from skynet_desktop.desktop import words
from skynet_desktop.desktop.snapshot import MappingView
from skynet_desktop.desktop.spoken import spoken

_translate = QCoreApplication.translate


def way(view: MappingView) -> str:
    """From where to where."""
    to = f"{view.service}: {view.remote}" if view.remote else view.service
    return f"{view.local}  →  {to}"


def reason(view: MappingView) -> str:
    """Why it is in its state, in words; "" if the state says it all."""
    status = view.status
    if status.question or view.state in (State.UP_TO_DATE, State.CHECKING, State.UPLOADING):
        return ""
    if view.state is State.ISSUES and status.issues:
        return _translate("card", "%Ln file(s) could not be mirrored.", None, status.issues)
    if view.state is State.PAUSED and status.paused_until and status.paused:
        return words.mapping_sentence(view)
    sentence = spoken(status.reason)
    if view.state is State.OFFLINE and status.retry_at:
        seconds = _seconds_until(status.retry_at)
        if seconds > 0:
            again = _translate("card", "Next try in {0}.").format(words.duration(seconds))
            return f"{sentence} {again}"
    return sentence


def left(view: MappingView) -> str:
    """What is still to do and about how long it takes; "" if nothing is."""
    status = view.status
    count = status.queued + status.in_flight
    parts = []
    if count:
        parts.append(_translate("card", "%Ln file(s) left", None, count))
    if status.bytes_left:
        parts.append(words.size(status.bytes_left))
    if view.state is State.UPLOADING and view.eta is not None:
        parts.append(words.duration(view.eta))
    return " · ".join(parts)


def speed(view: MappingView) -> str:
    return words.rate(view.speed) if view.speed >= 1 else ""


def checked(view: MappingView) -> str:
    if view.status.last_reconcile is None:
        return _translate("card", "Not checked yet")
    return _translate("card", "Last checked {0}").format(words.ago(view.status.last_reconcile))


def held(view: MappingView) -> str:
    """What is at the destination."""
    status = view.status
    return _translate("card", "{0}, {1} at the destination").format(
        words.files(status.files), words.size(status.bytes)
    )


def is_held_by_network(view: MappingView) -> bool:
    """Whether it waits for another network: not by the person, nor for its hours."""
    status = view.status
    return (
        view.state is State.PAUSED
        and not status.paused
        and status.paused_until is None
        and bool(status.reason)
    )


def needs_service(view: MappingView) -> bool:
    """Whether the service itself must be put right; not the folder, not a question."""
    return view.status.about in ("service", "space")


def _seconds_until(iso: str) -> float:
    return (datetime.fromisoformat(iso) - datetime.now().astimezone()).total_seconds()


class Course:
    """How far the present burst of work is: against the most that was left during it."""

    def __init__(self) -> None:
        self._most = 0
        self._in_bytes = False

    def feed(self, view: MappingView) -> float | None:
        """The share that is done, from 0 to 1; None while nothing is under way."""
        status = view.status
        count = status.queued + status.in_flight
        if not count:
            self._most = 0
            return None
        in_bytes = status.bytes_left > 0
        now = status.bytes_left if in_bytes else count
        if in_bytes is not self._in_bytes:
            self._in_bytes, self._most = in_bytes, 0
        self._most = max(self._most, now)
        return 1.0 - now / self._most
