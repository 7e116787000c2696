"""What a target is: where reports go. Errors say what the sender does next."""

from __future__ import annotations

from typing import Protocol

from skynet_desktop.core.errors import ConnectionLost, SkynetError
from skynet_desktop.notifier.report import Report

SECONDS = 20.0
"""Without an answer for so long, the target counts as away."""


class Busy(ConnectionLost):
    """It answered that it is busy; not before ``seconds`` from now."""

    def __init__(self, words: str, seconds: float) -> None:
        super().__init__(words)
        self.seconds = seconds


class RowsRefused(SkynetError):
    """Something in these rows cannot be taken, or they are too many at once."""


class Target(Protocol):
    """Used by one thread at a time, but for :meth:`abort`.

    ``send`` and ``test`` connect when needed. They raise ``ConnectionLost`` (try again later;
    the next call connects anew), ``ServiceRefused`` (a person must act) and ``send``
    :class:`RowsRefused`.
    """

    def send(self, report: Report) -> float:
        """All rows or none, and the same ones twice without harm. Returns how often, in
        seconds, the target wants to hear from us; 0 if it does not say."""

    def test(self) -> str:
        """Look whether reports would be taken; a sentence that says what was found."""

    def close(self) -> None: ...

    def abort(self) -> None:
        """From any thread: have a call that blocks raise at once. The end of the target."""
