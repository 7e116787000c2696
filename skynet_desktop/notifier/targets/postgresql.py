"""A PostgreSQL database, written to by the machine's own role (schema/postgresql.py).

The rows of a batch go in one pipeline, those of a table in one statement: a batch costs about
three round trips, two of them for its transaction. A host
elsewhere must prove who it is (``sslmode=verify-full``) unless the URL says otherwise; a
proxy plays no part, as libpq knows none.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg import errors

from skynet_desktop.connections.route import at, is_loopback
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused
from skynet_desktop.notifier import schema
from skynet_desktop.notifier.report import Report
from skynet_desktop.notifier.schema import Dialect
from skynet_desktop.notifier.targets.base import SECONDS, RowsRefused

_PORT = 5432
_HOW = "Have its owner run resources/monitor/postgresql.sql there."
_MACHINE = schema.upsert(schema.MACHINE, Dialect.POSTGRESQL)
_BAD_ROWS = (errors.DataError, errors.IntegrityError, errors.CardinalityViolation)  # a key twice
_NOT_LET_IN = ("authentication failed", "no password supplied", "pg_hba.conf", "does not exist")


class PostgreSQL:
    def __init__(self, url: str, password: str) -> None:
        parts = urlsplit(url)
        self._where = at(parts.hostname or "", parts.port or _PORT)
        self._options = _options(url, password)
        self._db: psycopg.Connection | None = None

    def send(self, report: Report) -> float:
        db = self._connected()
        try:
            with db.transaction(), db.pipeline(), db.cursor() as cursor:
                cursor.execute(_MACHINE, report.machine)
                for table, rows in report.rows.items():
                    if rows:
                        cursor.execute(schema.upsert_all(table), (json.dumps(rows),))
        except _BAD_ROWS as error:
            raise RowsRefused(f"The database {self._where} cannot take this: {_first(error)}")
        except errors.InsufficientPrivilege as error:
            self.close()
            raise ServiceRefused(
                f"The database {self._where} does not let this role write: {_first(error)} {_HOW}"
            )
        except (psycopg.Error, OSError) as error:
            self.close()
            raise self._lost(error)
        return 0.0

    def test(self) -> str:
        """Writes nothing, but asks whether it might."""
        db = self._connected()
        try:
            may = "SELECT bool_and(has_table_privilege(t, 'INSERT')) FROM unnest(%s::text[]) t"
            row = db.execute(may, ([table.name for table in schema.TABLES],)).fetchone()
            db.rollback()
        except (psycopg.Error, OSError) as error:
            self.close()
            raise self._lost(error)
        if not (row and row[0]):
            raise ServiceRefused(f"The database {self._where} does not let this role write. {_HOW}")
        found = f"The database {self._where} takes reports from the role {db.info.user}."
        return found if db.pgconn.ssl_in_use else f"{found} The connection is not encrypted."

    def close(self) -> None:
        if self._db is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                self._db.close()
            self._db = None

    def abort(self) -> None:
        db = self._db
        if db is None or db.closed:
            return
        with (
            contextlib.suppress(psycopg.Error, OSError),
            socket.socket(fileno=os.dup(db.fileno())) as its,
        ):
            its.shutdown(socket.SHUT_RDWR)

    def _connected(self) -> psycopg.Connection:
        if self._db is not None and not self._db.closed:
            return self._db
        try:
            db = psycopg.connect(**self._options)  # type: ignore[arg-type]
        except (psycopg.Error, OSError, UnicodeError) as error:
            raise self._lost(error)
        self._db = db
        try:
            with db.cursor() as cursor:
                found = schema.version(cursor, Dialect.POSTGRESQL)
            db.rollback()
        except (psycopg.Error, OSError) as error:
            self.close()
            raise self._lost(error)
        if not found:
            self.close()
            raise ServiceRefused(
                f"The database {self._where} has no tables for the monitor. {_HOW}"
            )
        if found < schema.VERSION:
            self.close()
            raise ServiceRefused(
                f"The database {self._where} has tables of version {found}; version "
                f"{schema.VERSION} is needed. {_HOW}"
            )
        return db

    def _lost(self, error: Exception) -> ConnectionLost | ServiceRefused:
        words = _first(error)
        if isinstance(error, errors.InsufficientPrivilege | errors.InvalidCatalogName) or any(
            sign in words for sign in _NOT_LET_IN
        ):
            return ServiceRefused(f"The database {self._where} does not let us in: {words}")
        if "certificate" in words or "does not support SSL" in words:
            return ServiceRefused(
                f"The database {self._where} could not prove who it is: {words} "
                "For a network you trust, add ?sslmode=require or ?sslmode=disable to the URL."
            )
        return ConnectionLost(f"The database {self._where} cannot be reached: {words}")


def _options(url: str, password: str) -> dict[str, object]:
    """What libpq is told; what the URL's query says goes before what we would."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    options: dict[str, object] = {
        "host": host,
        "port": parts.port or _PORT,
        "dbname": unquote(parts.path.strip("/")),
        "user": unquote(parts.username or ""),
        "client_encoding": "utf8",
        "application_name": "skynet-desktop",
        "connect_timeout": int(SECONDS),
        "keepalives_idle": int(SECONDS),
        "tcp_user_timeout": int(SECONDS * 1_000),
        "options": f"-c statement_timeout={int(SECONDS * 1_000)}",
    }
    if not is_loopback(host):
        options["sslmode"] = "verify-full"
        options["sslrootcert"] = _authorities()
    if password:
        options["password"] = password
    return {**options, **dict(parse_qsl(parts.query))}


def _authorities() -> str:
    """The system's file of certificate authorities: the libpq we bring along looks where the
    system that it was built on has its own."""
    known = (
        ssl.get_default_verify_paths().cafile,
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/cert.pem",
    )
    return next((path for path in known if path and os.path.exists(path)), "system")


def _first(error: Exception) -> str:
    """The first line of what libpq says, without the address it repeats."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    words = (lines[0].rpartition("failed: ")[2] or lines[0]).removeprefix("FATAL:").strip()
    return words if words.endswith(".") else words + "."
