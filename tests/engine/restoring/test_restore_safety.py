"""Nothing outside of the target is touched and nothing in it is overwritten, whatever the names
at the destination are and whoever works in the target meanwhile."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skynet_desktop.engine.restoring import target as restore_target
from skynet_desktop.engine.restoring.partial import partial_name
from skynet_desktop.engine.restoring.restore import Failure, IfExists
from tests.engine.restoring.restore_rig import BASE, BLOCK, Attic, Kept, here

if sys.platform == "win32":
    pytest.skip("links need rights there", allow_module_level=True)

T = 1_700_000_000


@pytest.fixture
def attic() -> Attic:
    return Attic(parallel=1)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "mine").write_bytes(b"mine")
    return folder


# --- names ------------------------------------------------------------------------------

PART = st.one_of(
    st.sampled_from(
        ["..", ".", "", "...", " ", "a", "A", "b", "link", "folder", "file", "C:", "C:\\x", "\\",
         "..\\..", "con", "nul", "~", "$HOME", "`id`", ".skynet", ".skynet-1.part", "\0", "x\0",
         "\n", "-rf", "trash", "\udcff", "\ud800", "e\u0301", "é", "n" * 255, "n" * 256, "ü" * 200,
         "a (restored 2026-11-22 14-05)", "%2e%2e", "．．", "\u202e"]
    ),
    st.text(st.characters(codec=None), max_size=8),
)  # fmt: skip
PATH = st.one_of(
    st.lists(PART, min_size=1, max_size=6).map("/".join),
    st.builds(lambda up, p: "../" * up + p, st.integers(1, 9), st.sampled_from(["out", "a/b"])),
    st.sampled_from(["/etc/passwd", "/tmp/x", "//host/x", "link/x", "link/../x", "folder/link/x"]),
    st.text(st.characters(codec=None), max_size=12),
)


@contextmanager
def room() -> Iterator[tuple[Path, Path]]:
    """A target with links that lead out of it, and all that lies around it."""
    memory = Path("/dev/shm")  # where flushing costs nothing
    root = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    try:
        target = root / "up" / "target"
        (target / "folder").mkdir(parents=True)
        (root / "outside").mkdir()
        (root / "outside" / "mine").write_bytes(b"mine")
        (target / "link").symlink_to(root / "outside")
        (target / "folder" / "link").symlink_to("../../..")
        (target / "file").symlink_to(root / "outside" / "mine")
        (target / "b").write_bytes(b"mine")
        yield root, target
    finally:
        shutil.rmtree(root)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PATH, min_size=1, max_size=12, unique=True), st.sampled_from(list(IfExists)))
def test_hostile_names_change_nothing_outside(names: list[str], if_exists: IfExists) -> None:
    """Some thousand of them; each ends as a file of just this name, or as a reason."""
    attic = Attic({f"{BASE}/{name}": Kept(b"theirs") for name in names}, parallel=2)
    with room() as (root, target):
        before = {p: d for p, d in here(root).items() if not p.startswith("up/target/")}
        result = attic.restore(target, if_exists=if_exists)
        after = {p: d for p, d in here(root).items() if not p.startswith("up/target/")}
        assert after == before
        assert (target / "link").is_symlink() and (target / "file").is_symlink()
        assert b"mine" in here(target).values(), "b is kept under some name"
        assert result.complete, result
        listed = [name for name in names if name and not name.startswith(".skynet/")]
        told = result.files + result.same + result.skipped + result.failures
        assert told == max(1, len([n for n in listed if n != ".skynet"])), result
        failed = {failure.path for failure in result.failed}
        if if_exists is IfExists.SKIP:
            for name in set(listed) - failed - {"b", ".skynet"}:
                assert (target / name).read_bytes() == b"theirs"
                assert os.path.realpath(target / name) == os.path.realpath(target) + "/" + name
        assert all(f.reason.endswith(".") and "Errno" not in f.reason for f in result.failed)


def test_links_are_not_followed(attic: Attic, target: Path, outside: Path) -> None:
    (target / "folder").symlink_to(outside)
    (target / "file").symlink_to(outside / "mine")
    (target / "dangling").symlink_to(outside / "new")
    for path in ("folder/x", "file", "dangling"):
        attic.put(path, b"theirs")
    for if_exists in IfExists:
        result = attic.restore(target, if_exists=if_exists)
        assert result.failures == 3
    no_file = "A link or something else that is no file has this name here."
    assert result.failed == (
        Failure("dangling", no_file),
        Failure("file", no_file),
        Failure("folder/x", "A link here has the name of a folder, and may lead elsewhere."),
    )
    assert here(outside) == {"mine": b"mine"}


def test_a_target_that_is_a_link_itself_is_the_persons_choice(
    attic: Attic, target: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(target)
    attic.put("a", b"x")
    assert attic.restore(tmp_path / "link").files == 1
    assert here(target) == {"a": b"x"}


@pytest.mark.parametrize("kind", ["link", "dangling link", "pipe", "folder"])
def test_something_odd_in_the_place_of_the_unfinished_copy(
    attic: Attic, target: Path, outside: Path, kind: str
) -> None:
    attic.put("a", b"theirs")
    with attic.catalogue() as catalogue:
        [stored] = catalogue.files_below("")
    partial = target / partial_name(stored)
    if kind == "pipe":
        os.mkfifo(partial)
    elif kind == "folder":
        partial.mkdir()
    else:
        partial.symlink_to(outside / ("mine" if kind == "link" else "new"))
    [failure] = attic.restore(target).failed
    assert failure.reason.startswith("Something ")
    assert here(outside) == {"mine": b"mine"}


# --- races ------------------------------------------------------------------------------


def test_a_folder_swapped_for_a_link_meanwhile(attic: Attic, target: Path, outside: Path) -> None:
    """Whoever does that gets the file in the folder that was opened, never where the link leads."""
    attic.put("folder/a", os.urandom(4 * BLOCK))

    def swap(path: str, offset: int) -> None:
        if offset == 2 * BLOCK:
            (target / "folder").rename(target / "moved")
            (target / "folder").symlink_to(outside)

    attic.on_block.append(swap)
    attic.restore(target)
    assert here(outside) == {"mine": b"mine"}
    assert (target / "moved" / "a").stat().st_size == 4 * BLOCK


def test_a_folder_swapped_right_after_the_look_at_it(
    attic: Attic, target: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (target / "folder").mkdir()
    attic.put("folder/a", b"theirs")
    real = restore_target._is_link

    def looked(st: os.stat_result) -> bool:
        found = real(st)
        (target / "folder").rename(target / "moved")
        (target / "folder").symlink_to(outside)
        return found

    monkeypatch.setattr(restore_target, "_is_link", looked)
    result = attic.restore(target)
    assert result.failed == (Failure("folder/a", "Something of another kind has this name here."),)
    assert here(outside) == {"mine": b"mine"}


@pytest.mark.parametrize("links", [True, False], ids=["links", "no-links"])
@pytest.mark.parametrize("if_exists", list(IfExists))
def test_a_file_that_appears_meanwhile_is_not_overwritten(
    attic: Attic,
    target: Path,
    if_exists: IfExists,
    links: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the moment before the name is given, where a look beforehand cannot help."""
    attic.put("a", b"theirs", T)
    real = restore_target.Folder.give_name
    done: list[str] = []

    def late(self: restore_target.Folder, partial: str, name: str) -> None:
        if not done:
            done.append(name)
            (target / name).write_bytes(b"mine")
        real(self, partial, name)

    monkeypatch.setattr(restore_target.Folder, "give_name", late)
    if not links:
        without_links(monkeypatch)
    result = attic.restore(target, if_exists=if_exists)
    assert result.complete and not result.failures
    files = here(target)
    if if_exists is IfExists.SKIP:
        assert (result.skipped, files) == (1, {"a": b"mine"})
    else:
        assert sorted(files.values()) == [b"mine", b"theirs"]
        assert files["a"] == (b"theirs" if if_exists is IfExists.REPLACE else b"mine")


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """As FAT and some shares."""

    def link(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", link)


def test_a_file_system_without_links(
    attic: Attic, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_links(monkeypatch)
    attic.put("a/b", b"theirs", T)
    attic.put("c", b"theirs", T)
    (target / "c").write_bytes(b"mine")
    assert attic.restore(target, if_exists=IfExists.REPLACE).files == 2
    assert sorted(here(target).values()) == [b"mine", b"theirs", b"theirs"]
    assert (target / "a" / "b").stat().st_mtime == T


def test_what_is_saved_while_it_is_replaced_is_kept(
    attic: Attic, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor that saves in the very moment: both its versions and ours are there."""
    attic.put("a", b"theirs", T)
    (target / "a").write_bytes(b"mine")
    real = restore_target.Folder.put_aside
    done: list[str] = []

    def late(self: restore_target.Folder, name: str, kept: str) -> None:
        if not done:
            done.append(name)
            (target / "new").write_bytes(b"mine, saved")
            (target / "new").replace(target / "a")
        real(self, name, kept)
        if len(done) == 1:
            done.append(name)
            (target / "a").write_bytes(b"mine, saved again")

    monkeypatch.setattr(restore_target.Folder, "put_aside", late)
    assert attic.restore(target, if_exists=IfExists.REPLACE).replaced == 1
    assert sorted(here(target).values()) == [b"mine, saved", b"mine, saved again", b"theirs"]
    assert (target / "a").read_bytes() == b"theirs"


# --- names that are one name here -------------------------------------------------------


@pytest.fixture
def folding(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the target ignored case, which no file system here does."""
    real = restore_target._probe
    monkeypatch.setattr(
        restore_target, "_probe", lambda folder: replace(real(folder), folds_names=True)
    )


@pytest.mark.usefixtures("folding")
def test_names_that_are_one_here_are_not_merged(attic: Attic, target: Path) -> None:
    for path in ("A/x", "B", "a/y", "b", "é", "e\u0301"):
        attic.put(path, path)
    result = attic.restore(target)
    assert (result.files, result.failures) == (3, 3)
    assert sorted(here(target)) == ["A/x", "B", "e\u0301"]
    assert {f.path: f.reason for f in result.failed}["a/y"] == (
        'For this computer "A" is the same name; restore this one by itself, to another folder.'
    )
    other = target.parent / "other"
    other.mkdir()
    assert attic.restore(other, "a", "b").files == 2, "by themselves they are no trouble"


def test_where_case_matters_they_are_two(attic: Attic, target: Path) -> None:
    for path in ("A/x", "B", "a/y", "b"):
        attic.put(path, path)
    assert attic.restore(target).files == 4


def test_the_probe_leaves_nothing_and_tells_the_truth(target: Path) -> None:
    folder = restore_target.Target(str(target))
    assert folder.traits == restore_target.Traits(False, False, 1)
    folder.close()
    assert here(target) == {}
