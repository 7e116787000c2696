"""When it looks by itself, and when it tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pytestqt.qtbot import QtBot

import skynet_desktop
from tests.desktop.made_controller import MadeController
from tests.desktop.updates.conftest import Rig
from tests.updates.made import listed, release


def test_not_at_the_start(rig: Rig) -> None:
    rig.switch(True)
    rig.start()
    rig.rest()
    assert not rig.site.asked
    assert 5 * 60_000 <= rig.updates._timer.interval() <= 15 * 60_000


def test_once_a_day_and_told_once(rig: Rig) -> None:
    rig.switch(True)
    rig.start()
    for _ in range(3):
        rig.tick()
    assert len(rig.site.asked) == 1
    [news] = rig.told
    assert str(news.newest and news.newest.version) == "99.2.0"
    rig.restart()
    for _ in range(3):
        rig.tick()
    assert len(rig.site.asked) == 1 and len(rig.told) == 1, "also over a restart"
    rig.show(release("99.2.0"), release("99.3.0"))
    (rig.controller.app.paths.state / "updates.json").write_text('{"told": "99.2.0"}')
    rig.tick()
    assert len(rig.site.asked) == 2 and len(rig.told) == 2


def test_switched_off_nobody_is_asked_and_nothing_told(rig: Rig) -> None:
    rig.start()
    rig.tick()  # the settings were not read yet
    rig.switch(False)
    rig.tick()
    assert not rig.site.asked
    rig.updates.checker.look(rig.controller.app.route())  # in a terminal, say
    rig.tick()
    assert rig.updates.known.news is not None and not rig.told
    rig.switch(True)
    rig.tick()
    assert len(rig.told) == 1 and len(rig.site.asked) == 1


def test_not_on_a_metered_network(rig: Rig) -> None:
    rig.switch(True)
    rig.start()
    rig.is_metered = True
    rig.tick()
    assert not rig.site.asked
    rig.is_metered = False
    rig.tick()
    assert len(rig.site.asked) == 1


def test_while_messages_are_snoozed_it_is_told_later(rig: Rig) -> None:
    rig.switch(True)
    rig.start()
    rig.listens = False
    rig.tick()
    rig.listens = True
    rig.tick()
    assert len(rig.told) == 1 and len(rig.site.asked) == 1


def test_a_failure_is_quiet_and_waits_for_the_next_day(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    rig.switch(True)
    rig.start()
    rig.site.show(listed(release("99.2.0")), Ed25519PrivateKey.generate())
    for _ in range(3):
        rig.tick()
    assert len(rig.site.asked) == 1 and not rig.told
    assert not rig.updates.trouble and rig.updates.known.news is None
    assert caplog.text.count("not signed by the makers") == 1
    rig.another_day()
    rig.show(release("99.2.0"))
    rig.tick()
    assert len(rig.told) == 1


def test_what_the_person_asked_for_needs_no_message(rig: Rig) -> None:
    rig.switch(True)
    rig.start()
    rig.look()
    assert rig.updates.known.told
    rig.restart()
    rig.tick()
    assert not rig.told


def test_a_look_that_fails_says_why(rig: Rig) -> None:
    rig.site.close()
    rig.look()
    assert "127.0.0.1 cannot be reached" in rig.updates.trouble


def test_what_is_skipped_is_not_told(rig: Rig) -> None:
    rig.switch(True)
    rig.start()
    rig.updates.checker.skip(rig.updates.checker.look(rig.controller.app.route()).news)
    rig.tick()
    assert not rig.told
    rig.updates.skip(False)
    rig.rest()
    rig.tick()
    assert len(rig.told) == 1


def test_once_it_is_installed_nothing_is_new(rig: Rig) -> None:
    rig.show(release(skynet_desktop.__version__))
    rig.look()
    assert rig.updates.known.looked_at and rig.updates.known.news is None


def test_a_checkout_never_looks(tmp_path: Path, qtbot: QtBot) -> None:
    controller = MadeController(tmp_path)
    controller.updates.start(lambda: True, lambda _: True)
    assert not controller.updates.is_possible and not controller.updates._timer.isActive()
