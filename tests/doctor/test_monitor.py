"""What the doctor says of the web monitor."""

from __future__ import annotations

import time
from pathlib import Path

from skynet_desktop.app import App
from skynet_desktop.notifier.outbox import Outbox
from skynet_desktop.notifier.told import FOLDER
from skynet_desktop.settings import Monitor, store
from tests.doctor.conftest import said


def choose(app: App, url: str, *, enabled: bool = True) -> None:
    store.set_table(app.paths.settings_file, Monitor(url=url, enabled=enabled))


def test_without_a_monitor_there_is_nothing_to_say(app: App) -> None:
    assert said(app, "Monitor") == []


def test_one_that_works(app: App, tmp_path: Path) -> None:
    choose(app, f"sqlite:///{tmp_path}/monitor.db")
    assert said(app, "Monitor") == [("ok", f"The file {tmp_path}/monitor.db takes reports.")]


def test_one_that_does_not(app: App, tmp_path: Path) -> None:
    choose(app, f"sqlite:///{tmp_path}/no/monitor.db")
    assert said(app, "Monitor") == [("bad", f"The folder {tmp_path}/no is not there.")]


def test_one_that_was_switched_off(app: App) -> None:
    choose(app, "https://127.0.0.1:1", enabled=False)
    assert [level for level, _ in said(app, "Monitor")] == ["note"]


def test_what_was_not_told_for_long(app: App, tmp_path: Path) -> None:
    choose(app, f"sqlite:///{tmp_path}/monitor.db")
    outbox = Outbox(app.paths.state / FOLDER)
    outbox.set("problem", {"words": "It is away.", "since": time.time() - 3_600})
    outbox.set("dropped", 7)
    outbox.close()
    levels = said(app, "Monitor", network=False)
    assert [level for level, _ in levels] == ["warning", "warning"]
    assert "7 lines" in levels[0][1] and "It is away." in levels[1][1]
