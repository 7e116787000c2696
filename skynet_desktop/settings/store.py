"""The settings file: read whole, changed in small steps, replaced atomically.

Every change reads the file again under a lock that all processes of this home share, and is
refused unless the new text says exactly what was meant. Functions are safe from any thread;
each blocks for some milliseconds, or up to ten seconds while another process writes.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import MISSING, asdict, fields, replace
from pathlib import Path

from filelock import FileLock, Timeout

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.settings import checks, edit, migrations
from skynet_desktop.settings.reader import current_text, nearest, read
from skynet_desktop.settings.schema import (
    MappingSettings,
    ServiceSettings,
    Settings,
    check_name,
    checked,
    declared,
    quoted,
)

_LOCK_SECONDS = 10.0


def load(path: Path) -> Settings:
    """The settings in this file; the default ones if it does not exist.

    Good settings are kept beside it as the last good version. Raises :class:`SettingsError`
    with file, line, key and what is allowed, and where the last good version is.
    """
    try:
        text = _text(path)
        settings = read(text, str(path))
    except SettingsError as error:
        good = last_good(path)
        if good.exists():
            raise SettingsError(f"{error} The last good version is {good}.") from None
        raise
    if text:
        with suppress(OSError):  # a courtesy: reading must work on a full or read-only disk
            _keep(last_good(path), text)
    return settings


def last_good(path: Path) -> Path:
    return path.with_name(path.name + ".last-good")


def add_service(path: Path, service: ServiceSettings) -> Settings:
    """Options that are None are left out. Secrets do not belong here: the caller parts them."""
    options = {key: value for key, value in service.options.items() if value is not None}
    service = replace(service, options=options)
    _good_name(service.name)
    with _locked(path):
        text, settings = _present(path)
        _is_new(service.name, settings.services, "service")
        meant = replace(settings, services={**settings.services, service.name: service})
        new = _append(text, "services", service.name, {"type": service.type, **options})
        return _put(path, new, meant)


def remove_service(path: Path, name: str) -> Settings:
    with _locked(path):
        text, settings = _present(path)
        _exists(name, settings.services, "service")
        users = [m.name for m in settings.mappings.values() if m.service == name]
        if users:
            names = ", ".join(quoted(user) for user in users)
            raise SettingsError(
                f"The service {quoted(name)} is used by {names}. Remove the mapping first."
            )
        services = {key: value for key, value in settings.services.items() if key != name}
        new = edit.remove_table(text, ("services", name))
        return _put(path, new, replace(settings, services=services))


def add_mapping(path: Path, mapping: MappingSettings) -> Settings:
    """Checked against all others before it is written; see ``checks``."""
    mapping = _good_mapping(mapping)
    with _locked(path):
        text, settings = _present(path)
        _is_new(mapping.name, settings.mappings, "mapping")
        meant = replace(settings, mappings={**settings.mappings, mapping.name: mapping})
        checks.check_mapping(replace(meant, file=""), mapping)
        return _put(path, _append(text, "mappings", mapping.name, _written(mapping)), meant)


def remove_mapping(path: Path, name: str) -> Settings:
    """What was mirrored stays at the service; only the mapping goes."""
    with _locked(path):
        text, settings = _present(path)
        _exists(name, settings.mappings, "mapping")
        mappings = {key: value for key, value in settings.mappings.items() if key != name}
        new = edit.remove_table(text, ("mappings", name))
        return _put(path, new, replace(settings, mappings=mappings))


def set_paused(path: Path, name: str, paused: bool) -> Settings:
    with _locked(path):
        text, settings = _present(path)
        _exists(name, settings.mappings, "mapping")
        if settings.mappings[name].paused == paused:
            return settings
        changed = replace(settings.mappings[name], paused=paused)
        new = edit.set_flag(text, ("mappings", name, "paused"), paused)
        return _put(path, new, replace(settings, mappings={**settings.mappings, name: changed}))


def _good_name(name: str) -> None:
    try:
        check_name(name)
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _exists(name: str, known: Mapping[str, object], kind: str) -> None:
    if name not in known:
        raise SettingsError(f"There is no {kind} {quoted(name)}.{nearest(name, known)}")


def _is_new(name: str, known: Mapping[str, object], kind: str) -> None:
    if name in known:
        raise SettingsError(
            f"There is a {kind} {quoted(name)} already. Choose another name, or remove it first."
        )


def _good_mapping(mapping: MappingSettings) -> MappingSettings:
    _good_name(mapping.name)
    values = asdict(mapping)
    for name in declared(MappingSettings):
        try:
            values[name] = checked(MappingSettings, name, values[name])
        except ValueError as error:
            raise SettingsError(f"{name} {error}.") from None
    values["local"] = os.path.expanduser(values["local"])
    return MappingSettings(**values)


def _written(mapping: MappingSettings) -> dict[str, object]:
    """What differs from the defaults, so that the file stays short enough to read."""
    values = {f.name: (getattr(mapping, f.name), f.default) for f in fields(mapping)}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, (value, default) in values.items()
        if name != "name" and (default is MISSING or value != default)
    }


def _append(text: str, kind: str, name: str, values: Mapping[str, object]) -> str:
    try:
        return edit.append_table(text, (kind, name), values)
    except (ValueError, TypeError) as error:
        raise SettingsError(f"{kind}.{name} holds a value no settings file can: {error}.") from None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(path.with_name(path.name + ".lock"), timeout=_LOCK_SECONDS, mode=0o600)
        with lock:
            yield
    except Timeout:
        raise SettingsError(f"Another program holds {path}. Try again in a moment.") from None
    except OSError as error:
        raise _unwritable(path, error) from error


def _present(path: Path) -> tuple[str, Settings]:
    """The file as it is now, its text in the present version."""
    settings = load(path)
    text = current_text(_text(path), str(path))
    return (text if text.strip() else f"version = {migrations.current()}\n"), settings


def _put(path: Path, text: str, meant: Settings) -> Settings:
    """Replace the file if the new text says what was meant, and nothing else."""
    try:
        settings = read(text, str(path))
    except SettingsError:
        settings = None
    if settings != meant:
        raise SettingsError(
            f"{path} is written in a way that only a person can change. Make the change by hand."
        )
    if "\r\n" in text:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    _keep(path, text)
    _keep(last_good(path), text)
    return settings


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path}, line {line}: this is not UTF-8 text.") from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror or error}.") from error


def _keep(path: Path, text: str) -> None:
    """Write atomically: a reader, and a power cut, find the old text or the new one."""
    target = Path(os.path.realpath(path))  # a link (of a dotfiles folder) stays a link
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise SettingsError("A settings file cannot hold a name that is not valid text.") from None
    with suppress(OSError):
        if target.read_bytes() == data:
            return
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=target.name + ".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _unwritable(path: Path, error: OSError) -> SettingsError:
    return SettingsError(f"{path} cannot be written: {error.strerror or error}.")
