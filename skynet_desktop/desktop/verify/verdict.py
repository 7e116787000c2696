"""What is said of a verification, as plain values: no widgets here."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from skynet_desktop.desktop import words
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.engine.verifying.report import Fault, Verified, Verifying

_translate = QCoreApplication.translate


def result(found: Verified) -> str:
    """How it ended, in a few words."""
    if found.good and found.differences:
        return _translate(
            "verify", "%Ln difference(s), all being put right", None, found.differences
        )
    if found.differences and found.repaired:
        return _translate("verify", "{0}, {1} of them being put right").format(
            differences(found.differences), words.number(found.repaired)
        )
    if found.differences:
        return differences(found.differences)
    if not found.complete:
        return _translate("verify", "It did not come to its end")
    if not found.files:
        return _translate("verify", "There was nothing to compare")
    return _translate("verify", "All %Ln file(s) are right", None, found.files)


def line(found: Verified) -> str:
    """When, and how it ended."""
    when = words.ago(datetime.fromtimestamp(found.ended_at, UTC).isoformat())
    return _translate("verify", "Verified {0} · {1}").format(when, result(found))


def course(now: Verifying) -> str:
    """How far it is."""
    text = _translate("verify", "Verifying: {0} of {1}").format(
        words.number(now.files), words.files(max(now.files, now.total))
    )
    if now.differences:
        return f"{text} · {differences(now.differences)}"
    return text


def differences(count: int) -> str:
    return _translate("verify", "%Ln difference(s)", None, count)


def share(now: Verifying) -> float | None:
    """From 0 to 1; None while it is not known how many files there are."""
    return min(1.0, now.files / now.total) if now.total else None


def manner_now(deep: bool) -> str:
    """What one does that runs."""
    if deep:
        return _translate("verify", "Every content is read back and compared.")
    return _translate(
        "verify", "Sizes, times and the checksums that the service keeps are compared."
    )


def manner(deep: bool) -> str:
    """What one did that has ended."""
    if deep:
        return _translate("verify", "Every content was read back and compared.")
    return _translate(
        "verify", "Sizes, times and the checksums that the service keeps were compared."
    )


def figures(found: Verified) -> str:
    """How much was compared, and how long it took."""
    took = words.duration(max(0.0, found.ended_at - found.started_at))
    when = words.time_of(datetime.fromtimestamp(found.ended_at, UTC))
    return _translate("verify", "{0}, {1} · took {2} · {3}").format(
        words.files(found.files), words.size(found.bytes), took, when
    )


def notes(found: Verified) -> list[str]:
    """What else there is to say, a sentence each."""
    said = []
    if not found.complete:
        said.append(spoken(found.reason) or _translate("verify", "It was stopped."))
    if found.waiting:
        said.append(
            _translate(
                "verify", "%Ln file(s) wait to be sent and were not compared.", None, found.waiting
            )
        )
    if found.foreign:
        said.append(
            _translate(
                "verify",
                "%Ln file(s) there did not come from this folder. They are never touched.",
                None,
                found.foreign,
            )
        )
    return said


def fault_name(fault: Fault) -> str:
    """In a word or two, for a column."""
    return {
        Fault.MISSING: _translate("verify", "Missing there"),
        Fault.SIZE: _translate("verify", "Other size"),
        Fault.TIME: _translate("verify", "Other time"),
        Fault.CONTENT: _translate("verify", "Other content"),
        Fault.EXTRA: _translate("verify", "Too much there"),
        Fault.UNREADABLE: _translate("verify", "Not readable"),
    }[fault]
