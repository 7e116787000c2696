"""What the desktop says of states, amounts and times, in the person's language and locale."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale

from skynet_desktop.core.events import State
from skynet_desktop.desktop.snapshot import MappingView, Snapshot
from skynet_desktop.desktop.spoken import spoken

_translate = QCoreApplication.translate

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_NEXT_UNIT = 1.9  # "100 min" says more than "2 h", "3 h" more than "180 min"


def size(amount: float) -> str:
    """Bytes in decimal units, as drives and providers count them."""
    exact = QLocale.DataSizeFormat.DataSizeSIFormat
    return QLocale().formattedDataSize(int(amount), 0 if amount < 1_000_000 else 1, exact)


def number(count: int) -> str:
    return QLocale().toString(count)


def rate(speed: float) -> str:
    """Bytes a second."""
    return _translate("words", "{0}/s").format(size(speed))


def duration(seconds: float) -> str:
    """About how long, in one unit."""
    if seconds < _MINUTE:
        return _translate("words", "%n s", None, max(1, round(seconds)))
    if seconds < _NEXT_UNIT * _HOUR:
        return _translate("words", "%n min", None, round(seconds / _MINUTE))
    if seconds < _NEXT_UNIT * _DAY:
        return _translate("words", "%n h", None, round(seconds / _HOUR))
    return _translate("words", "%n day(s)", None, round(seconds / _DAY))


def time_of(moment: datetime) -> str:
    """The time of day if it is today, else the day too."""
    local = moment.astimezone()
    when = QDateTime.fromSecsSinceEpoch(int(local.timestamp()))
    short = QLocale.FormatType.ShortFormat
    if local.date() == datetime.now().astimezone().date():
        return QLocale().toString(when.time(), short)
    return QLocale().toString(when, short)


def day(of: date) -> str:
    return QLocale().toString(QDate(of.year, of.month, of.day), QLocale.FormatType.LongFormat)


def ago(iso: str | None) -> str:
    """How long ago, of a time as the engine gives it; "never" for None."""
    if iso is None:
        return _translate("words", "never")
    passed = (datetime.now().astimezone() - datetime.fromisoformat(iso)).total_seconds()
    if passed < _MINUTE:
        return _translate("words", "just now")
    return _translate("words", "{0} ago").format(duration(passed))


def files(count: int) -> str:
    return _translate("words", "%Ln file(s)", None, count)


def waiting(count: int) -> str:
    return _translate("words", "%Ln waiting", None, count)


def state_name(state: State) -> str:
    """The state in a word or two, for a badge."""
    return {
        State.SETUP: _translate("words", "Not set up"),
        State.ACTION_REQUIRED: _translate("words", "Action required"),
        State.OFFLINE: _translate("words", "Offline"),
        State.PAUSED: _translate("words", "Paused"),
        State.ISSUES: _translate("words", "Issues"),
        State.UPLOADING: _translate("words", "Uploading"),
        State.CHECKING: _translate("words", "Checking"),
        State.UP_TO_DATE: _translate("words", "Up to date"),
    }[state]


def sentence(snapshot: Snapshot) -> str:
    """All mappings in one sentence: the tray's tooltip and the menu's first line."""
    state = snapshot.state
    if state is State.SETUP:
        return _translate("words", "Nothing is mirrored yet")
    if state is State.UPLOADING:
        return _joined(_sending(snapshot), *_left(snapshot))
    if state is State.ISSUES:
        return issues(snapshot.issues) if snapshot.issues else _reason(snapshot, state)
    if state is State.PAUSED:
        return _paused(snapshot)
    if state is State.OFFLINE:
        return _offline(snapshot)
    if state is State.ACTION_REQUIRED:
        return _reason(snapshot, state)
    return state_name(state)


def mapping_sentence(view: MappingView) -> str:
    """One mapping in one sentence."""
    return sentence(Snapshot(view.state, (view,), view.speed))


def issues(count: int) -> str:
    return _translate("words", "%Ln issue(s)", None, count)


def _sending(snapshot: Snapshot) -> str:
    """The one under way is the next after those that are done."""
    total = snapshot.done + snapshot.queued
    if not total:
        return state_name(State.UPLOADING)
    nth = min(snapshot.done + 1, total)
    return _translate("words", "Uploading {0} of {1}").format(number(nth), number(total))


def _left(snapshot: Snapshot) -> list[str]:
    parts = []
    if snapshot.bytes_left:
        parts.append(_translate("words", "{0} left").format(size(snapshot.bytes_left)))
    if snapshot.eta is not None:
        parts.append(duration(snapshot.eta))
    return parts


def _paused(snapshot: Snapshot) -> str:
    if snapshot.paused_until is None:
        return _reason(snapshot, State.PAUSED)  # such as a metered network
    return _translate("words", "Paused until {0}").format(time_of(snapshot.paused_until))


def _offline(snapshot: Snapshot) -> str:
    parts = [_reason(snapshot, State.OFFLINE)]
    if snapshot.retry_at is not None:
        seconds = (snapshot.retry_at - datetime.now().astimezone()).total_seconds()
        if seconds > 0:
            parts.append(_translate("words", "retry in {0}").format(duration(seconds)))
    if snapshot.queued:
        parts.append(waiting(snapshot.queued))
    return _joined(*parts)


def _reason(snapshot: Snapshot, state: State) -> str:
    """Of the first mapping that has one; with its name, unless it is that of all."""
    found = [v for v in snapshot.mappings if v.state is state and v.status.reason]
    if not found:
        return state_name(state)
    reason = found[0].status.reason
    of_all = all(view.status.reason == reason for view in snapshot.mappings)
    return spoken(reason) if of_all else f"{found[0].name}: {spoken(reason)}"


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
