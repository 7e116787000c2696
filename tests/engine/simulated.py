"""A stage for the real engine: a simulated clock, and threads that move only when told.

Every thread the engine starts becomes a *puppet*: a real thread of which at most one runs, and
that only until its next pause. It pauses wherever the engine would wait (an event, an empty
queue of tasks), at each request to the service and each folder a sweep lists, and, when
``fine``, after each committed transaction. Who goes on, and when the clock moves, is the
caller's choice. So every interleaving can be made to order, and made again.
"""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from skynet_desktop.engine import handler, mapping, mirror, outage, patrol, reaper
from skynet_desktop.engine.holds import Holds
from skynet_desktop.engine.queue import Q
from skynet_desktop.engine.statedb import StateDB
from skynet_desktop.engine.syncsnap import SyncSnap

TICK_NS = 4_000_000
"""How coarse the file system's clock is, as on Linux."""
_EPOCH_NS = 1_700_000_000_000_000_000


class Killed(BaseException):
    """Ends a puppet wherever it is, as kill -9 does."""


class Clock:
    """Two clocks in nanoseconds: the monotonic one, and the wall's, which somebody may set."""

    def __init__(self) -> None:
        self.mono_ns = 1_000_000_000
        self._ahead_ns = _EPOCH_NS
        self._jumps = 0

    @property
    def wall_ns(self) -> int:
        return self.mono_ns + self._ahead_ns

    @property
    def file_ns(self) -> int:
        """What the file system stamps a change with."""
        return self.wall_ns // TICK_NS * TICK_NS

    def advance(self, seconds: float) -> None:
        self.mono_ns += round(seconds * 1e9)

    def set_wall(self, seconds: float) -> None:
        """Forth or back by so much, never exactly onto a tick that was there already."""
        self._jumps += 1
        self._ahead_ns += round(seconds * 1e9) + self._jumps * 7 * TICK_NS

    def monotonic(self) -> float:
        return self.mono_ns / 1e9

    def time(self) -> float:
        return self.wall_ns / 1e9

    def time_ns(self) -> int:
        return self.wall_ns

    def clock_gettime(self, which: int) -> float:
        return self.monotonic()

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing of the engine sleeps without a way to be woken")

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)  # what tells no time


class Puppet:
    """One thread of the engine."""

    def __init__(self, stage: Stage, target: Callable[[], None], name: str) -> None:
        self._stage = stage
        self.name = name
        self.ready: Callable[[], bool] = lambda: True
        self.deadline_ns: int | None = None
        self.done = False
        self.killed = False
        self.depth = 0
        """Transactions it is inside of: there it holds locks and cannot pause."""
        self.handed_out = 0
        """The move at which the task it works on was handed to it."""
        self._target = target
        self._go = threading.Lock()
        self._go.acquire()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def is_runnable(self, now_ns: int) -> bool:
        due = self.deadline_ns is not None and self.deadline_ns <= now_ns
        return not self.done and (self.killed or due or self.ready())

    def _run(self) -> None:
        self._go.acquire()
        try:
            if not self.killed:
                self._target()
        except Killed:
            pass
        except BaseException as error:
            self._stage.broken = self._stage.broken or error
        finally:
            self.done = True
            self._stage.back.release()

    def go_on(self) -> None:
        """For the caller: let it run to its next pause."""
        self._go.release()
        self._stage.back.acquire()

    def pause(self, ready: Callable[[], bool], deadline_ns: int | None) -> None:
        if self.killed:
            raise Killed
        assert not self.depth, f"{self.name} would wait inside of a transaction"
        self.ready, self.deadline_ns = ready, deadline_ns
        self._stage.back.release()
        self._go.acquire()
        if self.killed:
            raise Killed


class Stage:
    """All puppets and their clock. Everything is for the caller's thread, except what says
    otherwise."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.back = threading.Lock()
        self.back.acquire()
        self.puppets: list[Puppet] = []
        self.current: Puppet | None = None
        self.moves = 0
        self.fine = False
        """Whether puppets pause after each transaction too."""
        self.broken: BaseException | None = None
        self.on_commit: Callable[[], None] = lambda: None
        """Called in a puppet right after each of its commits; may raise :class:`Killed`."""

    def spawn(self, target: Callable[[], None], name: str) -> None:
        """The engine's spawner; from any thread."""
        self.puppets.append(Puppet(self, target, name))

    def pause(self, ready: Callable[[], bool] = lambda: True, timeout: float | None = None) -> None:
        """In a puppet: until ``ready()``, for ``timeout`` simulated seconds at most. In the
        caller's own thread nothing can be waited for."""
        if self.current is None:
            assert ready(), "the caller's thread would wait for ever"
            return
        deadline = None if timeout is None else self.clock.mono_ns + round(timeout * 1e9)
        self.current.pause(ready, deadline)

    def runnable(self) -> list[Puppet]:
        self.puppets = [puppet for puppet in self.puppets if not puppet.done]
        return [p for p in self.puppets if p.is_runnable(self.clock.mono_ns)]

    def move(self, choice: int = 0) -> bool:
        """Let one of those that can run make one move; False if none can."""
        able = self.runnable()
        if not able:
            return False
        self._let(able[choice % len(able)])
        return True

    def _let(self, puppet: Puppet) -> None:
        self.moves += 1
        self.current = puppet
        try:
            puppet.go_on()
        finally:
            self.current = None
        if self.broken is not None:
            raise self.broken

    def run_all(self, limit: int = 20_000) -> None:
        """Everybody in turn, until all wait for something that only time brings."""
        for turn in range(limit):
            if not self.move(turn):
                return
        raise AssertionError(f"never at rest: {[p.name for p in self.runnable()]}")

    def next_deadline(self) -> float | None:
        """Seconds until somebody's wait runs out; None if nobody waits for a time."""
        dues = [p.deadline_ns for p in self.puppets if not p.done and p.deadline_ns is not None]
        return max(0, min(dues) - self.clock.mono_ns) / 1e9 if dues else None

    def kill_all(self) -> None:
        """End all puppets where they are; what they still do on their way out is nobody's."""
        self.fine = False
        for puppet in self.puppets:
            puppet.killed = True
        while able := self.runnable():
            self._let(able[0])

    # --- what the engine finds in place of the real things ----------------------------------

    def event(self) -> Event:
        return Event(self)

    @contextlib.contextmanager
    def transaction(self, inner: Any) -> Iterator[Any]:
        puppet = self.current
        if puppet is None:
            with inner as db:
                yield db
            return
        puppet.depth += 1
        try:
            with inner as db:
                yield db
        finally:
            puppet.depth -= 1
        if not puppet.depth:
            self.on_commit()
            if self.fine:
                self.pause()

    @contextlib.contextmanager
    def set(self) -> Iterator[None]:
        """While inside, what the engine takes for time, threads and locks is the stage's."""
        clock, stage = self.clock, self
        swaps: dict[int, Any] = {
            id(time): clock,
            id(threading): _Like(threading, Event=self.event),
            id(queue): _Like(queue, SimpleQueue=lambda: TaskQueue(self)),
        }
        whole, own = StateDB.transaction, Q._transaction
        entries = SyncSnap._entries

        class SimulatedQ(Q):
            def __init__(self, folder: Any) -> None:
                super().__init__(folder, clock.monotonic)
                self.put_event: Any = stage.event()

        def listed(snap: SyncSnap, folder: str) -> Any:
            found = entries(snap, folder)
            stage.pause()  # the folder may change between its listing and its use
            return found

        with contextlib.ExitStack() as stack:
            for name, module in list(sys.modules.items()):
                if name.startswith("skynet_desktop.engine."):
                    for attribute, value in list(vars(module).items()):
                        if id(value) in swaps:
                            stack.enter_context(
                                mock.patch.object(module, attribute, swaps[id(value)])
                            )
            for owner, attribute, value in (
                (StateDB, "transaction", lambda db: stage.transaction(whole(db))),
                (Q, "_transaction", lambda q: stage.transaction(own(q))),
                (SyncSnap, "_entries", listed),
                (mapping, "Q", SimulatedQ),
                (mirror, "Holds", lambda hours: Holds(hours, clock.time)),
                # The real pauses: simulated time costs nothing. Ticks are few, to be quick.
                (handler, "_IDLE_SECONDS", 30.0),
                (reaper, "_REST_SECONDS", 1.0),
                (reaper, "_PATIENCE_SECONDS", 4.0),
                (outage, "_FIRST_PAUSE", 1.0),
                (outage, "_LONGEST_PAUSE", 60.0),
                (patrol, "_TICK_SECONDS", 20.0),
                (patrol, "_DELAY_SECONDS", 2.0),
            ):
                stack.enter_context(mock.patch.object(owner, attribute, value))
            yield


class _Like:
    """A module with some names replaced."""

    def __init__(self, module: Any, **replaced: Any) -> None:
        self._module = module
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


class Event:
    """In place of ``threading.Event``."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._is_set = False

    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        self._is_set = True

    def clear(self) -> None:
        self._is_set = False

    def wait(self, timeout: float | None = None) -> bool:
        self._stage.pause(self.is_set, timeout)
        return self._is_set


class TaskQueue:
    """In place of ``queue.SimpleQueue``; remembers when each task was handed out."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._tasks: deque[tuple[int, Any]] = deque()

    def put(self, task: Any) -> None:
        self._tasks.append((self._stage.moves, task))

    def qsize(self) -> int:
        return len(self._tasks)

    def get(self) -> Any:
        self._stage.pause(lambda: bool(self._tasks))
        handed_out, task = self._tasks.popleft()
        if self._stage.current is not None:
            self._stage.current.handed_out = handed_out
        return task
