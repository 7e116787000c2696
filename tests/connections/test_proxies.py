"""Real transfers through a real proxy. The servers have names that only the proxy can find."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.route import Route
from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused
from tests.servers.proxy import Proxy
from tests.servers.seaweed import Seaweed
from tests.servers.sshd import Sshd, fingerprint, free_port
from tests.servers.tls import Issuer, TlsFront

SIGNATURE = "anna:canary-proxy-word"
HOST = "storage.test"
ADDRESS = "192.0.2.7"
"""One that leads nowhere by itself: it is kept for examples (RFC 5737)."""
KINDS = ["http", "socks5"]


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    made = Proxy()
    yield made
    made.close()


@pytest.fixture
def strict_proxy() -> Iterator[Proxy]:
    made = Proxy(SIGNATURE)
    yield made
    made.close()


def to_s3(server: Seaweed, bucket: str, route: Route, scheme: str = "http") -> S3Connection:
    options = server.options(bucket)
    options["endpoint_url"] = f"{scheme}://{HOST}:{server.ports['s3']}"
    connection = S3Connection(**options)
    connection.route = route
    return connection


def to_sftp(server: Sshd, route: Route) -> SFTPConnection:
    options: dict[str, Any] = server.options()
    options.update(
        host=HOST, host_key=fingerprint(server.host_keys[0].with_suffix(".pub")), known_hosts=None
    )
    connection = SFTPConnection(**options)
    connection.route = route
    return connection


def send_and_fetch(connection: Connection, tmp_path: Path, base: str) -> None:
    """Through parts, too: they are sent by connections of their own."""
    connection.open()
    for size in (5, 20_000_000):
        content = os.urandom(size)
        (tmp_path / "source").write_bytes(content)
        connection.send(str(tmp_path / "source"), f"{base}/file")
        assert isinstance(connection, S3Connection | SFTPConnection)
        connection.fetch(f"{base}/file", str(tmp_path / f"fetched {size}"))
        assert (tmp_path / f"fetched {size}").read_bytes() == content
    connection.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("signed", [False, True])
def test_s3(s3_server: Seaweed, s3_bucket: str, tmp_path: Path, kind: str, signed: bool) -> None:
    proxy = Proxy(SIGNATURE if signed else "")
    who = f"{SIGNATURE}@" if signed else ""
    route = Route(f"{kind}://{who}{proxy.address}")
    send_and_fetch(to_s3(s3_server, s3_bucket, route), tmp_path, "base")
    verb = "SOCKS" if kind == "socks5" else "GET"
    assert any(seen.startswith(verb) and HOST in seen for seen in proxy.seen)
    proxy.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("signed", [False, True])
def test_sftp(sftp_server: Sshd, sftp_root: Path, tmp_path: Path, kind: str, signed: bool) -> None:
    proxy = Proxy(SIGNATURE if signed else "")
    who = f"{SIGNATURE}@" if signed else ""
    route = Route(f"{kind}://{who}{proxy.address}")
    connection = to_sftp(sftp_server, route)
    assert connection.endpoint() is None, "the name cannot be looked up here"
    send_and_fetch(connection, tmp_path, str(sftp_root))
    verb = "SOCKS" if kind == "socks5" else "CONNECT"
    assert set(proxy.seen) == {f"{verb} {HOST}:{sftp_server.port}"}
    proxy.close()


@pytest.mark.parametrize("kind", KINDS)
def test_s3_with_tls(
    s3_server: Seaweed,
    s3_bucket: str,
    tmp_path: Path,
    proxy: Proxy,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Encrypted from here to the server: the proxy sees its name and nothing else."""
    issuer = Issuer(tmp_path / "issuer")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(issuer.file))
    front = TlsFront(("127.0.0.1", s3_server.ports["s3"]), issuer.certificate(ADDRESS))
    options = s3_server.options(s3_bucket)
    options["endpoint_url"] = f"https://{ADDRESS}:{front.port}"
    connection = S3Connection(**options)
    connection.route = Route(f"{kind}://{proxy.address}")
    send_and_fetch(connection, tmp_path, "base")
    verb = "SOCKS" if kind == "socks5" else "CONNECT"
    assert set(proxy.seen) == {f"{verb} {ADDRESS}:{front.port}"}
    front.stop()


def test_proxies_of_the_environment(
    s3_server: Seaweed, s3_bucket: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://{proxy.address}")
    to_s3(s3_server, s3_bucket, Route("")).open()
    assert proxy.seen
    proxy.seen.clear()
    with pytest.raises(ConnectionLost, match="cannot be reached"):
        to_s3(s3_server, s3_bucket, Route("none")).open()
    S3Connection(**s3_server.options(s3_bucket)).open()  # loopback
    assert not proxy.seen


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", ["", "anna:wrong@"])
def test_a_proxy_that_does_not_let_us_in_is_not_asked_again(
    s3_server: Seaweed,
    s3_bucket: str,
    sftp_server: Sshd,
    strict_proxy: Proxy,
    kind: str,
    who: str,
) -> None:
    route = Route(f"{kind}://{who}{strict_proxy.address}")
    for connection in (
        to_s3(s3_server, s3_bucket, route),
        to_s3(s3_server, s3_bucket, route, "https"),
        to_sftp(sftp_server, route),
    ):
        with pytest.raises(ServiceRefused, match=r"The proxy .* wants a user and a password"):
            connection.open()


@pytest.mark.parametrize("kind", KINDS)
def test_a_proxy_that_is_not_there(
    s3_server: Seaweed, s3_bucket: str, sftp_server: Sshd, kind: str
) -> None:
    route = Route(f"{kind}://{SIGNATURE}@127.0.0.1:{free_port()}")
    for connection in (to_s3(s3_server, s3_bucket, route), to_sftp(sftp_server, route)):
        with pytest.raises(ConnectionLost, match=r"[Tt]he proxy .*cannot be reached") as raised:
            connection.open()
        assert "canary" not in str(raised.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_proxy_that_leads_nowhere(sftp_server: Sshd, proxy: Proxy, kind: str) -> None:
    """It hangs up, because nothing answers at that port."""
    connection = to_sftp(sftp_server, Route(f"{kind}://{proxy.address}"))
    connection._server = type(connection._server)(HOST, free_port())
    with pytest.raises(ConnectionLost, match="The proxy"):
        connection.open()


def test_sftp_refuses_a_proxy_that_cannot_carry_it(sftp_server: Sshd) -> None:
    with pytest.raises(ServiceRefused, match="web pages only"):
        to_sftp(sftp_server, Route("https://proxy.test:443")).open()
