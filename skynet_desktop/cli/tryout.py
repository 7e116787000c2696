"""skynet start: run, and on a first start offer a try-out that needs no account."""

from __future__ import annotations

import sys
from argparse import Namespace

from skynet_desktop.app import App
from skynet_desktop.cli import running
from skynet_desktop.tryout import NAME, TryOut, set_up


def run(app: App, arguments: Namespace) -> int:
    return start(app, once=arguments.once)


def start(app: App, *, once: bool) -> int:
    if not app.settings().mappings and not _set_up(app):
        return 1
    return running.run_once(app) if once else running.run_on(app)


def _set_up(app: App) -> bool:
    """Two folders, one mirrored to the other; False if not wanted."""
    tryout = TryOut.of(app.paths)
    print("Nothing is mirrored yet. A try-out mirrors one folder to another on this computer:")
    print(f"  {tryout.source}\n  -> {tryout.dest}")
    if sys.stdin.isatty():
        answer = input("Start the try-out? [Y/n] ")
        if answer.strip().lower() not in ("", "y", "yes"):
            print("See skynet service add --help and skynet mapping add --help.")
            return False
    set_up(app.paths)
    print("Change something in the first folder and look at the second. Ctrl-C ends it; "
          f"'skynet mapping remove {NAME}' forgets it.")  # fmt: skip
    return True
