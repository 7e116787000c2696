"""Watching folders: does Linux allow as many watches as the mappings need, beside what other
programs use already?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from skynet_desktop.core.errors import SkynetError
from skynet_desktop.doctor.exam import Check, Exam, Said, note, ok, warning
from skynet_desktop.doctor.walks import WALK_SECONDS
from skynet_desktop.host.instance import Instance
from skynet_desktop.host.watch_limit import watch_limit
from skynet_desktop.host.watch_use import WatchUse, instance_limit, watch_use


def _watching(exam: Exam) -> Iterator[Said]:
    running = Instance(exam.app.paths.state).holder()
    used = watch_use(() if running is None else (running,)) or WatchUse(0, 0)
    mappings = len(exam.settings.mappings)
    yield from _instances(used.instances + mappings)
    folders, complete = _folders(exam)
    limit = watch_limit(folders + used.watches)
    if limit is None:
        yield ok("This system sets no limit to how many folders may be watched.")
        return
    found = (
        f"{folders:,} folders are to be watched and other programs watch {used.watches:,}; this "
        f"computer allows {limit.limit:,} together."
    )
    if not complete:
        yield note(
            "Not all folders could be counted in time, so there may be more to watch.",
            "Count again when the disk has less to do.",
        )
    if folders + used.watches > limit.limit:
        yield warning(
            found,
            "The rest is looked through again and again instead, which costs time and power. "
            "Raise the limit, in a terminal.",
            limit.command,
        )
    elif not limit.suffices:
        yield note(found, "That is close. Raise the limit, in a terminal.", limit.command)
    else:
        yield ok(found)


def _instances(needed: int) -> Iterator[Said]:
    limit = instance_limit(needed)
    if limit is not None and not limit.suffices:
        yield warning(
            f"Programs of this computer need {needed} queues for watching, one a mapping among "
            f"them; {limit.limit} are allowed.",
            "Mappings without one are looked through again and again instead. Raise the limit, "
            "in a terminal.",
            limit.command,
        )


def _folders(exam: Exam) -> tuple[int, bool]:
    """How many are to be watched, and whether all were counted."""
    count, complete = 0, True
    for mapping in exam.settings.mappings.values():
        with suppress(OSError, SkynetError):  # told by the check of that folder
            walk = exam.walks.of(mapping, exam.cancelled)
            count += walk.folders
            complete = complete and walk.complete
    return count, complete


CHECKS = (Check("Watching", _watching, WALK_SECONDS + 15.0),)
