"""An open TCP connection to a host, through a proxy where there is one.

HTTP proxies are spoken to here (RFC 9110, section 9.3.6): the libraries read ahead, and lose
what a server says first, as SSH does. SOCKS is python-socks's job.
"""

from __future__ import annotations

import base64
import re
import socket

from skynet_desktop.connections.route import Proxy, at
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused

_LONGEST_HEAD = 64 * 1024


def dial(host: str, port: int, proxy: Proxy | None, seconds: float) -> socket.socket:
    """A connected socket whose timeout is ``seconds``. With a proxy it is the proxy that
    looks the name up.

    Raises ``OSError`` without a proxy. With one: :class:`ConnectionLost`, and
    :class:`ServiceRefused` where it wants another user or password.
    """
    if proxy is None:
        return socket.create_connection((host, port), timeout=seconds)
    try:
        if proxy.is_socks:
            return _through_socks(host, port, proxy, seconds)
        return _through_http(host, port, proxy, seconds)
    except (OSError, UnicodeError) as error:
        raise ConnectionLost(f"The proxy {proxy} cannot be reached.") from error


def _through_socks(host: str, port: int, proxy: Proxy, seconds: float) -> socket.socket:
    from python_socks import ProxyError, ProxyType  # only few need it
    from python_socks.sync import Proxy as Socks

    kind = ProxyType.SOCKS4 if proxy.scheme == "socks4" else ProxyType.SOCKS5
    user, password = (proxy.user, proxy.password) if proxy.user else (None, None)
    way = Socks(kind, proxy.host, proxy.port, user, password, rdns=True)
    try:
        return way.connect(host, port, timeout=seconds)
    except ProxyError as error:
        if "authentication" in str(error).lower():
            raise _not_let_in(proxy) from error
        raise _no_way(host, port, proxy, str(error)) from error


def _through_http(host: str, port: int, proxy: Proxy, seconds: float) -> socket.socket:
    if proxy.scheme != "http":
        raise ServiceRefused(f"The proxy {proxy} is of a kind that can carry web pages only.")
    sock = socket.create_connection((proxy.host, proxy.port), timeout=seconds)
    try:
        sock.sendall(_request(at(host, port), proxy))
        status = _status(_head(sock))
        if status == 407:
            raise _not_let_in(proxy)
        if not 200 <= status < 300:
            raise _no_way(host, port, proxy, f"status {status}" if status else "no HTTP answer")
    except BaseException:
        sock.close()
        raise
    return sock


def _request(target: str, proxy: Proxy) -> bytes:
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if proxy.user:
        token = base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode()
        lines.append(f"Proxy-Authorization: Basic {token}")
    return "\r\n".join([*lines, "", ""]).encode()


def _head(sock: socket.socket) -> bytes:
    """An answer up to its empty line and not a byte more: the next one is the server's."""
    head = b""
    while not head.endswith(b"\r\n\r\n") and len(head) < _LONGEST_HEAD:
        byte = sock.recv(1)
        if not byte:
            break
        head += byte
    return head


def _status(head: bytes) -> int:
    """0 for what is no answer of an HTTP server."""
    found = re.match(rb"HTTP/1\.\d (\d{3})", head)
    return int(found[1]) if found else 0


def _not_let_in(proxy: Proxy) -> ServiceRefused:
    return ServiceRefused(
        f"The proxy {proxy} wants a user and a password, or refused the ones it got."
    )


def _no_way(host: str, port: int, proxy: Proxy, why: str) -> ConnectionLost:
    return ConnectionLost(f"The proxy {proxy} did not lead to {at(host, port)} ({why}).")
