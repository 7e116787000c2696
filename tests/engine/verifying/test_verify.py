"""Verification against a service in memory: what is found, what is not, and what it costs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.core.content import hash_of_file
from skynet_desktop.core.errors import ConnectionLost, PathDenied, ServiceRefused
from skynet_desktop.core.events import State, VerifyDone
from skynet_desktop.core.reserved import MARK, trash_path
from skynet_desktop.engine.index import Index
from skynet_desktop.engine.verifying import again as verify_again
from skynet_desktop.engine.verifying import line as verify_line
from skynet_desktop.engine.verifying import run as verify_run
from skynet_desktop.engine.verifying.report import Fault
from tests.engine.fakes import Full, Plain, Remote
from tests.engine.rig import BASE, Rig, put, wait_until
from tests.engine.verifying.verified import (
    Reading,
    Tagging,
    ended,
    flipped,
    found,
    only,
    plant,
    verify,
    verify_in,
)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_again, "_NOTED_SECONDS", 0.2)


@pytest.fixture(params=[Reading, Tagging])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """A mapping of forty files, mirrored once and not running."""
    made = mirrored(tmp_path, request.param)
    yield made
    made.close()


@pytest.fixture
def timed(tmp_path: Path) -> Iterator[Rig]:
    """The same; the service lists times."""
    made = mirrored(tmp_path, Reading)
    yield made
    made.close()


@pytest.fixture
def tagged(tmp_path: Path) -> Iterator[Rig]:
    """The same; the service lists checksums and no times."""
    made = mirrored(tmp_path, Tagging)
    yield made
    made.close()


def mirrored(home: Path, kind: type[Plain]) -> Rig:
    rig = Rig(home, Remote(kind))
    for number in range(40):
        put(rig.root / f"d{number % 4}" / f"f{number:02}", b"%04d " % number * 20)
    assert rig.once() == 0
    return rig


def content(rig: Rig, path: str) -> bytes:
    return (rig.root / path).read_bytes()


# --- what is found ------------------------------------------------------------------------


@pytest.mark.parametrize("deep", [False, True])
def test_all_is_right(rig: Rig, deep: bool) -> None:
    result = verify(rig, deep=deep)
    assert (result.good, result.files, result.bytes) == (True, 40, 40 * 100), result
    assert (result.waiting, result.foreign, result.differences) == (0, 0, 0)


@pytest.mark.parametrize("deep", [False, True])
def test_each_fault_is_named(rig: Rig, deep: bool) -> None:
    plant(rig.remote, "d0/f00", data=content(rig, "d0/f00")[:-1])
    plant(rig.remote, "d1/f01", data=b"")
    del rig.remote.files[f"{BASE}/d2/f02"]
    (rig.root / "d3/f03").unlink()
    result = verify(rig, deep=deep)
    assert found(result) == {
        "d0/f00": "size", "d1/f01": "size", "d2/f02": "missing", "d3/f03": "extra"
    }  # fmt: skip
    assert not result.good
    assert "100 bytes here and 99 bytes" in result.shown[0].detail


def test_content_of_same_size_and_time(rig: Rig) -> None:
    """Quick, a checksum tells; where there is none only reading back does."""
    plant(rig.remote, "d0/f00", data=flipped(content(rig, "d0/f00")))
    quick = found(verify(rig))
    assert quick == ({"d0/f00": "content"} if rig.remote.kind is Tagging else {})
    assert found(verify(rig, deep=True)) == {"d0/f00": "content"}


def test_another_time(rig: Rig) -> None:
    """Quick where the listing tells times, deep everywhere."""
    plant(rig.remote, "d0/f00", mtime_ns=10**18)
    quick = found(verify(rig))
    assert quick == ({} if rig.remote.kind is Tagging else {"d0/f00": "time"})
    assert found(verify(rig, deep=True)) == {"d0/f00": "time"}


def test_a_tag_alone_proves_nothing(tagged: Rig) -> None:
    """The same content was stored anew and got another tag: it is looked at, and is right."""
    state = tagged.open()
    with state.db.transaction() as db:
        db.execute("UPDATE files SET tag='another' WHERE path=?", (b"d0/f00",))
    state.close()
    assert verify(tagged).good
    assert tagged.remote.paths("same_content") == [f"{BASE}/d0/f00"]


def test_kept_without_complete_sync(tmp_path: Path) -> None:
    """What was deleted here is kept there, as the person wants it: no difference, not foreign."""
    rig = mirrored(tmp_path, Reading)
    (rig.root / "d3/f03").unlink()
    result = verify(rig, complete_sync=False)
    assert (result.good, result.files, result.foreign) == (True, 39, 0)


def test_what_is_not_ours_is_counted_and_left_alone(rig: Rig) -> None:
    kept = trash_path("d0/f00", time.time())
    others = {"other": b"x", "d0/deeper/other": b"y", kept: b"z", ".skynet-a1.part": b"w"}
    for path, data in others.items():
        rig.remote.write(f"{BASE}/{path}", data, 0)
    result = verify(rig, deep=True, repair=True)
    assert (result.good, result.foreign, result.files) == (True, 2, 40)
    assert rig.once() == 0
    assert {path: rig.there[path] for path in others} == others
    assert not any(MARK in path for path in found(result))


def test_what_is_left_out_now_keeps_its_copy(rig: Rig) -> None:
    result = verify(rig, ignore=("d1/",))
    assert (result.good, result.files, result.foreign) == (True, 30, 0)


def test_a_folder_that_cannot_be_read_is_told(timed: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("d1"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    result = verify(timed)
    assert (only(result).path, only(result).fault) == ("d1", Fault.UNREADABLE)
    assert result.files == 31, "the files below it do not count as gone"


def test_a_file_the_service_does_not_give(timed: Rig) -> None:
    timed.remote.fail[f"{BASE}/d0/f00"] = PathDenied("Not allowed.")
    difference = only(verify(timed, deep=True))
    assert (difference.path, difference.fault) == ("d0/f00", Fault.UNREADABLE)
    assert "Not allowed." in difference.detail


def test_a_never_mirrored_folder_is_held_against_the_place_itself(tmp_path: Path) -> None:
    """The index knows nothing yet: missing is only what is not there."""
    rig = Rig(tmp_path, Remote(Reading))
    for name in ("there", "not there", "other size"):
        path = put(rig.root / name, b"content")
        rig.remote.write(f"{BASE}/{name}", b"content", path.stat().st_mtime_ns)
    del rig.remote.files[f"{BASE}/not there"]
    plant(rig.remote, "other size", data=b"con")
    result = verify(rig)
    assert found(result) == {"not there": "missing", "other size": "size"}
    assert result.files == 3
    rig.close()


def test_spelled_otherwise_where_names_fold(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Remote(Reading, folds=True))
    put(rig.root / "Résumé", b"content")
    assert rig.once() == 0
    data = rig.remote.files.pop(f"{BASE}/Résumé")
    rig.remote.files[f"{BASE}/RÉSUMÉ"] = data
    result = verify(rig, deep=True)
    assert (result.good, result.files, result.foreign) == (True, 1, 0)
    assert not rig.remote.paths("stat"), "the listing tells"
    rig.close()


# --- a file that went bad here --------------------------------------------------------------


def rot(rig: Rig, path: str) -> None:
    """Another content of the same size; no time of the file shows it, for the index says what
    the times are now."""
    file = rig.root / path
    before = file.stat()
    file.write_bytes(flipped(file.read_bytes()))
    os.utime(file, ns=(before.st_mtime_ns, before.st_mtime_ns))
    state = rig.open()
    now = state.look(path)
    assert now is not None
    with state.db.transaction() as db:
        db.execute("UPDATE files SET ctime_ns=? WHERE path=?", (now.ctime_ns, path.encode()))
    state.close()


def remember_content(rig: Rig) -> None:
    """As our own connections have it: the index knows the hash of what was sent."""
    state = rig.open()
    with state.db.transaction() as db:
        for path in rig.here:
            digest = hash_of_file(str(rig.root / path), lambda: None)
            db.execute("UPDATE files SET hash=? WHERE path=?", (digest, path.encode()))
    state.close()


def test_a_repair_never_replaces_the_only_good_copy(rig: Rig) -> None:
    remember_content(rig)
    good = rig.there["d0/f00"]
    rot(rig, "d0/f00")
    result = verify(rig, deep=True, repair=True)
    assert (only(result).fault, only(result).repairable) == (Fault.CONTENT, False)
    assert "the destination holds what was sent" in only(result).detail
    assert (result.good, result.repaired) == (False, 0)
    rig.once()
    assert rig.there["d0/f00"] == good


def test_the_destination_went_bad_and_the_index_knows_it(rig: Rig) -> None:
    remember_content(rig)
    plant(rig.remote, "d0/f00", data=flipped(content(rig, "d0/f00")))
    result = verify(rig, deep=True, repair=True)
    assert (only(result).fault, result.repaired) == (Fault.CONTENT, 1)
    rig.once()
    rig.assert_same()


# --- what changes meanwhile -----------------------------------------------------------------


def test_what_was_sent_after_the_listing_is_no_difference(timed: Rig) -> None:
    """The listing is old by the time the disk is walked; the second look tells."""
    mirror = timed.start()
    timed.wait_for(mirror, State.UP_TO_DATE)

    def change(name: str, _: str) -> None:
        if name == "list":
            timed.remote.after.remove(change)
            put(timed.root / "new", b"new")
            put(timed.root / "d0/f00", b"changed")
            (timed.root / "d1/f01").unlink()
            wait_until(lambda: timed.there == timed.here, "the change")
            timed.wait_for(mirror, State.UP_TO_DATE)

    timed.remote.after.append(change)
    result = verify_in(mirror)
    assert result.good, result
    assert (result.waiting, result.files) == (0, 40)


def test_a_deletion_that_nobody_noticed(timed: Rig) -> None:
    """The Watcher gets time to tell of it; only then it counts as too much there."""
    mirror = timed.start()
    timed.wait_for(mirror, State.UP_TO_DATE)
    mirror._patrol.watch = False
    mirror._patrol._stop_watching()
    (timed.root / "d0/f00").unlink()
    began = time.monotonic()
    assert found(verify_in(mirror)) == {"d0/f00": "extra"}
    assert time.monotonic() - began >= verify_again._NOTED_SECONDS
    mirror.repair()
    wait_until(lambda: "d0/f00" not in timed.there, "removed")


@pytest.mark.parametrize("deep", [False, True])
def test_what_is_still_to_be_sent_waits(timed: Rig, deep: bool) -> None:
    mirror = timed.start(paused=True)
    put(timed.root / "new", b"new")
    put(timed.root / "d0/f00", b"changed")
    (timed.root / "d1/f01").unlink()
    wait_until(lambda: mirror.work() >= 3, "the three are queued")
    result = verify_in(mirror, deep=deep)
    assert (result.good, result.waiting, result.files) == (True, 3, 38), result


def test_without_an_app_nothing_waits(timed: Rig) -> None:
    """Whoever asks a stopped mapping wants to know what is safe, not what will be."""
    put(timed.root / "new", b"new")
    put(timed.root / "d0/f00", b"changed")
    result = verify(timed)
    assert (found(result), result.waiting) == ({"new": "missing", "d0/f00": "size"}, 0)


def test_a_file_that_changes_while_it_is_read_back(timed: Rig) -> None:
    gate = timed.remote.block(f"{BASE}/d0/f00")
    mirror = timed.start(paused=True)
    assert mirror.verify(deep=True)
    assert gate.reached.wait(5)
    put(timed.root / "d0/f00", b"0123 " * 20)
    gate.opened.set()
    result = ended(mirror)
    assert (result.good, result.waiting, result.files) == (True, 1, 39), result


def test_a_file_that_changes_while_it_is_looked_at_once_more(timed: Rig) -> None:
    plant(timed.remote, "d0/f00", data=flipped(content(timed, "d0/f00")))
    reads: list[str] = []

    def change(name: str, path: str) -> None:
        if name == "read" and path.endswith("d0/f00"):
            reads.append(path)
            if len(reads) == 2:
                put(timed.root / "d0/f00", b"0123 " * 20)

    timed.remote.before.append(change)
    mirror = timed.start(paused=True)
    result = verify_in(mirror, deep=True)
    assert (result.good, result.waiting, len(reads)) == (True, 1, 2), result


def test_a_difference_that_has_gone_by_the_second_look(timed: Rig) -> None:
    right = timed.remote.files[f"{BASE}/d0/f00"]
    plant(timed.remote, "d0/f00", data=b"wrong")

    def heal(name: str, _: str) -> None:
        if name == "stat":
            timed.remote.files[f"{BASE}/d0/f00"] = right

    timed.remote.before.append(heal)
    result = verify(timed)
    assert (result.good, result.files) == (True, 40)
    assert timed.remote.paths("stat") == [f"{BASE}/d0/f00"]


# --- what it costs --------------------------------------------------------------------------


def test_a_quick_one_asks_for_nothing_but_a_listing(rig: Rig) -> None:
    rig.remote.calls.clear()
    assert verify(rig).good
    assert {call.name for call in rig.remote.calls} == {"list"}
    assert len(rig.remote.calls) == 1


def test_many_suspects_cost_a_listing_and_no_requests_each(
    timed: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_run, "_MANY", 10)
    for path in list(timed.remote.files)[:20]:
        if MARK not in path:
            del timed.remote.files[path]
    timed.remote.calls.clear()
    result = verify(timed)
    assert result.differences >= 19
    assert [call.name for call in timed.remote.calls] == ["list", "list"]


def test_it_has_a_connection_of_its_own(timed: Rig) -> None:
    """The Handler goes on sending while contents are read back."""
    mirror = timed.start()
    timed.wait_for(mirror, State.UP_TO_DATE)
    gate = timed.remote.block(f"{BASE}/d0/f00")
    assert mirror.verify(deep=True)
    assert gate.reached.wait(5)
    put(timed.root / "sent meanwhile", b"x")
    wait_until(lambda: "sent meanwhile" in timed.there, "sending goes on")
    gate.opened.set()
    assert ended(mirror).good


def test_several_are_read_at_once(timed: Rig) -> None:
    gates = [timed.remote.block(f"{BASE}/d0/f{n:02}") for n in (0, 4, 8, 12)]
    mirror = timed.start()
    timed.wait_for(mirror, State.UP_TO_DATE)
    assert mirror.verify(deep=True)
    for gate in gates:
        assert gate.reached.wait(5), "each waits for nobody"
    for gate in gates:
        gate.opened.set()
    assert ended(mirror).good


# --- a service that fails -------------------------------------------------------------------


def test_a_lost_service_ends_it(rig: Rig) -> None:
    rig.remote.down = ConnectionLost("The server does not answer.")
    result = verify(rig, deep=True)
    assert (result.complete, result.good) == (False, False)
    assert result.reason == "The server does not answer."


def test_a_service_lost_half_way_ends_it(timed: Rig) -> None:
    plant(timed.remote, "d0/f00", data=b"wrong")

    def cut(name: str, path: str) -> None:
        if name == "read" and path.endswith("f22"):
            timed.remote.down = ServiceRefused("The password was refused.")

    timed.remote.before.append(cut)
    result = verify(timed, deep=True)
    assert (result.complete, result.reason) == (False, "The password was refused.")
    assert result.differences == 0, "what was not looked at twice is not reported"


def test_a_short_interruption_costs_no_new_start(timed: Rig) -> None:
    timed.remote.calls.clear()
    timed.remote.lose_at(20)
    result = verify(timed, deep=True)
    assert (result.good, result.files) == (True, 40)
    assert len(timed.remote.paths("list")) == 1
    assert len(timed.remote.paths("read")) < 60


def test_a_file_that_breaks_every_connection(timed: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Content that is damaged at the service may break off each time it is read: that file is
    named, and the others are compared."""
    monkeypatch.setattr(Reading, "broken", {f"{BASE}/d1/f01"})
    result = verify(timed, deep=True)
    assert found(result) == {"d1/f01": "unreadable"}
    assert (result.complete, result.files) == (True, 40)


def test_it_gives_up_when_no_connection_lasts(timed: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reading, "broken", {f"{BASE}/{path}" for path in timed.here})
    opened = timed.remote.opened
    result = verify(timed, deep=True)
    assert (result.complete, result.reason) == (False, "The connection broke off.")
    assert timed.remote.opened - opened <= verify_line._LOSSES + 1


@pytest.mark.parametrize("where", ["open", "list", "read"])
def test_it_stops_within_a_second(timed: Rig, where: str) -> None:
    """Whatever the service hangs in."""
    mirror = timed.start()
    timed.wait_for(mirror, State.UP_TO_DATE)
    hanging, go_on = threading.Event(), threading.Event()

    def hang(name: str, _: str) -> None:
        if name == where:
            hanging.set()
            go_on.wait(10)

    timed.remote.before.append(hang)
    if where == "open":

        class Slow(Reading):
            def open(self) -> None:
                hang("open", "")

        timed.remote.kind = Slow
    assert mirror.verify(deep=True)
    assert hanging.wait(5)
    started = time.monotonic()
    mirror.stop_verifying()
    result = ended(mirror)
    assert time.monotonic() - started < 1.0
    assert (result.complete, result.reason) == (False, "It was stopped.")
    go_on.set()


def test_the_mapping_ends_within_a_second_too(timed: Rig) -> None:
    mirror = timed.start()
    timed.wait_for(mirror, State.UP_TO_DATE)
    gate = timed.remote.block(f"{BASE}/d0/f00")
    assert mirror.verify(deep=True)
    assert gate.reached.wait(5)
    started = time.monotonic()
    mirror.stop()
    assert mirror.join(1.5)
    assert time.monotonic() - started < 1.5
    assert mirror.verified is not None
    assert not mirror.verified.complete
    assert not mirror.verify(deep=False), "it has ended"


def test_only_one_at_a_time(timed: Rig) -> None:
    mirror = timed.start()
    gate = timed.remote.block(f"{BASE}/d0/f00")
    assert mirror.verify(deep=True)
    assert gate.reached.wait(5)
    assert not mirror.verify(deep=False)
    now = mirror.verifying
    assert now is not None
    assert (now.deep, now.total) == (True, 40)
    gate.opened.set()
    assert ended(mirror).good
    assert mirror.verify(deep=False)
    ended(mirror)


def test_a_service_that_cannot_list(tmp_path: Path) -> None:
    rig = Rig(tmp_path, Remote(Plain))
    result = verify(rig)
    assert (result.complete, result.good) == (False, False)
    assert "cannot list" in result.reason
    rig.close()


def test_a_service_that_gives_nothing_back(tmp_path: Path) -> None:
    rig = mirrored(tmp_path, Full)
    assert verify(rig).good
    assert "only a quick verification" in verify(rig, deep=True).reason
    rig.close()


# --- the folder here ------------------------------------------------------------------------


def test_a_folder_that_is_not_there_says_nothing(timed: Rig) -> None:
    timed.root.rename(timed.home / "away")
    result = verify(timed, repair=True)
    assert not result.complete
    assert "is not there" in result.reason
    assert result.differences == 0


def test_a_swapped_folder_says_nothing(timed: Rig) -> None:
    timed.root.rename(timed.home / "away")
    timed.root.mkdir()
    result = verify(timed, repair=True)
    assert not result.complete
    assert "is not the one" in result.reason


def test_a_folder_that_goes_away_meanwhile(timed: Rig) -> None:
    def unmount(name: str, _: str) -> None:
        if name == "list" and timed.root.exists():
            timed.root.rename(timed.home / "away")
            timed.root.mkdir()

    timed.remote.before.append(unmount)
    assert not verify(timed).complete


# --- what is told ---------------------------------------------------------------------------


def test_the_event_at_its_end(timed: Rig) -> None:
    del timed.remote.files[f"{BASE}/d0/f00"]
    verify(timed, deep=True)
    [event] = [event for event in timed.events if isinstance(event, VerifyDone)]
    assert event == VerifyDone("m", True, 40, 1, True)


def test_nothing_of_it_stays_on_disk(timed: Rig) -> None:
    verify(timed, deep=True)
    assert not (timed.state / "verifying").exists()


def test_memory_is_flat_however_much_differs(timed: Rig) -> None:
    """All of it is on disk, and the first thousand are shown."""
    for number in range(1_200):
        put(timed.root / f"new/{number:04}", b"x")
    result = verify(timed)
    assert (result.differences, len(result.shown)) == (1_200, 1_000)


def test_the_index_is_asked_page_by_page(timed: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """No path has a query of its own."""

    def get(_: Index, path: str) -> None:
        raise AssertionError(path)

    monkeypatch.setattr(Index, "get", get)
    assert verify(timed).good
