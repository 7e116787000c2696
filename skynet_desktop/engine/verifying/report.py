"""What a verification finds, and what it says of itself: plain values.

A verification proves that the remote holds what is here, under the mapping's rules. Quick, it
holds one listing of the destination against disk and index; deep, it reads contents back. How
it is done is in the files ``verify_*.py``, in this order: ``verify_judging`` (the rules),
``verify_listing`` (the listing, kept on disk), ``verify_reading`` (contents), ``verify_run``
(one verification from start to end), ``verifier`` (when one runs, and repair).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

SHOWN = 1_000
"""How many differences a :class:`Verified` shows; all of them are on disk."""


class Fault(StrEnum):
    MISSING = "missing"
    """Here, and not there."""
    SIZE = "size"
    TIME = "time"
    CONTENT = "content"
    EXTRA = "extra"
    """Ours there, gone here, although complete sync is on."""
    UNREADABLE = "unreadable"
    """It cannot be read, here or there."""


@dataclass(frozen=True, slots=True)
class Difference:
    """``detail`` is one plain sentence. What is not ``repairable`` needs a person: sending what
    is here would not help, or would replace the better of the two."""

    path: str
    fault: Fault
    detail: str
    repairable: bool = True


@dataclass(frozen=True, slots=True)
class Verified:
    """The result. Times in seconds since 1970.

    ``files`` and ``bytes`` were compared; ``waiting`` files were not, because a change of them
    is still to be sent. ``foreign`` files there are not ours and never touched; counted as of
    the listing. ``differences`` counts what is known to differ and is on disk, ``shown`` are
    the first thousand; after one that was not ``complete`` those of the last complete one are
    still among them. ``reason`` says in a sentence why it did not come to its end.
    """

    mapping: str
    deep: bool
    started_at: float
    ended_at: float
    files: int = 0
    bytes: int = 0
    waiting: int = 0
    foreign: int = 0
    differences: int = 0
    shown: tuple[Difference, ...] = ()
    repaired: int = 0
    complete: bool = True
    reason: str = ""

    @property
    def good(self) -> bool:
        """Proven: it came to its end, and nothing differs that is not being put right."""
        return self.complete and self.differences <= self.repaired

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "good": self.good}


@dataclass(frozen=True, slots=True)
class Verifying:
    """How far one is that runs. ``total`` is how many files there will be, roughly; 0 while
    that is not known. ``differences`` may still turn out to be none."""

    deep: bool
    files: int
    total: int
    bytes: int
    differences: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
