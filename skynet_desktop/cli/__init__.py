"""The same application in a terminal. Exit codes:

0 everything mirrored, 1 usage or settings, 3 finished but some paths are issues, 4 service
unreachable or refused, 5 a guard waits for a decision.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from skynet_desktop.app import App
from skynet_desktop.cli.parser import make_parser
from skynet_desktop.core.errors import ServiceError, SkynetError
from skynet_desktop.settings import Paths

Window = Callable[[App, bool], int]


def main(argv: list[str], window: Window | None = None) -> int:
    """Run one command; returns the exit code. ``window`` is the tray app, for commands that
    want it and where there is a screen; None keeps everything in the terminal."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # a program without console has none
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    arguments = make_parser().parse_args(argv)
    app = App(Paths.of(arguments.home))
    try:
        if window is not None and arguments.windows and not getattr(arguments, "once", False):
            return window(app, arguments.minimized)
        return int(arguments.run(app, arguments))
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
