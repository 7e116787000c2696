"""Workloads of the tray app: how soon it is there, what it costs to have it, whether its windows
stay fluent while it works, how soon it is gone.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from skynet_desktop.host.channel import ask
from skynet_desktop.settings import Paths
from tests.bench.measuring import BenchError, Report, Row, cpu_seconds, percentile, resident_bytes
from tests.bench.peers import HOURS
from tests.bench.stage import Stage, make_files
from tests.bench.transfers import mirrored
from tests.driver import Skynet
from tests.places import Place
from tests.screen.app import DesktopApp
from tests.screen.bus import Bus
from tests.screen.display import Screen
from tests.screen.panel import Panel
from tests.screen.processes import wait_until

_TRAY = "Skynet, tray app"
_MEASURED = {"SKYNET_MEASURE": "1"}
_SETTLING_SECONDS = 20.0
_FILES_A_FOLDER = 10
_SMALL = 4096


class _Desk:
    """A screen, a bus and a tray; one app after the other."""

    def __init__(self, screen: Screen, bus: Bus, panel: Panel, folder: Path) -> None:
        self.screen, self._bus, self.panel, self._folder = screen, bus, panel, folder
        self._count = 0

    def app(self, program: Skynet) -> DesktopApp:
        """The app on the home of this program, not started."""
        self._count += 1
        folder = self._folder / f"app{self._count}"
        folder.mkdir()
        app = DesktopApp(folder, self.screen, self._bus)
        app.home = program.home
        app.env |= program.place.env | _MEASURED
        return app


@contextmanager
def _desk(stage: Stage) -> Iterator[_Desk]:
    if not sys.platform.startswith("linux"):
        raise BenchError("the tray app is measured on an X server of Linux")
    with (
        stage.new_folder("desk") as folder, Screen() as screen, Bus() as bus, Panel(bus) as panel,
    ):  # fmt: skip
        yield _Desk(screen, bus, panel, folder)


def _asked(program: Skynet, command: str) -> dict[str, Any]:
    answer = ask(Paths.of(program.home).state, {"command": command}, timeout=30)
    if answer is None or "error" in answer:
        raise BenchError(f"the app did not answer {command!r}: {answer}")
    return answer


def _is_up_to_date(program: Skynet) -> bool:
    mappings = _asked(program, "status")["mappings"]  # none while it starts
    return bool(mappings) and mappings[0]["state"] == "up-to-date"


def desktop(
    stage: Stage, rounds: int, files: int, folders: int, seconds: float
) -> Iterator[Report]:
    """``files`` are mirrored while the window is looked at; ``folders`` are watched idly."""
    yield from _start(stage, rounds)
    yield from _fluent(stage, files)
    yield from _idle(stage, folders, seconds)


def _start(stage: Stage, rounds: int) -> Iterator[Report]:
    row = Row("local", _TRAY)
    yield Report("start", "from the start of the process to its icon in the tray", [row])
    with (
        _desk(stage) as desk, stage.new_folder("source") as source,
        stage.place("local") as place, mirrored(stage, place, source) as program,
    ):  # fmt: skip
        taken = []
        for _ in range(rounds + 1):
            app = desk.app(program)
            started = time.monotonic()
            app.start("--minimized", tray=desk.panel)
            taken.append(1000 * (time.monotonic() - started))
            app.stop()
        # The first start reads everything from the disk.
        row.figures = {"median ms": statistics.median(taken[1:]), "first ms": taken[0]}


def _fluent(stage: Stage, files: int) -> Iterator[Report]:
    title = f"the GUI thread while {files:,} files of 4 KiB are mirrored, and quitting amidst"
    row = Row("local", _TRAY)
    yield Report("fluent", title, [row])
    with (
        _desk(stage) as desk, stage.new_folder("source") as source,
        stage.place("local") as place, mirrored(stage, place, source) as program,
    ):  # fmt: skip
        app = desk.app(program)
        app.start(tray=desk.panel)
        desk.screen.window("Skynet Desktop", app.pid)
        wait_until(lambda: _is_up_to_date(program), "the empty folder to be mirrored", 60)
        time.sleep(2)
        _asked(program, "stalls")
        started = time.monotonic()
        make_files(source, files, _SMALL, in_folder=_FILES_A_FOLDER)
        wait_until(lambda: _holds(place, files), f"{files} files at the destination", HOURS)
        took = time.monotonic() - started
        stalls = _asked(program, "stalls")
        (source / "more").mkdir()
        make_files(source / "more", files, _SMALL, in_folder=_FILES_A_FOLDER)
        begun = time.monotonic()
        code = app.stop()
        quit_ms = 1000 * (time.monotonic() - begun)
        if code:
            raise BenchError(f"the app ended with {code}: {app.output()[-2000:]}")
        program.once(timeout=HOURS)
        if not _holds(place, 2 * files):
            raise BenchError("files are missing after the app was ended amidst its work")
        late = [*stalls["late_ms"], 0.0]
        row.figures = {
            "longest stall ms": stalls["longest_ms"],
            "stalls > 20 ms": float(len(late) - 1),
            "p95 of them ms": percentile(late, 0.95),
            "seconds": took,
            "quit ms": quit_ms,
        }


def _holds(place: Place, files: int) -> bool:
    folder = Path(place.options["path"])
    return sum(1 for path in folder.rglob("*") if path.is_file()) >= files


def _idle(stage: Stage, folders: int, seconds: float) -> Iterator[Report]:
    files = folders * _FILES_A_FOLDER
    title = f"idle for {seconds:.0f} s in the tray, watching {folders:,} folders, {files:,} files"
    row = Row("local", _TRAY)
    yield Report("tray idle", title, [row])
    with (
        _desk(stage) as desk, stage.new_folder("source") as source,
        stage.place("local") as place, mirrored(stage, place, source) as program,
    ):  # fmt: skip
        make_files(source, files, 1, in_folder=_FILES_A_FOLDER)
        if program.once(timeout=HOURS).returncode:
            raise BenchError("the first mirror failed")
        app = desk.app(program)
        app.env = {name: value for name, value in app.env.items() if name not in _MEASURED}
        app.start("--minimized", tray=desk.panel)
        wait_until(lambda: _is_up_to_date(program), "all to be compared", 300)
        time.sleep(_SETTLING_SECONDS)
        before = cpu_seconds(app.pid)
        time.sleep(seconds)
        used = cpu_seconds(app.pid) - before
        row.figures = {
            "cpu % of a core": 100 * used / seconds,
            "resident MB": resident_bytes(app.pid) / 1e6,
        }
        app.stop()
