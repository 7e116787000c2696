"""What to do about a file that could not be sent, by the kind of error. A pure table."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

_translate = QCoreApplication.translate


def advice(kind: str) -> str:
    """A sentence or two for the person; ``kind`` is the name of a class in core.errors."""
    return {
        "PathImpossible": _translate(
            "advice", "Give the file another, shorter name, or ignore it."
        ),
        "PathDenied": _translate(
            "advice",
            "Allow this account to write there, or choose another place, then retry.",
        ),
        "PathBlocked": _translate(
            "advice",
            "A file and a folder have the same name. Rename one of them, here or at the "
            "destination, then retry.",
        ),
        "RemoteMissing": _translate(
            "advice", "It was removed at the destination. Retry to send it again."
        ),
        "SourceVanished": _translate(
            "advice", "The file is gone from this computer. There is nothing to do; this goes away."
        ),
        "SourceChanged": _translate(
            "advice",
            "A program keeps writing to the file. It is sent as soon as it rests; close the "
            "program to have it sent now.",
        ),
        "SourceUnreadable": _translate(
            "advice",
            "Close the program that uses the file, or allow yourself to read it, then retry.",
        ),
    }.get(
        kind,
        _translate("advice", "It is tried again by itself. Retry now, or ignore the file."),
    )
