"""Renames: followed at the remote where that is proven safe, sent anew otherwise (promise 1)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from skynet_desktop.core.actions import move, send
from skynet_desktop.core.errors import ConnectionLost
from tests.engine.fakes import Full, Plain, Remote
from tests.engine.rig import BASE, Rig, put


def synced(rig: Rig, *names: str) -> None:
    for name in names:
        put(rig.root / name, f"content of {name}")
    mapping = rig.open()
    rig.sweep(mapping)
    mapping.close()
    rig._mappings.clear()
    rig.remote.calls.clear()


def test_a_rename_costs_no_upload(rig: Rig) -> None:
    synced(rig, "a")
    os.rename(rig.root / "a", rig.root / "b")
    rig.handle(rig.open(), move("a", "b"))
    rig.assert_same()
    assert not rig.remote.named("send")
    assert [(c.path, c.dest) for c in rig.remote.named("move")] == [(f"{BASE}/a", f"{BASE}/b")]


def test_a_rename_onto_an_existing_file(rig: Rig) -> None:
    synced(rig, "a", "b")
    os.replace(rig.root / "a", rig.root / "b")
    rig.handle(rig.open(), move("a", "b"))
    rig.assert_same()


def test_a_rename_and_an_edit_are_a_send(rig: Rig) -> None:
    synced(rig, "a")
    os.rename(rig.root / "a", rig.root / "b")
    put(rig.root / "b", "edited", age=3)
    rig.handle(rig.open(), move("a", "b"), send("b"))
    rig.assert_same()
    assert not rig.remote.named("move")


def test_a_rename_whose_old_name_is_taken_again(rig: Rig) -> None:
    synced(rig, "a")
    os.rename(rig.root / "a", rig.root / "b")
    put(rig.root / "a", "a new one")
    rig.handle(rig.open(), move("a", "b"), send("a"))
    rig.assert_same()


def test_two_files_change_names(rig: Rig) -> None:
    synced(rig, "a", "b")
    os.rename(rig.root / "a", rig.root / "t")
    os.rename(rig.root / "b", rig.root / "a")
    os.rename(rig.root / "t", rig.root / "b")
    rig.handle(rig.open(), move("a", "t"), move("b", "a"), move("t", "b"))
    rig.assert_same()


@pytest.mark.parametrize("what", ["a", "d"])
def test_a_missing_remote_source_becomes_a_send(rig: Rig, what: str) -> None:
    """Somebody removed it at the remote: the index is wrong, the result right all the same."""
    synced(rig, "a", "d/x", "d/e/y")
    rig.remote.files.clear()
    rig.remote.folders.clear()
    os.rename(rig.root / what, rig.root / "new")
    rig.handle(rig.open(), move(what, "new"))
    assert {k: v for k, v in rig.here.items() if k.startswith("new")} == rig.there


def test_without_complete_sync_the_old_name_stays_by_a_copy(rig: Rig) -> None:
    synced(rig, "a")
    os.rename(rig.root / "a", rig.root / "b")
    rig.handle(rig.open(complete_sync=False), move("a", "b"))
    assert set(rig.there) == {"a", "b"}
    assert not rig.remote.named("send", "move")
    assert rig.remote.named("copy")


def test_into_and_out_of_what_is_ignored(rig: Rig) -> None:
    rig.options["ignore"] = ("*.tmp",)
    synced(rig, "a", "b.tmp")
    assert set(rig.there) == {"a"}
    os.rename(rig.root / "b.tmp", rig.root / "b")
    os.rename(rig.root / "a", rig.root / "a.tmp")
    rig.handle(rig.open(), move("b.tmp", "b"), move("a", "a.tmp"))
    assert set(rig.there) == {"b"}


@pytest.mark.parametrize("kind", [Plain, Full])
def test_a_folder_takes_its_children_along(rig: Rig, kind: type[Plain]) -> None:
    rig.remote.kind = kind
    synced(rig, "d/x", "d/e/y", "d0", "da/z", "other")
    os.rename(rig.root / "d", rig.root / "moved")
    mapping = rig.open()
    rig.handle(mapping, move("d", "moved"))
    rig.assert_same()
    assert not rig.remote.named("send")
    if kind is Full:
        assert len(rig.remote.named("move_tree")) == 1
    assert mapping.index.all_sure_below("")
    rig.sweep(mapping)
    assert not rig.remote.named("send", "delete"), "the index is right about the new names"


def test_what_changed_inside_a_renamed_folder_is_found(rig: Rig) -> None:
    synced(rig, "d/gone", "d/edited", "d/same")
    (rig.root / "d/gone").unlink()
    put(rig.root / "d/edited", "two", age=2)
    os.rename(rig.root / "d", rig.root / "n")
    put(rig.root / "n/new")
    rig.handle(rig.open(), move("d", "n"))
    rig.assert_same()


def test_a_folder_moved_over_one_that_is_there(rig: Rig) -> None:
    synced(rig, "d/x", "n/old")
    (rig.root / "n/old").unlink()
    (rig.root / "n").rmdir()
    os.rename(rig.root / "d", rig.root / "n")
    rig.handle(rig.open(), move("d", "n"))
    rig.assert_same()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("what", ["a", "d"])
def test_a_loss_in_the_middle_of_a_rename(rig: Rig, what: str, after: bool) -> None:
    """Whether it took effect is unknown; the end is the same."""
    synced(rig, "a", "d/x", "d/y")
    os.rename(rig.root / what, rig.root / "new")
    mapping = rig.open()
    rig.remote.lose_at(1, after=after)
    with pytest.raises(ConnectionLost):
        rig.handle(mapping, move(what, "new"))
    assert mapping.q.counts().in_flight == 0
    rig.handle(mapping)
    rig.assert_same()


def test_a_new_spelling_of_a_name_where_both_are_one_file(tmp_path: Path) -> None:
    """The destination folds names; the index sees two. The live file must survive."""
    rig = Rig(tmp_path, Remote(folds=True))
    synced(rig, "File")
    (rig.root / "File").unlink()
    put(rig.root / "file", "another content")
    rig.sweep(rig.open())
    assert list(rig.there.values()) == [b"another content"]
    rig.close()


def test_moving_back_and_forth(rig: Rig) -> None:
    synced(rig, "d/x")
    actions = []
    for source, dest in [("d", "e"), ("e", "f"), ("f", "d"), ("d", "g")]:
        os.rename(rig.root / source, rig.root / dest)
        actions.append(move(source, dest))
    rig.handle(rig.open(), *actions)
    rig.assert_same()
