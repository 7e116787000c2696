"""The same application in a terminal. Exit codes:

0 everything mirrored, 1 usage or settings, 3 finished but some paths are issues, 4 service
unreachable or refused, 5 a guard waits for a decision.
"""

from __future__ import annotations

import sys

from skynet_desktop.app import App
from skynet_desktop.cli.parser import make_parser
from skynet_desktop.core.errors import ServiceError, SkynetError
from skynet_desktop.settings import Paths


def main(argv: list[str]) -> int:
    """Run one command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    arguments = make_parser().parse_args(argv)
    try:
        return int(arguments.run(App(Paths.of(arguments.home)), arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone; nobody is left to tell
        return 0
    except SkynetError as error:
        print(f"skynet: {error}", file=sys.stderr)
        return exit_code(error)


def exit_code(error: SkynetError) -> int:
    """Of a command that failed; a run's own outcome (3, 5) comes from the engine."""
    return 4 if isinstance(error, ServiceError) else 1
