"""The whole engine against random work on a folder: whatever happens, in the end the remote is
what the folder is (promises 1, 2, 4 and 5)."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from skynet_desktop.core.events import State
from skynet_desktop.engine.mirror import Mirror, Outcome
from tests.engine.fakes import Full, Plain, Remote
from tests.engine.rig import Rig, tree

FOLDERS = st.sampled_from(["", "d", "d/e", "d0", "f"])
NAMES = st.sampled_from(["a", "a.b", "a0", "IMG_1", "IMG_10", "ü", "\udcff"])
KEEPER = "keep"  # an emptied folder would ask, as it should


class EngineModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.rig = Rig(self.home, Remote(kind=Full))
        self.root = self.rig.root
        (self.root / KEEPER).write_bytes(b"keep")
        self.mirror: Mirror | None = None
        self.number = 0

    def teardown(self) -> None:
        try:
            self.check()
        finally:
            self.rig.close()
            shutil.rmtree(self.home)

    def _in(self, folder: str, name: str) -> Path:
        return self.root / folder / name

    @rule(folder=FOLDERS, name=NAMES, size=st.sampled_from([0, 1, 5000]))
    def write(self, folder: str, name: str, size: int) -> None:
        path = self._in(folder, name)
        if path.is_dir():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self.number += 1
        path.write_bytes(b"%d" % self.number * size)

    @rule(folder=FOLDERS, name=NAMES)
    def delete(self, folder: str, name: str) -> None:
        self._in(folder, name).unlink(missing_ok=True)

    @rule(folder=FOLDERS, name=NAMES, to=FOLDERS, new=NAMES)
    def rename(self, folder: str, name: str, to: str, new: str) -> None:
        source = self._in(folder, name)
        if source.is_file() and (self.root / to).is_dir():
            os.replace(source, self._in(to, new))

    @rule(folder=FOLDERS.filter(bool), to=st.sampled_from(["d", "d0", "g", "d0/h", "f"]))
    def move_folder(self, folder: str, to: str) -> None:
        source, dest = self.root / folder, self.root / to
        free = dest.parent.is_dir() and not dest.exists() and source not in dest.parents
        if source.is_dir() and free:
            source.rename(dest)

    @rule(folder=FOLDERS.filter(bool))
    def delete_folder(self, folder: str) -> None:
        if (self.root / folder).is_dir():
            shutil.rmtree(self.root / folder)

    @precondition(lambda self: self.mirror is None)
    @rule()
    def start(self) -> None:
        self.mirror = self.rig.start()

    @precondition(lambda self: self.mirror is not None)
    @rule(crash=st.booleans())
    def stop(self, crash: bool) -> None:
        """In order, or as kill -9 leaves it: what was written after that moment is lost."""
        assert self.mirror is not None
        copy = self.home / "copy"
        if crash:
            self.rig.crash_copy(self.mirror._m, copy)
        self.mirror.stop()
        assert self.mirror.join(5)
        if crash:
            self.rig.come_back_from(copy)
        self.mirror = None

    @rule(number=st.integers(1, 4), after=st.booleans())
    def lose(self, number: int, after: bool) -> None:
        self.rig.remote.lose_at(number, after=after)

    @rule(kind=st.sampled_from([Plain, Full]))
    def change_capabilities(self, kind: type[Plain]) -> None:
        """From the next connection on."""
        self.rig.remote.kind = kind

    @rule()
    def let_it_work(self) -> None:
        time.sleep(0.02)

    @rule()
    def check(self) -> None:
        if self.mirror is None:
            assert self.rig.once() is Outcome.MIRRORED
        else:
            self._converged_live()
        self.rig.assert_same()

    def _converged_live(self) -> None:
        assert self.mirror is not None
        deadline = time.monotonic() + 8
        while True:
            here = tree(self.root)
            if self.rig.there == here and self.mirror.status().state is State.UP_TO_DATE:
                return
            assert time.monotonic() < deadline, (
                f"{sorted(self.rig.there)} there, {sorted(here)} here, {self.mirror.status()}"
            )
            time.sleep(0.01)


TestEngineModel = EngineModel.TestCase
TestEngineModel.settings = settings(
    max_examples=int(os.environ.get("SKYNET_MODEL_EXAMPLES", "20")),
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
