from __future__ import annotations

from dataclasses import replace

import pytest

from skynet_desktop.core.actions import Kind as ActionKind
from skynet_desktop.core.events import Done, State
from skynet_desktop.desktop.snapshot import MappingView, Snapshot
from skynet_desktop.desktop.toasts.policy import Kind, Notice, Policy, Topic, merged
from skynet_desktop.engine.status import MappingStatus
from skynet_desktop.engine.verifying.report import Verified


class Stage:
    """A policy, its clock, and one mapping's status."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.policy = Policy(grace=30.0)
        self.status = MappingStatus("photos", State.UP_TO_DATE)
        self.verified: Verified | None = None
        self.told: list[Notice] = []

    def be(self, state: State, **more: object) -> None:
        self.status = replace(self.status, state=state, **more)  # type: ignore[arg-type]

    def arrive(self, count: int, size: int = 100) -> None:
        done = Done("photos", ActionKind.SEND, "a", size)
        self.policy.feed([done] * count, self.now)

    def look(self) -> list[Notice]:
        view = MappingView("photos", self.status, "/p", "bucket", "s3", "", verified=self.verified)
        found = self.policy.look(Snapshot(self.status.state, (view,)), self.now)
        self.told += found
        return found

    def pass_(self, seconds: float) -> list[Kind]:
        """Look once a second; which kinds were told."""
        found: list[Notice] = []
        until = self.now + seconds
        while self.now < until:
            self.now += 1.0
            found += self.look()
        return [notice.kind for notice in found]


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_burst_of_5000_files_is_one_toast(stage: Stage) -> None:
    stage.be(State.UPLOADING, queued=5_000)
    for _ in range(50):
        stage.arrive(100)
        assert stage.pass_(1) == []
    stage.be(State.UP_TO_DATE, queued=0)
    assert stage.pass_(60) == [Kind.COMPLETED]
    notice = stage.told[0]
    assert (notice.count, notice.size, notice.service) == (5_000, 500_000, "bucket")
    assert notice.seconds == pytest.approx(49)


def test_nothing_is_told_before_it_is_quiet(stage: Stage) -> None:
    stage.arrive(1)
    assert stage.look() == []
    assert stage.pass_(3) == [Kind.COMPLETED]


def test_small_saves_are_told_less_and_less(stage: Stage) -> None:
    told = 0
    for _ in range(360):  # one hour, a save every ten seconds
        stage.arrive(1)
        told += len(stage.pass_(10))
    assert 3 <= told <= 6
    assert sum(notice.count for notice in stage.told) > 150  # none is forgotten


def test_after_a_long_rest_the_next_is_told_at_once(stage: Stage) -> None:
    stage.arrive(1)
    stage.pass_(5)
    stage.pass_(300)
    stage.arrive(1)
    assert stage.pass_(5) == [Kind.COMPLETED]


def test_deletions_alone_are_not_worth_a_word(stage: Stage) -> None:
    stage.policy.feed([Done("photos", ActionKind.DELETE, "a", 0)], stage.now)
    assert stage.pass_(10) == []


def test_a_loss_is_told_once_after_the_grace_period_and_so_is_its_end(stage: Stage) -> None:
    stage.be(State.OFFLINE)
    assert stage.pass_(29) == []
    assert stage.pass_(600) == [Kind.DISCONNECTED]
    stage.be(State.CHECKING)
    assert stage.pass_(10) == [Kind.RECONNECTED]


def test_a_short_loss_is_not_told_and_nor_is_its_end(stage: Stage) -> None:
    stage.be(State.OFFLINE)
    stage.pass_(20)
    stage.be(State.UP_TO_DATE)
    assert stage.pass_(60) == []


def test_not_right_after_wake(stage: Stage) -> None:
    stage.be(State.OFFLINE)
    stage.pass_(20)
    stage.policy.woke(stage.now)
    assert stage.pass_(85) == []
    assert stage.pass_(10) == [Kind.DISCONNECTED]


def test_pausing_while_offline_is_no_reconnection(stage: Stage) -> None:
    stage.be(State.OFFLINE)
    stage.pass_(40)
    stage.be(State.PAUSED)
    assert stage.pass_(10) == []
    stage.be(State.UP_TO_DATE)
    assert stage.pass_(10) == [Kind.RECONNECTED]


def test_issues_are_told_together_and_only_new_ones_again(stage: Stage) -> None:
    stage.be(State.ISSUES, issues=1)
    stage.pass_(5)
    stage.be(State.ISSUES, issues=3)
    assert stage.pass_(30) == [Kind.ISSUE]
    assert stage.told[-1].count == 3
    assert stage.pass_(3_600) == []
    stage.be(State.ISSUES, issues=4)
    assert stage.pass_(30) == [Kind.ISSUE]


def test_a_question_is_told_and_told_again_hours_later(stage: Stage) -> None:
    stage.be(State.ACTION_REQUIRED, question="Remove 3,000 files?")
    assert stage.pass_(60) == [Kind.ACTION_REQUIRED]
    assert stage.told[0].reason == "Remove 3,000 files?"
    assert stage.pass_(14_400) == [Kind.ACTION_REQUIRED]
    stage.be(State.ACTION_REQUIRED, question="Another folder?")
    assert stage.pass_(5) == [Kind.ACTION_REQUIRED]


def test_mappings_of_one_service_are_lost_together() -> None:
    lost = [Notice(Kind.DISCONNECTED, name, "nas") for name in ("a", "b")]
    other = Notice(Kind.DISCONNECTED, "c", "bucket")
    assert merged([*lost, other]) == [lost[0], other]


def test_a_removed_mapping_is_forgotten(stage: Stage) -> None:
    stage.be(State.OFFLINE)
    stage.pass_(40)
    stage.policy.look(Snapshot(), stage.now)
    stage.be(State.UP_TO_DATE)
    assert stage.pass_(5) == []


def test_a_verification_that_found_differences_is_told_once(stage: Stage) -> None:
    stage.verified = Verified("photos", False, 1.0, 2.0, 9, differences=3)
    assert stage.pass_(5) == []  # of before the program started
    stage.verified = Verified("photos", False, 3.0, 4.0, 9, differences=5)
    assert stage.pass_(60) == [Kind.ISSUE]
    notice = stage.told[0]
    assert (notice.topic, notice.count) == (Topic.VERIFICATION, 5)
    stage.verified = replace(stage.verified, repaired=5)
    assert stage.pass_(60) == []


def test_a_verification_that_found_nothing_is_not_worth_a_word(stage: Stage) -> None:
    assert stage.pass_(5) == []
    stage.verified = Verified("photos", False, 3.0, 4.0, 9)
    assert stage.pass_(60) == []
    stage.verified = Verified("photos", False, 5.0, 6.0, 9, complete=False, reason="Lost.")
    assert stage.pass_(60) == []


def test_a_question_leads_to_its_window_and_a_refusal_does_not(stage: Stage) -> None:
    stage.be(State.ACTION_REQUIRED, question="Remove them?", reason="Remove them?")
    stage.pass_(10)
    stage.be(State.ACTION_REQUIRED, question="", reason="The password was refused.")
    stage.pass_(10)
    assert [notice.topic for notice in stage.told] == [Topic.QUESTION, Topic.STATE]
