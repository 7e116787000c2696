"""Qt in the test's own process, without a screen, a session or a home that is anybody's; a warning
of Qt's or an exception in a slot fails the test (``pyproject.toml``). Besides, the stage."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt

from skynet_desktop.desktop.collecting import collect_young

# pytest-qt's own list of what ``qtbot.addWidget`` was given, on the test's item.
_WINDOWS = "qt_widgets"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    """A window that deletes itself when it is closed would be gone while pytest-qt closes it."""
    if kept := getattr(item, _WINDOWS, None):
        alive = [(w, before) for w, before in kept if w() is not None and shiboken6.isValid(w())]
        for window, _ in alive:
            window().setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        setattr(item, _WINDOWS, alive)
    return (yield)


@pytest.fixture(scope="session")
def frozen() -> None:
    """What is there before the first test is not gone through again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def garbage(frozen: None) -> Iterator[None]:
    """As in the program (``collecting.py``) no other thread destroys what is of Qt."""
    gc.disable()
    yield
    collect_young()
    gc.enable()


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Of pytest-qt's application: no window of a test ever opens on the screen of a developer."""
    return ["skynet-desktop", "-platform", "offscreen"]


@pytest.fixture(scope="session")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where a job writes that outlives its test: not into the developer's own home."""
    variables = {f"XDG_{kind}_HOME" for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(dict.fromkeys(variables, str(tmp_path_factory.mktemp("nobody"))))
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture(autouse=True)
def person(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, nobody: None
) -> Path:
    """The home of somebody who never had Skynet. Nobody answers on any message bus."""
    home = tmp_path_factory.mktemp("person")
    for variable in ("HOME", "USERPROFILE", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(home))
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    monkeypatch.setenv("SKYNET_HOME", str(home / "skynet"))
    for kind in ("SESSION", "SYSTEM"):
        monkeypatch.setenv(f"DBUS_{kind}_BUS_ADDRESS", f"unix:path={home}/none")
    return home
