"""An ingest as Skywatch has it, in a few lines: what it took is in a SQLite database.

It can be told to misbehave. Usable as a context manager; safe from any thread.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from skynet_desktop.notifier import schema
from skynet_desktop.notifier.schema import Dialect

TOKEN = "canary-token-0123456789"


class Stub:
    """``status`` other than 200 is what it answers; ``bad`` a text no row may hold, or 400;
    ``most`` rows it takes at once, or 413; ``hangs`` for good until told otherwise."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body: bytes | None = None
        self.bad = ""
        self.most = 10_000
        self.heartbeat = 60
        self.gone = False
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.reports: list[dict[str, Any]] = []
        self.answering = threading.Event()
        self.answering.set()
        self._db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        schema.upgrade(self._db.cursor(), Dialect.SQLITE)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        scheme = "http"
        if certificate is not None:
            scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])
        self.url = f"{scheme}://127.0.0.1:{self.port}"

    def __enter__(self) -> Stub:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.gone = True
        self.answering.set()
        self._server.shutdown()
        self._server.server_close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql).fetchall()

    def everything(self) -> str:
        """All that it was ever told, as text."""
        return json.dumps([self.requests, self.reports], ensure_ascii=False)

    def _answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        with self._lock:
            self.requests.append((method, path, headers))
        if self.status != 200:
            return self.status, {}
        if path != "/api/ingest":
            return 404, {}
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {}
        if method == "GET":
            return 200, {"schema": schema.VERSION, "machine": "laptop"}
        if headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        report = json.loads(body)
        count = sum(len(report[table.word]) for table in schema.ROWS)
        if count > self.most:
            return 413, {}
        if self.bad and self.bad in json.dumps(report, ensure_ascii=False):
            return 400, {}
        with self._lock:
            self.reports.append(report)
            machine = report["machine"]
            self._put(schema.MACHINE, [machine], "")
            for table in schema.ROWS:
                self._put(table, report[table.word], machine["id"])
        return 200, {"accepted": {"files": len(report["files"])}, "heartbeat": self.heartbeat}

    def _put(self, table: schema.Table, rows: list[dict[str, Any]], machine: str) -> None:
        values = [schema.values(table, row, machine) for row in rows]
        self._db.executemany(schema.upsert(table, Dialect.SQLITE), values)

    def _handler(stub) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self._do(self.rfile.read(int(self.headers["Content-Length"])))

            def do_GET(self) -> None:
                self._do(b"")

            def _do(self, body: bytes) -> None:
                stub.answering.wait()
                status, answer = stub._answer(self.command, self.path, dict(self.headers), body)
                text = stub.body if stub.body is not None else json.dumps(answer).encode()
                if stub.gone:
                    return
                self.send_response(status)
                for name, value in stub.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
