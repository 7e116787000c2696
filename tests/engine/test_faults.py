"""Losing and regaining the service, and edits at the worst moment (promises 2, 3, 5 and 6)."""

from __future__ import annotations

import time

import pytest

from skynet_desktop.connections.base import Upload
from skynet_desktop.core.actions import delete, send
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused
from skynet_desktop.core.events import State
from skynet_desktop.engine import outage as module
from skynet_desktop.engine.queue import Counts
from tests.engine.fakes import Full, Plain
from tests.engine.rig import BASE, Rig, put, wait_until


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", [1, 2, 17, 49])
@pytest.mark.parametrize("kind", [Plain, Full])
def test_a_loss_at_any_request_gives_all_back(
    rig: Rig, kind: type[Plain], number: int, after: bool
) -> None:
    rig.remote.kind = kind
    for index in range(50):
        put(rig.root / f"f{index}")
    mapping = rig.open()
    mapping.snap.sweep()
    rig.remote.lose_at(number, after=after)
    with pytest.raises(ConnectionLost):
        rig.handle(mapping)
    assert mapping.q.counts() == Counts(50 - mapping.index.totals().files, 0, 0)
    mapping.index._totals_at = float("-inf")
    rig.handle(mapping)
    rig.assert_same()
    assert not mapping.issues.all(), "a loss is no fault of any path"
    assert mapping.index.all_sure_below("")


def test_what_was_confirmed_before_the_loss_is_not_sent_again(rig: Rig) -> None:
    rig.remote.parallel = 1
    for index in range(30):
        put(rig.root / f"f{index}")
    mapping = rig.open()
    mapping.snap.sweep()
    rig.remote.lose_at(20)
    with pytest.raises(ConnectionLost):
        rig.handle(mapping)
    rig.handle(mapping)
    rig.assert_same()
    assert len([c for c in rig.remote.named("send") if c.ok]) == 30


def test_a_destination_that_does_not_settle_has_confirmed_nothing(rig: Rig) -> None:
    put(rig.root / "a")
    mapping = rig.open()
    rig.remote.fail["settle"] = OSError("the disk is gone")
    with pytest.raises(ConnectionLost):
        rig.handle(mapping, send("a"))
    known = mapping.index.get("a")
    assert known is None or not known.sure
    rig.remote.fail.clear()
    rig.handle(mapping)
    rig.assert_same()


class EditsAtTheEnd(Full):
    """The file changes right after its content was published, before the answer arrives."""

    def send_upload(self, upload: Upload) -> None:
        super().send_upload(upload)
        with open(upload.src_path, "ab") as file:
            if file.tell() < 20:
                file.write(b" more")


class EditsWhileSending(Plain):
    """The same in a connection that knows nothing of versions."""

    def send(self, src_path: str, remote_path: str) -> None:
        super().send(src_path, remote_path)
        with open(src_path, "ab") as file:
            if file.tell() < 20:
                file.write(b" more")


@pytest.mark.parametrize("kind", [EditsAtTheEnd, EditsWhileSending])
def test_an_edit_exactly_at_the_end_of_the_upload_is_not_lost(rig: Rig, kind: type[Plain]) -> None:
    """The version recorded is the version that was read."""
    rig.remote.kind = kind
    put(rig.root / "a", "start")
    mapping = rig.open()
    rig.handle(mapping, send("a"))
    for _ in range(5):
        rig.sweep(mapping)  # finds by itself that the disk differs from the record
    rig.assert_same()
    assert len(rig.there["a"]) >= 20


def test_an_event_during_the_upload_brings_another(rig: Rig) -> None:
    put(rig.root / "a", "one")
    gate = rig.remote.block(f"{BASE}/a")
    mapping = rig.open()
    mapping.q.put_all([send("a")], settled=True)
    with rig.handling(mapping):
        wait_until(gate.reached.is_set)
        put(rig.root / "a", "two", age=3)
        mapping.q.put_all([send("a")], settled=True)
        gate.opened.set()
        wait_until(lambda: rig.there == {"a": b"two"})
        wait_until(lambda: mapping.q.counts() == Counts(0, 0, 0))


def test_a_file_that_grows_while_it_is_sent_ends_complete(rig: Rig) -> None:
    file = put(rig.root / "log", b"0" * 1000)
    mapping = rig.open()
    growth = 5

    def grow(name: str, path: str) -> None:
        nonlocal growth
        if name == "send" and growth:
            growth -= 1
            with open(file, "ab") as out:
                out.write(b"1" * 1000)

    rig.remote.before.append(grow)
    rig.handle(mapping, send("log"))
    mapping.q.unpark()
    rig.sweep(mapping)
    rig.assert_same()
    assert len(rig.there["log"]) == 6000


def test_a_file_that_vanishes_while_it_is_sent(rig: Rig) -> None:
    file = put(rig.root / "a")
    mapping = rig.open()

    def vanish(name: str, path: str) -> None:
        file.unlink(missing_ok=True)

    rig.remote.before.append(vanish)
    rig.handle(mapping, send("a"), delete("a"))
    rig.assert_same()
    assert not mapping.issues.all()


# --- whole mirrors -----------------------------------------------------------------------


def test_offline_and_back(rig: Rig) -> None:
    """The watcher goes on recording; a fresh connection ends where the lost one stopped."""
    put(rig.root / "a")
    mirror = rig.start()
    rig.wait_for(mirror, State.UP_TO_DATE)
    opened = rig.remote.opened
    rig.remote.down = ConnectionLost("The cable is out.")
    put(rig.root / "b")
    rig.wait_for(mirror, State.OFFLINE)
    put(rig.root / "c")
    (rig.root / "a").unlink()
    rig.remote.down = None
    wait_until(lambda: rig.there == rig.here)
    rig.wait_for(mirror, State.UP_TO_DATE)
    assert rig.remote.opened > opened


def test_a_service_that_refuses_is_not_asked_again(rig: Rig) -> None:
    """Wrong credentials are not retried into a lock-out; a person's act tries once more."""
    rig.remote.down = ServiceRefused("Wrong password.")
    mirror = rig.start()
    rig.wait_for(mirror, State.ACTION_REQUIRED)
    assert mirror.status().reason == "Wrong password."
    opened = rig.remote.opened
    deadline = time.monotonic() + 0.5
    while time.monotonic() < deadline:
        put(rig.root / "a")
        assert rig.remote.opened == opened
    rig.remote.down = None
    mirror.resume()
    rig.wait_for(mirror, State.UP_TO_DATE)
    rig.assert_same()


def test_backoff_grows_where_signing_in_works_but_nothing_else(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many services have no sign-in that could fail; hammering them helps nobody."""
    monkeypatch.setattr(module, "_FIRST_PAUSE", 0.02)
    monkeypatch.setattr(module, "_LONGEST_PAUSE", 5.0)
    put(rig.root / "a")
    rig.remote.fail[f"{BASE}/a"] = ConnectionLost("Overloaded.")
    rig.start()
    wait_until(lambda: rig.remote.opened >= 2)
    end = time.monotonic() + 2
    wait_until(lambda: time.monotonic() > end)
    assert rig.remote.opened < 12
