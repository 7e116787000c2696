"""Twelve disasters (issue "Trust"): each ends with a question or a clear issue, and nothing lost.

The real program, a real destination, an independent look at what is there afterwards.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.core.reserved import RESERVED
from tests.driver import Skynet
from tests.places import Place, local_place, names_in, s3_place
from tests.servers.seaweed import Seaweed
from tests.torture.tree import make_tree

_FILES = 150
_WEEK = 7 * 86_400

root_only = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="mounts file systems"
)


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "disk" / "x"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Files that nobody touched for a week."""
    source = tmp_path / "source"
    fill(source)
    return source


@pytest.fixture
def skynet(tmp_path: Path, source: Path) -> Iterator[Skynet]:
    """Everything is mirrored to a folder, in complete sync; the app does not run."""
    home = tmp_path / "home"
    home.mkdir()
    skynet = Skynet(home, local_place(tmp_path / "disk"))
    skynet.set_up(source, "x")
    assert skynet.once().returncode == 0
    yield skynet
    skynet.kill()


def fill(folder: Path, files: int = _FILES) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(files):
        path = folder / f"file {number}"
        path.write_text(f"content of {folder.name} {number}")
        os.utime(path, (time.time() - _WEEK, time.time() - _WEEK - number))


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in names_in(folder)}


def kept(there: Path) -> set[bytes]:
    """Every content that is recoverable at the destination, in its place or in the trash."""
    return {path.read_bytes() for path in there.rglob("*") if path.is_file()}


def let_rest(skynet: Skynet) -> None:
    """As if the files had lain there for a week: a ctime cannot be set back, so the index is."""
    [state] = (skynet.home / "state").rglob("index.db")
    with contextlib.closing(sqlite3.connect(state)) as db, db:
        db.execute("UPDATE files SET ctime_ns = ctime_ns - ?", (_WEEK * 10**9,))


def asks(skynet: Skynet, about: str) -> str:
    """Runs once: the guard must ask, in one sentence."""
    result = skynet.once()
    assert result.returncode == 5, result.stdout + result.stderr
    status = skynet.status()
    assert status["state"] == "action-required"
    assert status["question"] in result.stderr + result.stdout
    assert about in status["question"], status
    return str(status["question"])


@contextlib.contextmanager
def mounted(folder: Path, size: str = "64m") -> Iterator[Path]:
    """A file system of its own."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@root_only
def test_an_unmounted_root(tmp_path: Path, there: Path) -> None:
    """The mount point is there, and empty; the index knows that it is another folder."""
    home, root = tmp_path / "home", tmp_path / "usb"
    home.mkdir()
    skynet = Skynet(home, local_place(tmp_path / "disk"))
    with mounted(root):
        fill(root)
        skynet.set_up(root, "x")
        assert skynet.once().returncode == 0
        before = contents(there)
        assert len(before) == _FILES
    asks(skynet, "not the one that was mirrored before")
    assert contents(there) == before
    (root / "stray").write_text("written to the mount point by mistake")
    asks(skynet, "not the one")
    assert contents(there) == before


def test_an_empty_root(skynet: Skynet, source: Path, there: Path) -> None:
    before = contents(there)
    for path in source.iterdir():
        path.unlink()
    asks(skynet, "The folder is empty")
    assert contents(there) == before
    assert len(skynet.must("confirm", "m", "--list").splitlines()) == _FILES


@root_only
def test_a_swapped_disk(tmp_path: Path, there: Path) -> None:
    """Another disk at the same mount point: neither are its files sent nor the others removed."""
    home, root = tmp_path / "home", tmp_path / "usb"
    home.mkdir()
    skynet = Skynet(home, local_place(tmp_path / "disk"))
    with mounted(root):
        fill(root)
        skynet.set_up(root, "x")
        assert skynet.once().returncode == 0
        before = contents(there)
    let_rest(skynet)
    with mounted(root):  # a memory disk has no id of its own: it may pass for the other
        for number in range(100):
            (root / f"holiday {number}").write_text("of somebody else")
        asks(skynet, "150")
        assert before.items() <= contents(there).items()


def test_a_moved_root(skynet: Skynet, source: Path, there: Path) -> None:
    before = contents(there)
    source.rename(source.with_name("elsewhere"))
    result = skynet.once()
    assert result.returncode == 5, result.stderr
    assert "is not there" in result.stderr
    assert contents(there) == before
    source.with_name("elsewhere").rename(source)
    assert skynet.once().returncode == 0, "and goes on when it is back"


def test_a_deleted_index(skynet: Skynet, source: Path, there: Path) -> None:
    """Rebuilt by listing; nothing is sent again, nothing removed."""
    inodes = {name: (there / name).stat().st_ino for name in names_in(there)}
    shutil.rmtree(skynet.home / "state")
    (source / "file 1").unlink()
    assert skynet.once().returncode == 0
    assert {name: (there / name).stat().st_ino for name in names_in(there)} == inodes
    assert "file 1" in names_in(there), "who deleted it cannot be known: it stays"


def test_an_index_of_another_machine(
    skynet: Skynet, source: Path, there: Path, tmp_path: Path
) -> None:
    """A home copied to another computer, where the folder holds other files."""
    before = contents(there)
    other = tmp_path / "other"
    other.mkdir()
    for number in range(40):
        (other / f"of the other {number}").write_text("x")
    shutil.rmtree(source)
    other.rename(source)
    asks(skynet, "not the one that was mirrored before")
    assert contents(there) == before


def test_a_mass_deletion(skynet: Skynet, source: Path, there: Path) -> None:
    before = contents(there)
    for number in range(120):
        (source / f"file {number}").unlink()
    asks(skynet, "120 files were deleted here, 30 are left")
    assert contents(there) == before
    assert len(skynet.must("confirm", "m", "--list").splitlines()) == 120
    skynet.must("confirm", "m", "--yes")
    assert skynet.once().returncode == 0
    assert contents(there) == contents(source)
    assert set(before.values()) <= kept(there), "what was removed on purpose is in the trash"


def test_a_mass_overwrite(skynet: Skynet, source: Path, there: Path) -> None:
    """As a virus does that encrypts: the few that pass before it is noticed are in the trash."""
    before = set(contents(there).values())
    let_rest(skynet)
    for path in source.iterdir():
        path.write_bytes(os.urandom(100))
    asks(skynet, "a virus may be encrypting them")
    assert sum(data in before for data in contents(there).values()) >= _FILES - 20
    assert before <= kept(there), "not one version is lost"


def test_a_clock_set_back_a_day(skynet: Skynet, source: Path, there: Path) -> None:
    """What was written before bears times of the future now: no storm, no loss."""
    tomorrow = time.time() + 86_400
    for path in source.iterdir():
        os.utime(path, (tomorrow, tomorrow))
    (source / "file 1").write_text("edited after the clock was set back")
    (source / "file 2").unlink()
    assert skynet.once().returncode == 0
    assert contents(there) == contents(source)
    inodes = {name: (there / name).stat().st_ino for name in names_in(there)}
    assert skynet.once().returncode == 0
    assert {name: (there / name).stat().st_ino for name in names_in(there)} == inodes


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folding destination made to order")
def test_a_case_clash(tmp_path: Path) -> None:
    """Two names that are one at the destination: the second is refused and told."""
    source, home = tmp_path / "source", tmp_path / "home"
    home.mkdir()
    fill(source, 5)
    (source / "FILE 1").write_text("another file")
    (home / "connections").mkdir()
    shutil.copy(Path(__file__).with_name("folding_shelf.py"), home / "connections")
    store = tmp_path / "shelf.db"
    skynet = Skynet(home, Place("folding-shelf", {"path": str(store)}, ""))
    skynet.set_up(source, "x")
    result = skynet.once()
    assert result.returncode == 3, result.stdout + result.stderr
    [issue] = skynet.issues()
    assert issue["path"] in ("file 1", "FILE 1")
    assert "same name" in issue["reason"]
    with contextlib.closing(sqlite3.connect(store)) as db:
        rows = dict(db.execute("SELECT name, content FROM shelf").fetchall())
    ours = {name: data for name, data in rows.items() if RESERVED not in name}
    [sent] = {"file 1", "FILE 1"} - {issue["path"]}
    assert ours[f"x/{sent}"] == (source / sent).read_bytes(), "the first has its own content"
    assert len(ours) == 5


@root_only
def test_a_full_remote(tmp_path: Path, source: Path) -> None:
    home, disk = tmp_path / "home", tmp_path / "small"
    home.mkdir()
    with mounted(disk, "8m"):
        skynet = Skynet(home, local_place(disk))
        skynet.set_up(source, "x")
        assert skynet.once().returncode == 0
        before = contents(disk / "x")
        (source / "big").write_bytes(os.urandom(12_000_000))
        os.utime(source / "big", (1e9, 1e9))
        (source / "file 1").write_text("changed meanwhile")
        result = skynet.once()
        assert result.returncode == 4, result.stdout + result.stderr
        assert "full" in result.stderr, result.stderr
        there = contents(disk / "x")
        assert "big" not in there, "no half file"
        assert {n: d for n, d in there.items() if n != "file 1"} == {
            n: d for n, d in before.items() if n != "file 1"
        }
        (source / "big").unlink()
        assert skynet.once().returncode == 0
        assert contents(disk / "x") == contents(source)


@root_only
def test_a_full_local_disk(tmp_path: Path, source: Path, there: Path) -> None:
    """The state cannot be written: it is said, nothing is removed or half sent, and when there
    is space again all goes on."""
    home = tmp_path / "home"
    with mounted(home, "4m"):
        skynet = Skynet(home, local_place(tmp_path / "disk"))
        skynet.set_up(source, "x")
        assert skynet.once().returncode == 0
        before = contents(there)
        with open(home / "filler", "wb", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(b"x" * 4096)
        for number in range(50):
            (source / f"new {number}").write_text(f"new {number}")
        (source / "file 1").unlink()
        result = skynet.once()
        assert result.returncode != 0
        said = result.stdout + result.stderr
        assert "Traceback" not in said, said
        assert "disk" in said.lower() or "space" in said.lower(), said
        now = contents(there)
        assert all(now[name] == data for name, data in before.items() if name != "file 1")
        (home / "filler").unlink()
        assert skynet.once().returncode == 0
        assert contents(there) == contents(source)


def test_a_bucket_made_anew_asks(tmp_path: Path, s3_server: Seaweed) -> None:
    """The thirteenth: the destination lost everything while we were away."""
    source, home = tmp_path / "source", tmp_path / "home"
    home.mkdir()
    source.mkdir()
    make_tree(source, 60, seed=3)
    place = s3_place(s3_server)
    skynet = Skynet(home, place)
    skynet.set_up(source)
    skynet.once()
    place.run_rclone("purge", f"{place.rclone}/{skynet.remote}")
    asks(skynet, "most of the")
    skynet.must("confirm", "m", "--yes")
    skynet.once()
    assert not [line for line in place.differences(source, skynet.remote) if line[0] in "-*"]
