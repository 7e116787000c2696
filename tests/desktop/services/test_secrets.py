"""Secrets first, then settings, and nothing half done."""

from __future__ import annotations

import pytest

from skynet_desktop.app import App
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.credentials import CredentialsError
from skynet_desktop.desktop.services import Draft, save
from skynet_desktop.desktop.services.secrets import connection_of, remove
from skynet_desktop.settings import General, MappingSettings, ServiceSettings, store
from tests.desktop.services.backends import LOCKED, Memory

NAS = ServiceSettings("nas", "sftp", {"host": "nas.example", "auth": "password"})


def draft(service: ServiceSettings = NAS, **entered: str) -> Draft:
    return Draft(service, ("password",), entered)


def test_what_was_not_entered_anew_stays(app: App) -> None:
    save(app, draft(password="first"), is_new=True)
    moved = ServiceSettings("nas", "sftp", {**NAS.options, "host": "other.example"})
    save(app, draft(moved), is_new=False)
    assert app.credentials.get("nas") == {"password": "first"}
    assert store.load(app.paths.settings_file).services["nas"].options["host"] == "other.example"


def test_secrets_that_no_choice_needs_are_forgotten(app: App) -> None:
    save(app, draft(password="first"), is_new=True)
    agent = ServiceSettings("nas", "sftp", {"host": "nas.example", "auth": "agent"})
    save(app, Draft(agent), is_new=False)
    assert Memory.kept == {}


def test_a_taken_name_touches_no_secret_of_its_owner(app: App) -> None:
    save(app, draft(password="first"), is_new=True)
    with pytest.raises(SettingsError, match="already"):
        save(app, draft(password="second"), is_new=True)
    assert app.credentials.get("nas") == {"password": "first"}


def test_if_the_settings_refuse_the_former_secrets_are_back(app: App) -> None:
    save(app, draft(password="first"), is_new=True)
    broken = ServiceSettings("nas", "sftp", {"host": object()})
    with pytest.raises(SettingsError):
        save(app, draft(broken, password="second"), is_new=False)
    assert app.credentials.get("nas") == {"password": "first"}


def test_if_the_settings_refuse_a_new_one_no_secret_is_left(app: App) -> None:
    with pytest.raises(SettingsError):
        save(app, draft(ServiceSettings("a/b", "sftp"), password="first"), is_new=True)
    assert Memory.kept == {}


def test_if_the_keyring_refuses_nothing_is_written(app: App) -> None:
    store.set_table(app.paths.settings_file, General(keyring=LOCKED))
    with pytest.raises(CredentialsError):
        save(app, draft(password="first"), is_new=True)
    assert store.load(app.paths.settings_file).services == {}


def test_the_test_uses_kept_secrets_and_new_ones(app: App) -> None:
    save(app, draft(password="first"), is_new=True)
    assert connection_of(app, draft())._credentials.password == "first"  # type: ignore[attr-defined]
    made = connection_of(app, draft(password="second"))
    assert made._credentials.password == "second"  # type: ignore[attr-defined]


def test_removing_forgets_the_secrets_unless_it_is_used(app: App) -> None:
    save(app, draft(password="first"), is_new=True)
    file = app.paths.settings_file
    store.add_mapping(file, MappingSettings("m", str(file.parent), "nas", ""))
    with pytest.raises(SettingsError, match='"m"'):
        remove(app, "nas")
    assert app.credentials.get("nas") == {"password": "first"}
    store.remove_mapping(file, "m")
    remove(app, "nas")
    assert Memory.kept == {}


def test_a_draft_shows_no_secret() -> None:
    assert "canary" not in repr(draft(password="canary"))
