"""python3 dev.py torture: the program as a process of its own, mirroring to real servers,
attacked until it is boring.

Needs Linux; as root it also takes away permissions, fills a disk and tightens the kernel's
limits. What is found and what it cost is told at the end; exit code 0 if nothing was wrong.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
from pathlib import Path

from tests.torture import report
from tests.torture.figures import Figures, Plan
from tests.torture.trial import Trial

SERVICES = ("s3", "sftp")


def main() -> int:
    arguments = _parse()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupted)
    services = SERVICES if arguments.service == "both" else (arguments.service,)
    print(f"seed {arguments.seed}", flush=True)
    done: list[Figures] = []
    with tempfile.TemporaryDirectory(prefix="skynet-torture-", ignore_cleanup_errors=True) as top:
        for service in services:
            plan = Plan(
                service, arguments.seed, arguments.kills, arguments.faults,
                seconds=arguments.minutes * 60 / len(services),
                rounds=arguments.check_every,
                program=arguments.program,
                evidence=arguments.keep,
            )  # fmt: skip
            done.append(Trial(plan, Path(top), lambda line: print(line, flush=True)).run())
    print(report.table(done))
    failed = any(figures.failures for figures in done)
    if failed:
        print(f"\nAgain: {report.replay(arguments.service, done[0].plan)}")
    return 1 if failed else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="dev.py torture", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--service", choices=[*SERVICES, "both"], default="both")
    parser.add_argument("--kills", type=int, default=250, metavar="N", help="kill -9, a service")
    parser.add_argument(
        "--faults", type=int, default=250, metavar="N", help="of the network, a service"
    )
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument(
        "--minutes", type=float, default=float("inf"), metavar="M", help="begin no round later"
    )
    parser.add_argument(
        "--check-every", type=int, default=25, metavar="N", help="rounds between full checks (25)"
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="copy logs and state there when something is wrong"
    )
    parser.add_argument(
        "--program", type=Path, metavar="DIR", help="a folder with another copy of skynet_desktop"
    )
    return parser.parse_args()


def _interrupted(*_: object) -> None:
    """Once: clearing up takes a moment and should not be interrupted too."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
