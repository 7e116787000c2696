"""Limits by a made clock, and what the engine makes of them."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.core.actions import send
from skynet_desktop.core.errors import Stopped
from skynet_desktop.core.events import State
from skynet_desktop.engine.pacing import Line, Pacer, Pacing
from tests.engine.fakes import Plain, Remote
from tests.engine.rig import Rig, put, wait_until

MB = 1_000_000.0
GO_ON = threading.Event()


class Clock:
    """Time that passes only while somebody sleeps. ``while_asleep`` is called each time."""

    def __init__(self) -> None:
        self.now = 100.0
        self.naps = 0
        self.while_asleep: Callable[[], None] = lambda: None

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps += 1
        self.now += seconds
        self.while_asleep()


class Limits:
    """Lines whose rates a test sets, and a pacer that waits at all of them."""

    def __init__(self, *rates: float) -> None:
        self.rates = list(rates)
        self.clock = Clock()
        lines = [Line(lambda i=i: self.rates[i], self.clock) for i in range(len(rates))]  # type: ignore[misc]
        self.pacer = Pacer(*lines, clock=self.clock, sleep=self.clock.sleep)

    def seconds_for(self, nbytes: int, block: int = 100_000) -> float:
        before = self.clock.now
        for start in range(0, nbytes, block):
            self.pacer.take(min(block, nbytes - start), GO_ON)
        return self.clock.now - before


@pytest.mark.parametrize("block", [1_000, 64_000, 1_000_000, 60_000_000])
def test_bytes_take_their_time_whatever_the_block(block: int) -> None:
    assert Limits(2 * MB).seconds_for(6_000_000, block) == pytest.approx(3.0, abs=0.1)


def test_no_limit_takes_no_time() -> None:
    limits = Limits(0.0, 0.0)
    assert limits.seconds_for(10**12, 10**9) == 0.0
    assert limits.clock.naps == 0


def test_no_lines_take_no_time() -> None:
    Pacer().take(10**12, GO_ON)


@pytest.mark.parametrize("rates", [(1 * MB, 1 * MB), (1 * MB, 5 * MB), (9 * MB, 1 * MB)])
def test_of_several_limits_the_tightest_holds(rates: tuple[float, float]) -> None:
    assert Limits(*rates).seconds_for(5_000_000) == pytest.approx(5.0, abs=0.1)


@given(
    rate=st.floats(1.0, 1e9),
    blocks=st.lists(st.tuples(st.integers(1, 10**6), st.floats(0, 10)), max_size=8),
)
def test_never_more_than_the_limit_and_a_quarter_of_a_second(
    rate: float, blocks: list[tuple[int, float]]
) -> None:
    """However long the pauses between: what was not used is not saved up."""
    limits = Limits(rate)
    gone: list[tuple[float, int]] = []
    for nbytes, pause in blocks:
        limits.clock.now += pause
        nbytes = min(nbytes, int(rate * 10) + 1)  # or it would take all day
        limits.pacer.take(nbytes, GO_ON)
        gone.append((limits.clock.now, nbytes))
    for i, (since, _) in enumerate(gone):
        for until, _ in gone[i:]:
            # Those that ended within the span, but for the first, which began before it.
            inside = sum(n for when, n in gone[i + 1 :] if when <= until)
            assert inside <= rate * (until - since + 0.25 + 0.05) + 1


def test_a_new_rate_holds_at_once() -> None:
    limits = Limits(10_000.0)
    half_done = limits.clock.now + 1.0

    def faster() -> None:
        if limits.clock.now >= half_done:
            limits.rates[0] = 1_000_000.0

    limits.clock.while_asleep = faster
    assert limits.seconds_for(1_000_000, 1_000_000) == pytest.approx(2.0, abs=0.2)


def test_a_limit_that_goes_lets_all_go() -> None:
    limits = Limits(1.0)
    limits.clock.while_asleep = lambda: limits.rates.__setitem__(0, 0.0)
    assert limits.seconds_for(10**9, 10**9) < 2.0


def test_a_stop_ends_the_wait() -> None:
    limits, stopping = Limits(1.0), threading.Event()
    limits.pacer.take(1, GO_ON)
    stop_at = limits.clock.now + 5.0
    limits.clock.while_asleep = lambda: limits.clock.now >= stop_at and stopping.set()  # type: ignore[assignment,func-returns-value]
    with pytest.raises(Stopped):
        limits.pacer.take(10**6, stopping)
    assert limits.clock.now - stop_at < 0.2


def test_transfers_get_equal_shares() -> None:
    """By a true clock: one with huge blocks and three with small ones."""
    line, done, stopping = Line(lambda: 3 * MB), Counter[int](), threading.Event()

    def transfer(number: int, block: int) -> None:
        pacer = Pacer(line)
        try:
            while True:
                pacer.take(block, stopping)
                done[number] += block
        except Stopped:
            pass

    blocks = [100_000, 16_000, 16_000, 64_000]
    threads = [threading.Thread(target=transfer, args=pair) for pair in enumerate(blocks)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    wait_until(lambda: sum(done.values()) > 3_000_000)
    took = time.monotonic() - started
    stopping.set()
    for thread in threads:
        thread.join()
    assert took > 0.7
    assert min(done.values()) > max(done.values()) / 2, done


def test_pacing_changes_under_way() -> None:
    pacing = Pacing()
    pacer = pacing.pacer("photos")
    assert pacing.pacer("photos") is pacer
    pacing.limit(lambda: 0.0, {"photos": 1.0})
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(Stopped):
        pacer.take(10**6, stopping)
    pacing.pacer("music").take(10**6, stopping)
    pacing.limit(lambda: 1.0, {})
    with pytest.raises(Stopped):
        pacing.pacer("music").take(10**6, stopping)
    pacing.limit(lambda: 0.0, {})
    pacer.take(10**12, stopping)


# --- in the engine ----------------------------------------------------------------------


class Taken(Pacer):
    """Lets all go and counts."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0
        self._count = threading.Lock()

    def take(self, nbytes: int, stopping: threading.Event) -> None:
        with self._count:
            self.bytes += nbytes


def test_a_connection_of_three_methods_is_paced_by_size(tmp_path: Path) -> None:
    rig, taken = Rig(tmp_path, Remote(kind=Plain)), Taken()
    put(rig.root / "file", b"x" * 12_345)
    rig.handle(rig.open(pacer=taken), send("file"))
    assert taken.bytes == 12_345
    rig.assert_same()
    rig.close()


def test_uploads_are_paced_by_their_mapping(rig: Rig) -> None:
    taken = Taken()
    place = rig.home / "place"
    place.mkdir()
    put(rig.root / "file", b"x" * 12_345)
    connection = LocalConnection(str(place))
    connection.open()
    rig.handle(rig.open(pacer=taken), send("file"), connection=connection)
    assert taken.bytes == 12_345


@pytest.mark.parametrize("to_disk", [False, True])
def test_pause_and_stop_do_not_wait_for_the_pace(tmp_path: Path, to_disk: bool) -> None:
    rig = Rig(tmp_path, Remote(kind=Plain))
    if to_disk:
        place = tmp_path / "place"
        place.mkdir()
        rig.remote.connect = lambda: LocalConnection(str(place))  # type: ignore[method-assign,assignment,return-value]
    put(rig.root / "file", b"x" * 1_000_000)
    waiting = Waiting()
    mirror = rig.start(pacer=waiting)
    wait_until(waiting.reached.is_set, "it never came to the pacer")
    asked = time.monotonic()
    mirror.pause()
    wait_until(lambda: waiting.inside == 0, "it went on waiting", timeout=3.0)
    assert time.monotonic() - asked < 1.0
    rig.wait_for(mirror, State.PAUSED)
    waiting.reached.clear()
    mirror.resume()
    wait_until(waiting.reached.is_set, "it did not go on")
    asked = time.monotonic()
    mirror.stop()
    assert mirror.join(5)
    assert time.monotonic() - asked < 1.0
    rig.close()


class Waiting(Pacer):
    """A limit of next to nothing. ``inside``: how many wait."""

    def __init__(self) -> None:
        super().__init__(Line(lambda: 1.0))
        self.reached = threading.Event()
        self.inside = 0
        self._count = threading.Lock()

    def take(self, nbytes: int, stopping: threading.Event) -> None:
        with self._count:
            self.inside += 1
        self.reached.set()
        try:
            super().take(nbytes, stopping)
        finally:
            with self._count:
                self.inside -= 1
