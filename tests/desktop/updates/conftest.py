from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from skynet_desktop.settings import General, Settings
from skynet_desktop.updates import Checker, News, source
from skynet_desktop.updates.computer import Computer
from tests.desktop.made_controller import MadeController
from tests.updates.made import Site, listed, made_site, release

ALWAYS = "9999-01-01T00:00:00+00:00"


class Rig:
    """A release of ours on a person's computer, and the makers' site."""

    def __init__(self, site: Site, home: Path, qtbot: QtBot) -> None:
        self.site = site
        self.qtbot = qtbot
        self.controller = MadeController(home)
        self.updates = self.controller.updates
        self.is_metered = False
        self.listens = True
        self.told: list[News] = []
        self.show(release("99.2.0"))

    def show(self, *releases: dict[str, Any], issued: str = "2026-11-23T00:00:00Z") -> None:
        self.site.show(listed(releases=list(releases), issued=issued, valid_until=ALWAYS))

    def start(self) -> None:
        self.updates.start(lambda: not self.is_metered, self._tell)

    def _tell(self, news: News) -> bool:
        if self.listens:
            self.told.append(news)
        return self.listens

    def switch(self, on: bool) -> None:
        self.controller.load(Settings(general=General(updates=on)))

    def tick(self) -> None:
        """A while has passed."""
        self.updates._tick()
        self.rest()

    def look(self) -> None:
        self.updates.look()
        self.qtbot.waitUntil(lambda: not self.updates.is_looking)
        self.rest()

    def rest(self) -> None:
        """Until no job is under way, nor one that came of it."""
        for _ in range(3):
            assert self.controller.jobs._pool.waitForDone(20_000)
            self.qtbot.wait(1)

    def another_day(self) -> None:
        (self.controller.app.paths.state / "updates.json").unlink()

    def restart(self) -> None:
        """What is known is on disk alone."""
        self.updates.checker = Checker.of(self.controller.app.paths.state)


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Rig]:
    with made_site() as site:
        monkeypatch.setattr(source, "shipped", lambda: site.source)
        here = Computer("linux", "x86_64", "appimage")
        monkeypatch.setattr("skynet_desktop.desktop.updates.dialog.this_computer", lambda: here)
        rig = Rig(site, tmp_path / "home", qtbot)
        yield rig
        rig.updates.stop()
        rig.rest()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """The addresses that the browser was given."""
    addresses: list[str] = []
    monkeypatch.setattr("skynet_desktop.host.opening.open_address", addresses.append)
    return lambda: addresses
