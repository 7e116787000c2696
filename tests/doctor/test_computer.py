"""Clock, time zone and open files, each broken once."""

from __future__ import annotations

import os
import sys
import time

import pytest

from skynet_desktop.app import App
from skynet_desktop.engine.statedb import StateDB
from tests.doctor.conftest import Add, found, said

posix = pytest.mark.skipif(sys.platform == "win32", reason="no such thing on Windows")


def at(monkeypatch: pytest.MonkeyPatch, shift: float) -> None:
    """The check believes that it is ``shift`` seconds later."""
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + shift)


def test_a_good_clock(app: App) -> None:
    [(level, text)] = said(app, "Clock")
    assert (level, text.startswith("It is 20")) == ("ok", True)


@pytest.mark.parametrize("years", [-30, 30])
def test_a_clock_that_cannot_be_right(
    app: App, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    at(monkeypatch, years * 365 * 86_400.0)
    [(level, text)] = said(app, "Clock")
    assert (level, "cannot be" in text) == ("bad", True)


def test_a_clock_that_was_set_back(app: App) -> None:
    StateDB(app.paths.mapping_state("m")).close()
    [database] = app.paths.state.rglob("*.db")
    later = time.time() + 3_600
    os.utime(database, (later, later))
    assert [level for level, _ in said(app, "Clock")] == ["warning", "ok"]


@posix
@pytest.mark.parametrize(
    ("zone", "level"),
    [("Europe/Berlin", "ok"), ("CET-1CEST,M3.5.0,M10.5.0/3", "ok"), ("Mars/Olympus", "warning")],
)
def test_time_zones(app: App, monkeypatch: pytest.MonkeyPatch, zone: str, level: str) -> None:
    monkeypatch.setenv("TZ", zone)
    assert [level for level, _ in said(app, "Clock")] == [level]


@posix
def test_open_files(app: App, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    add()
    assert said(app, "Open files")[0][0] == "ok"
    for most, level in ((4096, "warning"), (100, "note")):
        monkeypatch.setattr(resource, "getrlimit", lambda _, most=most: (100, most))
        [finding] = found(app, "Open files", network=False)
        assert finding.level == level
        assert "may have 100 files open; Skynet may need 160" in finding.text
        assert ("\nulimit -n 160" in finding.advice) == (level == "warning")
