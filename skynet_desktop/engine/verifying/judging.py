"""The rules of a verification: what the disk, the index and the listing say of one path. Pure.

Whatever these three leave open is answered by asking for the content (``verify_reading``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.core.files import FileState
from skynet_desktop.core.words import counted
from skynet_desktop.engine.index import Known
from skynet_desktop.engine.verifying.report import Difference, Fault

_SECOND_NS = 1_000_000_000
_FRACTION_NS = 10_000_000
"""As coarse as file systems are that keep fractions of a second (exFAT)."""


@dataclass(frozen=True, slots=True)
class Case:
    """One path: the file here, the index's row, the file there; each may be missing."""

    path: str
    here: FileState | None
    known: Known | None
    there: RemoteFile | None

    @property
    def vouched(self) -> bool:
        """Whether the index says that just this version is there."""
        return self.known is not None and self.known.sure and self.known.state == self.here


class Verdict(Enum):
    SAME = auto()
    WAITING = auto()
    """A change of it is still to be sent: nothing to compare yet."""
    KEPT = auto()
    """Nothing to say: gone here, and kept there by the mapping's rules, or gone there too."""
    FOREIGN = auto()
    ASK = auto()
    """Only the content can tell."""
    CHANGED = auto()
    """It changed here while it was compared."""


Judgement = Verdict | Difference


@dataclass(frozen=True, slots=True)
class Rules:
    """``live``: the mapping runs, so that what it does not know yet is on its way.
    ``keeps_times``: the service keeps the times that files have here."""

    live: bool
    complete_sync: bool
    deep: bool
    keeps_times: bool


def judge(case: Case, rules: Rules) -> Judgement:
    """As far as it can be told without asking for the content."""
    if case.here is None:
        return _gone(case, rules)
    if rules.live and not case.vouched:
        return Verdict.WAITING
    if case.there is None:
        return Difference(
            case.path, Fault.MISSING, "It is here and not at the destination."
        )  # fmt: skip
    if case.there.size != case.here.size:
        return other_size(case.path, case.here.size, case.there.size)
    return Verdict.ASK if rules.deep else _quick(case, case.here, case.there, rules)


def _gone(case: Case, rules: Rules) -> Judgement:
    if case.there is None:
        return Verdict.KEPT
    if case.known is None:
        return Verdict.FOREIGN
    if not rules.complete_sync:
        return Verdict.KEPT
    if rules.live and not case.known.sure:
        return Verdict.WAITING
    return Difference(case.path, Fault.EXTRA, "It is gone here and still at the destination.")


def _quick(case: Case, here: FileState, there: RemoteFile, rules: Rules) -> Judgement:
    same_tag = tags_agree(case)
    if same_tag is False:
        return Verdict.ASK
    if there.mtime_ns is None:
        return Verdict.SAME if same_tag else Verdict.ASK
    if same_time(here.mtime_ns, there.mtime_ns):
        return Verdict.SAME
    if rules.keeps_times:
        return other_time(case.path, here.mtime_ns, there.mtime_ns)
    return Verdict.SAME if same_tag else Verdict.ASK


def tags_agree(case: Case) -> bool | None:
    """Whether the service's tag is the one it had when this version was sent; None if that
    cannot be compared."""
    if not case.vouched or case.known is None or case.there is None:
        return None
    if not case.known.tag or not case.there.tag:
        return None
    return case.known.tag == case.there.tag


def same_time(here_ns: int, there_ns: int) -> bool:
    """As exactly as the service seems to keep it: many keep whole seconds, and some of those
    round where others cut."""
    if there_ns % _SECOND_NS == 0:
        return abs(here_ns // _SECOND_NS - there_ns // _SECOND_NS) <= 1
    return abs(here_ns - there_ns) < _FRACTION_NS


def other_size(path: str, here: int, there: int) -> Difference:
    detail = f"It has {counted(here, 'byte')} here and {counted(there, 'byte')} at the destination."
    return Difference(path, Fault.SIZE, detail)


def other_time(path: str, here_ns: int, there_ns: int) -> Difference:
    detail = f"Its time is {_moment(here_ns)} here and {_moment(there_ns)} at the destination."
    return Difference(path, Fault.TIME, detail)


def _moment(ns: int) -> str:
    try:
        return f"{datetime.fromtimestamp(ns // _SECOND_NS):%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError, OSError):  # beyond what the calendar can show
        return "out of range"
