"""argv -> terminal or tray; nothing else."""

from __future__ import annotations

import sys


def main() -> int:
    from skynet_desktop.cli import main as terminal

    return terminal(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
