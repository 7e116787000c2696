"""A home to look over, in a folder of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from skynet_desktop.app import App
from skynet_desktop.doctor import Finding, checkup
from skynet_desktop.settings import MappingSettings, Paths, ServiceSettings, store

Add = Callable[..., Path]


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No entry at login and no keyring of this computer has a say."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def app(tmp_path: Path) -> App:
    app = App(Paths.of(tmp_path / "home"))
    app.paths.make()
    return app


@pytest.fixture
def add(app: App, tmp_path: Path) -> Add:
    """Adds a service and a mapping ``m`` to it; returns the mirrored folder, with a file."""

    def add(kind: str = "local", **options: object) -> Path:
        folder = tmp_path / "photos"
        folder.mkdir()
        (folder / "a.jpg").write_bytes(b"x" * 1_000)
        if kind == "local" and not options:
            (tmp_path / "disk").mkdir()
            options = {"path": str(tmp_path / "disk")}
        store.add_service(app.paths.settings_file, ServiceSettings("nas", kind, options))
        store.add_mapping(
            app.paths.settings_file, MappingSettings("m", str(folder), "nas", "backup/photos")
        )
        return folder

    return add


def found(app: App, topic: str = "", **how: bool) -> list[Finding]:
    """What a check-up finds, all of it or of one topic."""
    findings = checkup(app, cancelled=threading.Event(), **how)
    return [finding for finding in findings if topic in ("", finding.topic)]


def said(app: App, topic: str, **how: bool) -> list[tuple[str, str]]:
    """Levels and texts of one topic."""
    return [(finding.level.value, finding.text) for finding in found(app, topic, **how)]
