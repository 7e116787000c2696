"""The whole engine against a model, every interleaving chosen (promises 1 to 7).

The real Mirror runs on the stage of ``simulated.py``: hypothesis decides who moves when, what
happens to the folder, its events, the service, the clocks and the process meanwhile. After
every step no promise may be broken; and whenever all is left alone, the remote ends as what the
folder is. A failure prints the steps that lead to it, and comes again.
"""

from __future__ import annotations

import logging
import os
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from skynet_desktop.core.errors import (
    ConnectionLost,
    PathDenied,
    PathError,
    PathImpossible,
    ServiceError,
    ServiceRefused,
    StorageFull,
)
from skynet_desktop.engine.guard import Limits
from skynet_desktop.engine.mapping import Keep
from tests.engine.simulated_connections import CAPABILITIES, Bare, connection_class
from tests.engine.simulated_service import BASE, Fault
from tests.engine.simulated_world import KEEPER, Plan, World

FOLDERS = st.sampled_from(["", "d", "d/e", "d0", "f"])
NAMES = st.sampled_from(["a", "A", "a0", "e", "f", "ü", "\udcff"])
SIZES = st.sampled_from([0, 1, 1, 3, 12])  # empty, in a batch, alone, in the lane of big ones
PAUSES = st.sampled_from([0.001, 0.02, 0.06, 0.3, 1.5, 2.5, 5.0, 30.0, 700.0])
TREES = st.sets(st.sampled_from(["a", "e/a", "e/f", "h"]), min_size=1)
PLANS = st.just(("noted", "come back")) | st.tuples(
    st.sampled_from(["before", "middle", "after"]),
    st.sampled_from(["edit", "delete", "rename", "crash", "crash, edit", "crash, delete"]),
)
LOSSES = st.sampled_from([ConnectionLost("Lost."), StorageFull("Full.")])
REFUSALS = st.sampled_from(
    [PathDenied("Denied."), PathImpossible("Never."), PathError("Odd."), None]
)
CHOICES = st.lists(st.integers(0, 5), min_size=1, max_size=25)


def runs(self: EngineMachine) -> bool:
    return self.world.mirror is not None


def rests(self: EngineMachine) -> bool:
    return self.world.mirror is None


class EngineMachine(RuleBasedStateMachine):
    world: World

    @initialize(
        capabilities=st.sets(st.sampled_from(CAPABILITIES)) | st.just(set(CAPABILITIES)),
        hierarchical=st.booleans(),
        folds=st.sampled_from([False, False, True]),
        complete_sync=st.sampled_from([True, True, False]),
        few=st.booleans(),
        keep=st.sampled_from(Keep),
        versions=st.booleans(),
        believes_times=st.booleans(),
        plan=st.none() | PLANS,
    )
    def set_up(
        self,
        capabilities: set[type[Bare]],
        hierarchical: bool,
        folds: bool,
        complete_sync: bool,
        few: bool,
        keep: Keep,
        versions: bool,
        believes_times: bool,
        plan: Plan | None,
    ) -> None:
        world = self.world = World(
            connection_class(capabilities),
            hierarchical=hierarchical,
            folds=folds,
            keeps_versions=versions,
            believes_times=believes_times,
        )
        world.complete_sync, world.keep, world.plan = complete_sync, keep, plan
        world.limits = Limits(count=3 if few else 1_000)
        for path in ("a", "a0", "e"):
            world.folder.write(path, world.folder.content(1))
        world.folder.bring_in("d", ["a", "e/a", "e/f"], 3)
        world.advance(3.0)
        world.start()
        self.paused = False

    def teardown(self) -> None:
        if hasattr(self, "world"):
            try:
                self.world.check()
                self.world.settle()
            finally:
                self.world.close()

    @invariant()
    def promises(self) -> None:
        if hasattr(self, "world"):
            self.world.check()

    # --- the folder -----------------------------------------------------------------------------

    def _file(self, folder: str, name: str) -> str | None:
        """A path where a file may be written."""
        path = f"{folder}/{name}" if folder else name
        at = self.world.folder.root / path
        if at.is_dir() or not at.parent.is_dir():
            return None
        return path

    def _pick(self, number: int) -> str | None:
        files = [path for path in sorted(self.world.folder.files) if path != KEEPER]
        return files[number % len(files)] if files else None

    def _pick_folder(self, number: int) -> str | None:
        folders = self.world.folder.folders
        return folders[number % len(folders)] if folders else None

    @rule(folder=FOLDERS, name=NAMES, size=SIZES)
    def write(self, folder: str, name: str, size: int) -> None:
        path = self._file(folder, name)
        if path is not None:
            self.world.folder.write(path, self.world.folder.content(size))

    @rule(number=st.integers(0, 20), size=SIZES)
    def edit(self, number: int, size: int) -> None:
        path = self._pick(number)
        if path is not None:
            self.world.folder.write(path, self.world.folder.content(size))

    @rule(number=st.integers(0, 20))
    def edit_and_put_the_time_back(self, number: int) -> None:
        """Only where all is quiet, and a tick later. A rename in the same moment would hide it:
        that changes the ctime as well, and size and mtime are all that tells a renamed file."""
        self.world.settle()
        self.world.advance(0.06)
        path = self._pick(number)
        if path is not None:
            old = self.world.folder.files[path]
            new = self.world.folder.content(max(1, len(old) // 7))[: len(old)]
            self.world.folder.write(path, new, keep_time=True)
            self.world.settle()

    @rule(number=st.integers(0, 20), size=st.integers(1, 3))
    def append(self, number: int, size: int) -> None:
        path = self._pick(number)
        if path is not None:
            folder = self.world.folder
            folder.write(path, folder.files[path] + folder.content(size))

    @rule(number=st.integers(0, 20))
    def truncate(self, number: int) -> None:
        path = self._pick(number)
        if path is not None:
            self.world.folder.write(path, self.world.folder.files[path][:3])

    @rule(folder=FOLDERS, name=NAMES, size=SIZES)
    def write_and_keep_open(self, folder: str, name: str, size: int) -> None:
        path = self._file(folder, name)
        if path is not None:
            known = path in self.world.folder.files
            self.world.folder.open_half(path, self.world.folder.content(size))
            if known:
                self.world.note_unheard()

    @rule(number=st.integers(0, 20), ago=st.sampled_from([0, 5, 10**6, -5000]))
    def touch(self, number: int, ago: int) -> None:
        path = self._pick(number)
        if path is not None:
            self.world.folder.touch(path, self.world.stage.clock.file_ns - ago * 10**9)

    @rule(number=st.integers(0, 20))
    def delete(self, number: int) -> None:
        path = self._pick(number)
        if path is not None:
            self.world.folder.delete(path)

    @rule(number=st.integers(0, 20), folder=FOLDERS, name=NAMES)
    def rename(self, number: int, folder: str, name: str) -> None:
        """Also onto a file that is there."""
        source, dest = self._pick(number), self._file(folder, name)
        if source is not None and dest is not None and source != dest:
            self.world.folder.rename(source, dest)

    @rule(number=st.integers(0, 20), size=SIZES)
    def replace_by_rename(self, number: int, size: int) -> None:
        """As editors save."""
        path = self._pick(number)
        if path is not None:
            self.world.folder.write("~saving", self.world.folder.content(size))
            self.world.folder.rename("~saving", path)

    @rule(number=st.integers(0, 20), to=st.sampled_from(["d", "d0", "d/e", "d0/h", "f", "e", "g"]))
    def rename_folder(self, number: int, to: str) -> None:
        source = self._pick_folder(number)
        dest = self.world.folder.root / to
        if source is None or dest.exists() or not dest.parent.is_dir():
            return
        if not (to + "/").startswith(source + "/"):
            self.world.folder.rename(source, to)

    @rule(path=st.sampled_from(["d", "d0", "d/e", "f", "e", "a"]))
    def make_folder(self, path: str) -> None:
        at = self.world.folder.root / path
        if not at.exists() and at.parent.is_dir():
            self.world.folder.make_folder(path)

    @rule(path=st.sampled_from(["d", "d0", "g", "e"]), names=TREES, size=SIZES)
    def bring_in_a_tree(self, path: str, names: set[str], size: int) -> None:
        if not (self.world.folder.root / path).exists():
            self.world.folder.bring_in(path, sorted(names), size)

    @rule(number=st.integers(0, 20), at_once=st.booleans())
    def remove_a_tree(self, number: int, at_once: bool) -> None:
        folder = self._pick_folder(number)
        if folder is not None:
            (self.world.folder.take_out if at_once else self.world.folder.remove_tree)(folder)

    # --- its events -----------------------------------------------------------------------------

    @rule(number=st.integers(1, 30), again=st.sampled_from([False, False, False, True]))
    def deliver(self, number: int, again: bool) -> None:
        self.world.folder.deliver(number, again=again)

    @rule(order=st.randoms(use_true_random=False))
    def reorder(self, order: Random) -> None:
        order.shuffle(self.world.folder.pending)

    @rule(odd=st.booleans())
    def lose_events(self, odd: bool) -> None:
        self.world.lose_events(lambda number: number % 2 == odd)

    @rule()
    def overflow(self) -> None:
        self.world.folder.overflow()

    # --- who moves, and time ----------------------------------------------------------------------

    @precondition(runs)
    @rule(choices=CHOICES, fine=st.sampled_from([False, False, True]))
    def moves(self, choices: list[int], fine: bool) -> None:
        self.world.move(choices, fine=fine)

    @precondition(runs)
    @rule()
    def until_all_wait(self) -> None:
        self.world.run_all()

    @precondition(runs)
    @rule(seconds=PAUSES, choices=CHOICES, plan=st.none() | PLANS)
    def life_goes_on(self, seconds: float, choices: list[int], plan: Plan | None) -> None:
        """As it mostly is: events come, threads run, time passes; something may happen to the
        very file that is on its way."""
        self.world.plan = plan
        self.world.folder.deliver(len(self.world.folder.pending))
        self.world.move(choices)
        self.world.advance(seconds)
        self.world.run_all()

    @rule(seconds=PAUSES)
    def time_goes_by(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule(seconds=st.sampled_from([3_600.0, -3_600.0, 86_400.0, -86_400.0, -3.0, 3.0]))
    def the_clock_is_set(self, seconds: float) -> None:
        self.world.stage.clock.set_wall(seconds)

    # --- trouble ----------------------------------------------------------------------------------

    @rule(after=st.booleans(), error=LOSSES)
    def a_request_fails(self, after: bool, error: ServiceError) -> None:
        self.world.service.fault = Fault(error, after)

    @rule(error=st.sampled_from([ConnectionLost("Down."), ServiceRefused("No."), None]))
    def the_service_is_down(self, error: ServiceError | None) -> None:
        self.world.service.down = error

    @rule(number=st.integers(0, 20), error=REFUSALS)
    def a_path_is_refused(self, number: int, error: PathError | None) -> None:
        path = self._pick(number)
        if error is None:
            self.world.service.errors.clear()
        elif path is not None:
            self.world.service.errors[f"{BASE}/{path}"] = error

    # --- the program ------------------------------------------------------------------------------

    @precondition(rests)
    @rule()
    def start(self) -> None:
        self.world.start()

    @precondition(runs)
    @rule()
    def stop(self) -> None:
        self.world.stop()

    @precondition(runs)
    @rule(power=st.booleans())
    def crash(self, power: bool) -> None:
        self.world.crash(power=power)

    @precondition(runs)
    @rule(commits=st.integers(1, 12))
    def crash_soon(self, commits: int) -> None:
        self.world.crash_in(commits)

    @precondition(rests)
    @rule(database=st.sampled_from(["queue.db", "index.db"]))
    def state_is_damaged(self, database: str) -> None:
        """Without an index nobody can tell an edit whose times were put back from the version
        before, if the service can show size and time alone."""
        if database != "index.db" or not self.world.service.believes_times:
            self.world.damage(database)

    @precondition(rests)
    @rule(complete_sync=st.booleans())
    def switch_complete_sync(self, complete_sync: bool) -> None:
        self.world.complete_sync = complete_sync

    @precondition(runs)
    @rule(pauses=st.booleans())
    def pause_or_resume(self, pauses: bool) -> None:
        assert self.world.mirror is not None
        (self.world.mirror.pause if pauses else self.world.mirror.resume)()

    @precondition(runs)
    @rule()
    def sync_now(self) -> None:
        assert self.world.mirror is not None
        self.world.mirror.sync()

    @precondition(runs)
    @rule(yes=st.booleans())
    def answer(self, yes: bool) -> None:
        self.world.answer(yes)

    @rule(yes=st.booleans())
    def all_is_quiet(self, yes: bool) -> None:
        self.world.settle(yes=yes)


def run_machine(examples: int, *, steps: int, same_each_time: bool) -> None:
    logging.disable(logging.CRITICAL)  # damage and refusals by the thousand
    try:
        run_state_machine_as_test(
            EngineMachine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                derandomize=same_each_time,
                deadline=None,
                database=None,
                print_blob=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        logging.disable(logging.NOTSET)


@pytest.mark.timeout(900)  # should it fail, the shortest way there takes minutes to be found
def test_the_engine_keeps_its_promises() -> None:
    run_machine(250, steps=40, same_each_time=True)


@pytest.mark.torture
@pytest.mark.timeout(4 * 3_600)
def test_the_engine_keeps_its_promises_for_long() -> None:
    """Other steps each time; ``SKYNET_MODEL_EXAMPLES`` says how many runs of them."""
    examples = int(os.environ.get("SKYNET_MODEL_EXAMPLES", "10000"))
    run_machine(examples, steps=60, same_each_time=False)
