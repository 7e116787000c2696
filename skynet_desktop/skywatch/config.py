"""What the environment says, as values. Reading it changes nothing on disk but for
:func:`secret_key`, which makes the key when there is none yet.

=======================  =====================================================================
``SKYWATCH_URL``         where people reach it; ``https://`` switches secure cookies and HSTS on
``DATABASE_URL``         ``postgresql://...`` or ``sqlite:///...``; else a file in the home
``SKYWATCH_HOME``        the folder for that file and the key
``SKYWATCH_SECRET_KEY``  signs sessions and links; else made once and kept in the home
``SKYWATCH_PROXIES``     how many proxies of yours stand before it (0): whose headers count
``SKYWATCH_MAIL``        ``smtp://user:password@host:587`` (STARTTLS) or ``smtps://...``
``SKYWATCH_MAIL_FROM``   the sender of its mails
``SKYWATCH_KEEP_DAYS``   how long history is kept (90)
=======================  =====================================================================
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from platformdirs import user_data_path

DEFAULT_URL = "http://127.0.0.1:8420"
SCHEMES = {"postgresql": 5432, "postgres": 5432}


class ConfigError(ValueError):
    """A variable that makes no sense; the sentence names it."""


def home() -> Path:
    """The folder of the database file and the key; it may not exist yet."""
    given = os.environ.get("SKYWATCH_HOME")
    return Path(given) if given else user_data_path("skywatch", appauthor=False)


def make_home() -> Path:
    """The folder, made for this user alone."""
    folder = home()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key() -> str:
    """The key from the environment, else the one kept in the home, else a new one kept there."""
    if given := os.environ.get("SKYWATCH_SECRET_KEY"):
        if len(given) < 32:
            raise ConfigError("SKYWATCH_SECRET_KEY is too short: it needs 32 characters or more.")
        return given
    file = make_home() / "secret-key"
    with contextlib.suppress(FileExistsError):  # of two that start at once, one writes
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        made = file.with_name(f".secret-key-{secrets.token_hex(8)}")
        with os.fdopen(os.open(made, flags, 0o600), "w") as key:
            key.write(secrets.token_urlsafe(48))
        try:
            os.link(made, file)  # whole or not at all, and never over another's
        finally:
            made.unlink()
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        file.chmod(0o600)
    return file.read_text()


def public_url() -> SplitResult:
    """Where people reach it. Raises :class:`ConfigError`."""
    text = os.environ.get("SKYWATCH_URL", DEFAULT_URL).rstrip("/")
    url = urlsplit(text)
    if url.scheme not in ("http", "https") or not url.hostname or url.path or url.query:
        raise ConfigError(f"SKYWATCH_URL must look like https://watch.example.org, not {text!r}.")
    return url


def database() -> dict[str, Any]:
    """Django's settings of the database. Raises :class:`ConfigError`."""
    text = os.environ.get("DATABASE_URL", "")
    url = urlsplit(text)
    if not text or url.scheme == "sqlite":
        path = unquote(url.path.removeprefix("/")) if text else str(home() / "skywatch.db")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",  # a reader that turns writer would fail at once
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if url.scheme in SCHEMES:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.removeprefix("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(url.hostname or ""),
            "PORT": url.port or SCHEMES[url.scheme],
            "OPTIONS": dict(parse_qsl(url.query)),
            "CONN_MAX_AGE": 300,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ConfigError(
        "DATABASE_URL must begin with postgresql:// or sqlite:/// "
        f"(its beginning is {url.scheme or 'missing'!r})."
    )


def mail() -> dict[str, Any] | None:
    """Django's settings of the mail server; None if there is none. Raises ``ConfigError``."""
    text = os.environ.get("SKYWATCH_MAIL", "")
    if not text:
        return None
    url = urlsplit(text)
    if url.scheme not in ("smtp", "smtps") or not url.hostname:
        raise ConfigError("SKYWATCH_MAIL must look like smtp://user:password@host:587.")
    tls = url.scheme == "smtps"
    return {
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or (465 if tls else 587),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": tls,
        # A server on this machine needs no TLS; any other gets it, or nothing.
        "EMAIL_USE_TLS": not tls and url.hostname not in ("localhost", "127.0.0.1", "::1"),
        "EMAIL_TIMEOUT": 15,
    }


def number(name: str, default: int) -> int:
    """A whole number of 0 or more. Raises :class:`ConfigError`."""
    text = os.environ.get(name, "")
    if text and not text.isdecimal():
        raise ConfigError(f"{name} must be a whole number, not {text!r}.")
    return int(text) if text else default
