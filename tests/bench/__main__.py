"""python3 dev.py bench: how fast Skynet is, and rclone beside it in the same minutes.

Client and server share this machine, so read the ratios (below 1: Skynet is ahead), not the
seconds. Needs Linux or macOS, and sshd for the service sftp.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from subprocess import SubprocessError

from botocore.exceptions import BotoCoreError, ClientError

from tests.bench import desktop, live, scale, table, transfers
from tests.bench.measuring import BenchError, Report
from tests.bench.stage import SERVICES, Stage

_FAILURES = (
    BenchError, AssertionError, OSError, RuntimeError, SubprocessError, BotoCoreError, ClientError,
)  # fmt: skip
WORKLOADS = (
    "files", "mixed", "big", "tls", "far", "rescan", "latency", "burst", "idle", "desktop",
)  # fmt: skip
_FAR_SECONDS = (0.03, 0.15)
"""Of a round trip."""
LONG = ("million",)
"""Only if named: it takes half an hour."""


@dataclass(frozen=True)
class Sizes:
    """How much of everything."""

    files: int = 10_000
    mixed: int = 1 << 30
    big: int = 2 << 30
    far_s3: int = 10_000
    far_sftp: int = 1_000  # one after the other: the rivals need minutes for each round
    latency_files: int = 50
    burst: int = 5_000
    idle_folders: int = 10_000
    idle_seconds: float = 60.0
    unchanged: int = 100_000
    counted: int = 2_000
    desktop_files: int = 20_000
    million: int = 1_000_000


QUICK = Sizes(
    2_000, 256 << 20, 512 << 20, 1_000, 300, 20, 1_000, 1_000, 20.0, 10_000, 200, 5_000, 100_000
)


def main() -> int:
    arguments = _parse()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupted)
    sizes = QUICK if arguments.quick else Sizes()
    facts = table.machine()
    reports: list[Report] = []
    code = 0
    try:
        with Stage(3 * sizes.big) as stage:
            print(table.heading(facts, stage.folder), flush=True)
            for name in arguments.only:
                code |= _measure(_workload(name, stage, sizes, arguments), reports)
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        code = 130
    if arguments.json:
        table.save(arguments.json, facts, reports)
    return code


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="dev.py bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--only", nargs="+", choices=(*WORKLOADS, *LONG), default=WORKLOADS, metavar="NAME",
        help=f"some workloads of: {', '.join(WORKLOADS)} (all of these), {', '.join(LONG)}",
    )  # fmt: skip
    parser.add_argument(
        "--services", type=_services, default=list(SERVICES), metavar="LIST",
        help=f"separated by commas, of: {','.join(SERVICES)}",
    )  # fmt: skip
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="of each (3)")
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--json", type=Path, metavar="FILE", help="save the raw figures")
    arguments = parser.parse_args()
    if arguments.runs < 1:
        parser.error("--runs must be at least 1")
    return arguments


def _services(text: str) -> list[str]:
    named = text.split(",")
    if not set(named) <= set(SERVICES):
        raise argparse.ArgumentTypeError(f"choose from {','.join(SERVICES)}")
    return named


def _workload(
    name: str, stage: Stage, sizes: Sizes, arguments: argparse.Namespace
) -> Iterable[Report]:
    services: list[str] = arguments.services
    rounds: int = arguments.runs
    workloads: dict[str, Callable[[], Iterable[Report]]] = {
        "files": lambda: transfers.many_files(stage, services, rounds, sizes.files),
        "big": lambda: transfers.big_file(stage, services, rounds, sizes.big),
        "mixed": lambda: transfers.mixed_files(stage, services, rounds, sizes.mixed),
        "tls": lambda: (
            chain(
                transfers.many_files(stage, ["s3"], rounds, sizes.files, by_tls=True),
                transfers.big_file(stage, ["s3"], rounds, sizes.big, by_tls=True),
            )
            if "s3" in services
            else ()
        ),
        "far": lambda: chain.from_iterable(
            transfers.far_files(stage, service, rounds, files, seconds)
            for service, files in (("s3", sizes.far_s3), ("sftp", sizes.far_sftp))
            if service in services
            for seconds in _FAR_SECONDS
        ),
        "burst": lambda: live.burst(stage, services, rounds, sizes.burst),
        "million": lambda: scale.many(stage, sizes.million),
        "latency": lambda: live.latency(stage, services, rounds, sizes.latency_files),
        "idle": lambda: live.idle(stage, sizes.idle_folders, sizes.idle_seconds),
        "rescan": lambda: transfers.unchanged(
            stage, services, rounds, sizes.unchanged, sizes.counted
        ),
        "desktop": lambda: desktop.desktop(
            stage, rounds, sizes.desktop_files, sizes.idle_folders, sizes.idle_seconds
        ),
    }
    return workloads[name]()


def _measure(workload: Iterable[Report], reports: list[Report]) -> int:
    """A workload that fails is told, shows what it has and stops no other. Each yields its
    report first and fills it then."""
    begun: list[Report] = []
    try:
        for report in workload:
            begun.append(report)
    except _FAILURES as error:
        print(f"\nNot measured: {error}", file=sys.stderr)
        return 1
    finally:
        measured = [report for report in begun if report.measured]
        reports += measured
        for report in measured:
            print(f"\n{table.render(report)}", flush=True)
    return 0


def _interrupted(*_: object) -> None:
    """Once: clearing up takes a moment and should not be interrupted too."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
