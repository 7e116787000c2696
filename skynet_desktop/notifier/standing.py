"""Mapping rows from the engine's status."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from skynet_desktop.core.events import State
from skynet_desktop.credentials import redacted
from skynet_desktop.engine.status import MappingStatus, worst

REMOVED = "removed"
"""The state of a mapping that left the settings."""
STOPPED = "stopped"
"""The state of a machine whose app ended in order."""


def mapping_row(status: MappingStatus, place: str, speed: float, now: float) -> dict[str, Any]:
    """``speed`` in bytes a second, ``now`` in seconds since 1970."""
    left, waiting = status.bytes_left, status.queued + status.in_flight
    speed = speed if waiting else 0.0  # a mean fades; what rests has none
    return {
        "place": place,
        "state": status.state.value,
        "reason": redacted(status.reason),
        "since": _seconds(status.since),
        "waiting_files": waiting,
        "waiting_bytes": left,
        "speed": speed,
        "eta": left / speed if speed > 0 else 0.0,
        "issues": status.issues,
        "files": status.files,
        "reconciled_at": _seconds(status.last_reconcile),
        "updated_at": now,
    }


def machine_state(states: Iterable[str]) -> str:
    """The worst of its mappings' states."""
    known = {state.value: state for state in State}
    return worst([known[state] for state in states if state in known]).value


def _seconds(iso: str | None) -> float:
    return datetime.fromisoformat(iso).timestamp() if iso else 0.0
