"""Makes what people install, from one recipe (``skynet.spec``). See ``docs/releasing.md``."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

APP, TERMINAL = "skynet-desktop", "skynet"
"""Two names of one program. Windows alone needs two files: there a program has a console or
has none."""
