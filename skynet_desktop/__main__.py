"""argv -> terminal or tray; nothing else."""

from __future__ import annotations

import multiprocessing
import sys

from skynet_desktop.app import App
from skynet_desktop.cli import main as terminal
from skynet_desktop.host import memory
from skynet_desktop.host.screen import has_screen


def main() -> int:
    memory.give_back()
    # A frozen program is its own interpreter: a process that somebody's connection starts
    # comes in here, and must not become a second Skynet.
    multiprocessing.freeze_support()
    return terminal(sys.argv[1:], _tray if has_screen() else None)


def _tray(app: App, minimized: bool) -> int:
    from skynet_desktop.desktop.main import main as tray

    return tray(app, minimized=minimized)


if __name__ == "__main__":
    sys.exit(main())
