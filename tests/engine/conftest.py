"""The engine's pauses, made short: what is tested is what it does, not how long it rests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.engine import handler, mirror, outage, patrol, reaper
from tests.engine.rig import Rig


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "_IDLE_SECONDS", 0.3)
    monkeypatch.setattr(reaper, "_REST_SECONDS", 0.05)
    monkeypatch.setattr(reaper, "_PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(outage, "_FIRST_PAUSE", 0.02)
    monkeypatch.setattr(outage, "_LONGEST_PAUSE", 0.2)
    monkeypatch.setattr(mirror, "_ONCE_PATIENCE", 1.0)
    monkeypatch.setattr(patrol, "_TICK_SECONDS", 0.05)
    monkeypatch.setattr(patrol, "_DELAY_SECONDS", 0.05)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path)
    yield made
    made.close()
