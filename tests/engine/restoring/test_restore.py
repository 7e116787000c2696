"""What is brought back, from when, and what happens to what is here already."""

from __future__ import annotations

import os
import re
import stat
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.engine.restoring import partial as restore_partial
from skynet_desktop.engine.restoring.catalogue import Catalogue
from skynet_desktop.engine.restoring.restore import Failure, IfExists, Restored, Restoring, restore
from tests.engine.restoring.restore_rig import (
    BLOCK,
    Attic,
    Fetcher,
    Lister,
    Versioned,
    here,
    version,
)

T = 1_700_000_000.0


@pytest.fixture
def attic() -> Attic:
    return Attic()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def put(path: Path, data: str, mtime: float = T) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data)
    os.utime(path, (mtime, mtime))
    return path


def good(**counts: int) -> dict[str, Any]:
    return {
        "files": 0, "same": 0, "skipped": 0, "replaced": 0, "renamed": 0, "later": 0,
        "failures": 0, "complete": True, "reason": "", **counts,
    }  # fmt: skip


def counts(restored: Restored) -> dict[str, Any]:
    told = restored.as_json()
    return {key: told[key] for key in good()}


# --- what comes back --------------------------------------------------------------------


def test_everything_with_its_times(attic: Attic, target: Path) -> None:
    attic.put("empty", b"", 1_234_567_890.25)
    attic.put("deep/er/big", os.urandom(5 * BLOCK + 17), 0.5)
    attic.put("deep/small", "x", 1_600_000_001.123456789)
    told: list[Restoring] = []
    result = attic.restore(target, progress=told.append)
    assert counts(result) == good(files=3)
    assert result.bytes == 5 * BLOCK + 18
    assert here(target) == {
        path.removeprefix("base/m/"): kept.data for path, kept in attic.files.items()
    }
    for path, kept in attic.files.items():
        assert (target / path.removeprefix("base/m/")).stat().st_mtime_ns == kept.mtime_ns
    assert told[-1].files == told[-1].total_files == 3
    assert told[-1].bytes == told[-1].total_bytes == result.bytes


def test_a_file_a_folder_and_what_is_not_there(attic: Attic, target: Path) -> None:
    for path in ("a/x", "a/y", "ab/x", "b", "c"):
        attic.put(path, path)
    result = attic.restore(target, "a/", "a/x", "b", "nothing", "/c/")
    assert counts(result) == good(files=4, failures=1)
    assert result.failed == (Failure("nothing", "Nothing of this name is at the destination."),)
    assert sorted(here(target)) == ["a/x", "a/y", "b", "c"]


def test_an_empty_destination_is_no_success(attic: Attic, target: Path) -> None:
    """It may be the wrong one."""
    assert attic.restore(target).failures == 1


def test_a_time_that_no_system_knows(attic: Attic, target: Path) -> None:
    """The content counts."""
    attic.put("a", "x", 10**12)
    attic.put("b", "x", -(10**20))
    assert counts(attic.restore(target)) == good(files=2)
    assert here(target) == {"a": b"x", "b": b"x"}


def test_as_of_a_time(attic: Attic, target: Path) -> None:
    attic.put("doc", "before", T)
    attic.put("kept", "kept", T)
    attic.replace("doc", "after the attack", T + 100)
    attic.put("ransom note", "pay", T + 100)
    attic.remove("kept", T + 100)
    assert counts(attic.restore(target, at=T + 50)) == good(files=2)
    assert here(target) == {"doc": b"before", "kept": b"kept"}


def test_as_of_a_time_where_only_reading_tells_times(attic: Attic, target: Path) -> None:
    """As S3, whose listing has no modification times."""
    attic.tells_times = False
    attic.put("doc", "old", T)
    attic.put("later", "x", T + 100)
    result = attic.restore(target, at=T + 50)
    assert counts(result) == good(files=1, later=1)
    assert here(target) == {"doc": b"old"}


def test_versions_that_the_service_keeps(attic: Attic, target: Path) -> None:
    attic.put("doc", "now..", T + 300)
    attic.versions = [version("doc", "first", T), version("doc", "later", T + 200, latest=True)]
    connection = attic.connect(Versioned)
    with Catalogue.read(connection, "base/m") as catalogue:
        result = restore(connection, catalogue, ["doc"], str(target), at=T + 100)
    assert counts(result) == good(files=1)
    assert here(target) == {"doc": b"first"}


def test_from_a_service_that_gives_whole_files_only(attic: Attic, target: Path) -> None:
    attic.put("a/b/c", b"x" * 100, T + 0.25)
    attic.put("d", b"", T)
    attic.put("gone", b"x")
    with attic.catalogue() as catalogue:
        del attic.files["base/m/gone"]
        result = restore(attic.connect(Fetcher), catalogue, [""], str(target))
    assert counts(result) == good(files=2, failures=1)
    assert here(target) == {"a/b/c": b"x" * 100, "d": b""}
    assert (target / "a/b/c").stat().st_mtime_ns == int((T + 0.25) * 1e9)


def test_from_a_service_that_gives_nothing_back(attic: Attic, target: Path) -> None:
    attic.put("a", b"x")
    result = attic.restore(target, connection=attic.connect(Lister))
    assert result.failed == (Failure("a", "This service cannot give the file back."),)


def test_what_was_mirrored_to_a_folder(tmp_path: Path, target: Path) -> None:
    """The real connection, with names that only bytes can tell."""
    there = tmp_path / "there"
    odd = "back\\slash" if sys.platform != "win32" else "odd"
    put(there / "m" / "new\nline" if sys.platform != "win32" else there / "m" / "n", "1")
    put(there / "m" / odd / "trailing ", "2")
    put(there / "m" / ".skynet/trash/2026-11-22/10-00-00/gone", "3")
    put(there / "m" / ".skynet/mapping.json", "{}")
    if sys.platform == "linux":
        put(there / "m" / os.fsdecode(b"latin-\xe9t\xe9"), "4")
    connection = LocalConnection(str(there))
    connection.open()
    with Catalogue.read(connection, "m") as catalogue:
        assert restore(connection, catalogue, [""], str(target)).complete
    expected = {path: data for path, data in here(there / "m").items() if ".skynet" not in path}
    assert here(target) == expected
    assert len(expected) == (3 if sys.platform == "linux" else 2)


def test_several_files_at_once(attic: Attic, target: Path) -> None:
    attic.parallel = 3
    for number in range(30):
        attic.put(f"{number}", "x")
    together = threading.Barrier(3, timeout=10)

    def meet(path: str, offset: int) -> None:
        if len(attic.reads) <= 3:
            together.wait()

    attic.on_block.append(meet)
    assert counts(attic.restore(target)) == good(files=30)
    assert attic.most_under_way == 3


# --- what is here already ---------------------------------------------------------------


def test_the_same_is_not_fetched_again(attic: Attic, target: Path) -> None:
    attic.put("a", "content", T)
    attic.put("b", "", T)
    assert attic.restore(target).files == 2
    before = {path: path.stat() for path in target.iterdir()}
    attic.reads.clear()
    for if_exists in IfExists:
        assert counts(attic.restore(target, if_exists=if_exists)) == good(same=2)
    assert attic.reads == []
    assert {path: path.stat() for path in target.iterdir()} == before


def test_whole_seconds_are_exact_enough(attic: Attic, target: Path) -> None:
    """SFTP knows no more; what it was made from has more."""
    attic.put("a", "content", T)
    put(target / "a", "content", T + 0.9)
    assert counts(attic.restore(target)) == good(same=1)
    put(target / "a", "CONTENT", T + 1.1)
    assert counts(attic.restore(target)) == good(skipped=1)


def test_the_same_content_with_another_time(attic: Attic, target: Path) -> None:
    attic.put("a", "content", T)
    local = put(target / "a", "content", T + 5)
    assert counts(attic.restore(target, if_exists=IfExists.REPLACE)) == good(same=1)
    assert local.stat().st_mtime == T + 5, "never touched"


def test_where_no_listing_tells_times_one_look_does(attic: Attic, target: Path) -> None:
    attic.tells_times = False
    attic.put("a", os.urandom(10 * BLOCK), T)
    attic.restore(target)
    given: list[int] = []
    attic.on_block.append(lambda _, offset: given.append(offset))
    assert counts(attic.restore(target)) == good(same=1)
    assert given == [], "none of its content was needed"


def test_skip_is_the_default(attic: Attic, target: Path) -> None:
    attic.put("a", "theirs", T)
    attic.put("b", "theirs", T)
    put(target / "a", "mine", T)
    assert counts(attic.restore(target)) == good(files=1, skipped=1)
    assert here(target) == {"a": b"mine", "b": b"theirs"}


def test_the_same_size_is_not_the_same_content(attic: Attic, target: Path) -> None:
    attic.put("a", b"x" * BLOCK + b"theirs", T)
    put(target / "a", "x" * BLOCK + "mine!!", T + 9)
    assert counts(attic.restore(target)) == good(skipped=1)


def test_rename(attic: Attic, target: Path) -> None:
    attic.put("d/a.txt", "theirs", T)
    put(target / "d/a.txt", "mine", T)
    assert counts(attic.restore(target, if_exists=IfExists.RENAME)) == good(files=1, renamed=1)
    assert (target / "d/a.txt").read_text() == "mine"
    [other] = [name for name in here(target) if name != "d/a.txt"]
    assert re.fullmatch(r"d/a \(restored \d{4}-\d\d-\d\d \d\d-\d\d\)\.txt", other)
    assert (target / other).read_text() == "theirs"
    again = attic.restore(target, if_exists=IfExists.RENAME)
    assert counts(again) == good(same=1), "run again it makes no second one"
    attic.put("d/a.txt", "theirs anew", T)
    assert counts(attic.restore(target, if_exists=IfExists.RENAME)) == good(files=1, renamed=1)
    assert sorted(here(target).values()) == [b"mine", b"theirs", b"theirs anew"]


def test_replace_loses_nothing(attic: Attic, target: Path) -> None:
    attic.put("a.txt", "theirs", T)
    attic.put("b", "theirs", T)
    local = put(target / "a.txt", "mine", T)
    local.chmod(0o600)
    put(target / "b", "theirs", T)
    result = attic.restore(target, if_exists=IfExists.REPLACE)
    assert counts(result) == good(files=1, replaced=1, same=1)
    assert local.read_text() == "theirs"
    if sys.platform != "win32":
        assert stat.S_IMODE(local.stat().st_mode) == 0o600, "as private as before"
    [kept] = [name for name in here(target) if "replaced" in name]
    assert re.fullmatch(r"a \(replaced \d{4}-\d\d-\d\d \d\d-\d\d\)\.txt", kept)
    assert (target / kept).read_text() == "mine"
    attic.put("a.txt", "theirs anew", T)
    assert attic.restore(target, if_exists=IfExists.REPLACE).replaced == 1
    assert set(here(target).values()) == {b"mine", b"theirs", b"theirs anew"}


def test_what_could_not_be_replaced_gets_its_name_back(
    attic: Attic, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attic.put("a", "theirs", T)
    put(target / "a", "mine", T)

    def broken(*_: object) -> bool:
        raise PermissionError(13, "no")

    monkeypatch.setattr(restore_partial.Partial, "give_name", broken)
    result = attic.restore(target, if_exists=IfExists.REPLACE)
    assert result.failures == 1
    assert here(target) == {"a": b"mine"}


@pytest.mark.parametrize("if_exists", list(IfExists))
def test_files_and_folders_do_not_make_room_for_each_other(
    attic: Attic, target: Path, if_exists: IfExists
) -> None:
    attic.put("folder here", "file there", T)
    attic.put("file here/x", "in a folder there", T)
    attic.put("z", "fine", T)
    put(target / "folder here" / "mine", "mine")
    put(target / "file here", "mine")
    result = attic.restore(target, if_exists=if_exists)
    assert counts(result) == good(files=1, failures=2)
    assert {f.path: f.reason for f in result.failed} == {
        "folder here": "A folder has this name here.",
        "file here/x": "A file here has the name of a folder.",
    }
    assert here(target) == {"folder here/mine": b"mine", "file here": b"mine", "z": b"fine"}
