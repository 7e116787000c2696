"""Skywatch's own ingest: JSON over HTTPS, signed in by the machine's token.

The way to the host is the person's (proxy, SOCKS), the certificate is always verified, and a
redirection is not followed: the token goes to the address it was given for, and to no other.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

from skynet_desktop.connections.dial import dial
from skynet_desktop.connections.route import Route, at
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused
from skynet_desktop.notifier import schema
from skynet_desktop.notifier.report import Report
from skynet_desktop.notifier.targets.base import SECONDS, Busy, RowsRefused

_PATH = "/api/ingest"
_LONGEST_ANSWER = 64 * 1024
_BUSY_SECONDS = 60.0
_LONGEST_BUSY = 3_600.0
_ZIPPED_FROM = 1_000  # bytes; below it is not worth it


class Ingest:
    def __init__(self, url: str, token: str, route: Route, version: str) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._secure else 80)
        self._where = at(self._host, self._port)
        self._path = parts.path.rstrip("/") + _PATH
        self._route = route
        self._headers = {
            "Authorization": f"Bearer {token}",
            "User-Agent": f"skynet-desktop/{version}",
            "Accept": "application/json",
        }
        self._connection: http.client.HTTPConnection | None = None
        self._aborted = False

    def send(self, report: Report) -> float:
        body = json.dumps(report.as_json()).encode()
        headers = {"Content-Type": "application/json"}
        if len(body) > _ZIPPED_FROM:
            body = gzip.compress(body, 6)
            headers["Content-Encoding"] = "gzip"
        answer = self._ask("POST", body, headers)
        heartbeat = answer.get("heartbeat")
        return float(heartbeat) if isinstance(heartbeat, int | float) and heartbeat > 0 else 0.0

    def test(self) -> str:
        answer = self._ask("GET", None, {})
        name = answer.get("machine")
        if not (name and isinstance(name, str)):
            return f"The monitor {self._where} takes reports from this machine."
        return f"The monitor {self._where} takes reports from this machine, known as {name}."

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def abort(self) -> None:
        self._aborted = True
        sock = getattr(self._connection, "sock", None)
        if sock is not None:
            with contextlib.suppress(OSError):
                # On the TCP connection itself: TLS would say good-bye first, and wait.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    # --- one request ----------------------------------------------------------------------

    def _ask(self, method: str, body: bytes | None, headers: dict[str, str]) -> dict[str, Any]:
        """A connection that was kept may have been closed there meanwhile: then once more."""
        kept = self._connection is not None
        try:
            return self._ask_once(method, body, headers)
        except ConnectionLost as error:
            if not kept or self._aborted or isinstance(error, Busy):
                raise
            return self._ask_once(method, body, headers)

    def _ask_once(self, method: str, body: bytes | None, headers: dict[str, str]) -> dict[str, Any]:
        try:
            connection = self._connection = self._connection or self._connect()
            connection.request(method, self._path, body, {**self._headers, **headers})
            response = connection.getresponse()
            text = response.read(_LONGEST_ANSWER)
            if not response.isclosed():
                self.close()  # more than we want to hear
        except ssl.SSLCertVerificationError as error:
            self.close()
            why = error.verify_message or "the certificate is not valid"
            raise ServiceRefused(f"The monitor {self._where} could not prove who it is: {why}.")
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            self.close()
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise ConnectionLost(f"The monitor {self._where} cannot be reached: {why}.")
        except ConnectionLost:
            self.close()
            raise
        if response.status != 200:
            raise self._error(response)
        return self._answer(text)

    def _connect(self) -> http.client.HTTPConnection:
        proxy = self._route.proxy_for("https" if self._secure else "http", self._host)
        sock = dial(self._host, self._port, proxy, SECONDS)
        sock.settimeout(SECONDS)
        if self._secure:
            try:
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self._host)
            except BaseException:
                sock.close()
                raise
        connection = http.client.HTTPConnection(self._host, self._port, timeout=SECONDS)
        connection.sock = sock
        connection.auto_open = 0  # it would go around proxy and TLS
        return connection

    def _error(self, response: http.client.HTTPResponse) -> Exception:
        status = response.status
        if status in (401, 403):
            return ServiceRefused(
                f"The monitor {self._where} does not take this machine's token. Make a new one "
                "there, and enter it here."
            )
        if status == 409:
            return ServiceRefused(
                f"The monitor {self._where} is older than this program. It must be updated."
            )
        if status in (400, 413, 422):
            return RowsRefused(f"The monitor {self._where} cannot take this ({status}).")
        if status in (408, 429) or status >= 500:
            seconds = _seconds(response.getheader("Retry-After"))
            return Busy(f"The monitor {self._where} is busy ({status}).", seconds)
        return ServiceRefused(
            f"There is no monitor at {self._where} ({status}). Is the address right?"
        )

    def _answer(self, text: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(text)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not ("accepted" in answer or "schema" in answer):
            raise ServiceRefused(
                f"What answers at {self._where} is no monitor. Is the address right?"
            )
        found = answer.get("schema", schema.VERSION)
        if isinstance(found, int) and found < schema.VERSION:
            raise ServiceRefused(
                f"The monitor {self._where} is older than this program. It must be updated."
            )
        return answer


def _seconds(retry_after: str | None) -> float:
    """Also a date is allowed there (RFC 9110, section 10.2.3); then our own pause does."""
    if retry_after and retry_after.strip().isdecimal():
        return min(float(retry_after), _LONGEST_BUSY)
    return _BUSY_SECONDS
