"""All of it is written, or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.app import App
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.credentials import redaction
from skynet_desktop.desktop.services import Draft
from skynet_desktop.desktop.wizard.plan import MirrorStart, Target
from skynet_desktop.settings import General, MappingSettings, ServiceSettings, store
from tests.desktop.services.backends import MEMORY, Memory

SERVICE = ServiceSettings("nas", "sftp", {"host": "127.0.0.1", "auth": "password"})
DRAFT = Draft(SERVICE, ("password",), {"password": "canary"})


@pytest.fixture(autouse=True)
def keyring(app: App, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(redaction, "_known", ())
    Memory.kept.clear()
    app.paths.make()
    store.set_table(app.paths.settings_file, General(keyring=MEMORY))
    yield
    Memory.kept.clear()


def start(app: App, local: Path) -> MirrorStart:
    mapping = MappingSettings("photos", str(local), "nas", "photos")
    return MirrorStart(app, Target(SERVICE, DRAFT), mapping, at_login=False)


def test_secrets_service_and_mapping(app: App, tmp_path: Path) -> None:
    start(app, tmp_path).write()
    settings = store.load(app.paths.settings_file)
    assert settings.services["nas"] == SERVICE
    assert settings.mappings["photos"].service == "nas"
    assert app.credentials.get("nas") == {"password": "canary"}


def test_a_mapping_that_is_refused_takes_service_and_secrets_with_it(app: App) -> None:
    with pytest.raises(SettingsError):
        start(app, Path("not a whole path")).write()
    settings = store.load(app.paths.settings_file)
    assert not settings.services and not settings.mappings
    assert Memory.kept == {}


def test_undo_takes_all_back(app: App, tmp_path: Path) -> None:
    """Where the engine would not have it."""
    begun = start(app, tmp_path)
    begun.write()
    begun.undo()
    settings = store.load(app.paths.settings_file)
    assert not settings.services and not settings.mappings
    assert Memory.kept == {}


def test_undo_of_nothing_leaves_what_others_made(app: App, tmp_path: Path) -> None:
    start(app, tmp_path).write()
    late = start(app, tmp_path)
    with pytest.raises(SettingsError):
        late.write()
    late.undo()
    assert "nas" in store.load(app.paths.settings_file).services
    assert app.credentials.get("nas") == {"password": "canary"}
