"""A list of releases made to order, and a server on loopback that shows it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skynet_desktop.updates import signed
from skynet_desktop.updates.source import Source

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = "https://example.org/skynet"

Values = dict[str, Any]


def download(**values: Any) -> Values:
    return {
        "system": "linux", "machine": "x86_64", "kind": "appimage",
        "url": "https://example.org/skynet-desktop-1.2.0-x86_64.AppImage",
        "sha256": "ab" * 32, "size": 52_100_000, **values,
    }  # fmt: skip


def release(version: str = "1.2.0", **values: Any) -> Values:
    notes = {"en": [f"What is new in {version}."], "de": [f"Neu in {version}."]}
    return {"version": version, "date": "2026-11-20", "notes": notes, "downloads": [download()],
            **values}  # fmt: skip


def listed(*releases: Values, **values: Any) -> Values:
    return {
        "format": 1, "product": "skynet-desktop", "issued": NOW.isoformat(),
        "valid_until": (NOW + timedelta(days=90)).isoformat(),
        "releases": list(releases) or [release()], **values,
    }  # fmt: skip


class Site:
    """The makers' key and their server. ``body`` is what it shows at ``/list``; other paths are
    what ``pages`` says: a status, headers, and a content in pieces with pauses between them."""

    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.body = b""
        self.pages: dict[str, tuple[int, dict[str, str], list[tuple[bytes, float]]]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.show(listed())
        self._stop = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def source(self) -> Source:
        return Source(f"{self.url}/list", (self.key.public_key(),), PAGE)

    def show(self, values: object, *keys: Ed25519PrivateKey) -> None:
        """Signed by these keys, else by the makers' own."""
        self.body = signed.sign(json.dumps(values).encode(), keys or (self.key,))

    def close(self) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(site) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers)))
                usual = (200, {"Content-Length": str(len(site.body))}, [(site.body, 0.0)])
                status, headers, pieces = site.pages.get(self.path, usual)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for piece, pause in pieces:
                    try:
                        self.wfile.write(piece)
                    except OSError:
                        return
                    if site._stop.wait(pause):
                        return

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@contextmanager
def made_site() -> Iterator[Site]:
    site = Site()
    try:
        yield site
    finally:
        site.close()
