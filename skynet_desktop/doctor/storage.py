"""What Skynet itself keeps on disk: is there room, and is it sound?"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from skynet_desktop.core.words import amount
from skynet_desktop.doctor.exam import Check, Exam, Said, bad, note, ok, warning
from skynet_desktop.engine import queue, requests, statedb
from skynet_desktop.engine.readonly import soundness
from skynet_desktop.settings import Paths

LITTLE, TOO_LITTLE = 1_000_000_000, 100_000_000
_LONG_WAL = 256_000_000
"""Bytes. The log of a database is written back every few megabytes, unless something keeps it
from that."""


def _disk(exam: Exam) -> Iterator[Said]:
    paths = exam.app.paths
    seen: set[int] = set()
    for folder in (paths.state, paths.logs):
        there = _nearest(folder)
        device = there.stat().st_dev
        if device not in seen:
            seen.add(device)
            yield _room(there)
    yield from _writable(paths)


def _nearest(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def _room(folder: Path) -> Said:
    free = shutil.disk_usage(folder).free
    found = f"{amount(free)} are free where Skynet keeps its state and log ({folder})."
    if free < TOO_LITTLE:
        return bad(found, "Make room there: Skynet cannot note what it does on a full disk.")
    if free < LITTLE:
        return warning(found, "Make room there soon.")
    return ok(found)


def _writable(paths: Paths) -> Iterator[Said]:
    for folder in (paths.state, paths.logs):
        if folder.exists():
            try:
                with tempfile.TemporaryFile(dir=folder) as file:
                    file.write(b"x")
            except OSError as error:
                yield bad(
                    f"Skynet cannot write to its own folder {folder}: {error.strerror}.",
                    "Make it yours to write in, or make room on its disk.",
                )


def _databases(exam: Exam) -> Iterator[Said]:
    paths = exam.app.paths
    total = 0
    known = {paths.mapping_state(name): name for name in exam.settings.mappings}
    for folder, name in known.items():
        for database in (statedb.DATABASE, queue.DATABASE):
            if exam.cancelled.is_set():
                return
            if (folder / database).exists():
                total += _size(folder / database) + _size(_wal(folder / database))
                yield from _database(folder / database, name)
        yield from _set_aside(folder, name)
    yield from _counts(paths)
    yield from _strangers(paths, set(known))
    yield ok(f"Skynet's own databases were looked through: {amount(total)}.")


def _database(path: Path, mapping: str) -> Iterator[Said]:
    said = soundness(path)
    if said != "ok":
        yield bad(
            f"A database of the mapping {mapping} is damaged ({path.name}: {said}).",
            "Start Skynet anew: it sets the file aside and rebuilds it, without sending all "
            "again. If this happens more than once, check the disk.",
        )
    log = _size(_wal(path))
    if log > max(_LONG_WAL, 2 * _size(path)):
        yield warning(
            f"The log of a database of {mapping} has grown to {amount(log)} ({path.name}).",
            "Start Skynet anew; that writes it back.",
        )


def _wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _set_aside(folder: Path, mapping: str) -> Iterator[Said]:
    damaged = [path for path in folder.glob("*.damaged-*") if path.is_file()]
    if damaged:
        size = amount(sum(_size(path) for path in damaged))
        yield note(
            f"A damaged database of {mapping} was set aside and rebuilt ({size}).",
            f"If all is well since, delete what has damaged in its name below {folder}.",
        )


def _counts(paths: Paths) -> Iterator[Said]:
    path = paths.state / requests.DATABASE
    if path.exists() and (said := soundness(path)) != "ok":
        yield warning(
            f"The counts of requests are damaged ({said}).",
            "They begin anew with the next request; nothing else depends on them.",
        )


def _strangers(paths: Paths, known: set[Path]) -> Iterator[Said]:
    folder = paths.state / "mappings"
    if not folder.is_dir() or not known:
        return
    left = [path.name for path in folder.iterdir() if path not in known]
    if left:
        yield note(
            f"State of mappings that are no longer there: {', '.join(sorted(left)[:5])}.",
            f"It can be deleted below {folder}.",
        )


CHECKS = (Check("Disk", _disk), Check("State", _databases, 60.0))
