"""How a large file is cut into parts, and several of them on their way at once."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from skynet_desktop.core.errors import Stopped

MIB = 1024 * 1024
PART_SIZE = 8 * MIB
MAX_PARTS = 10_000
"""Of one upload, as Amazon and everybody after it has it."""
THREADS = 4
LOOK_SECONDS = 0.2
LEAVE_SECONDS = 5.0

T = TypeVar("T")


def part_size(size: int, at_least: int = PART_SIZE) -> int:
    """Bytes a part, in whole MiB, so that a file of ``size`` fits into 10,000 of them."""
    needed = -(-size // MAX_PARTS)
    return max(at_least, -(-needed // MIB) * MIB)


def cut(size: int, step: int) -> Iterator[tuple[int, int, int]]:
    """The parts as (number from 1, offset, length)."""
    for number, start in enumerate(range(0, size, step), 1):
        yield number, start, min(step, size - start)


def run_parts(
    jobs: Sequence[tuple[int, int, int]],
    work: Callable[[int, int, int, Callable[[], None]], T],
    done: Callable[[T], None],
    check: Callable[[], None],
) -> None:
    """``work(number, start, length, check)`` for every part, ``THREADS`` at a time.

    ``done`` is called in this thread with each result. The first error ends it all and is
    raised; so is what ``check`` raises, within a fraction of a second whatever the network
    does. The threads are daemons of ours: one that waits for a dead server holds up nobody's
    exit.
    """
    results: queue.SimpleQueue[T | BaseException] = queue.SimpleQueue()
    todo: queue.SimpleQueue[tuple[int, int, int]] = queue.SimpleQueue()
    for job in jobs:
        todo.put(job)
    halted = threading.Event()

    def look() -> None:
        check()
        if halted.is_set():
            raise Stopped("Another part failed.")

    def toil() -> None:
        try:
            while not halted.is_set():
                results.put(work(*todo.get_nowait(), look))
        except queue.Empty:
            return
        except BaseException as error:
            results.put(error)

    threads = [
        threading.Thread(target=toil, name="s3-part", daemon=True)
        for _ in range(min(THREADS, len(jobs)))
    ]
    for thread in threads:
        thread.start()
    try:
        _collect(results, len(jobs), done, check)
    except Stopped:
        halted.set()
        raise
    except BaseException:
        halted.set()
        _join(threads)  # an abort that follows should meet no part still on its way
        raise


def _collect(
    results: queue.SimpleQueue[T | BaseException],
    count: int,
    done: Callable[[T], None],
    check: Callable[[], None],
) -> None:
    while count:
        check()
        try:
            result = results.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            continue
        if isinstance(result, BaseException):
            raise result
        done(result)
        count -= 1


def _join(threads: Sequence[threading.Thread]) -> None:
    deadline = time.monotonic() + LEAVE_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
