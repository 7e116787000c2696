"""What a file costs when there are very many: the same as when there are few."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.live import running, until_mirrored
from tests.bench.measuring import BenchError, Report, Row, resident_bytes
from tests.bench.stage import Stage, check_arrived, make_files, root_of
from tests.bench.table import SKYNET
from tests.bench.transfers import TINY, mirrored
from tests.driver import Skynet
from tests.places import Place

_FEW = 10_000


def many(stage: Stage, files: int) -> Iterator[Report]:
    """To another folder, so that no server sets the pace."""
    title = f"what each of {_FEW:,} and of {files:,} files costs; a folder as the destination"
    report = Report("million", title)
    yield report
    for count in (_FEW, files):
        row = Row("local", f"{SKYNET}, {count:,} files")
        report.rows.append(row)
        with (
            stage.new_folder("source") as source,
            stage.place("local") as place,
            mirrored(stage, place, source) as program,
        ):
            make_files(source, count, TINY)
            row.figures |= _cost("first", program, count)
            check_arrived(place, count, count * TINY)
            row.figures |= _cost("rescan", program, count)
            row.figures |= _events(program, source, place, count)


def _cost(name: str, program: Skynet, files: int) -> dict[str, float | None]:
    """Of one run: microseconds a file, and the most memory."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "skynet_desktop", "run", "--once"],
        env=program.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise BenchError(f"exit code {process.returncode}:\n{program.log()[-2000:]}")
    seconds = time.monotonic() - started
    return {f"{name} us": 1e6 * seconds / files, f"{name} MB": used.ru_maxrss / 1000}


def _events(program: Skynet, source: Path, place: Place, files: int) -> dict[str, float | None]:
    """A tenth of them written anew while the folder is watched: microseconds a file from the
    first of them to the arrival of the last, and the memory."""
    changed = sorted(path for path in source.rglob("*.dat"))[: files // 10]
    with running(program) as pid:
        started = time.monotonic()
        for path in changed:
            path.write_bytes(os.urandom(TINY))
        there = [root_of(place) / path.relative_to(source) for path in changed]

        def arrived() -> bool:
            pairs = zip(changed, there, strict=True)
            return all(one.stat().st_mtime_ns == two.stat().st_mtime_ns for one, two in pairs)

        until_mirrored(program, arrived)
        seconds = time.monotonic() - started
        return {
            "events us": 1e6 * seconds / len(changed),
            "events MB": resident_bytes(pid) / 1e6,
        }
