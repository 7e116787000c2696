"""Metered or not, gone or back, asleep or awake: by a played NetworkManager, on the stage."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtNetwork import QNetworkInformation
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop.surroundings import Surroundings
from skynet_desktop.host.wake import Clocks, Wake
from skynet_desktop.settings import Network, Settings
from tests.desktop.made_controller import MadeController

HELD = ("hold", "On a metered connection, nothing is sent.")
FREE = ("hold", "")


class Stage:
    def __init__(self, home: Path) -> None:
        self.slept = 0.0
        self.woken = 0
        self.controller = MadeController(home)
        self.surroundings = Surroundings(self.controller.typed, self._woke, self._watch)

    def _woke(self) -> None:
        self.woken += 1

    def _watch(self, woke: Callable[[float], None]) -> Wake:
        return Wake(woke, Clocks(lambda: self.slept, lambda: 0.0), tick=0.01)

    def be_metered(self, on: bool) -> None:
        self.surroundings._on_metered(on)

    def choose(self, metered: str) -> None:
        self.controller.load(Settings(network=Network(metered=metered)))


@pytest.fixture
def stage(tmp_path: Path, qtbot: QtBot) -> Stage:
    return Stage(tmp_path / "home")


def test_what_the_person_chose_for_metered_networks(stage: Stage) -> None:
    stage.choose("pause")
    stage.be_metered(True)
    stage.be_metered(True)
    assert stage.controller.calls == [HELD]
    stage.choose("send")
    stage.choose("pause")
    stage.be_metered(False)
    assert stage.controller.calls == [HELD, FREE, HELD, FREE]


def test_send_anyway_is_for_this_network(stage: Stage) -> None:
    stage.choose("pause")
    stage.be_metered(True)
    stage.surroundings.send_anyway()
    assert stage.controller.calls == [HELD, FREE]
    stage.be_metered(False)
    stage.be_metered(True)
    assert stage.controller.calls[2:] == [HELD]


def test_a_network_that_is_back_reconnects(stage: Stage) -> None:
    reach = QNetworkInformation.Reachability
    stage.surroundings._on_reachability(reach.Disconnected)
    assert stage.controller.calls == []
    stage.surroundings._on_reachability(reach.Online)
    assert stage.controller.calls == [("wake",)]


def test_a_wake_reconnects_and_is_told(stage: Stage, qtbot: QtBot) -> None:
    stage.surroundings.start()
    stage.slept = 3600.0
    qtbot.waitUntil(lambda: stage.woken == 1)
    assert stage.controller.calls == [("wake",)]
    stage.surroundings.stop()


if sys.platform == "linux":
    from tests.desktop.tray.home import TrayHome
    from tests.screen.app import DesktopApp
    from tests.screen.panel import Panel
    from tests.screen.processes import wait_until
    from tests.screen.system_bus import SystemBus
    from tests.screen.toasts import Toasts

    def test_the_real_app_on_a_network_that_becomes_metered(
        desktop_app: DesktopApp, panel: Panel, system_bus: SystemBus, toasts: Toasts,
        tmp_path: Path,
    ) -> None:  # fmt: skip
        home = TrayHome(tmp_path, desktop_app.home)
        system_bus.metered(True)
        desktop_app.start("--minimized", tray=panel)
        icon = panel.icon(desktop_app.pid)
        wait_until(lambda: "metered" in icon.tooltip(), icon.tooltip, 20)
        (home.source / "a.txt").write_text("x")
        system_bus.metered(False)
        wait_until(lambda: "Up to date" in icon.tooltip(), icon.tooltip, 20)
        assert (home.target / "notes" / "a.txt").exists()
        system_bus.metered(True)
        wait_until(lambda: "metered" in icon.tooltip(), icon.tooltip, 20)
