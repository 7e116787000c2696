"""skynet start: run, and on a first start offer a try-out that needs no account."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from skynet_desktop.app import App
from skynet_desktop.cli import running
from skynet_desktop.settings import MappingSettings, ServiceSettings, store

_NAME = "try-out"
_LETTER = """This folder is mirrored. Put something into it, change it, rename it:
a moment later the other folder has it too.
"""


def run(app: App, arguments: Namespace) -> int:
    return start(app, once=arguments.once)


def start(app: App, *, once: bool) -> int:
    if not app.settings().mappings and not _set_up(app):
        return 1
    return running.run_once(app) if once else running.run_on(app)


def _set_up(app: App) -> bool:
    """Two folders, one mirrored to the other; False if not wanted."""
    folder = _place(app)
    source, dest = folder / "from here", folder / "to here"
    print("Nothing is mirrored yet. A try-out mirrors one folder to another on this computer:")
    print(f"  {source}\n  -> {dest}")
    if sys.stdin.isatty():
        answer = input("Start the try-out? [Y/n] ")
        if answer.strip().lower() not in ("", "y", "yes"):
            print("See skynet service add --help and skynet mapping add --help.")
            return False
    for path in (source, dest):
        path.mkdir(parents=True, exist_ok=True)
    _fill(source)
    app.paths.make()
    file = app.paths.settings_file
    if _NAME not in store.load(file).services:
        store.add_service(file, ServiceSettings(_NAME, "local", {"path": str(dest)}))
    store.add_mapping(file, MappingSettings(_NAME, str(source), _NAME, "", complete_sync=True))
    print("Change something in the first folder and look at the second. Ctrl-C ends it; "
          f"'skynet mapping remove {_NAME}' forgets it.")  # fmt: skip
    return True


def _place(app: App) -> Path:
    """Where a person finds it: the home folder, or the one that ``--home`` names."""
    relocated = app.paths.settings_file.parent == app.paths.state.parent
    return (app.paths.state.parent if relocated else Path.home()) / f"Skynet {_NAME}"


def _fill(folder: Path) -> None:
    (folder / "Read me.txt").write_text(_LETTER, encoding="utf-8")
    for number in range(1, 201):
        path = folder / f"album {1 + number % 8}" / f"picture {number:03d}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"picture {number}\n" * number, encoding="utf-8")
