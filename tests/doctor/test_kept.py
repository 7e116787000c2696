"""Keyrings and the secrets that services need."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from skynet_desktop.app import App
from skynet_desktop.credentials import Credentials, CredentialsError, Keyring, Kind
from skynet_desktop.doctor import Level
from skynet_desktop.settings import ServiceSettings, store
from tests.doctor.conftest import found, said

S3 = ServiceSettings("photos", "s3", {"bucket": "b"})
NAS = ServiceSettings("nas", "sftp", {"host": "nas.example"})


def keyring(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, stored: Mapping[str, Mapping[str, str]],
    name: str = "A keyring",
) -> None:  # fmt: skip
    def get(_: Credentials, service: str) -> dict[str, str]:
        if service not in stored:
            raise CredentialsError("It is torn.")
        return dict(stored[service])

    sentence = f"Secrets are kept in {name}."
    monkeypatch.setattr(Credentials, "probe", lambda _: Keyring(kind, name, sentence))
    monkeypatch.setattr(Credentials, "get", get)


def with_services(app: App, *services: ServiceSettings) -> None:
    for service in services:
        store.add_service(app.paths.settings_file, service)


def test_all_secrets_are_there(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"access_key_id": "canary-1", "secret_access_key": "canary-2"}
    keyring(monkeypatch, Kind.SYSTEM, {"photos": keys, "nas": {}})
    with_services(app, S3, NAS)
    assert said(app, "Keyring", network=False) == [
        ("ok", "Secrets are kept in A keyring."),
        ("ok", "The secrets of photos are stored."),
        ("ok", "No secret of nas is stored; it signs in without one, or not at all."),
    ]


def test_one_is_missing(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring(monkeypatch, Kind.SYSTEM, {"photos": {"access_key_id": "canary-1"}, "nas": {}})
    by_password = ServiceSettings("nas", "sftp", {"host": "nas.example", "auth": "password"})
    with_services(app, S3, by_password)
    assert said(app, "Keyring", network=False)[1:] == [
        ("bad", "No Secret access key of photos is stored."),
        ("bad", "No Password of nas is stored."),
    ]


def test_secrets_from_elsewhere_are_not_asked_for(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring(monkeypatch, Kind.SYSTEM, {})
    with_services(app, ServiceSettings("photos", "s3", {"bucket": "b", "auth": "environment"}))
    assert len(found(app, "Keyring", network=False)) == 1


def test_one_that_cannot_be_read(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring(monkeypatch, Kind.SYSTEM, {})
    with_services(app, S3)
    assert said(app, "Keyring", network=False)[1] == (
        "bad", "The secrets of photos cannot be read. It is torn."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "without", "with_one"),
    [
        (Kind.NONE, Level.NOTE, Level.BAD),
        (Kind.FOREIGN, Level.NOTE, Level.BAD),
        (Kind.LOCKED, Level.WARNING, Level.WARNING),
        (Kind.CHOSEN, Level.NOTE, Level.NOTE),
    ],
)
def test_keyrings_that_are_none(
    app: App, monkeypatch: pytest.MonkeyPatch, kind: Kind, without: Level, with_one: Level
) -> None:
    keyring(monkeypatch, kind, {"photos": {}})
    assert found(app, "Keyring", network=False)[0].level is without
    with_services(app, S3)
    assert found(app, "Keyring", network=False)[0].level is with_one


def test_a_keyring_of_plain_text(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring(monkeypatch, Kind.CHOSEN, {}, "PlaintextKeyring")
    [finding] = found(app, "Keyring", network=False)
    assert (finding.level, "plain text" in finding.advice) == (Level.WARNING, True)


def test_secrets_in_memory_alone(app: App) -> None:
    app.paths.settings_file.write_text('version = 1\n[general]\nkeyring = "session"\n')
    with_services(app, S3)
    levels = [level for level, _ in said(app, "Keyring", network=False)]
    assert levels == ["note", "note"]
    [finding] = found(app, "Service photos")
    assert finding.level is Level.NOTE
    assert "Enter the secrets" in finding.text
