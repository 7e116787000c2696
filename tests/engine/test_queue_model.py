"""The Q against a model of a few lines, by random calls (promises 1 and 2)."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from skynet_desktop.core.actions import Action, delete, move, send
from skynet_desktop.engine.queue import Counts, Q

ACTIONS = st.sampled_from([send("a"), delete("a"), send("b"), move("a", "b"), send("\udcff")])


class Row:
    def __init__(self, due: float, settled: bool) -> None:
        self.status, self.due, self.settled, self.again = "ready", due, settled, False


class QModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.now = 1000.0
        self.q = Q(self.folder, lambda: self.now)
        self.rows: dict[Action, Row] = {}
        self.flying: dict[Action, int] = {}

    def teardown(self) -> None:
        self.q.close()
        shutil.rmtree(self.folder)

    @rule(action=ACTIONS, delay=st.sampled_from([0.0, 5.0]), settled=st.booleans())
    def put(self, action: Action, delay: float, settled: bool) -> None:
        self.q.put_all([action], delay=delay, settled=settled)
        row = self.rows.setdefault(action, Row(0, False))
        row.due, row.settled = self.now + delay, settled
        if row.status == "flying":
            row.again = True
        else:
            row.status = "ready"

    @rule(limit=st.integers(1, 3))
    def take(self, limit: int) -> None:
        due = {a for a, r in self.rows.items() if r.status != "flying" and r.due <= self.now}
        taken = self.q.take(limit)
        assert len(taken) == min(limit, len(due))
        dues = [self.rows[one.action].due for one in taken]
        assert dues == sorted(dues)
        for row in self.rows.values():
            if row.status == "parked" and row.due <= self.now:
                row.status = "ready"
        for one in taken:
            assert one.action in due
            row = self.rows[one.action]
            assert one.settled == row.settled
            row.status, row.again = "flying", False
            self.flying[one.action] = one.id

    @rule(action=ACTIONS, end=st.sampled_from(["done", "back", "park"]))
    def finish(self, action: Action, end: str) -> None:
        if action not in self.flying:
            return
        id_ = self.flying.pop(action)
        row = self.rows[action]
        if end == "done":
            self.q.done([id_])
        elif end == "back":
            self.q.give_back([id_], 7)
        else:
            self.q.park([id_], 7)
        if row.again:
            row.status = "ready"
        elif end == "done":
            del self.rows[action]
        else:
            row.status, row.due = ("ready" if end == "back" else "parked"), self.now + 7

    @rule(seconds=st.sampled_from([1.0, 6.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def unpark(self) -> None:
        self.q.unpark()
        for row in self.rows.values():
            if row.status != "flying":
                row.status, row.due = "ready", 0

    @rule()
    def restart(self) -> None:
        self.q.close()
        self.q = Q(self.folder, lambda: self.now)
        self.flying.clear()
        for row in self.rows.values():
            row.status, row.due, row.settled = "ready", 0, False

    @invariant()
    def counts_agree(self) -> None:
        states = [row.status for row in self.rows.values()]
        wanted = Counts(states.count("ready"), states.count("flying"), states.count("parked"))
        assert self.q.counts() == wanted
        waiting = [row.due for row in self.rows.values() if row.status != "flying"]
        soonest = max(0.0, min(waiting) - self.now) if waiting else None
        assert self.q.wait_time() == soonest


TestQModel = QModel.TestCase
TestQModel.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
