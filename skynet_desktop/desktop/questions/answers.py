"""What the answers to a guard's question are called, and what each of them means. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from skynet_desktop.settings import MappingSettings

_translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Answers:
    """``yes`` and ``no`` are verbs for buttons; the others say what happens then. ``list`` is
    what the files are that it is about; "" if it is about none. ``destroys`` where a yes takes
    away what nobody can bring back."""

    yes: str
    yes_means: str
    no: str
    no_means: str
    list: str = ""
    destroys: bool = False


def answers(about: str, mapping: MappingSettings | None = None, count: int = 0) -> Answers:
    """For what the engine asks about (``MappingStatus.about``). ``mapping`` tells what is kept
    at the destination; ``count`` how many files it is about, 0 if that is not known."""
    if about == "removals":
        return _removals(mapping, count)
    if about == "changes":
        return _changes(mapping, count)
    if about == "root":
        return Answers(
            _translate("question", "Use this folder"),
            _translate(
                "question",
                "This folder is mirrored from now on, in place of the one before. What is not in "
                "it is asked about before it is removed anywhere.",
            ),
            _translate("question", "Not yet"),
            _translate(
                "question",
                "Nothing is sent and nothing is removed until the folder from before is back. "
                "Plug in its disk, for example.",
            ),
        )
    if about == "place":
        return Answers(
            _translate("question", "Send them all again"),
            _translate(
                "question",
                "What is at the destination now is right: it becomes the mirror, and what is "
                "missing there is sent.",
            ),
            _translate("question", "Not yet"),
            _translate(
                "question",
                "Nothing is sent and nothing is removed until the destination from before is "
                "back. Connect its disk, for example.",
            ),
        )
    return Answers(
        _translate("question", "Yes"), "", _translate("question", "No"), "", destroys=True
    )


def _removals(mapping: MappingSettings | None, count: int) -> Answers:
    yes = _translate("question", "Remove them there too")
    if count:
        yes = _translate("question", "Remove %Ln file(s) there too", None, count)
    keeps = mapping is not None and mapping.keep in ("all", "deleted")
    return Answers(
        yes,
        _translate("question", "They are removed at the destination. {0}").format(_kept(mapping))
        if keeps
        else _translate(
            "question", "They are removed at the destination, and nobody can bring them back."
        ),
        _translate("question", "Keep them there"),
        _translate(
            "question",
            "They stay at the destination, and are not asked about again. Restore… can bring "
            "them back to this computer.",
        ),
        _translate("question", "Gone from the folder"),
        destroys=not keeps,
    )


def _changes(mapping: MappingSettings | None, count: int) -> Answers:
    yes = _translate("question", "Send the changed files")
    if count:
        yes = _translate("question", "Send %Ln changed file(s)", None, count)
    keeps = mapping is not None and mapping.keep == "all"
    return Answers(
        yes,
        _translate("question", "They replace what is at the destination. {0}").format(
            _kept(mapping)
        )
        if keeps
        else _translate(
            "question",
            "They replace what is at the destination, and nobody can bring back what was in them.",
        ),
        _translate("question", "Wait, I want to look first"),
        _translate(
            "question",
            "Nothing is sent until you come back and decide. If you did not change these files "
            "yourself, a virus may have: what is at the destination is still as it was.",
        ),
        _translate("question", "Changed in the folder"),
        destroys=not keeps,
    )


def _kept(mapping: MappingSettings | None) -> str:
    days = mapping.keep_days if mapping is not None else 0
    if not days:
        return _translate("question", "Restore… can bring them back at any time.")
    return _translate("question", "Restore… can bring them back for %n day(s).", None, days)
