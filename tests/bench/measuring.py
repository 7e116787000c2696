"""Seconds: by the clock, and of the processor in the processes that were started."""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess

Command = Callable[[], "CompletedProcess[str]"]


class BenchError(Exception):
    """A measurement that would mean nothing: the program failed or did not do its work."""


@dataclass(frozen=True)
class Run:
    """One run of one program: seconds by the clock, and of its own processor time."""

    wall: float
    cpu: float


@dataclass
class Row:
    """What one program did in one workload, and what else was found out about it."""

    service: str
    client: str
    runs: list[Run] = field(default_factory=list)
    figures: dict[str, float | None] = field(default_factory=dict)

    @property
    def wall(self) -> float | None:
        return statistics.median(run.wall for run in self.runs) if self.runs else None

    @property
    def cpu(self) -> float | None:
        return statistics.median(run.cpu for run in self.runs) if self.runs else None


@dataclass
class Report:
    """One workload. ``amount`` of ``unit`` (``MB``) per run gives the rate (``MB/s``)."""

    name: str
    title: str
    rows: list[Row] = field(default_factory=list)
    amount: float = 0.0
    unit: str = ""

    @property
    def measured(self) -> bool:
        return any(row.runs or row.figures for row in self.rows)


def timed(command: Command) -> tuple[Run, CompletedProcess[str]]:
    """Runs a program to its end. Servers are children too, but count only once they ended.

    Raises :class:`BenchError` if it fails.
    """
    before, started = _children_seconds(), time.monotonic()
    result = command()
    run = Run(time.monotonic() - started, _children_seconds() - before)
    if result.returncode:
        said = (result.stdout + result.stderr)[-2000:]
        raise BenchError(f"exit code {result.returncode} of {result.args}:\n{said}")
    return run, result


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def alternate(rounds: int, contenders: Sequence[tuple[Row, Callable[[], Run]]]) -> None:
    """Each contender once a round, so that a change of the weather hits all; every other
    round backwards, so that nobody is always the first."""
    for number in range(rounds):
        for row, run in contenders[:: -1 if number % 2 else 1]:
            row.runs.append(run())
            print(f"  {row.service}, {row.client}: {row.runs[-1].wall:.2f} s", file=sys.stderr)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


# --- a process that runs on: Linux tells by /proc -------------------------------------------

_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that ended meanwhile
            for child in (task / "children").read_text().split():
                found += family(int(child))
    return found


def cpu_seconds(pid: int) -> float:
    """Of the process, its living descendants and those that ended."""
    return sum(sum(map(int, _stat(one)[11:15])) for one in family(pid)) / _TICKS


def resident_bytes(pid: int) -> int:
    return sum(int(_stat(one)[21]) for one in family(pid)) * os.sysconf("SC_PAGE_SIZE")


def _stat(pid: int) -> list[str]:
    """The fields after the command's name, which may hold blanks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
