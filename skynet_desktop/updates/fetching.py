"""A small file from the web: by the person's proxy, bounded in size and time, telling nothing.

The request carries an address and nothing about the person: no version, no cookie, and no mark
(``ETag``) of an earlier answer, by which a server could know somebody again.
"""

from __future__ import annotations

import functools
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from skynet_desktop.connections.dial import dial
from skynet_desktop.connections.route import Route
from skynet_desktop.core.errors import ConnectionLost
from skynet_desktop.updates.addresses import is_secure, may_ask
from skynet_desktop.updates.signed import Untrusted

MOST_BYTES = 1_000_000
SECONDS = 60.0
"""For all of it: a server that sends a byte now and then does not keep us."""
_STEP_SECONDS = 15.0
_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)
_HEADERS = {"User-Agent": "Skynet-Desktop", "Accept-Encoding": "identity", "Connection": "close"}


def fetch(url: str, route: Route, seconds: float = SECONDS) -> bytes:
    """What lies at this address. Follows redirects, to secure addresses only. Blocks up to
    ``seconds`` after a connection is made.

    Raises :class:`ConnectionLost`, :class:`Untrusted` for an answer that is none, and what
    ``dial`` raises of a proxy.
    """
    for _ in range(_REDIRECTS):
        if not may_ask(url):
            raise Untrusted("The list of releases is at an address that is not secure.")
        answer = _get(url, route, seconds)
        if isinstance(answer, bytes):
            return answer
        url = _beyond(url, answer)
    raise Untrusted("The list of releases is nowhere: one address leads to the next.")


def _beyond(url: str, moved: str) -> str:
    """Where a redirect leads: from a secure address only to another one, "" for nowhere good."""
    try:
        beyond = urljoin(url, moved)
    except ValueError:
        return ""
    return beyond if is_secure(beyond) or not is_secure(url) else ""


def _get(url: str, route: Route, seconds: float) -> bytes | str:
    """The content, or where it went."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _connected(url, route, seconds) as connection:
            connection.request("GET", target, headers=_HEADERS)
            with connection.getresponse() as response:
                moved = response.getheader("Location")
                if response.status in _MOVED and moved:
                    return moved
                if response.status != 200:
                    raise Untrusted(f"{host} has no list of releases (status {response.status}).")
                content = response.read(MOST_BYTES + 1)
                missing = response.length
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise ConnectionLost(f"{host} cannot be reached: {_detail(error)}.") from error
    if len(content) > MOST_BYTES:
        raise Untrusted("The list of releases is larger than it may be.")
    if missing:
        raise ConnectionLost(f"{host} broke off before the list of releases was whole.")
    return content


@contextmanager
def _connected(url: str, route: Route, seconds: float) -> Iterator[http.client.HTTPConnection]:
    """Connected by the way the settings want; cut when the time is over."""
    parts = urlsplit(url)
    secure, host = parts.scheme == "https", parts.hostname or ""
    port = parts.port or (443 if secure else 80)
    live = sock = dial(host, port, route.proxy_for(parts.scheme, host), _STEP_SECONDS)
    late = threading.Event()

    def cut() -> None:
        """Whoever reads from it wakes. Not by TLS's own shutdown, which may not be called from
        another thread."""
        late.set()
        with suppress(OSError):  # it has ended by itself
            socket.socket.shutdown(live, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.name, timer.daemon = "update-check", True
    connection = http.client.HTTPConnection(host, port)
    timer.start()
    try:
        if secure:
            live = _trust().wrap_socket(sock, server_hostname=host)
        connection.sock = live
        yield connection
    finally:
        timer.cancel()
        live.close()
        if late.is_set():  # what was read may be a part, and any error is of our making
            raise TimeoutError("it takes too long")


@functools.cache
def _trust() -> ssl.SSLContext:
    """The roots that this system trusts, and those that come with botocore: a frozen app on a
    Mac has no others."""
    import botocore  # takes its time

    context = ssl.create_default_context()
    shipped = Path(botocore.__file__).with_name("cacert.pem")
    if shipped.exists():
        context.load_verify_locations(shipped)
    return context


def _detail(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    said = error.strerror if isinstance(error, OSError) else None
    return said or str(error) or type(error).__name__
