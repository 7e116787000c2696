"""python -m tests.bench.monitored: what the web monitor costs the sync.

5,000 files are mirrored by the real program three ways, in turns: without a monitor, with its
PostgreSQL running, and with that stopped all the time. Then the database is started, and it is
measured how long the monitor takes to be right. Client and servers share this machine: compare
the lines with each other, and believe the processor's seconds more than the clock's.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from skynet_desktop.settings import General, Paths, store
from tests.bench.stage import SERVICES, Stage
from tests.driver import Skynet
from tests.places import Place
from tests.servers.postgres import Postgres

_KEYRING = "tests.desktop.services.backends.Memory"  # the password comes by PGPASSWORD
_MACHINE = "desktop_bench"
_PATIENCE = 600.0
_WAYS = ("none", "running", "stopped")


@dataclass
class Way:
    """Seconds of each run, by the clock and of the app's processor time; and the seconds after
    which the monitor was right, of a database that was started or had been there."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    right: list[float] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--service", choices=SERVICES, default="local")
    arguments = parser.parse_args()
    ways = {name: Way() for name in _WAYS}
    with Postgres() as server, Stage(1 << 28) as stage:
        source = stage.scratch / "source"
        _make_files(source, arguments.files)
        for number in range(arguments.runs):
            for name in _WAYS[number % 3 :] + _WAYS[: number % 3]:
                with stage.new_folder(name) as folder, stage.place(arguments.service) as place:
                    _measure(ways[name], name, server, place, source, folder, arguments.files)
    for name, way in ways.items():
        print(
            f"{name:8} wall {_told(way.wall)}   cpu {_told(way.cpu)}   "
            f"right after {_told(way.right) if way.right else '-'}"
        )
    return 0


def _make_files(folder: Path, count: int) -> None:
    for number in range(count):
        path = folder / f"{number // 100:03}" / f"file {number:05}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(2_000 + number % 7_000))
        os.utime(path, (1_700_000_000, 1_700_000_000))


def _measure(
    way: Way, name: str, server: Postgres, place: Place, source: Path, folder: Path, files: int
) -> None:
    database = server.make_database(_MACHINE)
    environment = {**place.env, "PGPASSWORD": server.password, "PYTHONPATH": os.getcwd()}
    app = Skynet(folder / "home", replace(place, env=environment))
    store.set_table(_home(app), General(keyring=_KEYRING))
    app.set_up(source)
    if name != "none":
        app.must("monitor", "set", server.url(database, _MACHINE))
    if name == "stopped":
        server.stop()
    try:
        begun = time.monotonic()
        app.start()
        app.wait_for("up-to-date", timeout=_PATIENCE)
        way.wall.append(time.monotonic() - begun)
        way.cpu.append(_cpu(app.pid))
        begun = time.monotonic()
        if name == "stopped":
            server.start()
            begun = time.monotonic()
        if name != "none":
            while not _is_right(server, database, files):
                assert time.monotonic() - begun < _PATIENCE, app.log()[-2_000:]
                time.sleep(0.1)
            way.right.append(time.monotonic() - begun)
    finally:
        app.stop()
        server.start_if_stopped()
        server.drop_database(database)


def _home(app: Skynet) -> Path:
    paths = Paths.of(app.home)
    paths.make()
    return paths.settings_file


def _is_right(server: Postgres, database: str, files: int) -> bool:
    with contextlib.closing(server.connect(database)) as db:
        done = db.execute("SELECT count(*) FROM skynet_file WHERE state='done'").fetchone()
        states = db.execute("SELECT state, files FROM skynet_mapping").fetchall()
        counted = db.execute("SELECT sum(files) FROM skynet_hour").fetchone()
    return (done, states, counted) == ((files,), [("up-to-date", files)], (files,))


def _cpu(pid: int) -> float:
    """Of the process and its children so far, in seconds (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _told(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):6.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"


if __name__ == "__main__":
    sys.exit(main())
