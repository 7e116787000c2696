"""Rules that tie settings together, and those that need a look at the disk.

What is refused here would lose data or never end: a mirror inside of its own source, two
folders writing to one place, folders that mirror each other in a circle.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.settings.declaring import quoted
from skynet_desktop.settings.reader import nearest
from skynet_desktop.settings.schema import MappingSettings, ServiceSettings, Settings

# Which options tell one storage from another, and which is a folder the remote path is below.
# Any other kind of service is told apart by all its options.
_ADDRESS = {"s3": ("endpoint_url", "bucket"), "sftp": ("host", "port", "username"), "local": ()}
_BASE = {"s3": "prefix", "local": "path"}
_USUAL = {("sftp", "port"): 22}


def check(settings: Settings) -> None:
    """Raises the first :class:`SettingsError`; it says what to do."""
    for mapping in settings.mappings.values():
        check_mapping(settings, mapping)


def check_mapping(settings: Settings, mapping: MappingSettings) -> None:
    """This mapping by itself and beside all others. Looks at the disk to resolve links."""
    where = settings.where("mappings", mapping.name, "local")
    if not os.path.isabs(mapping.local):
        raise SettingsError(
            f"{where} must be a whole path from the root on, not {quoted(mapping.local)}."
        )
    try:
        Mapper.of(mapping.local, mapping.remote)
    except SettingsError as error:
        raise SettingsError(
            f"{settings.where('mappings', mapping.name, 'remote')}: {error}"
        ) from None
    place = _place(settings, mapping)
    _check_circles(settings, mapping)
    for other in settings.mappings.values():
        if other.name == mapping.name or other.service not in settings.services:
            continue
        if place.overlaps(_place(settings, other)):
            raise SettingsError(
                f"{settings.where('mappings', mapping.name, 'remote')} overlaps the place of the "
                f"mapping {quoted(other.name)} ({quoted(other.remote)}): each would undo what the "
                "other does. Give each a folder of its own there."
            )


def check_folder(settings: Settings, mapping: MappingSettings) -> None:
    """Raises :class:`SettingsError` if the local folder cannot be used now.

    This may pass by itself (a disk that is plugged in later), unlike the rest.
    """
    where = settings.where("mappings", mapping.name, "local")
    try:
        os.scandir(mapping.local).close()
    except FileNotFoundError:
        words = "is not there. Make it, plug in its disk, or correct the path."
    except NotADirectoryError:
        words = "is a file. Name the folder that holds it."
    except OSError as error:
        words = f"cannot be read: {error.strerror or error}."
    else:
        return
    raise SettingsError(f"{where}: the folder {quoted(mapping.local)} {words}")


@dataclass(frozen=True)
class _Place:
    """Where a mapping's files go: a storage, and a folder on it."""

    storage: tuple[object, ...]
    path: str

    def overlaps(self, other: _Place) -> bool:
        if self.storage != other.storage:
            return False
        if self.storage == ("local",):
            return _overlap(self.path, other.path)
        mine, others = (path + "/" if path else "" for path in (self.path, other.path))
        return mine.startswith(others) or others.startswith(mine)


def _place(settings: Settings, mapping: MappingSettings) -> _Place:
    service = settings.services.get(mapping.service)
    if service is None:
        where = settings.where("mappings", mapping.name, "service")
        hint = nearest(mapping.service, settings.services) or " Add it first."
        raise SettingsError(f"{where}: there is no service {quoted(mapping.service)}.{hint}")
    base = str(service.options.get(_BASE.get(service.type, ""), ""))
    if service.type == "local":
        return _local_place(settings, service, base, mapping.remote)
    # An SFTP path without a leading slash starts at the user's own folder, wherever that is;
    # for all others the slash means nothing.
    rooted = service.type == "sftp" and mapping.remote.startswith("/")
    path = "/".join(part for part in f"{base}/{mapping.remote}".split("/") if part)
    return _Place((*_storage(service), rooted), path)


def _local_place(settings: Settings, service: ServiceSettings, base: str, remote: str) -> _Place:
    base = os.path.expanduser(base)
    if not os.path.isabs(base) or "\0" in base:
        where = settings.where("services", service.name, "path")
        raise SettingsError(f"{where} must be a whole path from the root on, not {quoted(base)}.")
    return _Place(("local",), os.path.join(base, *remote.strip("/").split("/")))


def _storage(service: ServiceSettings) -> tuple[object, ...]:
    names = _ADDRESS.get(service.type, tuple(sorted(service.options)))
    values = (service.options.get(name) or _USUAL.get((service.type, name)) for name in names)
    return (service.type, *(v.rstrip("/").casefold() if isinstance(v, str) else v for v in values))


def _check_circles(settings: Settings, start: MappingSettings) -> None:
    """Follows local destinations that are other mappings' sources, back to the start or not."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        mapping = waiting.pop()
        place = _place(settings, mapping)
        if place.storage != ("local",):
            continue
        if _overlap(place.path, start.local):
            _refuse_circle(settings, start, mapping, place.path)
        for other in _fed_by(settings.mappings, place.path):
            if other.name not in seen and other.service in settings.services:
                seen.add(other.name)
                waiting.append(other)


def _fed_by(mappings: Mapping[str, MappingSettings], path: str) -> Iterator[MappingSettings]:
    return (m for m in mappings.values() if os.path.isabs(m.local) and _overlap(path, m.local))


def _refuse_circle(
    settings: Settings, start: MappingSettings, last: MappingSettings, path: str
) -> None:
    if last.name == start.name:
        where = settings.where("mappings", start.name, "remote")
        inside = _inside(path, start.local)
        how = "inside the folder it mirrors" if inside else "around the folder it mirrors"
        raise SettingsError(
            f"{where}: the destination {quoted(path)} lies {how} ({quoted(start.local)}), so it "
            "would mirror itself without end. Choose a destination outside of it."
        )
    where = settings.where("mappings", start.name, "local")
    raise SettingsError(
        f"{where}: the mapping {quoted(last.name)} writes into this folder what comes from it. "
        "Folders that mirror each other never come to rest: remove one of the two mappings."
    )


def _overlap(one: str, other: str) -> bool:
    return _inside(one, other) or _inside(other, one)


def _inside(inner: str, outer: str) -> bool:
    """Whether ``inner`` is ``outer`` or lies below it, whatever links and case say."""
    inner, outer = (os.path.normcase(os.path.realpath(path)) for path in (inner, outer))
    if os.path.join(inner, "").startswith(os.path.join(outer, "")):
        return True
    return any(_same(ancestor, outer) for ancestor in _upwards(inner))


def _upwards(path: str) -> Iterator[str]:
    while True:
        yield path
        parent = os.path.dirname(path)
        if parent == path:
            return
        path = parent


def _same(one: str, other: str) -> bool:
    """By identity: finds what a file system that ignores case, or a bind mount, makes one."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
