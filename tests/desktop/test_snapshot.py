from __future__ import annotations

from datetime import datetime

from skynet_desktop.core.events import State
from skynet_desktop.desktop.snapshot import Settling, Snapshot, snapshot
from skynet_desktop.engine.meter import Meter
from skynet_desktop.engine.status import MappingStatus
from skynet_desktop.engine.verifying.report import Verified, Verifying
from skynet_desktop.settings import MappingSettings, ServiceSettings
from skynet_desktop.settings.schema import Settings

SETTINGS = Settings(
    services={"nas": ServiceSettings("nas", "sftp")},
    mappings={name: MappingSettings(name, f"/{name}", "nas", name) for name in ("a", "b")},
)


def test_the_worst_state_stands_for_all() -> None:
    statuses = [
        MappingStatus("a", State.UP_TO_DATE),
        MappingStatus("b", State.OFFLINE, queued=3, retry_at="2026-11-22T20:00:00+00:00"),
        MappingStatus("gone", State.ACTION_REQUIRED),
    ]
    found = snapshot(SETTINGS, statuses, Meter())
    assert found.state is State.OFFLINE
    assert [(view.name, view.kind) for view in found.mappings] == [("a", "sftp"), ("b", "sftp")]
    assert found.queued == 3
    assert found.retry_at == datetime.fromisoformat("2026-11-22T20:00:00+00:00")


def test_a_verification_stands_beside_its_mapping() -> None:
    verified = Verified("a", False, 1.0, 2.0, 9)
    statuses = [MappingStatus(name, State.UP_TO_DATE) for name in ("a", "b")]
    found = snapshot(SETTINGS, statuses, Meter(), {"a": (None, verified)})
    assert [view.verified for view in found.mappings] == [verified, None]
    assert not found.is_verifying
    running = {"b": (Verifying(False, 1, 2, 3, 0), None)}
    assert snapshot(SETTINGS, statuses, Meter(), running).is_verifying


def test_no_mapping_at_all_asks_for_one() -> None:
    assert snapshot(Settings(), [], Meter()).state is State.SETUP
    assert Snapshot().eta is None


def test_a_state_is_shown_once_it_has_lasted() -> None:
    now = 0.0
    settling = Settling(lambda: now)
    assert settling.feed(State.UP_TO_DATE) is State.UP_TO_DATE
    assert settling.feed(State.UPLOADING) is State.UP_TO_DATE
    assert settling.is_waiting
    now = 0.9
    assert settling.feed(State.UPLOADING) is State.UP_TO_DATE
    assert settling.feed(State.UP_TO_DATE) is State.UP_TO_DATE
    now = 1.5
    assert settling.feed(State.UPLOADING) is State.UP_TO_DATE
    now = 2.5
    assert settling.feed(State.UPLOADING) is State.UPLOADING
    assert not settling.is_waiting
