"""show, quit, diagnostics and start: with the real app on the stage, and without any app."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("the stage is Linux", allow_module_level=True)

from tests.desktop.tray.home import TrayHome
from tests.screen.app import PROGRAM, DesktopApp
from tests.screen.display import Screen
from tests.screen.fixtures import (  # noqa: F401 - fixtures are found by name
    bus,
    desktop_app,
    first_screen,
    panel,
    program,
    screen,
    toasts,
)
from tests.screen.panel import Panel
from tests.screen.processes import Program, wait_until


@pytest.fixture
def home(desktop_app: DesktopApp, tmp_path: Path) -> TrayHome:  # noqa: F811
    return TrayHome(tmp_path, desktop_app.home)


def skynet(app: DesktopApp, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*PROGRAM, "--home", str(app.home), *arguments]
    return subprocess.run(command, env=app.env, capture_output=True, text=True, timeout=30)


@pytest.mark.usefixtures("home", "toasts")
@pytest.mark.parametrize("command", ["show", "start"])
def test_the_window_of_the_first(
    desktop_app: DesktopApp, panel: Panel, screen: Screen, command: str  # noqa: F811
) -> None:  # fmt: skip
    desktop_app.start("--minimized", tray=panel)
    assert not screen.windows(pid=desktop_app.pid)
    wait_until(lambda: '"running": true' in skynet(desktop_app, "status", "--json").stdout, "it")
    done = skynet(desktop_app, command)
    assert (done.returncode, done.stderr) == (0, "")
    screen.window("Skynet Desktop", desktop_app.pid)
    assert skynet(desktop_app, "quit").returncode == 0
    assert desktop_app.running.wait(5) == 0


@pytest.mark.usefixtures("home", "toasts")
def test_a_report_of_the_running_app(
    desktop_app: DesktopApp, panel: Panel, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    desktop_app.start("--minimized", tray=panel)
    done = skynet(desktop_app, "diagnostics", str(tmp_path / "report.zip"))
    assert done.returncode == 0, done.stderr
    assert "status.json" in zipfile.ZipFile(tmp_path / "report.zip").namelist()


@pytest.mark.usefixtures("home")
def test_without_a_running_app(desktop_app: DesktopApp, tmp_path: Path) -> None:  # noqa: F811
    done = skynet(desktop_app, "show")
    assert (done.returncode, "not running" in done.stderr) == (1, True)
    done = skynet(desktop_app, "quit")
    assert (done.returncode, "not running" in done.stdout) == (0, True)
    assert skynet(desktop_app, "diagnostics", str(tmp_path / "report.zip")).returncode == 0


def test_in_the_terminal_though_there_is_a_screen(
    desktop_app: DesktopApp, home: TrayHome, screen: Screen, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    (home.source / "a.txt").write_text("x")
    command = [*PROGRAM, "--home", str(desktop_app.home), "start", "--terminal"]
    with Program(command, desktop_app.env, tmp_path / "terminal.log") as terminal:
        terminal.wait_until((home.target / "notes" / "a.txt").exists, "the file")
        assert not screen.windows(pid=terminal.pid)
        done = skynet(desktop_app, "start")
        assert done.returncode == 1 and "in a terminal" in done.stderr
        assert skynet(desktop_app, "quit").returncode == 0
        assert terminal.wait(5) == 0
