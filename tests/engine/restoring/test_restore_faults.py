"""A restore that is interrupted goes on; a bad file stops nothing; a full disk is said."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.core.errors import (
    ConnectionLost,
    PathDenied,
    ServiceRefused,
)
from skynet_desktop.engine.restoring import file as restore_file
from skynet_desktop.engine.restoring import line as restore_line
from skynet_desktop.engine.restoring import partial as restore_partial
from skynet_desktop.engine.restoring.restore import Failure, Restored, restore
from tests.engine.restoring.restore_rig import BASE, BLOCK, Attic, Fetcher, here
from tests.engine.rig import wait_until

STEP = 2 * BLOCK


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore_partial, "STEP", STEP)
    monkeypatch.setattr("skynet_desktop.engine.restoring.restore.STEP", STEP)
    monkeypatch.setattr(restore_line, "PATIENCE_SECONDS", 1.0)


@pytest.fixture
def attic() -> Attic:
    return Attic(parallel=1)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def partials(target: Path) -> list[Path]:
    return list(target.rglob(".skynet-*"))


# --- a lost service ---------------------------------------------------------------------


def test_what_was_lost_goes_on_when_it_is_run_again(attic: Attic, target: Path) -> None:
    big = os.urandom(9 * BLOCK + 5)
    attic.put("big", big)
    attic.put("small", "x")
    attic.lose_after(7 * BLOCK)
    first = attic.restore(target)
    assert (first.complete, first.reason, first.files) == (False, "Lost to order.", 0)
    assert [path.stat().st_size for path in partials(target)] == [7 * BLOCK]
    assert attic.restore(target).files == 2
    assert attic.reads == [("big", 0), ("big", 6 * BLOCK), ("small", 0)], "from the last border"
    assert here(target) == {"big": big, "small": b"x"}


def test_small_rests_are_not_left_behind(attic: Attic, target: Path) -> None:
    attic.put("a", os.urandom(2 * BLOCK))
    attic.lose_after(BLOCK)
    assert not attic.restore(target).complete
    assert here(target) == {}


@pytest.mark.parametrize("how", ["content", "time", "nothing to know it by"])
def test_another_state_is_never_glued_to_what_is_left(attic: Attic, target: Path, how: str) -> None:
    attic.put("a", b"1" * 9 * BLOCK)
    attic.tells_tags = how == "content"
    attic.tells_times = how == "time"
    if how == "time":
        attic.tells_tags = False
    attic.lose_after(6 * BLOCK)
    assert not attic.restore(target).complete
    attic.put("a", b"2" * 9 * BLOCK, 1_600_000_100)
    attic.reads.clear()
    assert attic.restore(target).files == 1
    assert attic.reads[-1] == ("a", 0)
    assert (target / "a").read_bytes() == b"2" * 9 * BLOCK


def test_a_file_that_changed_since_it_was_listed(attic: Attic, target: Path) -> None:
    attic.put("a", b"1" * BLOCK)
    attic.put("b", b"1" * BLOCK)
    with attic.catalogue() as catalogue:
        attic.put("a", b"2" * BLOCK, 1_600_000_100)
        attic.put("b", b"2" * BLOCK * 2)
        result = restore(attic.connect(), catalogue, [""], str(target))
    reason = "The file changed at the destination since it was listed."
    assert result.failed == (Failure("a", reason), Failure("b", reason))
    assert here(target) == {}


def test_a_fresh_connection_goes_on_at_once(attic: Attic, target: Path) -> None:
    attic.put("big", data := os.urandom(40 * BLOCK))
    attic.lose_after(5 * BLOCK, times=6)
    result = attic.restore(target, reconnect=attic.fresh)
    assert result.complete and result.files == 1, result
    assert (target / "big").read_bytes() == data
    assert [offset // BLOCK for _, offset in attic.reads] == [0, 4, 8, 12, 16, 20, 24]


def test_all_threads_share_the_fresh_one(attic: Attic, target: Path) -> None:
    attic.parallel = 4
    for number in range(40):
        attic.put(f"{number}", os.urandom(3 * BLOCK))
    attic.lose_after(20 * BLOCK)
    result = attic.restore(target, reconnect=attic.fresh)
    assert result.complete and result.files == 40
    assert attic.opened == 3, "one to list, one to begin with, one made anew"
    assert partials(target) == []


def test_a_service_that_stays_away(attic: Attic, target: Path) -> None:
    attic.put("a", b"x")
    connection = attic.connect()
    with attic.catalogue() as catalogue:
        attic.down = ConnectionLost("The server does not answer.")
        result = restore(connection, catalogue, [""], str(target), reconnect=attic.fresh)
    assert (result.complete, result.reason) == (False, "The server does not answer.")
    assert result.failures == 0
    assert attic.opened > 3, "it was tried again"


def test_a_refusal_is_not_tried_again(attic: Attic, target: Path) -> None:
    attic.put("a", b"x")
    connection = attic.connect()
    with attic.catalogue() as catalogue:
        attic.down = ServiceRefused("The server refused the password.")
        result = restore(connection, catalogue, [""], str(target), reconnect=attic.fresh)
    assert (result.complete, result.reason) == (False, "The server refused the password.")
    assert attic.opened == 2


# --- one bad file -----------------------------------------------------------------------


def test_a_bad_file_stops_nothing(attic: Attic, target: Path) -> None:
    for name in "abcde":
        attic.put(name, name)
    attic.fail["b"] = PathDenied("Not allowed.")
    attic.fail["c"] = RuntimeError("a bug of somebody's connection")
    with attic.catalogue() as catalogue:
        del attic.files[f"{BASE}/d"]
        result = restore(attic.connect(), catalogue, [""], str(target))
    assert (result.complete, result.files, result.failures) == (True, 2, 3)
    assert {f.path: f.reason for f in result.failed} == {
        "b": "Not allowed.",
        "c": "Unexpected RuntimeError: a bug of somebody's connection",
        "d": "It is not there.",
    }
    assert here(target) == {"a": b"a", "e": b"e"}


def test_a_file_that_breaks_every_connection_stops_nothing(attic: Attic, target: Path) -> None:
    """Content that is known to be damaged looks like a lost connection."""
    for name in "abc":
        attic.put(name, os.urandom(3 * BLOCK))

    def damaged(path: str, offset: int) -> None:
        if path == "b":
            raise ConnectionLost("The content is damaged.")

    attic.on_block.append(damaged)
    result = attic.restore(target, reconnect=attic.fresh)
    assert (result.complete, result.files) == (True, 2)
    assert result.failed == (Failure("b", "The content is damaged."),)
    assert sorted(here(target)) == ["a", "c"]


def test_content_of_another_length_gets_no_name(attic: Attic, target: Path) -> None:
    attic.put("a", b"x" * 3 * BLOCK)
    real = attic.connect()

    def shorter(path: str, data: bytes, offset: int) -> Iterator[bytes]:
        yield data[:BLOCK]

    real._blocks = shorter  # type: ignore[attr-defined]
    result = attic.restore(target, connection=real)
    assert result.failed == (
        Failure("a", "The file changed at the destination while it was read."),
    )
    assert here(target) == {}


# --- told to stop -----------------------------------------------------------------------


def in_background(work: object) -> list[Restored]:
    found: list[Restored] = []
    threading.Thread(target=lambda: found.append(work()), daemon=True).start()  # type: ignore[operator]
    return found


@pytest.mark.parametrize("hangs", [False, True], ids=["busy", "hanging"])
def test_stopping_takes_less_than_a_second(attic: Attic, target: Path, hangs: bool) -> None:
    attic.put("a", os.urandom(8 * BLOCK))
    stopping, reached, released = (threading.Event() for _ in range(3))

    def hold(path: str, offset: int) -> None:
        if offset >= 3 * BLOCK:
            reached.set()
            released.wait(0.05 if not hangs else 30)

    attic.on_block.append(hold)
    connection = attic.connect()
    found = in_background(lambda: attic.restore(target, stopping=stopping, connection=connection))
    assert reached.wait(10)
    started = time.monotonic()
    stopping.set()
    wait_until(lambda: found)
    assert time.monotonic() - started < 1.0
    assert (found[0].complete, found[0].reason) == (False, "Stopped.")
    assert connection.closed.is_set() is hangs, "what hangs is broken off"
    released.set()
    wait_until(lambda: attic.under_way == 0)
    assert "a" not in here(target), "what was left behind publishes nothing"
    attic.on_block.clear()
    attic.reads.clear()
    assert attic.restore(target).files == 1
    assert attic.reads == [("a", 2 * BLOCK)]


def test_a_stop_right_before_the_name_is_given(
    attic: Attic, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flushing may take long; who has been told that it stopped wants no file any more."""
    attic.put("a", b"x")
    stopping, reached, released, ended = (threading.Event() for _ in range(4))

    class Slow(restore_partial.Partial):
        def finish(self, mtime_ns: int | None, mode: int | None = None) -> None:
            super().finish(mtime_ns, mode)
            reached.set()
            released.wait(10)

        def __exit__(self, *error: object) -> None:
            super().__exit__(*error)
            ended.set()

    monkeypatch.setattr(restore_file, "Partial", Slow)
    found = in_background(lambda: attic.restore(target, stopping=stopping))
    assert reached.wait(10)
    stopping.set()
    wait_until(lambda: found)
    released.set()
    assert ended.wait(10)
    assert here(target) == {}


def test_a_stop_during_the_pause_before_another_try(attic: Attic, target: Path) -> None:
    attic.put("a", b"x")
    stopping, asked = threading.Event(), threading.Event()

    def reconnect() -> Fetcher:
        asked.set()
        raise ConnectionLost("Still away.")

    attic.fail["a"] = ConnectionLost("Away.")
    found = in_background(lambda: attic.restore(target, stopping=stopping, reconnect=reconnect))
    assert asked.wait(10)
    stopping.set()
    wait_until(lambda: found, timeout=1)
    assert not found[0].complete


KILLED = """
import sys, time
from pathlib import Path
from skynet_desktop.engine.restoring import partial as restore_partial
from tests.engine.restoring.restore_rig import Attic, BLOCK
restore_partial.STEP = 2 * BLOCK
attic = Attic(parallel=1)
for name in "abc":
    attic.put(name, name.encode() * 9 * BLOCK)
def told(path, offset):
    if path == "b" and offset == 5 * BLOCK:
        print("now", flush=True)
        time.sleep(60)
attic.on_block.append(told)
attic.restore(sys.argv[1])
"""


def test_kill_9_costs_a_rest_of_one_file(attic: Attic, target: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, target], stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"now\n"
    process.kill()
    process.wait()
    process.stdout.close()
    for name in "abc":
        attic.put(name, name.encode() * 9 * BLOCK)
    result = attic.restore(target)
    assert (result.files, result.same) == (2, 1)
    assert attic.reads == [("b", 4 * BLOCK), ("c", 0)]
    assert here(target) == {name: name.encode() * 9 * BLOCK for name in "abc"}


def test_two_restores_at_once_do_not_mix(attic: Attic, target: Path) -> None:
    attic.put("a", data := os.urandom(6 * BLOCK))
    reached, released = threading.Event(), threading.Event()

    def hold(path: str, offset: int) -> None:
        attic.on_block.remove(hold)
        reached.set()
        released.wait(10)

    attic.on_block.append(hold)
    found = in_background(lambda: attic.restore(target))
    assert reached.wait(10)
    second = attic.restore(target)
    assert second.failed == (Failure("a", "Another restore is bringing this file back right now."),)
    released.set()
    wait_until(lambda: found)
    assert found[0].files == 1
    assert here(target) == {"a": data}


def test_a_crash_between_naming_and_clearing_away(attic: Attic, target: Path) -> None:
    """The copy has two names then; the other must not be written to any more."""
    attic.put("a", b"1" * 4 * BLOCK)
    attic.restore(target)
    with attic.catalogue() as catalogue:
        [stored] = catalogue.files_below("")
    leftover = target / restore_partial.partial_name(stored)
    os.link(target / "a", leftover)
    (target / "a").rename(target / "mine")
    (target / "mine").write_bytes(b"mine" * BLOCK)
    assert attic.restore(target).files == 1
    assert here(target) == {"a": b"1" * 4 * BLOCK, "mine": b"mine" * BLOCK}
    os.link(target / "a", leftover)
    assert attic.restore(target).same == 1
    assert not leftover.exists(), "cleared away with the next run"


# --- a full disk ------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of two MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        sys.platform != "linux"
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder],
            capture_output=True,
            check=False,
        ).returncode
    ):
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_disk_that_is_too_small_is_said_before_anything_begins(
    attic: Attic, small_disk: Path
) -> None:
    for number in range(4):
        attic.put(f"{number}", os.urandom(1_000_000))
    result = attic.restore(small_disk)
    assert not result.complete and not result.files
    assert result.reason == (
        f"4.0 MB are needed in {small_disk}, but only 2.1 MB are free there. "
        "Make room, or restore to another disk."
    )
    assert here(small_disk) == {} and attic.reads == []


def test_what_is_here_already_needs_no_room(attic: Attic, small_disk: Path) -> None:
    for number in range(3):
        attic.put(f"{number}", os.urandom(600_000))
    assert attic.restore(small_disk).files == 3
    assert attic.restore(small_disk).same == 3


def test_a_disk_that_fills_up_meanwhile(attic: Attic, small_disk: Path) -> None:
    for number in range(3):
        attic.put(f"{number}", os.urandom(600_000))
    filling = small_disk / "somebody else's"

    def fill(path: str, offset: int) -> None:
        if path == "1" and offset == 4 * BLOCK:
            filling.write_bytes(bytes(1_000_000))

    attic.on_block.append(fill)
    result = attic.restore(small_disk)
    assert (result.complete, result.files, result.failures) == (False, 1, 0)
    assert result.reason == (f"The disk of {small_disk} is full. Make room, then restore again.")
    assert len(partials(small_disk)) == 1, "what arrived is kept"
    filling.unlink()
    attic.on_block.clear()
    again = attic.restore(small_disk)
    assert (again.complete, again.files, again.same) == (True, 2, 1)
    assert attic.reads[-2][0] == "1" and attic.reads[-2][1] > 0


def test_a_target_that_is_not_there(attic: Attic, target: Path) -> None:
    attic.put("a", b"x")
    result = attic.restore(target / "missing")
    assert not result.complete
    assert result.reason == (
        f"The folder {target / 'missing'} is not there. Make it, or choose another one."
    )
    (target / "file").write_bytes(b"")
    assert "Nothing can be written" in attic.restore(target / "file").reason
