"""What the doctor's topics and findings are called. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.doctor import Finding, Level, worst

_translate = QCoreApplication.translate

GLYPHS = {
    Level.OK: ("check-circle", "success"),
    Level.NOTE: ("info", "info"),
    Level.WARNING: ("warning", "warning"),
    Level.BAD: ("issues", "danger"),
}
"""Symbol and tone of each level."""


def topic_name(topic: str) -> str:
    """As the doctor names it, in the person's language; what it checks by name keeps that."""
    known = {
        "Program": _translate("doctor", "Program"),
        "Settings": _translate("doctor", "Settings"),
        "Connections of your own": _translate("doctor", "Connections of your own"),
        "Running": _translate("doctor", "Running"),
        "Start at login": _translate("doctor", "Start at login"),
        "Keyring": _translate("doctor", "Keyring"),
        "Clock": _translate("doctor", "Clock"),
        "Open files": _translate("doctor", "Open files"),
        "Disk": _translate("doctor", "Disk"),
        "State": _translate("doctor", "State"),
        "Watching": _translate("doctor", "Watching"),
    }
    if topic in known:
        return known[topic]
    for start, named in (
        ("Folder of ", _translate("doctor", "Folder of {0}")),
        ("Service ", _translate("doctor", "Service {0}")),
    ):
        if topic.startswith(start):
            return named.format(topic.removeprefix(start))
    return topic


def level_name(level: Level) -> str:
    return {
        Level.OK: _translate("doctor", "Right"),
        Level.NOTE: _translate("doctor", "Good to know"),
        Level.WARNING: _translate("doctor", "Warning"),
        Level.BAD: _translate("doctor", "Does not work"),
    }[level]


def verdict(findings: Iterable[Finding]) -> str:
    """All in one sentence."""
    found = list(findings)
    bad = sum(each.level is Level.BAD for each in found)
    warned = sum(each.level is Level.WARNING for each in found)
    if worst(found) is Level.BAD:
        return _translate("doctor", "%Ln thing(s) do not work", None, bad)
    if worst(found) is Level.WARNING:
        return _translate("doctor", "%Ln thing(s) to look at", None, warned)
    return _translate("doctor", "Everything is fine")


def as_text(findings: Iterable[Finding]) -> str:
    """To be sent to somebody who helps. Holds no secret, as findings do not."""
    return "\n\n".join(
        "\n".join(
            part
            for part in (
                f"{topic_name(each.topic)} · {level_name(each.level)}",
                spoken(each.text),
                spoken(each.advice),
            )
            if part
        )
        for each in findings
    )
