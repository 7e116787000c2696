"""States in words, tones and rank. The words are core.events.State's, and ``silent`` and
``stopped`` for a machine as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Look:
    """``tone`` names a group of colours in the style sheet, ``icon`` a symbol in icons.svg."""

    word: str
    label: str
    tone: str
    icon: str


_LOOKS: Final = (
    Look("silent", "Silent", "danger", "cloud-off"),
    Look("action-required", "Action required", "danger", "issues"),
    Look("setup", "Not set up", "info", "gear"),
    Look("offline", "Offline", "neutral", "cloud-off"),
    Look("issues", "Issues", "warning", "warning"),
    Look("uploading", "Uploading", "info", "send"),
    Look("checking", "Checking", "info", "sync"),
    Look("paused", "Paused", "neutral", "pause"),
    Look("up-to-date", "Up to date", "success", "check-circle"),
    Look("stopped", "Stopped", "neutral", "power"),
)
LOOKS: Final = {look.word: look for look in _LOOKS}
RANK: Final = {look.word: rank for rank, look in enumerate(_LOOKS)}
"""What needs a person first comes first."""

FILE_LOOKS: Final = {
    look.word: look
    for look in (
        Look("sending", "Sending", "info", "send"),
        Look("queued", "Waiting", "neutral", "clock"),
        Look("failed", "Failed", "danger", "warning"),
        Look("done", "Done", "success", "check-circle"),
        Look("removed", "Removed", "neutral", "trash"),
    )
}


def look(word: str) -> Look:
    """Of a mapping or a machine; an unknown word is shown as it is."""
    return LOOKS.get(word) or Look(word, word.replace("-", " ").capitalize(), "neutral", "help")


def file_look(word: str) -> Look:
    return FILE_LOOKS.get(word) or look(word)
