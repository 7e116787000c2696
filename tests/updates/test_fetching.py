"""Fetching, from a server that means no good, and through proxies."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.connections.route import Route
from skynet_desktop.core.errors import ConnectionLost, ServiceError, ServiceRefused
from skynet_desktop.updates import fetching
from skynet_desktop.updates.fetching import fetch
from skynet_desktop.updates.signed import Untrusted
from tests.servers.proxy import Proxy
from tests.servers.tls import Issuer, TlsFront
from tests.updates.made import Site

DIRECT = Route("none")
NAME = "updates.example.org"


def test_the_content_and_what_is_told(site: Site) -> None:
    assert fetch(f"{site.url}/list?of=all", DIRECT) == site.body
    [(path, headers)] = site.asked
    assert path == "/list?of=all"
    assert headers == {
        "Host": f"127.0.0.1:{site.port}",
        "User-Agent": "Skynet-Desktop",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }, "nothing about the person, their version or an earlier answer"


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "5000000"}])
def test_too_large(site: Site, headers: dict[str, str]) -> None:
    site.pages["/list"] = (200, headers, [(b"x" * 100_000, 0.0)] * 50)
    with pytest.raises(Untrusted, match="larger than it may be"):
        fetch(f"{site.url}/list", DIRECT)


def test_cut_off(site: Site) -> None:
    site.pages["/list"] = (200, {"Content-Length": "1000"}, [(b"x" * 400, 0.0)])
    with pytest.raises(ConnectionLost, match="broke off before"):
        fetch(f"{site.url}/list", DIRECT)


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "1000"}])
def test_a_server_that_trickles_does_not_keep_us(site: Site, headers: dict[str, str]) -> None:
    site.pages["/list"] = (200, headers, [(b"x", 0.05)] * 1_000)
    begun = time.monotonic()
    with pytest.raises(ConnectionLost, match="cannot be reached: it takes too long"):
        fetch(f"{site.url}/list", DIRECT, seconds=0.5)
    assert time.monotonic() - begun < 10
    for thread in threading.enumerate():
        if thread.name == "update-check":
            thread.join(10)
            assert not thread.is_alive()


@pytest.mark.parametrize("status", [204, 304, 404, 500])
def test_an_answer_without_a_list(site: Site, status: int) -> None:
    site.pages["/list"] = (status, {"Content-Length": "0"}, [])
    with pytest.raises(Untrusted, match=f"no list of releases \\(status {status}\\)"):
        fetch(f"{site.url}/list", DIRECT)


def test_nobody_answers(site: Site) -> None:
    site.close()
    with pytest.raises(ConnectionLost, match=r"127\.0\.0\.1 cannot be reached"):
        fetch(f"{site.url}/list", DIRECT)


def test_it_is_followed_where_it_went(site: Site) -> None:
    site.pages["/old"] = (302, {"Location": "/list", "Content-Length": "0"}, [])
    assert fetch(f"{site.url}/old", DIRECT) == site.body
    site.pages["/round"] = (301, {"Location": "/round", "Content-Length": "0"}, [])
    with pytest.raises(Untrusted, match="one address leads to the next"):
        fetch(f"{site.url}/round", DIRECT)


@pytest.mark.parametrize(
    "beyond",
    ["http://example.org/list", "file:///etc/passwd", "ftp://127.0.0.1/list",
     "javascript:alert(1)", "http://user@127.0.0.1/list", "http://[::1/list"],
)  # fmt: skip
def test_but_not_anywhere(site: Site, beyond: str) -> None:
    site.pages["/old"] = (302, {"Location": beyond, "Content-Length": "0"}, [])
    with pytest.raises(ServiceError):
        fetch(f"{site.url}/old", DIRECT)
    assert len(site.asked) == 1


def test_a_plain_address_is_not_asked_at_all() -> None:
    with pytest.raises(Untrusted, match="not secure"):
        fetch("http://updates.example.org/list", DIRECT)


# --- TLS and proxies ------------------------------------------------------------------------


@pytest.fixture
def issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    """One that this system trusts."""
    issuer = Issuer(tmp_path / "issuer")
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer.file))
    fetching._trust.cache_clear()
    yield issuer
    fetching._trust.cache_clear()


@pytest.fixture
def front(site: Site, issuer: Issuer) -> Iterator[TlsFront]:
    front = TlsFront(("127.0.0.1", site.port), issuer.certificate(NAME))
    yield front
    front.stop()


def test_a_certificate_for_the_right_name(site: Site, issuer: Issuer) -> None:
    front = TlsFront(("127.0.0.1", site.port), issuer.certificate())
    assert fetch(f"https://127.0.0.1:{front.port}/list", DIRECT) == site.body
    front.stop()


@pytest.mark.parametrize(("name", "ends"), [(NAME, 1), ("127.0.0.1", -0.5)])
def test_a_certificate_that_is_not_right(
    site: Site, issuer: Issuer, name: str, ends: float
) -> None:
    front = TlsFront(("127.0.0.1", site.port), issuer.certificate(name, -1, ends))  # type: ignore[arg-type]
    with pytest.raises(ConnectionLost, match="its certificate is not trusted"):
        fetch(f"https://127.0.0.1:{front.port}/list", DIRECT)
    front.stop()
    assert not site.asked


def test_a_certificate_of_somebody(site: Site, tmp_path: Path) -> None:
    stranger = Issuer(tmp_path / "stranger")
    front = TlsFront(("127.0.0.1", site.port), stranger.certificate())
    with pytest.raises(ConnectionLost, match="its certificate is not trusted"):
        fetch(f"https://127.0.0.1:{front.port}/list", DIRECT)
    front.stop()


def test_a_secure_address_leads_to_no_other(site: Site, issuer: Issuer) -> None:
    front = TlsFront(("127.0.0.1", site.port), issuer.certificate())
    site.pages["/old"] = (302, {"Location": f"{site.url}/list", "Content-Length": "0"}, [])
    with pytest.raises(Untrusted, match="not secure"):
        fetch(f"https://127.0.0.1:{front.port}/old", DIRECT)
    front.stop()
    assert len(site.asked) == 1


@pytest.mark.parametrize(("scheme", "seen"), [("http", "CONNECT"), ("socks5", "SOCKS")])
def test_by_the_persons_proxy(site: Site, front: TlsFront, scheme: str, seen: str) -> None:
    proxy = Proxy("anna:secret")
    url = f"https://{NAME}:{front.port}/list"
    assert fetch(url, Route(f"{scheme}://anna:secret@{proxy.address}")) == site.body
    assert proxy.seen == [f"{seen} {NAME}:{front.port}"]
    with pytest.raises(ServiceRefused) as caught:
        fetch(url, Route(f"{scheme}://anna:wrong@{proxy.address}"))
    assert "wrong" not in str(caught.value)
    proxy.close()


def test_by_the_systems_proxy(site: Site, front: TlsFront, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = Proxy()
    monkeypatch.setenv("https_proxy", f"http://{proxy.address}")
    assert fetch(f"https://{NAME}:{front.port}/list", Route()) == site.body
    assert proxy.seen == [f"CONNECT {NAME}:{front.port}"]
    proxy.close()


def test_the_roots_that_are_shipped_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a frozen app on a system that OpenSSL finds none of."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nonexistent")
    monkeypatch.setenv("SSL_CERT_DIR", "/nonexistent")
    fetching._trust.cache_clear()
    assert fetching._trust().cert_store_stats()["x509_ca"] > 50
    fetching._trust.cache_clear()
