"""How many requests go at once is found by trying, against servers that are played."""

from __future__ import annotations

import heapq

import pytest

from skynet_desktop.connections.s3.window import FIRST, MOST, Window


class Played:
    """A server behind a link: each answer takes ``seconds``, and ``most`` are made a second."""

    def __init__(self, seconds: float, most: float, waiting: int = 10**6) -> None:
        self.now = 0.0
        self.window = Window(lambda: self.now)
        self._seconds, self._each = seconds, 1 / most
        self._free_at = 0.0
        self._due: list[float] = []
        self.waiting = waiting
        self.answered = 0

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            while self.waiting and self.window.take():
                self.waiting -= 1
                self._free_at = max(self.now, self._free_at) + self._each
                heapq.heappush(self._due, self._free_at + self._seconds)
            if not self._due:
                return
            self.now = heapq.heappop(self._due)
            self.answered += 1
            self.window.give(answered=True)


@pytest.mark.parametrize("seconds", [0.03, 0.15])
def test_a_long_link_is_filled(seconds: float) -> None:
    played = Played(seconds, 10_000)
    played.run(10)
    assert played.window.size == MOST
    before = played.answered
    played.run(10)
    assert played.answered - before > 0.9 * 10 * MOST / seconds * min(1, 10_000 * seconds / MOST)


def test_a_long_link_is_filled_soon() -> None:
    played = Played(0.15, 10_000, waiting=300)
    played.run(10)
    assert played.now < 1.0


def test_how_long_answers_take_is_where_it_begins() -> None:
    played = Played(0.15, 10_000, waiting=300)
    for seconds in (0.4, 0.15, 0.2):
        played.window.begin(seconds)
    assert played.window.size == MOST
    played.run(10)
    assert played.now < 0.6
    near = Window()
    for seconds in (0.5, 0.002):
        near.begin(seconds)
    assert near.size == FIRST
    near.take()
    near.give(answered=True)
    near.begin(0.001)
    assert near.size == FIRST, "once it is in use it knows better"


def test_a_near_server_is_not_crowded() -> None:
    played = Played(0.001, 1_000)
    played.run(60)
    assert played.window.size <= 2 * FIRST


def test_few_files_prove_nothing() -> None:
    played = Played(0.15, 10_000, waiting=10)
    played.run(10)
    assert played.window.size == FIRST


def test_a_busy_server_gets_fewer() -> None:
    played = Played(0.15, 10_000)
    played.run(10)
    for size in (MOST // 2, MOST // 4):
        played.window.slow_down()
        assert played.window.size == size
    for _ in range(20):
        played.window.slow_down()
    assert 1 <= played.window.size < FIRST
    played.run(120)
    assert played.window.size == MOST, "it is tried again"


def test_places_are_taken_and_given() -> None:
    window = Window()
    assert [window.take() for _ in range(FIRST + 1)] == [True] * FIRST + [False]
    window.give(answered=False)
    assert window.take()
