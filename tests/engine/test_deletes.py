"""No unmeant deletion (promise 4), on the Handler and the Reaper."""

from __future__ import annotations

import os
import shutil
import time

import pytest

from skynet_desktop.core.actions import delete, send
from skynet_desktop.core.errors import ConnectionLost, PathDenied
from skynet_desktop.core.events import AttentionNeeded
from skynet_desktop.core.files import FileState
from skynet_desktop.core.reserved import TRASH
from skynet_desktop.engine import reaper
from skynet_desktop.engine.guard import Limits
from skynet_desktop.engine.mapping import Keep, Mapping
from tests.engine.fakes import Full, Plain
from tests.engine.rig import BASE, Rig, put


def synced(rig: Rig, *names: str) -> Mapping:
    for name in names:
        put(rig.root / name, f"content of {name}")
    mapping = rig.open()
    rig.sweep(mapping)
    rig.remote.calls.clear()
    return mapping


@pytest.mark.parametrize("kind", [Plain, Full])
def test_a_name_is_never_a_prefix(rig: Rig, kind: type[Plain]) -> None:
    rig.remote.kind = kind
    mapping = synced(rig, "IMG_1", "IMG_10", "IMG_1.jpg", "IMG_1 2", "IMG_0/x", "IMG/1")
    (rig.root / "IMG_1").unlink()
    rig.handle(mapping, delete("IMG_1"))
    rig.assert_same()
    assert rig.remote.paths("delete") == [f"{BASE}/IMG_1"]


def test_off_keeps_everything_and_on_catches_up(rig: Rig) -> None:
    rig.options["complete_sync"] = False
    mapping = synced(rig, "a", "b", "d/c")
    (rig.root / "a").unlink()
    shutil.rmtree(rig.root / "d")
    rig.handle(mapping, delete("a"), delete("d/c"), delete("d"))
    rig.sweep(mapping)
    assert set(rig.there) == {"a", "b", "d/c"}
    assert mapping.index.get("a") is not None, "the row stays, so that switching on finds it"
    mapping.close()
    rig._mappings.clear()
    rig.sweep(rig.open(complete_sync=True))
    assert set(rig.there) == {"b"}


def test_switching_off_stops_deletions_that_still_wait(rig: Rig) -> None:
    """Noted while on, not yet carried out (offline, say): off means off."""
    mapping = synced(rig, "a", "b")
    (rig.root / "a").unlink()
    mapping.removals.note("a")
    mapping.close()
    rig._mappings.clear()
    rig.sweep(rig.open(complete_sync=False))
    assert set(rig.there) == {"a", "b"}


def test_switching_off_withdraws_the_question(rig: Rig) -> None:
    mapping = synced(rig, *(f"f{n}" for n in range(10)))
    for number in range(8):
        (rig.root / f"f{number}").unlink()
    mapping.close()
    rig._mappings.clear()
    mapping = rig.open(limits=Limits(count=5))
    rig.sweep(mapping)
    assert mapping.guard.question() is not None
    mapping.close()
    rig._mappings.clear()
    mapping = rig.open(complete_sync=False)
    rig.sweep(mapping)
    assert mapping.guard.question() is None
    assert len(rig.there) == 10


def test_a_file_that_comes_back_is_not_removed(rig: Rig) -> None:
    """Editors replace by delete and create; the second look sees it."""
    mapping = synced(rig, "a")
    mapping.removals.note("a")
    rig.handle(mapping)
    assert not rig.remote.named("delete")
    rig.assert_same()
    assert mapping.removals.waiting().count == 0


def test_the_second_look_comes_right_before_the_delete(rig: Rig) -> None:
    mapping = synced(rig, "a", "b")
    (rig.root / "a").unlink()

    def back(idle: bool) -> bool:
        if mapping.removals.waiting().count and not (rig.root / "a").exists():
            put(rig.root / "a", "again")
        return idle

    rig.handle(mapping, delete("a"), ends=back)
    assert not rig.remote.named("delete")
    rig.assert_same()


def test_a_path_that_cannot_be_looked_at_is_not_gone(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapping = synced(rig, "d/a", "b")
    mapping.removals.note("d/a")
    hidden = mapping.mapper.local("d/a")
    real = os.lstat

    def lstat(path: str) -> os.stat_result:
        if path == hidden:
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "lstat", lstat)
    rig.handle(mapping)
    assert not rig.remote.named("delete")


def test_a_file_that_is_ignored_now_keeps_its_remote_copy(rig: Rig) -> None:
    mapping = synced(rig, "a.log", "logs/b", "c")
    mapping.close()
    rig._mappings.clear()
    mapping = rig.open(ignore=("*.log", "logs/"))
    (rig.root / "a.log").unlink()
    mapping.removals.note("logs/b")
    rig.sweep(mapping)
    assert set(rig.there) == {"a.log", "logs/b", "c"}


@pytest.mark.parametrize("kind", [Plain, Full])
def test_a_folder_goes_with_all_in_it_and_no_other(rig: Rig, kind: type[Plain]) -> None:
    rig.remote.kind = kind
    mapping = synced(rig, "d/a", "d/e/b", "d0/c", "dd/e", "d.txt")
    shutil.rmtree(rig.root / "d")
    rig.handle(mapping, delete("d"))
    rig.assert_same()
    assert f"{BASE}/d/e" not in rig.remote.folders or kind is Plain
    assert f"{BASE}/d" not in rig.remote.folders or kind is Plain
    assert f"{BASE}/d0" in rig.remote.folders


def test_foreign_files_are_never_touched(rig: Rig) -> None:
    rig.remote.write(f"{BASE}/foreign", b"theirs", 1)
    rig.remote.write(f"{BASE}/d/foreign", b"theirs", 1)
    rig.remote.write("base/other", b"theirs", 1)
    mapping = synced(rig, "d/a", "b")
    shutil.rmtree(rig.root / "d")
    rig.handle(mapping, delete("d"))
    rig.sweep(mapping)
    assert set(rig.there) == {"foreign", "d/foreign", "b"}
    assert "base/other" in rig.remote.files


@pytest.mark.parametrize("kind", [Plain, Full])
@pytest.mark.parametrize("keep", Keep)
def test_a_file_whose_name_a_folder_has_is_gone(rig: Rig, kind: type[Plain], keep: Keep) -> None:
    """A file was to take a folder's name and was deleted before it could; the folder is still
    there, since a tidying was lost with a connection. Nothing is left to remove of the file, and
    nothing to tell a person."""
    rig.remote.kind, rig.options["keep"] = kind, keep
    mapping = synced(rig, "b")
    rig.remote.write(f"{BASE}/d/foreign", b"theirs", 1)
    mapping.index.intend([("d", FileState(4, 1, 1))])
    if kind is Plain:  # which cannot tell what is there: here a folder has the name, too
        (rig.root / "d").mkdir()
    rig.handle(mapping, delete("d"))
    assert not mapping.issues.all() and mapping.index.get("d") is None
    assert set(rig.there) == {"b", "d/foreign"}


def test_a_blocked_trash_is_no_removal(rig: Rig) -> None:
    rig.options["keep"] = Keep.ALL
    mapping = synced(rig, "a")
    rig.remote.write(f"{BASE}/{TRASH}", b"a file of this name", 1)
    (rig.root / "a").unlink()
    rig.handle(mapping, delete("a"))
    [issue] = mapping.issues.all()
    assert issue.path == "a" and f"{BASE}/a" in rig.remote.files
    assert mapping.index.get("a") is not None


def test_a_refused_tidying_of_a_folder_is_no_issue(rig: Rig) -> None:
    """An empty folder left at the remote harms nobody; it is no path of ours."""
    mapping = synced(rig, "d/a", "b")
    rig.remote.fail[f"{BASE}/d"] = PathDenied("No removing of folders.")
    shutil.rmtree(rig.root / "d")
    rig.handle(mapping, delete("d"))
    assert not mapping.issues.all()


def test_a_loss_during_deletes_keeps_the_rest_noted(rig: Rig) -> None:
    mapping = synced(rig, *(f"d/f{n}" for n in range(20)), "keep")
    shutil.rmtree(rig.root / "d")
    rig.remote.lose_at(5)
    with pytest.raises(ConnectionLost):
        rig.handle(mapping, delete("d"))
    assert 0 < mapping.removals.waiting().count <= 20
    rig.handle(mapping)
    rig.assert_same()


# --- many at once ------------------------------------------------------------------------


def mass(rig: Rig) -> Mapping:
    rig.options["limits"] = Limits(count=5)
    mapping = synced(rig, *(f"d/f{n}" for n in range(10)), "keep")
    shutil.rmtree(rig.root / "d")
    rig.handle(mapping, delete("d"))
    assert len(rig.there) == 11
    question = mapping.guard.question()
    assert question is not None
    assert (question.removals, question.about) == (10, "removals")
    assert next(e for e in rig.events if isinstance(e, AttentionNeeded)).examples
    return mapping


def test_many_wait_for_a_yes(rig: Rig) -> None:
    mapping = mass(rig)
    rig.handle(mapping, delete("d"))
    assert len(rig.there) == 11, "still waits"
    assert mapping.guard.answer(True) is not None
    rig.handle(mapping)
    rig.assert_same()


def test_sends_go_on_while_the_question_waits(rig: Rig) -> None:
    mapping = mass(rig)
    put(rig.root / "new")
    rig.handle(mapping, send("new"))
    assert "new" in rig.there


def test_no_keeps_them_and_is_not_asked_again(rig: Rig) -> None:
    mapping = mass(rig)
    mapping.guard.answer(False)
    rig.sweep(mapping)
    assert len(rig.there) == 11
    assert mapping.guard.question() is None
    put(rig.root / "d/f1", "a new life")
    rig.sweep(mapping)
    assert rig.there["d/f1"] == b"a new life"


def test_the_question_goes_when_the_files_are_back(rig: Rig) -> None:
    mapping = mass(rig)
    for number in range(10):
        put(rig.root / f"d/f{number}", "restored")
    rig.sweep(mapping)
    assert mapping.guard.question() is None
    rig.assert_same()


def test_a_yes_covers_nothing_noted_later(rig: Rig) -> None:
    mapping = mass(rig)
    for number in range(10):
        put(rig.root / f"e/g{number}")
    rig.handle(mapping, send("e"))
    mapping.guard.answer(True)
    time.sleep(0.002)  # the clock must move on between the yes and the notes
    shutil.rmtree(rig.root / "e")
    rig.handle(mapping, delete("e"))
    assert {p.split("/")[0] for p in rig.there} == {"e", "keep"}
    assert mapping.guard.question() is not None


def test_the_question_survives_a_restart(rig: Rig) -> None:
    mapping = mass(rig)
    mapping.close()
    rig._mappings.clear()
    mapping = rig.open()
    rig.sweep(mapping)
    assert mapping.guard.question() is not None
    assert len(rig.there) == 11


@pytest.mark.parametrize("kind", [Plain, Full])
def test_many_deletes_cost_little_work(
    rig: Rig, kind: type[Plain], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each path is looked at about once, not once for every answer (promise 9)."""
    rig.remote.kind = kind
    mapping = synced(rig, *(f"d/f{n}" for n in range(600)), *(f"k{n}" for n in range(700)))
    shutil.rmtree(rig.root / "d")
    looks = 0
    real = mapping.look

    def look(path: str) -> object:
        nonlocal looks
        looks += 1
        return real(path)

    mapping.look = look  # type: ignore[method-assign,assignment]
    monkeypatch.setattr(reaper, "_PATIENCE_SECONDS", 0.0)  # as if the machine were slow
    rig.handle(mapping, delete("d"))
    rig.assert_same()
    assert looks < 4 * 600


def test_a_slow_mass_deletion_is_judged_as_one(rig: Rig) -> None:
    """Each bite is small; all of them together are half of the folder."""
    for number in range(400):
        put(rig.root / f"f{number}")
    mapping = rig.open()
    rig.sweep(mapping)
    for start in range(0, 400, 40):
        for number in range(start, start + 40):
            (rig.root / f"f{number}").unlink()
        rig.sweep(mapping)
        if mapping.guard.question() is not None:
            break
    question = mapping.guard.question()
    assert question is not None, "ten bites of a tenth went through"
    assert len(rig.there) >= 180
