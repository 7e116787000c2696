"""Workloads of a program that runs on: how soon a change arrives, what idling costs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.bench.measuring import (
    BenchError,
    Report,
    Row,
    Run,
    alternate,
    cpu_seconds,
    percentile,
    resident_bytes,
    timed,
)
from tests.bench.peers import HOURS, MANY, Peer, rclone_copy
from tests.bench.stage import Stage, check_arrived, count_at, looker, make_files
from tests.bench.table import SKYNET
from tests.bench.transfers import SMALL, mirrored
from tests.driver import Skynet

_EVERY_SECONDS = 0.3
_POLL_SECONDS = 0.002
_LOOK_SECONDS = 0.1
_PATIENCE = 60.0
_SETTLING_SECONDS = 5.0
_FILES_A_FOLDER = 10


@contextmanager
def running(program: Skynet) -> Iterator[int]:
    """Up to date and watching; its process id."""
    program.start()
    try:
        program.wait_for("up-to-date", timeout=HOURS)
        yield int((program.home / "state" / "pid").read_text())
    finally:
        if program.alive:
            program.stop()


def until_mirrored(program: Skynet, arrived: Callable[[], bool]) -> None:
    """Until it says that it is up to date and it is true: it may not have noticed yet."""
    until = time.monotonic() + HOURS
    while program.status().get("state") != "up-to-date" or not arrived():
        if time.monotonic() > until:
            raise BenchError(f"not mirrored: {program.status()}")
        time.sleep(_LOOK_SECONDS)


# --- how soon a change arrives --------------------------------------------------------------


def latency(stage: Stage, services: list[str], rounds: int, files: int) -> Iterator[Report]:
    """From the close of a file to its sight at the destination; beside it what a timer that
    starts rclone would pay to bring one new file of that folder."""
    title = f"{files} files of 4 KiB, one every {_EVERY_SECONDS} s: from close to arrival"
    report = Report("latency", title)
    yield report
    for service in services:
        with (
            stage.new_folder("source") as source,
            stage.place(service) as place,
            mirrored(stage, place, source) as program,
        ):
            visible = looker(place, SMALL)
            with running(program):
                taken = [1000 * seconds for seconds in _arrivals(source, files, visible)]
            figures = {"p50 ms": percentile(taken, 0.5), "p95 ms": percentile(taken, 0.95),
                       "worst ms": max(taken)}  # fmt: skip
            by_timer = Row(service, "rclone copy of one new file")
            report.rows += [Row(service, SKYNET, [], {**figures}), by_timer]
            for number in range(rounds):
                (source / f"late {number}").write_bytes(os.urandom(SMALL))
                run, sent = rclone_copy(place, source, ())
                if sent != 1:
                    raise BenchError(f"rclone sent {sent} files instead of the one that was new")
                by_timer.runs.append(run)


def _arrivals(root: Path, files: int, visible: Callable[[str], bool]) -> list[float]:
    """Seconds each file took. Written on time even if earlier ones have not arrived."""
    waiting: dict[str, float] = {}
    taken: list[float] = []
    started = time.monotonic()
    written = 0
    while len(taken) < files:
        if written < files and time.monotonic() >= started + written * _EVERY_SECONDS:
            name = f"new {written}"
            (root / name).write_bytes(os.urandom(SMALL))
            waiting[name] = time.monotonic()
            written += 1
        for name, since in list(waiting.items()):
            if visible(name):
                taken.append(time.monotonic() - waiting.pop(name))
            elif time.monotonic() - since > _PATIENCE:
                raise BenchError(f"{name!r} did not arrive within {_PATIENCE:.0f} s")
        time.sleep(_POLL_SECONDS)
    return taken


# --- many at once ---------------------------------------------------------------------------


def burst(stage: Stage, services: list[str], rounds: int, files: int) -> Iterator[Report]:
    """From the first of them to the arrival of the last, in a folder that is watched; a peer
    is told when all are there, so for it the time of writing them is added."""
    report = Report("burst", f"{files:,} files of 4 KiB, made at once in a watched folder")
    yield report
    for service in services:
        peers = MANY[service]
        rows = [Row(service, SKYNET), *(Row(service, peer.name) for peer in peers)]
        report.rows += rows
        contenders: list[tuple[Row, Callable[[], Run]]] = [
            (rows[0], partial(_burst_watched, stage, service, files))
        ]
        for row, peer in zip(rows[1:], peers, strict=True):
            contenders.append((row, partial(_burst_told, stage, service, files, peer)))
        alternate(rounds, contenders)


def _burst_watched(stage: Stage, service: str, files: int) -> Run:
    with (
        stage.new_folder("source") as source,
        stage.place(service) as place,
        mirrored(stage, place, source) as program,
        running(program) as pid,
    ):
        used, started = cpu_seconds(pid), time.monotonic()
        make_files(source, files, SMALL, fresh=True)
        until = time.monotonic() + HOURS
        while count_at(place) != files and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
        run = Run(time.monotonic() - started, cpu_seconds(pid) - used)
        check_arrived(place, files, files * SMALL)
        return run


def _burst_told(stage: Stage, service: str, files: int, peer: Peer) -> Run:
    with stage.new_folder("source") as source, stage.place(service) as place:
        started = time.monotonic()
        make_files(source, files, SMALL, fresh=True)
        written = time.monotonic() - started
        run = peer.copy(place, source)
        return Run(written + run.wall, run.cpu)


# --- what idling costs ----------------------------------------------------------------------


def idle(stage: Stage, folders: int, seconds: float) -> Iterator[Report]:
    """A local destination: which one does not matter when nothing is sent."""
    files = folders * _FILES_A_FOLDER
    title = f"idle for {seconds:.0f} s, watching {folders:,} folders with {files:,} files"
    row, none = Row("local", SKYNET), Row("local", "rclone (does not watch)")
    yield Report("idle", title, [row, none])
    if not sys.platform.startswith("linux"):
        raise BenchError("idling is measured by /proc, which Linux alone has")
    with (
        stage.new_folder("source") as source,
        stage.place("local") as place,
        mirrored(stage, place, source) as program,
    ):
        make_files(source, files, 1, in_folder=_FILES_A_FOLDER)
        timed(lambda: program.once(timeout=HOURS))
        with running(program) as pid:
            time.sleep(_SETTLING_SECONDS)
            before = cpu_seconds(pid)
            time.sleep(seconds)
            used = cpu_seconds(pid) - before
            row.figures = {"cpu s idle": used, "cpu % of a core": 100 * used / seconds,
                           "resident MB": resident_bytes(pid) / 1e6}  # fmt: skip
            none.figures = dict.fromkeys(row.figures)
