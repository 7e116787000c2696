"""The settings file: read whole, changed in small steps, replaced atomically.

Every change reads the file again under a lock that all processes of this home share, and is
refused unless the new text says exactly what was meant. Functions are safe from any thread;
each blocks for some milliseconds, or up to ten seconds while another process writes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.settings import checks, edit, migrations
from skynet_desktop.settings.declaring import check_name, checked, declared, quoted
from skynet_desktop.settings.file import keep, locked, text_of
from skynet_desktop.settings.monitor import Monitor
from skynet_desktop.settings.reader import TABLES, current_text, nearest, read
from skynet_desktop.settings.schema import (
    General,
    MappingSettings,
    Network,
    Notifications,
    ServiceSettings,
    Settings,
)

Table = TypeVar("Table", bound=General | Notifications | Network | Monitor | MappingSettings)


def load(path: Path) -> Settings:
    """The settings in this file; the default ones if it does not exist.

    Good settings are kept beside it as the last good version. Raises :class:`SettingsError`
    with file, line, key and what is allowed, and where the last good version is.
    """
    try:
        text = text_of(path)
        settings = read(text, str(path))
    except SettingsError as error:
        good = last_good(path)
        if good.exists():
            raise SettingsError(f"{error} The last good version is {good}.") from None
        raise
    if text:
        with suppress(OSError):  # a courtesy: reading must work on a full or read-only disk
            keep(last_good(path), text)
    return settings


def last_good(path: Path) -> Path:
    return path.with_name(path.name + ".last-good")


def add_service(path: Path, service: ServiceSettings) -> Settings:
    """Options that are None are left out. Secrets do not belong here: the caller parts them."""
    service = _good_service(service)
    with locked(path):
        text, settings = _present(path)
        _is_new(service.name, settings.services, "service")
        meant = replace(settings, services={**settings.services, service.name: service})
        new = _changed(text, ("services", service.name), _options(service))
        return _put(path, new, meant)


def update_service(path: Path, service: ServiceSettings) -> Settings:
    """As ``add_service``, for one that is there; its mappings are checked with it."""
    service = _good_service(service)
    with locked(path):
        text, settings = _present(path)
        _exists(service.name, settings.services, "service")
        meant = replace(settings, services={**settings.services, service.name: service})
        for mapping in settings.mappings.values():
            if mapping.service == service.name:
                checks.check_mapping(replace(meant, file=""), mapping)
        old, new = _options(settings.services[service.name]), _options(service)
        values = {key: new.get(key) for key in {**old, **new} if old.get(key) != new.get(key)}
        return _put(path, _changed(text, ("services", service.name), values), meant)


def remove_service(path: Path, name: str) -> Settings:
    with locked(path):
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
    with locked(path):
        text, settings = _present(path)
        _is_new(mapping.name, settings.mappings, "mapping")
        meant = replace(settings, mappings={**settings.mappings, mapping.name: mapping})
        checks.check_mapping(replace(meant, file=""), mapping)
        keys = ("mappings", mapping.name)
        return _put(path, _changed(text, keys, _unlike_default(mapping)), meant)


def update_mapping(path: Path, mapping: MappingSettings) -> Settings:
    """As ``add_mapping``, for one that is there."""
    mapping = _good_mapping(mapping)
    with locked(path):
        text, settings = _present(path)
        _exists(mapping.name, settings.mappings, "mapping")
        meant = replace(settings, mappings={**settings.mappings, mapping.name: mapping})
        checks.check_mapping(replace(meant, file=""), mapping)
        return _put_mapping(path, text, settings, mapping)


def remove_mapping(path: Path, name: str) -> Settings:
    """What was mirrored stays at the service; only the mapping goes."""
    with locked(path):
        text, settings = _present(path)
        _exists(name, settings.mappings, "mapping")
        mappings = {key: value for key, value in settings.mappings.items() if key != name}
        new = edit.remove_table(text, ("mappings", name))
        return _put(path, new, replace(settings, mappings=mappings))


def set_paused(path: Path, name: str, paused: bool, until: str = "") -> Settings:
    """``until``: when the pause ends by itself, in ISO 8601; empty for never."""
    with locked(path):
        text, settings = _present(path)
        _exists(name, settings.mappings, "mapping")
        changed = replace(
            settings.mappings[name], paused=paused, paused_until=until if paused else ""
        )
        return _put_mapping(path, text, settings, _good(changed))


def set_table(path: Path, table: General | Notifications | Network | Monitor) -> Settings:
    """Replace the table of this kind."""
    table = _good(table)
    name = next(name for name, kind in TABLES.items() if isinstance(table, kind))
    with locked(path):
        text, settings = _present(path)
        new = _changed(text, (name,), _difference(getattr(settings, name), table))
        changes: dict[str, Any] = {name: table}
        return _put(path, new, replace(settings, **changes))


def _put_mapping(path: Path, text: str, old: Settings, mapping: MappingSettings) -> Settings:
    values = _difference(old.mappings[mapping.name], mapping)
    meant = replace(old, mappings={**old.mappings, mapping.name: mapping})
    return _put(path, _changed(text, ("mappings", mapping.name), values), meant)


# --- what may be written ----------------------------------------------------------------


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


def _good_service(service: ServiceSettings) -> ServiceSettings:
    _good_name(service.name)
    options = {key: value for key, value in service.options.items() if value is not None}
    return replace(service, options=options)


def _good_mapping(mapping: MappingSettings) -> MappingSettings:
    _good_name(mapping.name)
    mapping = _good(mapping)
    return replace(mapping, local=os.path.expanduser(mapping.local))


def _good(table: Table) -> Table:
    values: dict[str, Any] = {}
    for name in declared(type(table)):
        try:
            values[name] = checked(type(table), name, getattr(table, name))
        except ValueError as error:
            raise SettingsError(f"{name} {error}.") from None
    return replace(table, **values)


# --- from values to text ----------------------------------------------------------------


def _options(service: ServiceSettings) -> dict[str, object]:
    return {"type": service.type, **service.options}


def _unlike_default(mapping: MappingSettings) -> dict[str, object]:
    """Only this is written, so that the file stays short enough to read."""
    values = {f.name: (getattr(mapping, f.name), f.default) for f in fields(mapping)}
    return {
        name: _plain(value)
        for name, (value, default) in values.items()
        if name != "name" and value != default
    }


def _difference(old: Table, new: Table) -> dict[str, object | None]:
    """The values that change. One that is empty again, as it is by default, is taken out; any
    other is written even if it is the default, since a comment may stand behind it."""
    found: dict[str, object | None] = {}
    for field in fields(new):
        value = getattr(new, field.name)
        if value != getattr(old, field.name):
            gone = value in ("", ()) and value == field.default
            found[field.name] = None if gone else _plain(value)
    return found


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _changed(text: str, keys: edit.Keys, values: Mapping[str, object | None]) -> str:
    try:
        return edit.change_table(text, keys, values)
    except (ValueError, TypeError) as error:
        raise SettingsError(
            f"{'.'.join(keys)} holds a value no settings file can: {error}."
        ) from None


# --- from text to the file --------------------------------------------------------------


def _present(path: Path) -> tuple[str, Settings]:
    """The file as it is now, its text in the present version."""
    settings = load(path)
    text = current_text(text_of(path), str(path))
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
    keep(path, text)
    keep(last_good(path), text)
    return settings
