"""The real program, killed again and again, and a real database: the monitor is right after."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import replace
from pathlib import Path

from skynet_desktop.settings import General, Paths, store
from tests.driver import Skynet
from tests.engine.rig import wait_until
from tests.places import local_place
from tests.servers.fixtures_postgres import ANNA, Database

_KEYRING = "tests.desktop.services.backends.Memory"  # the password comes by PGPASSWORD
_FILES = 400


def make_app(tmp_path: Path, database: Database) -> tuple[Skynet, Path]:
    source = tmp_path / "source"
    for number in range(_FILES):
        path = source / f"{number % 7}" / f"{number}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(20_000))
    env = {"PGPASSWORD": database.password, "PYTHONPATH": os.getcwd()}
    app = Skynet(tmp_path / "home", replace(local_place(tmp_path / "there"), env=env))
    paths = Paths.of(app.home)
    paths.make()
    store.set_table(paths.settings_file, General(keyring=_KEYRING))
    app.set_up(source)
    app.must("monitor", "set", database.url(ANNA), "--name", "laptop")
    return app, source


def shown(database: Database) -> tuple[set[str], list[tuple[str, int]]]:
    files = database.rows("SELECT path FROM skynet_file WHERE state = 'done'")
    return {path for (path,) in files}, database.rows("SELECT state, files FROM skynet_mapping")


def wait_until_right(app: Skynet, database: Database, source: Path) -> None:
    wanted = {str(p.relative_to(source)) for p in source.rglob("*") if p.is_file()}
    deadline = time.monotonic() + 60
    while shown(database) != (wanted, [("up-to-date", len(wanted))]):
        files, states = shown(database)
        missing, more = wanted - files, files - wanted
        assert time.monotonic() < deadline, (missing, more, states, app.log()[-2_000:])
        time.sleep(0.2)


def test_kill_9_at_any_moment(tmp_path: Path, database: Database) -> None:
    app, source = make_app(tmp_path, database)
    for number in range(4):
        app.start()
        time.sleep(0.9 + 0.35 * number)
        app.kill()
        (source / "0" / f"{number * 7}.bin").write_bytes(b"changed while it was dead")
        (source / "1" / f"{number * 7 + 1}.bin").unlink()
    app.start()
    try:
        app.wait_for("up-to-date")
        wait_until_right(app, database, source)
        assert database.rows("SELECT count(*) FROM skynet_machine") == [(1,)]
        stuck = "SELECT path, state FROM skynet_file WHERE state NOT IN ('done', 'removed')"
        assert database.rows(stuck) == []
    finally:
        app.stop()
    assert database.rows("SELECT name, state FROM skynet_machine") == [("laptop", "stopped")]
    assert database.password not in app.log()


def test_a_second_process_changes_what_the_running_app_tells(
    tmp_path: Path, database: Database
) -> None:
    app, source = make_app(tmp_path, database)
    app.start()
    try:
        app.wait_for("up-to-date")
        wait_until_right(app, database, source)
        app.must("monitor", "off")
        (source / "new").write_text("new")
        arrived = tmp_path / "there" / app.remote / "new"
        wait_until(arrived.exists, "mirrored", 30)
        time.sleep(2.0)
        assert "new" not in shown(database)[0]
        app.must("monitor", "set")
        wait_until_right(app, database, source)
    finally:
        with contextlib.suppress(AssertionError):
            app.stop()
