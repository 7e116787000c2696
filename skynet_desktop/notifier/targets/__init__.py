"""Targets by URL: a PostgreSQL database, Skywatch's ingest over HTTPS, a local SQLite file."""

from __future__ import annotations

from urllib.parse import urlsplit

from skynet_desktop.connections.route import Route
from skynet_desktop.notifier.targets.base import Busy, RowsRefused, Target

__all__ = ["Busy", "RowsRefused", "Target", "target"]


def target(url: str, secret: str, route: Route, version: str) -> Target:
    """``url`` as the settings allow it; ``secret`` is the token or the database's password;
    ``version`` is this program's. Makes no connection yet."""
    scheme = urlsplit(url).scheme
    if scheme in ("postgresql", "postgres"):
        from skynet_desktop.notifier.targets.postgresql import PostgreSQL

        return PostgreSQL(url, secret)
    if scheme == "sqlite":
        from skynet_desktop.notifier.targets.sqlite import SQLite

        return SQLite(url)
    from skynet_desktop.notifier.targets.ingest import Ingest

    return Ingest(url, secret, route, version)
