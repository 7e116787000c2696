"""Sending: content, times, names, folders; many at once; nothing published that is not whole."""

from __future__ import annotations

import os
import threading
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.connections.base import Upload, state_of
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.connections.sftp.batch import SMALL_BYTES
from skynet_desktop.core.content import hash_of_file
from skynet_desktop.core.errors import (
    PathBlocked,
    PathImpossible,
    SourceChanged,
    SourceVanished,
    Stopped,
)
from tests.servers.fixtures_sftp import Source, leftovers

ODD_NAMES = [
    b'it\'s "quoted"',
    b"two\nlines",
    b"-rf",
    b"back\\slash",
    "\N{SNOWMAN} \N{FAMILY}".encode(),
    b"raw \xff\xfe bytes",
    b"$(touch pwned) `id` ; *",
    b" spaces ",
    b"n" * 255,
    ("\N{LATIN SMALL LETTER A WITH DIAERESIS}" * 127).encode(),
]
BIG = b"0123456789abcdef" * (SMALL_BYTES // 16) + b"and a bit"


@pytest.mark.parametrize("content", [b"", b"small", b"x" * 300_000, BIG])
def test_content_time_and_mode(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source, content: bytes
) -> None:
    path = sftp_source(content)
    os.chmod(path, 0o640)
    target = sftp_root / "deep" / "er" / "file"
    for _ in range(2):  # again, over what is there
        sftp.send(path, str(target))
        assert target.read_bytes() == content
        assert target.stat().st_mtime == 1_600_000_000
        assert target.stat().st_mode & 0o777 == 0o640
    assert not leftovers(sftp_root)


@pytest.mark.parametrize("size", [10, SMALL_BYTES + 10])
def test_names_are_kept_byte_by_byte(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source, size: int
) -> None:
    path = sftp_source(b"x" * size)
    for name in ODD_NAMES:
        sftp.send(path, f"{sftp_root}/{os.fsdecode(name)}/{os.fsdecode(name)}")
    found = {
        os.fsencode(str(f.relative_to(sftp_root))) for f in sftp_root.rglob("*") if f.is_file()
    }
    assert found == {name + b"/" + name for name in ODD_NAMES}
    listed = {os.fsencode(file.path) for file in sftp.list(str(sftp_root))}
    assert listed == found
    for name in ODD_NAMES:
        moved = f"{sftp_root}/{os.fsdecode(name)}/moved"
        sftp.move(f"{sftp_root}/{os.fsdecode(name)}/{os.fsdecode(name)}", moved)
        sftp.delete(moved)
        sftp.remove_folder(f"{sftp_root}/{os.fsdecode(name)}")
    assert list(sftp_root.iterdir()) == []


def test_relative_paths_start_at_the_login_folder(
    sftp: SFTPConnection, sftp_source: Source
) -> None:
    name = f"skynet-test-{os.getpid()}"
    try:
        sftp.send(sftp_source(), f"{name}/a/b")
        assert [file.path for file in sftp.list(name)] == ["a/b"]
        assert (Path.home() / name / "a" / "b").read_bytes() == b"content"
    finally:
        sftp.delete(f"{name}/a/b")
        sftp.remove_folder(f"{name}/a")
        sftp.remove_folder(name)
    assert not (Path.home() / name).exists()


@pytest.mark.parametrize("size", [10, SMALL_BYTES + 10])
def test_places_that_cannot_be(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source, size: int
) -> None:
    path = sftp_source(b"x" * size)
    (sftp_root / "file").write_bytes(b"old")
    (sftp_root / "folder" / "full").mkdir(parents=True)
    (sftp_root / "empty").mkdir()
    for taken in ("folder", "empty"):
        with pytest.raises(PathBlocked):
            sftp.send(path, f"{sftp_root}/{taken}")
    for below in ("file/below", "file/far/below"):
        with pytest.raises(PathBlocked):
            sftp.send(path, f"{sftp_root}/{below}")
    for long in ("n" * 256, "n" * 256 + "/x"):
        with pytest.raises(PathImpossible):
            sftp.send(path, f"{sftp_root}/{long}")
    with pytest.raises(PathImpossible):
        sftp.send(path, f"{sftp_root}/\ud800")
    assert (sftp_root / "file").read_bytes() == b"old"
    assert (sftp_root / "empty").is_dir()
    assert not [file for file in leftovers(sftp_root) if size == 10]


@pytest.mark.parametrize("size", [10, SMALL_BYTES + 10])
def test_a_folder_that_vanished_behind_our_back(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source, size: int
) -> None:
    path = sftp_source(b"x" * size)
    sftp.send(path, f"{sftp_root}/a/b/one")
    (sftp_root / "a/b/one").unlink()
    (sftp_root / "a/b").rmdir()
    (sftp_root / "a").rmdir()
    sftp.send(path, f"{sftp_root}/a/b/two")
    assert (sftp_root / "a/b/two").exists()
    (sftp_root / "a/b/two").rename(sftp_root / "three")
    (sftp_root / "a/b").rmdir()
    sftp.move(f"{sftp_root}/three", f"{sftp_root}/a/b/three")
    assert (sftp_root / "a/b/three").exists()


def test_batch(sftp: SFTPConnection, sftp_root: Path, tmp_path: Path, sftp_source: Source) -> None:
    """Good and bad together: each gets its own answer, and only the good ones arrive."""
    uploads = []
    for number in range(500):
        path = sftp_source(str(number).encode() * (number % 50), 1_600_000_000 + number)
        uploads.append(Upload.of(path, f"{sftp_root}/{number % 7}/{number % 5}/{number}"))
    uploads.append(Upload.of(sftp_source(BIG), f"{sftp_root}/big"))
    bad = {
        "vanished": SourceVanished,
        "changed": SourceChanged,
        "shrunk": SourceChanged,
        "blocked": PathBlocked,
    }
    (sftp_root / "blocked").mkdir()
    failing = {name: Upload.of(sftp_source(b"x" * 9000), f"{sftp_root}/{name}") for name in bad}
    os.unlink(failing["vanished"].src_path)
    Path(failing["changed"].src_path).write_bytes(b"y" * 9000)
    Path(failing["shrunk"].src_path).write_bytes(b"y")
    told: dict[str, int] = {}
    for upload in uploads:
        upload.progress = partial(told.__setitem__, upload.remote_path)
    answers = dict[str, Exception | None]()
    for upload, error in sftp.send_batch([*failing.values(), *uploads]):
        assert upload.remote_path not in answers
        answers[upload.remote_path] = error
    for name, kind in bad.items():
        assert isinstance(answers.pop(f"{sftp_root}/{name}"), kind)
    assert set(answers) == {upload.remote_path for upload in uploads}
    for upload in uploads:
        assert answers[upload.remote_path] is None
        assert Path(upload.remote_path).read_bytes() == Path(upload.src_path).read_bytes()
        assert os.stat(upload.remote_path).st_mtime_ns == upload.state.mtime_ns
        assert told[upload.remote_path] == upload.state.size
        assert upload.content.of(upload.state.size) == hash_of_file(upload.src_path, lambda: None)
    assert not leftovers(sftp_root)
    assert sum(1 for file in sftp_root.rglob("*") if file.is_file()) == len(uploads)


@pytest.mark.parametrize("size", [100, SMALL_BYTES + 100])
def test_a_file_that_changes_while_it_travels_is_not_published(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source, monkeypatch: Any, size: int
) -> None:
    path = sftp_source(b"a" * size)
    target = sftp_root / "file"
    target.write_bytes(b"the last good version")
    upload = Upload.of(path, str(target))
    answer = Upload.check_unchanged

    def edit(self: Upload) -> None:
        with open(path, "r+b") as file:
            file.write(b"b")
        answer(self)

    monkeypatch.setattr(Upload, "check_unchanged", edit)
    with pytest.raises(SourceChanged):
        sftp.send_upload(upload)
    assert target.read_bytes() == b"the last good version"
    assert not leftovers(sftp_root)
    assert upload.ledger.records() == []


def test_a_batch_that_is_stopped_takes_back_what_it_began(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source
) -> None:
    stopping = threading.Event()
    uploads = [Upload.of(sftp_source(), f"{sftp_root}/{number}") for number in range(300)]
    for upload in uploads:
        upload.stopping = stopping
    sent = []
    with pytest.raises(Stopped):
        for upload, error in sftp.send_batch(uploads):
            assert error is None
            sent.append(upload)
            stopping.set()
    assert len(sent) < 300
    assert not leftovers(sftp_root)
    assert {f.name for f in sftp_root.iterdir()} >= {Path(u.remote_path).name for u in sent}
    sftp.send(sent[0].src_path, f"{sftp_root}/and on")  # the connection is as good as new


def test_a_batch_that_is_abandoned(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source
) -> None:
    uploads = [Upload.of(sftp_source(), f"{sftp_root}/{number}") for number in range(300)]
    answers = iter(sftp.send_batch(uploads))
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert all(error is None for _, error in sftp.send_batch(uploads))
    assert not leftovers(sftp_root)


def test_four_threads(sftp: SFTPConnection, sftp_root: Path, sftp_source: Source) -> None:
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            uploads = [Upload.of(path, f"{sftp_root}/{number}/{n}") for n in range(200)]
            errors.extend(error for _, error in sftp.send_batch(uploads) if error)
            sftp.send(big, f"{sftp_root}/{number}/big")
        except BaseException as error:
            errors.append(error)

    path, big = sftp_source(), sftp_source(BIG)
    threads = [threading.Thread(target=work, args=(n,)) for n in range(sftp.parallel)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(1 for _ in sftp.list(str(sftp_root))) == 4 * 201
    assert not leftovers(sftp_root)


def test_upload_of_a_state_long_gone(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source
) -> None:
    path = sftp_source(BIG)
    upload = Upload(path, f"{sftp_root}/x", state_of(sftp_source(BIG)))
    with pytest.raises(SourceChanged):
        sftp.send_upload(upload)
    assert list(sftp_root.iterdir()) == []
