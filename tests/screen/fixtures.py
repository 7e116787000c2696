"""Pytest fixtures: the parts of the stage, and the app on it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.screen.accessible import Accessible
from tests.screen.app import PROGRAM, DesktopApp
from tests.screen.bus import Bus, Keyring
from tests.screen.display import Screen
from tests.screen.panel import Panel
from tests.screen.person import Person
from tests.screen.system_bus import SystemBus
from tests.screen.toasts import Toasts
from tests.screen.trayer import Trayer

MakeScreen = Callable[..., Screen]


@pytest.fixture(scope="session")
def first_screen() -> Iterator[Screen]:
    with Screen() as screen:
        yield screen


@pytest.fixture
def screen(first_screen: Screen) -> Screen:
    """1280 x 800. The same for all tests, the pointer back in the corner."""
    first_screen.move(0, 0)
    return first_screen


@pytest.fixture
def make_screen() -> Iterator[MakeScreen]:
    """``make_screen(width, height, scale)``: a screen of another kind."""
    with ExitStack() as all_of_them:
        yield lambda *size, **more: all_of_them.enter_context(Screen(*size, **more))


@pytest.fixture
def bus() -> Iterator[Bus]:
    """A session bus on which nobody is yet."""
    with Bus() as bus:
        yield bus


@pytest.fixture
def keyring(bus: Bus) -> Keyring:
    """Unlocked, empty; it ends with the bus."""
    return Keyring(bus)


@pytest.fixture
def panel(bus: Bus) -> Iterator[Panel]:
    with Panel(bus) as panel:
        yield panel


@pytest.fixture
def trayer(bus: Bus, screen: Screen) -> Iterator[Trayer]:
    with Trayer(bus, screen) as trayer:
        yield trayer


@pytest.fixture
def toasts(bus: Bus) -> Iterator[Toasts]:
    with Toasts(bus) as toasts:
        yield toasts


@pytest.fixture
def accessible(bus: Bus, screen: Screen) -> Iterator[Accessible]:
    with Accessible(bus, screen) as accessible:
        yield accessible


@pytest.fixture
def system_bus() -> Iterator[SystemBus]:
    with SystemBus() as system_bus:
        yield system_bus


@pytest.fixture
def program() -> tuple[str, ...]:
    """What :func:`desktop_app` starts; the stage's own tests put their actor here."""
    return PROGRAM


@pytest.fixture
def desktop_app(
    request: pytest.FixtureRequest, tmp_path: Path, screen: Screen, bus: Bus,
    program: tuple[str, ...],
) -> Iterator[DesktopApp]:  # fmt: skip
    """The app, not yet started, among whatever other parts the test asked for.

    At the end it is killed, and must not have complained.
    """
    app = DesktopApp(tmp_path, screen, bus, program)
    for part in {"accessible", "system_bus"} & set(request.fixturenames):
        app.env |= request.getfixturevalue(part).env
    yield app
    app.kill()
    app.assert_quiet()


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots go: to SKYNET_PICTURES, if somebody wants to look at them."""
    folder = Path(os.environ.get("SKYNET_PICTURES") or tmp_path / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def person(
    desktop_app: DesktopApp, screen: Screen, accessible: Accessible, pictures: Path
) -> Person:
    """At ``desktop_app``."""
    return Person(desktop_app, screen, accessible, pictures)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder that somebody might mirror; the wizard leaves one of its three files out."""
    folder = tmp_path / "Photos"
    (folder / "2026").mkdir(parents=True)
    (folder / "2026" / "beach.jpg").write_bytes(os.urandom(200_000))
    (folder / "letter.txt").write_text("Dear Anna\n")
    (folder / "half.part").write_text("not yet")
    return folder
