"""One mapping on the stage: the whole real Mirror, a folder, a service; and what must be true
of them at every moment, and once all is quiet.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from unittest import mock

from skynet_desktop.core.events import Bus, State
from skynet_desktop.core.files import FileState
from skynet_desktop.core.mapper import fold
from skynet_desktop.engine import dispatch, jobs
from skynet_desktop.engine.guard import Limits
from skynet_desktop.engine.mapping import Keep, Spec
from skynet_desktop.engine.mirror import Mirror
from tests.engine.hostile import is_ours
from tests.engine.simulated import Killed, Stage
from tests.engine.simulated_connections import Bare, Listing
from tests.engine.simulated_folder import Folder
from tests.engine.simulated_service import BASE, Service

Plan = tuple[str, str]
"""At which moment ("before", in the "middle" of or "after" a request, or when a removal is
"noted") what happens to the file that it is about: "edit", "delete", "rename", "come back", a
"crash" of the program, or a "crash" and one of these."""
RESCAN_SECONDS = 600.0
_QUIET_SECONDS = 2.0
_MOST_SECONDS = 4 * RESCAN_SECONDS
"""By then a folder that is left alone must be mirrored, whatever happened before."""
KEEPER = "keeper"
"""Never touched: an emptied folder would ask, as it should."""


class World:
    """``kinds`` are the capabilities of its connections. Close it."""

    def __init__(self, connection: type[Bare], **service: Any) -> None:
        memory = Path("/dev/shm")
        self.home = Path(tempfile.mkdtemp("", "skynet-stage-", memory if memory.is_dir() else None))
        self._undo = contextlib.ExitStack()
        self.stage = Stage()
        self.folder = Folder(self.stage, self.home / "root")
        self.service = Service(self.stage, self.folder, **service)
        self.connection = connection
        self.complete_sync = True
        self.keep = Keep.NOTHING
        self.limits = Limits()
        self.mirror: Mirror | None = None
        self.unheard = False
        """Whether an event was lost of which nobody was told."""
        self._unheard_at = 0
        self._lives = 0
        self._crash_in = -1
        self._crashed_at: Path | None = None
        for patch in (
            self.stage.set(),
            self.folder.set(),
            mock.patch.object(jobs, "BIG", 60),
            mock.patch.object(dispatch, "_SMALL", 30),
        ):
            self._undo.enter_context(patch)
        self.plan: Plan | None = None
        self.stage.on_commit = self._after_commit
        self.service.on_moment = self._at_moment
        self.folder.write(KEEPER, b"keep")
        self.stage.clock.advance(1)

    def close(self) -> None:
        self.service.life += 1
        self.stage.kill_all()
        if self.mirror is not None:
            self.mirror._m.close()
        self._undo.close()
        shutil.rmtree(self.home)

    @property
    def here(self) -> dict[str, bytes]:
        """What is to be mirrored: all but what has our own names."""
        files = self.folder.files
        return {path: data for path, data in files.items() if not is_ours(os.fsencode(path))}

    # --- the program's life -------------------------------------------------------------------

    @property
    def state_folder(self) -> Path:
        return self.home / f"state{self._lives}"

    def start(self) -> None:
        spec = Spec(
            "m", str(self.folder.root), BASE, self._connect, self.state_folder,
            complete_sync=self.complete_sync, rescan_seconds=RESCAN_SECONDS,
            quiet_seconds=_QUIET_SECONDS, limits=self.limits, keep=self.keep, workers=2,
        )  # fmt: skip
        self.service.removes = self.complete_sync
        self.service.keeps = self.keep.value
        self.mirror = Mirror(spec, Bus(), self.stage.spawn)
        self.mirror.start()

    def _connect(self) -> Bare:
        return self.connection(self.service)

    def stop(self) -> None:
        """In order; within seconds."""
        assert self.mirror is not None
        self.mirror.stop()
        began = self.stage.clock.monotonic()
        while not self.mirror.has_ended():
            self.stage.run_all()
            seconds = self.stage.next_deadline()
            if not self.mirror.has_ended() and seconds is not None:
                self.stage.clock.advance(seconds)
            took = self.stage.clock.monotonic() - began
            assert took < 3, f"it does not stop: {[p.name for p in self.stage.puppets]}"
        self._after_moves()
        if self.mirror is not None:
            assert self.mirror.join(0)
            self.mirror = None

    def crash(self, *, power: bool = False) -> None:
        """kill -9 now. With ``power`` the last puts of the Q, which are not synced, are lost."""
        if self._crashed_at is None:
            self._copy_state()
        self._come_down(power=power)

    def crash_in(self, commits: int) -> None:
        """kill -9 right after so many transactions from now."""
        self._crash_in = commits

    def _after_commit(self) -> None:
        if self._crashed_at is not None:
            raise Killed
        if self.plan == ("noted", "come back") and self.mirror is not None:
            noted = [path for path in self.mirror._m.removals.batch(9) if self._may_hold(path)]
            if noted:
                self.plan = None
                self.folder.write(noted[0], self.folder.content(1))
                self.lose_events(lambda number: number >= len(self.folder.pending) - 2)
        self._crash_in -= 1
        if self._crash_in == 0:
            self._copy_state()
            raise Killed

    def _may_hold(self, path: str) -> bool:
        at = self.folder.root / path
        return at.parent.is_dir() and not at.exists()

    def _at_moment(self, moment: str, path: str) -> None:
        """In a puppet, while it works on this file."""
        if self.plan is None or self.plan[0] != moment or self._crashed_at is not None:
            return
        what, self.plan = self.plan[1], None
        if "crash" in what:
            self._copy_state()
        if (self.folder.root / path).is_file():
            if "edit" in what:
                self.folder.write(path, self.folder.content(1))
            elif "delete" in what:
                self.folder.delete(path)
            elif "rename" in what:
                self.folder.rename(path, "renamed")
        if "crash" in what:
            raise Killed
        self.folder.deliver(len(self.folder.pending))

    def _copy_state(self) -> None:
        self._crashed_at = self.home / f"state{self._lives + 1}"
        shutil.copytree(self.state_folder, self._crashed_at)
        self.service.life += 1  # a dead process asks for nothing more

    def _come_down(self, *, power: bool = False) -> None:
        assert self.mirror is not None and self._crashed_at is not None
        self.stage.kill_all()
        self.mirror._m.close()
        self.mirror = None
        self.folder.watcher = None
        self.folder.pending.clear()
        shutil.rmtree(self.state_folder)
        self._lives += 1
        self._crashed_at, self._crash_in = None, -1
        if power:
            for name in ("queue.db-wal", "queue.db-shm"):
                (self.state_folder / name).unlink(missing_ok=True)

    def damage(self, database: str) -> None:
        """While it does not run."""
        assert self.mirror is None
        path = self.state_folder / database
        listed = issubclass(self.connection, Listing) or self.keep is Keep.NOTHING
        # What an index knew of a destination that nobody can list is lost with it; so then is
        # what tells that there is something to be kept.
        if path.exists() and (listed or database != "index.db"):
            for name in (f"{database}-wal", f"{database}-shm"):
                path.with_name(name).unlink(missing_ok=True)
            path.write_bytes(b"not a database" * 300)
            if database == "index.db":
                self.service.extra |= set(self.service.content())

    # --- moves --------------------------------------------------------------------------------

    def move(self, choices: Iterable[int], *, fine: bool = False) -> None:
        self.stage.fine = fine
        for choice in choices:
            if self._crashed_at is not None or not self.stage.move(choice):
                break
        self.stage.fine = False
        self._after_moves()

    def _after_moves(self) -> None:
        if self._crashed_at is not None:
            self._come_down()

    def run_all(self) -> None:
        for turn in range(20_000):
            if self._crashed_at is not None or not self.stage.move(turn):
                break
        else:
            raise AssertionError(f"never at rest: {[p.name for p in self.stage.runnable()]}")
        self._after_moves()

    def advance(self, seconds: float) -> None:
        """Moments only while a sweep is under way: the next one waits for five times as long."""
        sweeping = self.mirror is not None and self.mirror._m.sweeping.is_set()
        self.stage.clock.advance(min(seconds, 5.0) if sweeping else seconds)

    def lose_events(self, which: Callable[[int], bool]) -> None:
        """Without telling anybody: only a sweep finds what they were about."""
        before = len(self.folder.pending)
        self.folder.pending = [e for n, e in enumerate(self.folder.pending) if not which(n)]
        if len(self.folder.pending) < before:
            self.note_unheard()

    def note_unheard(self) -> None:
        """The folder changed, or seemed to, in a way no event told."""
        self.unheard = True
        self._unheard_at = self.stage.clock.mono_ns

    def answer(self, yes: bool) -> bool:
        assert self.mirror is not None
        question = self.mirror._m.guard.question()
        if question is None:
            return False
        if question.about == "removals" and not yes:
            self.service.extra |= set(self.mirror._m.removals.batch(10_000))
        return bool(self.mirror.answer(yes))

    # --- what must be true ----------------------------------------------------------------------

    def check(self) -> None:
        """At every moment."""
        assert not self.service.violations, self.service.violations
        if self.mirror is None:
            return
        if self._patrol_swept_since(self._unheard_at):
            self.unheard = False
        if self.service.extra:
            self.service.extra -= {os.fsdecode(path) for path, _ in self.mirror._m.index.rows()}
        state, _ = self.mirror.refresh()
        if state is State.UP_TO_DATE and not self.folder.pending and not self.unheard:
            self.assert_converged("it says so")

    def _patrol_swept_since(self, mono_ns: int) -> bool:
        assert self.mirror is not None
        patrol = self.mirror._patrol
        began = patrol._swept - patrol._took
        return patrol.has_swept and began * 1e9 > mono_ns + 1_000  # sums are rounded

    def settle(self, *, yes: bool = True) -> None:
        """Leave all alone: whatever happened before, it ends mirrored by itself."""
        if self.mirror is None:
            self.start()
        assert self.mirror is not None
        self._crash_in, self.plan = -1, None
        self.service.fault = self.service.down = None
        self.service.errors.clear()
        self.mirror.resume()
        began = self.stage.clock.monotonic()
        proven = False
        while not proven:
            self.folder.deliver(len(self.folder.pending))
            self.run_all()
            self.check()
            self.answer(yes)
            if self.mirror._outage.refused:
                self.mirror.resume()  # a person has seen to it
            if self.stage.runnable():
                continue
            elapsed = self.stage.clock.monotonic() - began
            proven = not self.unheard and elapsed > 0 and self._is_quiet()
            if not proven:
                assert elapsed < _MOST_SECONDS, f"never mirrored: {self.describe()}"
                self.advance(self.stage.next_deadline() or 1.0)
        self.assert_converged("all is quiet")
        self._assert_orderly()

    def _is_quiet(self) -> bool:
        assert self.mirror is not None
        state, _ = self.mirror.refresh()
        if state is State.UP_TO_DATE:
            return True
        return (
            state is State.ISSUES
            and not self.mirror.work()
            and self.mirror._patrol.has_swept
            and self._all_have_reasons()
        )

    def _all_have_reasons(self) -> bool:
        assert self.mirror is not None
        here, there = self.here, self.service.content()
        return all(self._has_reason(issue.path, here, there) for issue in self.mirror.issues())

    def assert_converged(self, why: str) -> None:
        """The remote is what the folder is, but for what the rules leave."""
        assert self.mirror is not None
        here, there = self.here, self.service.content()
        excused = {issue.path for issue in self.mirror.issues()}
        for path, data in here.items():
            if self._copy_of(path, there) != data:
                told = path in excused and self._has_reason(path, here, there)
                assert told, f"{why}, but {path} differs: {self.describe()}"
        if self.complete_sync:
            wanted = {self._name(path) for path in here}
            extra = {path for path in there if self._name(path) not in wanted} - self.service.extra
            assert not extra, f"{why}, but {extra} should be gone: {self.describe()}"

    def _name(self, path: str) -> str:
        return fold(path) if self.service.folds else path

    def _copy_of(self, path: str, there: dict[str, bytes]) -> bytes | None:
        wanted = self._name(path)
        return next((data for p, data in there.items() if self._name(p) == wanted), None)

    def _has_reason(self, path: str, here: dict[str, bytes], there: dict[str, bytes]) -> bool:
        """Whether the path truly cannot be mirrored now."""
        if self.service.folds and any(p != path and fold(p) == fold(path) for p in here):
            return True
        stays = (
            [p for p in there if p not in here] if not self.complete_sync else self.service.extra
        )
        return any(p.startswith(path + "/") or path.startswith(p + "/") for p in stays)

    def _assert_orderly(self) -> None:
        """Once quiet: nothing is left over, and the index says what is."""
        assert self.mirror is not None
        m = self.mirror._m
        here = self.here
        issues = {issue.path for issue in self.mirror.issues()}
        assert self._all_have_reasons(), self.describe()
        rows = {os.fsdecode(path): known for path, known in m.index.rows()}
        for path in here:
            if path in issues:
                continue
            state = FileState.of(os.lstat(self.folder.root / path))
            assert path in rows, f"{path} is not in the index: {self.describe()}"
            assert rows[path].sure and rows[path].state == state, f"{path}: {rows[path]} {state}"
        if self.complete_sync and not issues:
            assert set(rows) <= set(here), f"{set(rows) - set(here)} in the index"
        counts = m.q.counts()
        assert counts.ready == counts.in_flight == 0, counts
        assert not m.progress

    def describe(self) -> str:
        assert self.mirror is not None
        m = self.mirror._m
        rows = {os.fsdecode(p): (k.sure, k.state.size) for p, k in m.index.rows()}
        return (
            f"\nhere {self.folder.files}\nthere {self.service.content()}\nindex {rows}\n"
            f"Q {m.q.counts()} {m.q.sample(9)}\nremovals {m.removals.batch(9)}\n"
            f"question {m.guard.question()}\nissues {self.mirror.issues()}\n"
            f"state {self.mirror.refresh()}, given up {self.service.extra}"
        )
