"""The dry run says beforehand what the mapping then does."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.core.errors import Stopped
from skynet_desktop.core.filters import Filters
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.engine import preview as module
from skynet_desktop.engine.preview import OURS, Preview, estimate, local_only, preview
from tests.engine.rig import Rig, put


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def mapper(root: Path, remote: str = "there") -> Mapper:
    return Mapper.of(str(root), remote)


def test_counts_bytes_and_folders(root: Path) -> None:
    put(root / "a.txt", b"12345")
    put(root / "deep/er/b.txt", b"123")
    (root / "empty").mkdir()
    result = local_only(str(root))
    assert (result.found.files, result.found.bytes, result.folders) == (2, 8, 3)
    assert sorted(result.found.examples) == ["a.txt", "deep/er/b.txt"]
    assert (result.send_files, result.send_bytes, result.listed) == (2, 8, False)


def test_what_is_left_out_and_by_which_pattern(root: Path) -> None:
    for name in ("a.tmp", "keep.tmp", "d/b.tmp", "cache/x/1", "cache/x/2", "d/c.log", "good"):
        put(root / name, b"1234")
    put(root / ".skynet-00.part", b"12")
    put(root / "state/queue.db", b"123")
    result = preview(
        mapper(root), ["*.tmp", "cache/", "*.log", "!keep.tmp"], None, hidden=[str(root / "state")]
    )
    assert sorted(result.found.examples) == ["good", "keep.tmp"]
    counted = {key: (tally.files, tally.bytes) for key, tally in result.left_out.items()}
    assert counted == {"*.tmp": (2, 8), "cache/": (2, 8), "*.log": (1, 4), OURS: (2, 5)}
    assert result.left_out["cache/"].examples == ["cache/"]
    assert sorted(result.left_out["*.tmp"].examples) == ["a.tmp", "d/b.tmp"]
    assert sorted(result.left_out[OURS].examples) == [".skynet-00.part", "state/"]
    assert (result.left_out_files, result.left_out_bytes) == (7, 25)
    assert result.folders == 1


def test_of_several_patterns_the_last_one_counts(root: Path) -> None:
    put(root / "a.tmp", b"1")
    result = preview(mapper(root), ["*.tmp", "a.*", "*.log"], None)
    assert list(result.left_out) == ["a.*"]


def test_links_and_special_files_are_not_mirrored(root: Path, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere/file", b"1")
    (root / "link").symlink_to(tmp_path / "elsewhere/file")
    (root / "folder link").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(root / "socket"))
    result = local_only(str(root))
    assert (result.found.files, result.folders, result.special.files) == (0, 0, 4)
    assert len(result.special.examples) == 3


def test_what_cannot_be_read_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(root / "closed/file", b"1")
    put(root / "secret", b"12")
    put(root / "open", b"123")
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "made to order", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(os, "access", lambda path, _: not str(path).endswith("secret"))
    result = local_only(str(root))
    assert (result.found.examples, result.unreadable.files) == (["open"], 2)
    assert sorted(result.unreadable.examples) == ["closed/", "secret"]
    assert result.folders == 0


def test_a_folder_that_is_not_there(root: Path) -> None:
    with pytest.raises(FileNotFoundError):
        local_only(str(root / "gone"))


# --- against a destination ------------------------------------------------------------------


def there_already(connection: LocalConnection | S3Connection | SFTPConnection,
                  root: Path, remote: str) -> Preview:  # fmt: skip
    """Three files, two of them sent before, one of those changed since."""
    for name in ("same", "d/changed", "new"):
        put(root / name, b"12345")
    for name in ("same", "d/changed"):
        connection.send(str(root / name), f"{remote}/{name}")
    connection.send(str(root / "same"), f"{remote}/not here")
    put(root / "d/changed", b"123456")
    return preview(mapper(root, remote), [], connection)


def check_there_already(result: Preview) -> None:
    assert result.listed
    assert result.remote_files == 3
    assert (result.already_there.files, result.already_there.bytes) == (1, 5)
    assert result.already_there.examples == ["same"]
    assert (result.send_files, result.send_bytes) == (2, 11)


def test_what_a_folder_holds_already(root: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    connection = LocalConnection(str(tmp_path / "disk"))
    connection.open()
    check_there_already(there_already(connection, root, "there"))
    assert preview(mapper(root), ["same"], connection).already_there.files == 0
    stamp = (root / "same").stat().st_mtime_ns
    os.utime(root / "same", ns=(stamp + 60_000_000_000, stamp + 60_000_000_000))
    assert preview(mapper(root), [], connection).already_there.files == 0


def test_what_a_bucket_holds_already(root: Path, s3: S3Connection) -> None:
    """Its listing tells no time: sizes alone speak, and no file is read or asked for."""
    check_there_already(there_already(s3, root, "there"))


def test_what_a_server_holds_already(root: Path, sftp: SFTPConnection, sftp_root: Path) -> None:
    check_there_already(there_already(sftp, root, str(sftp_root)))


def test_a_destination_that_is_empty(root: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    connection = LocalConnection(str(tmp_path / "disk"))
    connection.open()
    put(root / "a", b"1")
    result = preview(mapper(root, "not/yet"), [], connection)
    assert (result.listed, result.remote_files, result.send_files) == (True, 0, 1)
    assert result.example == ("a", "not/yet/a")


class EmptyBucket(S3Connection):
    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        return iter(())


def test_names_that_cannot_be_stored(root: Path) -> None:
    put(root / "good", b"1")
    put(root / os.fsdecode(b"bad\xff"), b"12345")
    long = Path(*["x" * 200] * 6)
    put(root / long, b"123")
    result = preview(mapper(root), [], EmptyBucket(bucket="b", prefix="p"))
    assert (result.impossible.files, result.impossible.bytes) == (2, 8)
    assert (result.send_files, result.send_bytes) == (1, 1)


# --- like SyncSnap --------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b.tmp", "cache", "keep.tmp", "ü", "\udcff", "x y"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
IGNORE = st.lists(
    st.sampled_from(["*.tmp", "!keep.tmp", "cache/", "/a", "a/*", "!cache/", "**/b.tmp", "ü"]),
    max_size=4,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(paths=st.lists(PATHS, max_size=12), ignore=IGNORE)
def test_it_counts_what_syncsnap_finds(
    paths: list[str], ignore: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    rig = Rig(home)
    for path in paths:
        try:
            put(rig.root / path, b"12")
        except OSError:
            continue
    mapping = rig.open(ignore=tuple(ignore))
    sweep = mapping.snap.sweep()
    result = preview(mapping.mapper, ignore, None)
    assert (result.found.files, result.found.bytes) == (sweep.files, sweep.size)
    everything = local_only(str(rig.root))
    assert result.found.files + result.left_out_files == everything.found.files
    for pattern, tally in result.left_out.items():
        for path in tally.examples:
            assert Filters([pattern]).ignores(path.rstrip("/"), folder=path.endswith("/"))
    rig.close()
    shutil.rmtree(home)


# --- cancelling, progress, memory -----------------------------------------------------------


class Endless(LocalConnection):
    """A listing without an end."""

    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        while True:
            yield RemoteFile("a", 1)


def test_a_cancel_ends_it_and_progress_is_told(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_REPORT_SECONDS", 0.0)
    put(root / "a", b"1")
    cancelled = threading.Event()
    told: list[Preview] = []

    def report(so_far: Preview) -> None:
        told.append(so_far)
        if len(told) == 3:
            cancelled.set()

    with pytest.raises(Stopped):
        preview(mapper(root), [], Endless(str(tmp_path)), report=report, cancelled=cancelled)
    assert [p.remote_files for p in told] == sorted({p.remote_files for p in told})
    assert not any(p.listed for p in told)


def test_memory_does_not_grow_with_files(root: Path) -> None:
    for number in range(6_000):
        (root / f"{number}.tmp" if number % 2 else root / f"{number}").touch()
    tracemalloc.start()
    result = preview(mapper(root), ["*.tmp"], None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (result.found.files, result.left_out_files) == (3_000, 3_000)
    assert peak < 300_000


def test_the_estimate() -> None:
    some = Preview()
    some.found.files, some.found.bytes = 1_100, 60_000_000
    some.already_there.files, some.already_there.bytes = 100, 10_000_000
    assert estimate(some, 1_000_000) == pytest.approx(50 + 10)
    with pytest.raises(ValueError, match="positive"):
        estimate(some, 0)
