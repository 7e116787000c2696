"""The proxy of the settings reaches every connection, and no log."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from skynet_desktop.app import App
from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.credentials import redacted
from skynet_desktop.settings import MappingSettings, Network, Paths, ServiceSettings, Settings

BUCKET = ServiceSettings("bucket", "s3", {"bucket": "b", "auth": "environment"})


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(Paths.of(tmp_path))


def choose(app: App, proxy: str) -> None:
    app.paths.settings_file.write_text(f'version = 1\n[network]\nproxy = "{proxy}"\n')


def test_a_connection_goes_by_the_chosen_proxy(app: App) -> None:
    choose(app, "http://proxy.test:3128")
    connection = app.connect(BUCKET)
    assert isinstance(connection, S3Connection)
    assert str(connection.route.proxy_for("https", "s3.test")) == "proxy.test:3128"
    choose(app, "none")
    connection = app.connect(BUCKET)
    assert isinstance(connection, S3Connection)
    assert connection.route.proxy_for("https", "s3.test") is None


def test_the_systems_proxy_may_have_a_password_which_no_log_shows(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://anna:canary-of-system@proxy.test:3128")
    app.connect(BUCKET)
    assert "canary" not in redacted("http://anna:canary-of-system@proxy.test:3128")


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("ftp://u:canary-in-proxy@proxy.test", "network.proxy .*is no address"),
        ("http://u:canary-in-proxy@proxy.test", "network.proxy .*must not hold a password"),
    ],
)
def test_a_proxy_that_cannot_be_is_told(app: App, proxy: str, words: str) -> None:
    choose(app, proxy)
    with pytest.raises(SettingsError, match=words) as raised:
        app.settings()
    assert "canary" not in str(raised.value)


def test_another_proxy_means_to_connect_anew(app: App) -> None:
    one = Settings(
        services={"bucket": BUCKET},
        mappings={"m": MappingSettings("m", "/here", "bucket", "there")},
    )
    other = replace(one, network=Network(proxy="http://proxy.test:1"))
    assert app.specs(one) == app.specs(one)
    assert app.specs(one) != app.specs(other)
