"""The list of releases: JSON whose every value is checked before it is used.

Format 1 (``docs/updates.md`` shows one)::

    {"format": 1, "product": "skynet-desktop",
     "issued": TIME, "valid_until": TIME,     with an offset from UTC; a list is never older
                                              than the one seen before, and never too old
     "releases": [
       {"version": "1.2.3", "date": "2026-11-23",
        "urgent": true,                       who has an older one should not wait
        "withdrawn": true,                    offered to nobody; who has it is told
        "notes": {"en": ["a line", ...], ...},
        "downloads": [{"system": "linux", "machine": "x86_64", "kind": "appimage",
                       "url": "https://...", "sha256": "64 hex digits", "size": BYTES}]}]}

Keys that are not known are passed over, so that a later version may add some. Notes are plain
text; nothing in them is markup.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from skynet_desktop.updates.addresses import is_secure
from skynet_desktop.updates.versions import Version

FORMAT = 1
PRODUCT = "skynet-desktop"
ANY = "any"
"""A download that runs on every machine of its system."""

_MOST_RELEASES = 200
_MOST_LINES, _MOST_LETTERS = 100, 1_000
_MOST_SIZE = 10**11
_LANGUAGE = re.compile(r"[a-z]{2}(_[A-Z]{2})?", re.ASCII)
_WORD = re.compile(r"[a-z0-9_]{1,20}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Download:
    """One file. ``size`` in bytes; ``sha256`` in hexadecimal digits."""

    system: str
    machine: str
    kind: str
    url: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        return urlsplit(self.url).path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Release:
    version: Version
    date: date
    urgent: bool = False
    withdrawn: bool = False
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    downloads: tuple[Download, ...] = ()

    def notes_in(self, language: str) -> tuple[str, ...]:
        """In this language, else in English."""
        return self.notes.get(language) or self.notes.get("en", ())


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """The newest release first."""

    issued: datetime
    valid_until: datetime
    releases: tuple[Release, ...]


def read(body: bytes) -> ReleaseList:
    """Raises ``ValueError`` that says what is wrong, in words for who makes the list."""
    try:
        found = _object(json.loads(body.decode("utf-8")))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if _of(found, "product", str) != PRODUCT:
        raise ValueError("it is of another product")
    if _of(found, "format", int) != FORMAT:
        raise ValueError("it is written for a newer version of Skynet Desktop")
    releases = _list(found, "releases", _release, _MOST_RELEASES)
    versions = [release.version for release in releases]
    if len(set(versions)) < len(versions):
        raise ValueError("a version is in it twice")
    return ReleaseList(
        _moment(found, "issued"),
        _moment(found, "valid_until"),
        tuple(sorted(releases, key=lambda release: release.version, reverse=True)),
    )


def _release(value: object) -> Release:
    found = _object(value)
    notes = _object(found.get("notes", {}))
    return Release(
        Version.of(_of(found, "version", str)),
        date.fromisoformat(_of(found, "date", str)),
        _of(found, "urgent", bool, False),
        _of(found, "withdrawn", bool, False),
        {_matching(_LANGUAGE, name): _list(notes, name, _line, _MOST_LINES) for name in notes},
        _list(found, "downloads", _download, _MOST_LINES),
    )


def _download(value: object) -> Download:
    found = _object(value)
    url, size = _of(found, "url", str), _of(found, "size", int)
    if not is_secure(url):
        raise ValueError(f"{url[:80]!r} is no address that may be opened")
    if not 0 < size <= _MOST_SIZE:
        raise ValueError(f"a file cannot have {size} bytes")
    system, machine, kind = (
        _matching(_WORD, _of(found, name, str)) for name in ("system", "machine", "kind")
    )
    return Download(system, machine, kind, url, _matching(_HASH, _of(found, "sha256", str)), size)


def _line(value: object) -> str:
    """One line; no character in it moves a terminal's cursor."""
    if not isinstance(value, str) or len(value) > _MOST_LETTERS:
        raise ValueError("a note is no line of text")
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in value):
        raise ValueError("a note holds control characters")
    return value


def _moment(found: dict[str, Any], name: str) -> datetime:
    moment = datetime.fromisoformat(_of(found, name, str))
    if moment.tzinfo is None:
        raise ValueError(f'"{name}" has no offset from UTC')
    return moment


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("an object is missing")  # noqa: TRY004 - wrong in the list, not in us
    return value


def _of(found: dict[str, Any], name: str, kind: type[T], default: T | None = None) -> T:
    """Exactly of this type: true is no number."""
    value = found.get(name, default)
    if type(value) is not kind:
        raise ValueError(f'"{name}" is missing or of a wrong type')
    return value


def _list(found: dict[str, Any], name: str, one: Any, most: int) -> tuple[Any, ...]:
    values = _of(found, name, list)
    if len(values) > most:
        raise ValueError(f'"{name}" is too long')
    return tuple(one(value) for value in values)


def _matching(shape: re.Pattern[str], text: str) -> str:
    if shape.fullmatch(text) is None:
        raise ValueError(f"{text[:80]!r} is not allowed")
    return text
