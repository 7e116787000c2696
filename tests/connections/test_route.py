"""What the proxy setting means for a host."""

from __future__ import annotations

import sys
import urllib.request

import pytest

from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.connections.options import build
from skynet_desktop.connections.route import Proxy, Route, is_loopback
from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.core.errors import SettingsError

HOST = "files.example.com"


@pytest.fixture(autouse=True)
def no_proxies_of_this_system(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http", "https", "ftp", "all", "no", "socks"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name.upper()}_PROXY", raising=False)


def test_an_address_holds_for_everything() -> None:
    route = Route("http://anna:p%40ss@proxy.example.com:3128")
    wanted = Proxy("http", "proxy.example.com", 3128, "anna", "p@ss")
    assert {route.proxy_for(scheme, HOST) for scheme in ("http", "https", "ssh")} == {wanted}
    assert wanted.url == "http://anna:p%40ss@proxy.example.com:3128"


def test_none_means_none_whatever_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("all_proxy", "http://proxy:1")
    assert Route("none").proxy_for("https", HOST) is None
    assert Route(" None").proxy_for("https", HOST) is None
    assert Route("none").passwords() == []


def test_the_system_is_asked_by_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    route = Route("")
    assert route.proxy_for("https", HOST) is None
    monkeypatch.setenv("https_proxy", "http://web:1")
    assert str(route.proxy_for("https", HOST)) == "web:1"
    assert route.proxy_for("http", HOST) is None
    assert route.proxy_for("ssh", HOST) is None, "a proxy of the web is none of SSH's"
    monkeypatch.setenv("all_proxy", "socks5://all")
    assert route.proxy_for("ssh", HOST) == Proxy("socks5", "all", 1080)
    assert str(route.proxy_for("https", HOST)) == "web:1"
    monkeypatch.setenv("no_proxy", "example.com")
    assert route.proxy_for("ssh", HOST) is None


@pytest.mark.parametrize(
    ("system", "told"), [("win32", "socks://old:9"), ("darwin", "http://old:9")]
)
def test_a_system_wide_socks_proxy_takes_everything(
    monkeypatch: pytest.MonkeyPatch, system: str, told: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(urllib.request, "getproxies", lambda: {"socks": told})
    monkeypatch.setattr(urllib.request, "proxy_bypass", lambda host: False)
    assert Route().proxy_for("ssh", HOST) == Proxy("socks5", "old", 9)


@pytest.mark.parametrize("host", ["localhost", "x.localhost", "127.0.0.9", "::1", "[::1]"])
def test_this_computer_is_never_reached_by_a_proxy(host: str) -> None:
    assert is_loopback(host)
    assert Route("http://proxy:3128").proxy_for("https", host) is None


@pytest.mark.parametrize("host", ["localhost.example.com", "10.0.0.1", "128.0.0.1", ""])
def test_others_are(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "setting",
    [
        "ftp://proxy:1",
        "http://",
        "http://secret@:3128",
        "http://u:secret@proxy:port",
        "http://u:secret@proxy:99999",
        "http://u:secret@proxy:1/path",
        "http://u:secret@[proxy:1",
    ],
)
def test_nonsense_is_refused_without_quoting_it(setting: str) -> None:
    with pytest.raises(SettingsError) as raised:
        Route(setting)
    assert "secret" not in str(raised.value)


def test_passwords_can_be_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Route("socks5://u:p%40ss@proxy:1").passwords() == ["p@ss"]
    assert Route("socks5://proxy:1").passwords() == [""]
    monkeypatch.setenv("http_proxy", "http://u:w%20rd@proxy:1")
    assert Route().passwords() == ["w rd"]
    proxy = Route("http://u:hushhush@proxy:1").proxy_for("ssh", HOST)
    assert "hushhush" not in f"{proxy} {proxy!r}"


def test_a_connection_is_built_with_its_route() -> None:
    route = Route("http://proxy:3128")
    made: list[Connection] = [
        build(S3Connection, {"bucket": "b"}, {}, route),
        build(SFTPConnection, {"host": HOST}, {}, route),
    ]
    assert all(vars(connection)["route"] is route for connection in made)
    assert not hasattr(build(LocalConnection, {"path": "/x"}, {}, route), "route")
