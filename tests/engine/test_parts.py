"""Claims and workers: one path has one worker; nobody waits while a worker could be had."""

from __future__ import annotations

import queue
import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet_desktop.engine.claims import Claims, folders_above
from skynet_desktop.engine.workers import Workers
from tests.engine.rig import wait_until

PATHS = st.sampled_from(["a", "a/b", "a/b/c", "a0", "ab", "b/a", "b"])


def related(one: str, other: str) -> bool:
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")


@given(st.lists(PATHS), st.lists(PATHS), PATHS)
def test_a_claim_covers_the_tree_and_what_is_above(
    claimed: list[str], dropped: list[str], path: str
) -> None:
    claims = Claims()
    claims.add(claimed)
    held = list(claimed)
    for one in dropped:
        if one in held:
            claims.drop([one])
            held.remove(one)
    assert claims.conflict([path]) == any(related(path, other) for other in held)


def test_folders_above() -> None:
    assert list(folders_above("a/b/c")) == ["a/b", "a"]
    assert list(folders_above("a")) == []


def test_workers_are_made_when_needed_and_end() -> None:
    workers = Workers("counted", 3)
    release = threading.Event()
    reached = threading.Semaphore(0)

    def task() -> None:
        reached.release()
        release.wait(10)

    def at_work() -> int:
        """Of this pool: threads of other tests may just be ending."""
        return sum(thread.name.startswith("counted-") for thread in threading.enumerate())

    for _ in range(5):
        workers.submit(task)
    for _ in range(3):
        assert reached.acquire(timeout=5)
    assert at_work() == 3
    assert workers.waiting == 2
    release.set()
    workers.close()
    wait_until(lambda: at_work() == 0)


def test_a_task_that_raises_ends_no_worker(caplog: pytest.LogCaptureFixture) -> None:
    workers = Workers("w", 1)
    done = threading.Event()
    workers.submit(lambda: 1 / 0)  # type: ignore[arg-type]
    workers.submit(done.set)
    assert done.wait(5)
    assert "failed" in caplog.text
    workers.close()


def test_a_worker_that_just_took_a_task_does_not_count_as_idle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a second big file waits for hours behind the first beside an unused worker."""

    class Slow(queue.SimpleQueue[Any]):
        def get(self, *args: Any, **kwargs: Any) -> Any:
            task = super().get(*args, **kwargs)
            time.sleep(0.2)  # taken, but not yet said so
            return task

    workers = Workers("w", 2)
    workers._tasks = Slow()
    release = threading.Event()
    started = threading.Semaphore(0)

    def task() -> None:
        started.release()
        release.wait(10)

    first = threading.Event()
    workers.submit(first.set)
    assert first.wait(5)
    wait_until(lambda: workers._threads == 1)
    end = time.monotonic() + 0.3
    wait_until(lambda: time.monotonic() > end)
    workers.submit(task)
    wait_until(lambda: workers.waiting == 0)
    workers.submit(task)
    try:
        assert started.acquire(timeout=2)
        assert started.acquire(timeout=2), "the second waits although a worker could be made"
    finally:
        release.set()
        workers.close()
