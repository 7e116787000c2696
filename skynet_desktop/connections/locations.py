"""Where a person finds what a mapping sends, from its settings alone: no keyring, no network."""

from __future__ import annotations

from collections.abc import Mapping

from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.introduction import HasLocation, Location
from skynet_desktop.connections.options import build
from skynet_desktop.core.errors import SettingsError


def location(cls: type[Connection], options: Mapping[str, object], remote: str) -> Location | None:
    """The place of the folder ``remote`` at a service of this class with these options.

    None where the class tells no place or the options are not complete. Safe from any
    thread; never blocks.
    """
    try:
        connection = build(cls, options, {})
    except SettingsError:
        return None
    return connection.location(remote) if isinstance(connection, HasLocation) else None
