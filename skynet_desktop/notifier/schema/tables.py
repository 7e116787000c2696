"""The tables, and what of a row a machine reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Dialect(StrEnum):
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class Kind(StrEnum):
    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: Kind = Kind.TEXT
    longest: int = 255
    """Characters of a text. A longer one is cut; where it is part of the key, refused."""


@dataclass(frozen=True, slots=True)
class Table:
    """``word`` is its name in the ingest's JSON. ``newer`` names the column by which of two
    rows the newer one stands; "" where the last one written does, or where ``frozen`` rows
    stay as they are. ``columns`` are those that a machine reports, in the order of values."""

    name: str
    word: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    newer: str = ""
    frozen: bool = False


def _text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _whole(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.WHOLE) for name in names)


def _number(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, Kind.NUMBER) for name in names)


_PATH = Column("path", longest=4_096)
_REASON = Column("reason", longest=1_000)
_PLACE = Column("place", longest=1_000)

MACHINE = Table(
    "skynet_machine", "machine", ("id",), _text("id", "name", "system", "version", "state")
)
MAPPING = Table(
    "skynet_mapping",
    "mappings",
    ("machine", "name"),
    (
        *_text("machine", "name"),
        _PLACE,
        *_text("state"),
        _REASON,
        *_number("since"),
        *_whole("waiting_files", "waiting_bytes"),
        *_number("speed", "eta"),
        *_whole("issues", "files"),
        *_number("reconciled_at", "updated_at"),
    ),
    newer="updated_at",
)
FILE = Table(
    "skynet_file",
    "files",
    ("machine", "mapping", "path_key"),
    (
        *_text("machine", "mapping", "path_key"),
        _PATH,
        *_text("action", "state"),
        *_whole("size", "done"),
        _REASON,
        *_number("seconds", "updated_at"),
    ),
    newer="updated_at",
)
EVENT = Table(
    "skynet_event",
    "events",
    ("machine", "seq"),
    (
        *_text("machine"),
        *_whole("seq"),
        *_number("at"),
        *_text("mapping", "path_key"),
        _PATH,
        *_text("kind"),
        *_whole("size"),
        *_number("seconds"),
        _REASON,
    ),
    frozen=True,
)
HOUR = Table(
    "skynet_hour",
    "hours",
    ("machine", "mapping", "hour"),
    (
        *_text("machine", "mapping"),
        *_whole("hour", "files", "bytes", "removed", "failures"),
    ),
)
TABLES = (MACHINE, MAPPING, FILE, EVENT, HOUR)
ROWS = (MAPPING, FILE, EVENT, HOUR)
"""Those with many rows a report; they carry the column ``machine``."""

# What the database itself says of a machine, by its own clock: a wrong one elsewhere must not
# make a machine look silent, or never silent.
STAMPS = ("first_seen", "last_seen")
