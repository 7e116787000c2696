"""The planner's truth tables: what is done follows from disk and index alone (promise 1)."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet_desktop.core.files import FileState
from skynet_desktop.core.planner import MoveNeed, Need, move_need, need, too_many

HERE = FileState(5, 100, 100)
OTHER = FileState(5, 200, 200)
TOUCHED = FileState(5, 100, 300)  # renamed, or its mode changed: the ctime moved


@pytest.mark.parametrize(
    ("local", "known", "sure", "complete", "wanted"),
    [
        (None, None, False, True, Need.NOTHING),
        (None, None, False, False, Need.NOTHING),
        (None, HERE, True, True, Need.REMOVE),
        (None, HERE, False, True, Need.REMOVE),
        (None, HERE, True, False, Need.NOTHING),
        (HERE, None, False, True, Need.SEND),
        (HERE, HERE, True, True, Need.NOTHING),
        (HERE, HERE, False, True, Need.SEND),
        (HERE, OTHER, True, True, Need.SEND),
        (HERE, TOUCHED, True, True, Need.SEND),
    ],
)
def test_need(
    local: FileState | None, known: FileState | None, sure: bool, complete: bool, wanted: Need
) -> None:
    assert need(local, known, sure=sure, complete_sync=complete) is wanted


STATES = st.none() | st.builds(FileState, *[st.integers(0, 2)] * 3)


@given(STATES, STATES, st.booleans(), st.booleans())
def test_nothing_is_skipped_or_removed_without_proof(
    local: FileState | None, known: FileState | None, sure: bool, complete: bool
) -> None:
    found = need(local, known, sure=sure, complete_sync=complete)
    if local is not None:
        assert (found is Need.NOTHING) == (sure and known == local)
    assert found is not Need.REMOVE or (local is None and known is not None and complete)


def test_a_rename_is_followed_only_if_the_remote_provably_holds_it() -> None:
    switches = product([True, False], repeat=4)
    states = product([None, TOUCHED, OTHER], [None, HERE])
    for (gone, sure, complete, copies), (dest, known) in product(switches, list(states)):
        found = move_need(gone, dest, known, sure=sure, complete_sync=complete, can_copy=copies)
        proven = dest is TOUCHED and known is HERE and sure
        if not proven:
            wanted = MoveNeed.LOOK
        elif gone and complete:
            wanted = MoveNeed.MOVE
        else:
            wanted = MoveNeed.COPY if copies else MoveNeed.LOOK
        assert found is wanted


@pytest.mark.parametrize(
    ("lost", "untouched", "before", "now", "asks"),
    [
        (0, 0, 0, 0, False),
        (1, 1, 1, 0, False),
        (99, 99, 99, 0, False),
        (100, 0, 100, 0, True),
        (100, 0, 200, 100, False),
        (101, 0, 200, 99, True),
        (500, 0, 600, 700, False),  # a busy folder: as many came as went
        (500, 299, 600, 700, False),
        (500, 301, 600, 700, True),  # another disk: as many are new, but those had their rest
        (99, 99, 100, 900, False),
        (1_000, 1_000, 1_000_000, 999_000, False),
        (1_001, 0, 1_000_000, 999_000, True),
    ],
)
def test_many_losses_wait_for_a_yes(
    lost: int, untouched: int, before: int, now: int, asks: bool
) -> None:
    found = too_many(lost, untouched, before, now, limit_count=1_000, limit_share=0.5)
    assert found is asks
