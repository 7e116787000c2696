"""Index, ledger, issues, removals: what must be believed after any crash (promises 2, 4, 5)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.errors import PathDenied, PathImpossible
from skynet_desktop.core.files import FileState
from skynet_desktop.engine import index as index_module
from skynet_desktop.engine.index import NO_VERSION, Index, Known
from skynet_desktop.engine.issues import IMPOSSIBLE_PAUSE, PAUSES, Issues
from skynet_desktop.engine.ledger import DiskLedger
from skynet_desktop.engine.removals import Lost, Removals
from skynet_desktop.engine.statedb import StateDB

A, B = FileState(1, 10, 10), FileState(2, 20, 20)
ODD = ["a", "a b", "a!", "a-", "a.b", "a/", "a/b", "a/b/c", "a0", "a0/x", "aa", "b", "ü/x",
       "\udcff", "\udcff/x", "a/\udcff", "a%", "a_", "A/b"]  # fmt: skip
NAMES = [name for name in ODD if not name.endswith("/")]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[StateDB]:
    made = StateDB(tmp_path / "state")
    yield made
    made.close()


@pytest.fixture
def index(db: StateDB) -> Index:
    return Index(db)


def fill(index: Index) -> None:
    index.record((name, A) for name in NAMES)


def test_only_a_confirmation_makes_sure(index: Index) -> None:
    index.intend([("a", A)])
    assert index.get("a") == Known(A, sure=False), "a new file: the remote may hold it"
    index.record([("a", A)])
    assert index.get("a") == Known(A, sure=True)
    index.intend([("a", B)])
    assert index.get("a") == Known(B, sure=False), "the old version is not vouched for any more"
    index.forget(["a"])
    assert index.get("a") is None


def test_a_row_in_doubt_names_a_version_only_if_no_other_looks_like_it(index: Index) -> None:
    edited = A._replace(ctime_ns=A.ctime_ns + 1)  # of the same size, its time put back
    nothing = A._replace(ctime_ns=NO_VERSION)
    index.record([("a", A)])
    index.intend([("a", edited)])
    assert index.get("a") == Known(nothing, sure=False)
    index.intend([("a", edited)])
    assert index.get("a") == Known(nothing, sure=False), "sent again: still either of both"
    index.record([("a", A)])
    index.intend([("a", B)])
    index.intend([("a", B)])
    assert index.get("a") == Known(B, sure=False), "the same one again"
    index.intend([("a", edited)])
    assert index.get("a") == Known(nothing, sure=False), "A, B or this one"


def test_what_is_known_to_be_wrong_stays_wrong(index: Index) -> None:
    index.record([("a", A)])
    index.mark_wrong(["a"])
    index.intend([("a", B)])
    known = index.get("a")
    assert known is not None and known.is_wrong
    index.record([("a", B)])
    assert index.get("a") == Known(B, sure=True)


def test_intents_survive_the_process(tmp_path: Path) -> None:
    db = StateDB(tmp_path)
    Index(db).intend([("a", A)])
    db.close()
    db = StateDB(tmp_path)
    assert Index(db).get("a") == Known(A, sure=False)
    db.close()


@pytest.mark.parametrize("folder", ["a", "a/b", "a0", "\udcff", "ü", "nothing", ""])
def test_below_a_folder_is_exactly_below_it(index: Index, folder: str) -> None:
    fill(index)
    wanted = sorted((n for n in NAMES if not folder or n.startswith(folder + "/")), key=os.fsencode)
    assert list(index.paths_below(folder)) == wanted
    assert index.has_below(folder) == bool(wanted)


def test_pages_lose_nothing(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "_PAGE", 3)
    fill(index)
    assert [path for path, _ in index.rows()] == sorted(map(os.fsencode, NAMES))


def test_names_of_the_highest_bytes_are_in_the_tree(index: Index) -> None:
    name = os.fsdecode(b"\xff" * 20)
    index.record([(name, A)])
    assert list(index.paths_below("")) == [name]


def test_a_folders_rename_takes_exactly_its_rows(index: Index) -> None:
    fill(index)
    index.record([("n/old", B)])
    index.intend_rename_below("a", "n")
    assert not index.all_sure_below("a")
    assert not index.all_sure_below("n")
    assert index.get("n/b") == Known(A, sure=False)
    index.rename_below("a", "n")
    assert not index.has_below("a")
    moved = {name.replace("a/", "n/", 1) for name in NAMES if name.startswith("a/")}
    assert set(index.paths_below("n")) == {*moved, "n/old"}
    assert index.all_sure_below("n")
    assert index.get("a") == index.get("a0/x") == index.get("aa") == Known(A, sure=True)


def test_clashing_names(index: Index) -> None:
    index.record([("Straße", A)])
    assert index.clash("straße") is None, "only where the destination folds names"
    index.folds_names = True
    index.record([("Straße", A), ("caf\u00e9", A)])
    assert index.clash("STRASSE") == "Straße"
    assert index.clash("cafe\u0301") == "caf\u00e9"
    assert index.clash("Straße") is None
    index.intend([("\udcffX", A)])
    assert index.clash("\udcffx") == "\udcffX"


def test_totals_count_what_the_remote_surely_holds(index: Index) -> None:
    index.record([("a", A), ("b", B)])
    index.intend([("c", B)])
    assert (index.totals().files, index.totals().bytes) == (2, 3)
    assert index.count() == 3


def test_transactions_are_all_or_nothing(db: StateDB, index: Index) -> None:
    with pytest.raises(RuntimeError), db.transaction():
        index.record([("a", A)])
        raise RuntimeError
    assert index.get("a") is None


def test_ledger(db: StateDB, tmp_path: Path) -> None:
    ledger = DiskLedger(db)
    odd = os.fsdecode(b"x/\xff'")
    ledger.put("a", {"id": 1})
    ledger.put("a", {"id": 2, "parts": [1, 2]})
    ledger.put(odd, {})
    assert ledger.get("a") == {"id": 2, "parts": [1, 2]}
    assert ledger.get("b") is None
    assert dict(ledger.records()) == {"a": {"id": 2, "parts": [1, 2]}, odd: {}}
    ledger.drop("a")
    ledger.drop("a")
    assert [path for path, _ in DiskLedger(db).records()] == [odd]


def test_issues_grow_patient(db: StateDB) -> None:
    issues = Issues(db)
    pauses = [issues.add("a", Kind.SEND, PathDenied("No.")) for _ in range(8)]
    assert pauses == [*PAUSES, PAUSES[-1], PAUSES[-1]]
    assert issues.add("b", Kind.DELETE, PathImpossible("Never.")) == IMPOSSIBLE_PAUSE
    one, other = issues.all()
    assert (one.path, one.tries, one.reason, one.kind) == ("a", 8, "No.", "PathDenied")
    assert (other.path, other.action) == ("b", Kind.DELETE)
    issues.clear(["a", "never"])
    assert issues.count() == 1


def test_issues_below_a_folder(db: StateDB) -> None:
    issues = Issues(db)
    for name in NAMES:
        issues.add(name, Kind.SEND, PathDenied("No."))
    assert set(issues.at_and_below("a")) == {"a", "a/b", "a/b/c", "a/\udcff"}


def test_removals_are_noted_only_of_what_is_known(db: StateDB, index: Index) -> None:
    removals = Removals(db)
    fill(index)
    assert removals.note("never") == 0
    assert removals.note("a") == 4
    assert removals.note("a") == 0
    assert set(removals.batch(99)) == {"a", "a/b", "a/b/c", "a/\udcff"}
    removals.drop(["a", "a0"])
    removals.note_below("a0")
    assert set(removals.batch(99)) == {"a/b", "a/b/c", "a/\udcff", "a0/x"}
    assert removals.batch(1, "a/b") == ["a/b/c"]
    index.record([("a/b", B)])
    assert "a/b" not in removals.batch(99), "what was sent anew is not to be removed"
    removals.give_up()
    assert removals.waiting().count == 0
    assert index.get("a0/x") is None


def test_a_rename_is_no_loss(db: StateDB, index: Index) -> None:
    removals = Removals(db)
    index.record([("old", A), ("gone", B), ("new", A)])
    removals.note("old")
    removals.note("gone")
    assert removals.lost() == Lost(1, 1), "and its times are long ago"
