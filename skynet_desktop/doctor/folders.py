"""The mirrored folders: are they there, readable, and what they are taken for?"""

from __future__ import annotations

import os
from collections.abc import Iterator

from skynet_desktop.core.words import amount
from skynet_desktop.doctor.exam import Check, Exam, Said, bad, note, ok, warning
from skynet_desktop.doctor.walks import WALK_SECONDS, Walk
from skynet_desktop.engine.status import stored_status
from skynet_desktop.host.file_systems import network_file_system
from skynet_desktop.settings import MappingSettings


def check(mapping: MappingSettings) -> Check:
    def look(exam: Exam) -> Iterator[Said]:
        trouble = _trouble(mapping.local)
        if trouble is not None:
            yield trouble
            return
        yield from _far_away(mapping)
        yield from _emptied(exam, mapping)
        yield from _seen(mapping, exam.walks.of(mapping, exam.cancelled))

    return Check(f"Folder of {mapping.name}", look, WALK_SECONDS + 15.0)


def _trouble(folder: str) -> Said | None:
    try:
        os.scandir(folder).close()
    except FileNotFoundError:
        return bad(
            f"The folder {folder} is not there.",
            "If it is on a drive, connect it. If it was moved, tell the mapping where to.",
        )
    except NotADirectoryError:
        return bad(f"{folder} is a file.", "Choose the folder that holds it, for the mapping.")
    except OSError as error:
        return bad(
            f"The folder {folder} cannot be read: {error.strerror}.",
            "Give yourself the right to read it.",
        )
    return None


def _far_away(mapping: MappingSettings) -> Iterator[Said]:
    kind = network_file_system(mapping.local)
    if kind:
        yield note(
            f"{mapping.local} is on another computer ({kind}): what is changed elsewhere is "
            f"found only by comparing, every {mapping.rescan_minutes} minutes.",
            "Mirror it from the computer it is on, or compare more often.",
        )


def _emptied(exam: Exam, mapping: MappingSettings) -> Iterator[Said]:
    with os.scandir(mapping.local) as entries:
        if next(entries, None) is not None:
            return
    state = exam.app.paths.mapping_state(mapping.name)
    known = stored_status(mapping.name, state, paused=False).files
    if known:
        yield warning(
            f"{mapping.local} is empty, but the destination holds files of it ({known:,}).",
            "If its disk is not mounted, mount it. If the files were deleted by mistake, they "
            "can be restored.",
        )
    else:
        yield note(f"{mapping.local} is empty.")


def _seen(mapping: MappingSettings, walk: Walk) -> Iterator[Said]:
    found, unreadable = walk.seen.found, walk.seen.unreadable
    if unreadable.files:
        examples = ", ".join(unreadable.examples)
        yield warning(
            f"Files or folders in it that cannot be read: {unreadable.files}, such as {examples}.",
            "Give yourself the right to read them, or leave them out of the mapping.",
        )
    size = amount(found.bytes)
    if walk.complete:
        yield ok(f"{mapping.local} can be read (files: {found.files:,}, size: {size}).")
    else:
        yield note(
            f"{mapping.local} was not looked through to its end (files: {found.files:,} so far, "
            f"size: {size})."
        )
