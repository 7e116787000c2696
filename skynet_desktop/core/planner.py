"""Planner: what one path needs, given the disk and the index. Pure.

This is the level-triggered heart: whatever the Q said, these rules decide.
"""

from __future__ import annotations

from enum import Enum, auto

from skynet_desktop.core.files import FileState


class Need(Enum):
    NOTHING = auto()
    SEND = auto()
    REMOVE = auto()


class MoveNeed(Enum):
    """How a rename reaches the remote."""

    MOVE = auto()
    COPY = auto()
    LOOK = auto()
    """Not as a rename: look at both ends as if each had changed by itself."""


def need(
    local: FileState | None, known: FileState | None, *, sure: bool, complete_sync: bool
) -> Need:
    """What a path needs. ``local`` is None if it is gone, ``known`` if the index has no row.

    A row that is in doubt vouches for nothing: the file is sent again, and a file that is
    gone is removed (removing what is not there is harmless).
    """
    if local is None:
        return Need.REMOVE if known is not None and complete_sync else Need.NOTHING
    if known is not None and sure and known == local:
        return Need.NOTHING
    return Need.SEND


def move_need(
    source_gone: bool,
    dest: FileState | None,
    known_source: FileState | None,
    *,
    sure: bool,
    complete_sync: bool,
    can_copy: bool,
) -> MoveNeed:
    """How to follow a file's rename.

    Only if the remote provably holds, under the old name, what now lies under the new one
    (a rename changes the ctime, so size and mtime tell), and the old name is free here, does
    the remote rename. Without complete sync the old name stays at the remote: then a copy
    made there saves the upload.
    """
    if dest is None or known_source is None or not sure or not dest.same_content(known_source):
        return MoveNeed.LOOK
    if complete_sync and source_gone:
        return MoveNeed.MOVE
    return MoveNeed.COPY if can_copy else MoveNeed.LOOK


def too_many(
    lost: int, untouched: int, before: int, now: int, *, limit_count: int, limit_share: float
) -> bool:
    """Whether so many lost files must wait for a yes.

    ``before`` is how many there were when all was mirrored last, ``now`` how many are left;
    ``untouched`` of the lost ones had their rest for a day. A share is exceeded by untouched
    files alone (a disk that was swapped brings as many new ones), or if the folder as a whole
    shrank by it: programs that make and delete many files all the time lose none that anybody
    had. It counts from a hundred files on: of a handful, half is an everyday clean-up.
    """
    if lost > limit_count:
        return True
    if untouched >= 100 and untouched > before * limit_share:
        return True
    return lost >= 100 and lost > before * limit_share and now < before * (1 - limit_share)
