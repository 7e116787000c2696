"""The tables: what machines report (``reported``, made by the notifier's schema) and what
Skywatch keeps for itself (people, tokens, the watch over silent machines)."""

from __future__ import annotations

from skynet_desktop.skywatch.models.people import Person, Role
from skynet_desktop.skywatch.models.reported import Event, File, Hour, Machine, Mapping
from skynet_desktop.skywatch.models.tokens import MachineToken, PersonToken
from skynet_desktop.skywatch.models.watch import (
    Delivery,
    Forgotten,
    Kind,
    Notice,
    Rules,
    Watched,
)

__all__ = [
    "Delivery",
    "Event",
    "File",
    "Forgotten",
    "Hour",
    "Kind",
    "Machine",
    "MachineToken",
    "Mapping",
    "Notice",
    "Person",
    "PersonToken",
    "Role",
    "Rules",
    "Watched",
]
