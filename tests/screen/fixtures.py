"""Pytest fixtures: the parts of the stage, and the app on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.screen.accessible import Accessible
from tests.screen.app import PROGRAM, DesktopApp
from tests.screen.bus import Bus, Keyring
from tests.screen.display import Screen
from tests.screen.panel import Panel
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
