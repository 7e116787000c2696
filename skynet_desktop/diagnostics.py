"""The diagnostics bundle: what somebody who helps needs to know, and no secret.

One zip file, all of it text that the person can read before sending it on. Names of files,
folders, users and hosts are in it, and its README says so.
"""

from __future__ import annotations

import importlib.metadata
import json
import locale
import os
import platform
import shutil
import sqlite3
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import skynet_desktop
from skynet_desktop.connections.route import Route
from skynet_desktop.core.errors import SettingsError, SkynetError
from skynet_desktop.credentials import (
    MONITOR,
    Credentials,
    CredentialsError,
    Kind,
    SecretsNeeded,
    register,
)
from skynet_desktop.credentials.suspects import cleaned, cleaned_settings
from skynet_desktop.engine.readonly import soundness
from skynet_desktop.engine.requests import Requests
from skynet_desktop.engine.status import stored_issues
from skynet_desktop.host.watch_limit import watch_limit
from skynet_desktop.notifier.told import told
from skynet_desktop.settings import Paths, ServiceSettings, Settings, store

_LOG_BYTES = 2_000_000
_MARGIN = 64_000  # read before those, so that a secret is never cut in two by the beginning
_ISSUES = 1_000  # of each mapping

_README = """\
Diagnostics of Skynet Desktop {version}, saved {when}

  versions.json   Skynet, Python, the packages it uses, the operating system
  settings.toml   your settings; what looks like a password or a key is replaced by [hidden]
  status.json     how every mapping stood
  issues.json     paths that could not be mirrored, and why
  machine.json    disk space, keyring, watch limit, size and soundness of Skynet's own files
  doctor.json     what the doctor found, and what it advises
  requests.json   how many requests each service was sent, where they are counted
  monitor.json    what the web monitor is told, what waits, and what is in the way
  skynet.log      the end of the log

No password or key is meant to be in here. Names of your files, folders, users and servers are.
Everything is plain text: look through it before you give it to anybody.
{remarks}"""


class DiagnosticsError(SkynetError):
    """The bundle cannot be written; the sentence says why."""


def save(
    paths: Paths,
    settings: Settings | None,
    status: Mapping[str, Any],
    destination: Path,
    versions: Mapping[str, str] | None = None,
    findings: Sequence[Mapping[str, str]] = (),
) -> list[str]:
    """Write the bundle, replacing what is there; returns the names of the files in it.

    ``settings`` is None if they cannot be read: the last good ones tell of the services then.
    ``status`` is the engine's answer as JSON, ``versions`` what the caller knows besides (Qt),
    ``findings`` are the doctor's as JSON.
    The keyring is asked for the secrets to hide unless it would prompt. Takes some seconds,
    changes nothing, and may run beside a running engine: never call it on the thread of a
    window. Raises :class:`DiagnosticsError`.
    """
    known = settings or _last_good(paths)
    credentials = Credentials(paths.settings_file, choice=known.general.keyring)
    with suppress(SettingsError):  # an address that makes no sense has no password
        register(Route(known.network.proxy).passwords())
    unread = _unread_secrets(credentials, known)
    parts: dict[str, Callable[[], str]] = {
        "versions.json": lambda: _json(_versions(versions or {})),
        "settings.toml": lambda: cleaned_settings(_text(paths.settings_file)),
        "status.json": lambda: _json(status),
        "issues.json": lambda: _json(_issues(paths, known)),
        "machine.json": lambda: _json(_machine(paths, known, credentials)),
        "doctor.json": lambda: _json(findings),
        "requests.json": lambda: _json(_requests(paths)),
        "monitor.json": lambda: _json(_monitor(paths, known)),
    }
    if not unread:
        parts["skynet.log"] = lambda: _log_end(paths.logs)
    texts = {"README.txt": _readme(unread)}
    texts |= {name: cleaned(_tried(collect)) for name, collect in parts.items()}
    _write(destination, texts)
    return list(texts)


def _unread_secrets(credentials: Credentials, settings: Settings) -> tuple[str, ...]:
    """Services, and the monitor, with secrets that are stored but not known here, so could not
    be hidden. The others' are known from now on."""
    names = [each.name for each in settings.services.values() if _stores_secrets(each)]
    if settings.monitor.wants_secret:
        names.append(MONITOR)
    kind = credentials.probe().kind
    if kind in (Kind.NONE, Kind.FOREIGN):  # nothing could be stored
        return ()
    if kind is Kind.LOCKED:  # it would prompt
        return tuple(names)
    unread = []
    for name in names:
        try:
            credentials.get(name)
        except SecretsNeeded:
            pass  # nothing could be used, or told, without being entered first
        except CredentialsError:
            unread.append(name)
    return tuple(unread)


def _stores_secrets(service: ServiceSettings) -> bool:
    return service.type != "local" and service.options.get("auth") not in ("environment", "agent")


def _versions(more: Mapping[str, str]) -> dict[str, Any]:
    packages = {d.name: d.version for d in importlib.metadata.distributions() if d.name}
    return {
        "skynet-desktop": skynet_desktop.__version__,
        "python": sys.version,
        "frozen": bool(getattr(sys, "frozen", False)),
        "system": platform.platform(),
        "desktop": os.environ.get("XDG_CURRENT_DESKTOP", ""),
        "session": os.environ.get("XDG_SESSION_TYPE", ""),
        "locale": locale.setlocale(locale.LC_CTYPE),
        "file names": sys.getfilesystemencoding(),
        "sqlite": sqlite3.sqlite_version,
        **more,
        "packages": dict(sorted(packages.items())),
    }


def _issues(paths: Paths, settings: Settings) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in settings.mappings:
        try:
            issues = stored_issues(paths.mapping_state(name))
        except (OSError, sqlite3.Error) as error:
            found[name] = f"cannot be read: {error}"
        else:
            shown = [{**asdict(i), "action": i.action.value} for i in issues[:_ISSUES]]
            found[name] = {"count": len(issues), "issues": shown}
    return found


def _machine(paths: Paths, settings: Settings, credentials: Credentials) -> dict[str, Any]:
    keyring = credentials.probe()
    limit = watch_limit(0)
    folders = [paths.settings_file.parent, paths.state, paths.logs]
    roots = [Path(mapping.local) for mapping in settings.mappings.values()]
    state = paths.state / "mappings"
    return {
        "keyring": {**asdict(keyring), "kind": keyring.kind.value},
        "watch limit": limit.limit if limit else None,
        "disk": {str(folder): _space(folder) for folder in (*folders, *roots)},
        "state": {f.name: _state(f) for f in sorted(state.iterdir())} if state.is_dir() else {},
    }


def _requests(paths: Paths) -> dict[str, Any]:
    requests = Requests(paths.state)
    return {name: requests.months(name) for name in requests.services()}


def _monitor(paths: Paths, settings: Settings) -> dict[str, Any]:
    state = told(paths.state)
    return {"enabled": settings.monitor.is_on, "told": asdict(state) if state else None}


def _space(folder: Path) -> dict[str, int] | str:
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        return error.strerror or str(error)
    return {"bytes": usage.total, "free": usage.free}


def _state(folder: Path) -> dict[str, Any]:
    files = {path.name: path.stat().st_size for path in sorted(folder.glob("*"))}
    sound = {name: soundness(folder / name) for name in files if name.endswith(".db")}
    return {"bytes": files, "soundness": sound}


def _log_end(folder: Path) -> str:
    """The last of the log and of the older ones it was rotated to, oldest first."""
    wanted = most = _LOG_BYTES + _MARGIN
    pieces: list[bytes] = []
    for number in range(100):
        path = folder / ("skynet.log" if number == 0 else f"skynet.log.{number}")
        if wanted <= 0 or not path.exists():
            break
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - wanted))
            pieces.insert(0, file.read(wanted))
        wanted -= len(pieces[0])
    text = cleaned(b"".join(pieces).decode("utf-8", "backslashreplace"))
    if sum(map(len, pieces)) < most:
        return text
    return text[_MARGIN:].partition("\n")[2]  # from a whole line on


def _last_good(paths: Paths) -> Settings:
    with suppress(SettingsError):
        return store.load(store.last_good(paths.settings_file))
    return Settings()


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "backslashreplace") if path.exists() else ""


def _json(value: object) -> str:
    return json.dumps(value, indent=2, default=str)


def _tried(collect: Callable[[], str]) -> str:
    """One part that cannot be had must not cost all the others."""
    try:
        return collect()
    except Exception as error:
        return f"This could not be collected: {type(error).__name__}: {error}\n"


def _readme(unread: tuple[str, ...]) -> str:
    remarks = ""
    if unread:
        remarks = (
            f"\nThe keyring could not be asked for the secrets of {', '.join(unread)}, so the log "
            "was left\nout: nobody can tell whether one of them stands in it. Unlock the keyring "
            "and save again.\n"
        )
    when = time.strftime("%Y-%m-%d %H:%M:%S %z")
    return _README.format(version=skynet_desktop.__version__, when=when, remarks=remarks)


def _write(destination: Path, texts: Mapping[str, str]) -> None:
    """For its owner's eyes, and never half written."""
    temporary = ""
    try:
        descriptor, temporary = tempfile.mkstemp(dir=destination.parent, suffix=".zip")
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w") as bundle:
            for name, text in texts.items():
                bundle.writestr(_entry(name), text.encode("utf-8", "backslashreplace"))
        os.replace(temporary, destination)
    except OSError as error:
        with suppress(OSError):
            os.unlink(temporary)
        detail = error.strerror or error
        raise DiagnosticsError(
            f"The diagnostics cannot be saved as {destination}: {detail}. Choose another place."
        ) from None


def _entry(name: str) -> zipfile.ZipInfo:
    now = time.localtime()[:6]
    entry = zipfile.ZipInfo(name, max(now, (1980, 1, 1, 0, 0, 0)))  # a zip knows nothing older
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
