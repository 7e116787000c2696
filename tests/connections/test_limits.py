"""A limit holds on real servers, and a slow pace is not taken for a dead line."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from skynet_desktop.connections.base import SendsUploads, Upload
from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.connections.s3 import S3Connection, client
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.connections.sftp.pipeline import Pipe
from skynet_desktop.core.errors import Stopped
from skynet_desktop.engine.pacing import Line, Pacer
from tests.servers.seaweed import Seaweed
from tests.servers.sshd import Sshd

MB = 1_000_000
Service = tuple[SendsUploads, str]
"""A connection and the folder to work in."""


@pytest.fixture(params=["local", "s3", "sftp"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Service:
    if request.param == "s3":
        return request.getfixturevalue("s3"), "base"
    if request.param == "sftp":
        return request.getfixturevalue("sftp"), str(request.getfixturevalue("sftp_root"))
    (tmp_path / "place").mkdir()
    local = LocalConnection(str(tmp_path / "place"))
    local.open()
    return local, "base"


def paced(path: Path, remote_path: str, pacer: Pacer) -> Upload:
    upload = Upload.of(str(path), remote_path)
    upload.pace = lambda nbytes: pacer.take(nbytes, upload.stopping)
    return upload


def seconds_of(call: Callable[[], object]) -> float:
    started = time.monotonic()
    call()
    return time.monotonic() - started


@pytest.mark.parametrize("size", [6 * MB, 10 * MB], ids=["at once", "in parts"])
def test_a_file_takes_its_time(service: Service, tmp_path: Path, size: int) -> None:
    """Three seconds. S3 sends up to 8 MiB by one request."""
    connection, base = service
    source = tmp_path / "source"
    source.write_bytes(os.urandom(size))
    upload = paced(source, f"{base}/file", Pacer(Line(lambda: size / 3)))
    took = seconds_of(lambda: connection.send_upload(upload))
    assert 2.0 < took < 6.0


def test_sftp_tells_of_its_progress_all_the_while(
    sftp: SFTPConnection, sftp_root: Path, tmp_path: Path
) -> None:
    """Though 4 MiB are on their way at a time where nothing limits it."""
    source = tmp_path / "source"
    source.write_bytes(os.urandom(5 * MB))
    told: list[float] = []
    upload = paced(source, f"{sftp_root}/file", Pacer(Line(lambda: 2 * MB)))
    upload.progress = lambda done: told.append(time.monotonic()) if done else None
    started = time.monotonic()
    sftp.send_upload(upload)
    assert told[0] - started < 1.2


def test_small_files_take_their_time_together(
    sftp: SFTPConnection, sftp_root: Path, tmp_path: Path
) -> None:
    pacer = Pacer(Line(lambda: 2 * MB))
    content = os.urandom(MB // 10)
    uploads = []
    for number in range(60):
        source = tmp_path / f"source {number}"
        source.write_bytes(content)
        uploads.append(paced(source, f"{sftp_root}/{number}", pacer))
    answers: list[Exception | None] = []
    took = seconds_of(lambda: answers.extend(error for _, error in sftp.send_batch(uploads)))
    assert 2.0 < took < 6.0
    assert answers == [None] * 60
    assert {path.read_bytes() for path in sftp_root.iterdir()} == {content}


def test_a_batch_that_stops_while_it_waits_takes_back_what_it_began(
    sftp: SFTPConnection, sftp_root: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.write_bytes(os.urandom(MB // 10))
    uploads = [Upload.of(str(source), f"{sftp_root}/{number}") for number in range(3)]

    def pace(_: int) -> None:
        for upload in uploads:
            upload.stopping.set()
        uploads[0].check()

    for upload in uploads:
        upload.pace = pace
    with pytest.raises(Stopped):
        list(sftp.send_batch(uploads))
    assert not list(sftp_root.iterdir())


def test_all_threads_share_one_limit(s3: S3Connection, tmp_path: Path) -> None:
    pacer = Pacer(Line(lambda: 2 * MB))
    (tmp_path / "source").write_bytes(os.urandom(MB // 2))
    uploads = [paced(tmp_path / "source", f"base/{number}", pacer) for number in range(8)]
    threads = [threading.Thread(target=s3.send_upload, args=(upload,)) for upload in uploads]

    def send_all() -> None:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert 1.5 < seconds_of(send_all) < 5.0


def test_s3_slower_than_its_timeouts(
    s3_server: Seaweed, s3_bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A block may take a second to leave and an answer to come; these take three."""
    monkeypatch.setattr(client, "CONNECT_SECONDS", 1)
    monkeypatch.setattr(client, "READ_SECONDS", 1)
    monkeypatch.setattr(client, "ATTEMPTS", 1)
    connection = S3Connection(**s3_server.options(s3_bucket))
    connection.open()
    for size in (60_000, 300_000):
        source = tmp_path / "source"
        source.write_bytes(os.urandom(size))
        upload = paced(source, "base/file", Pacer(Line(lambda size=size: size / 3)))  # type: ignore[misc]
        assert seconds_of(lambda upload=upload: connection.send_upload(upload)) > 2.0  # type: ignore[misc]
        connection.fetch("base/file", str(tmp_path / f"fetched {size}"))
        assert (tmp_path / f"fetched {size}").read_bytes() == source.read_bytes()


def test_s3_never_leaves_the_server_without_a_byte_for_long(
    s3: S3Connection, tmp_path: Path
) -> None:
    """Servers hang up after some twenty seconds of silence: blocks shrink with the pace."""
    source = tmp_path / "source"
    source.write_bytes(os.urandom(200_000))
    blocks: list[int] = []

    def pace(nbytes: int) -> None:
        blocks.append(nbytes)
        if len(blocks) in (3, 4):
            time.sleep(1.1)

    upload = Upload.of(str(source), "base/file")
    upload.pace = pace
    s3.send_upload(upload)
    assert blocks[0] <= 16_384, "the first must be small: nobody knows the pace yet"
    assert blocks[2] > blocks[0]
    assert blocks[4] <= blocks[2] // 2
    assert sum(blocks) == 200_000


def test_sftp_slower_than_its_patience(
    sftp_server: Sshd, sftp_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pipe, "reply_seconds", 1.0)
    connection = SFTPConnection(**sftp_server.options())  # type: ignore[arg-type]
    connection.open()
    for size in (500_000, 5 * MB):
        source = tmp_path / "source"
        source.write_bytes(os.urandom(size))
        upload = paced(source, f"{sftp_root}/file", Pacer(Line(lambda size=size: size / 3)))  # type: ignore[misc]
        assert seconds_of(lambda upload=upload: connection.send_upload(upload)) > 2.0  # type: ignore[misc]
        assert (sftp_root / "file").read_bytes() == source.read_bytes()
    connection.close()


def test_a_stop_is_obeyed_at_once_by_whoever_waits(service: Service, tmp_path: Path) -> None:
    connection, base = service
    source = tmp_path / "source"
    source.write_bytes(os.urandom(10 * MB))
    upload = paced(source, f"{base}/file", Pacer(Line(lambda: 1000.0)))
    stopped_at: list[float] = []

    def stop() -> None:
        stopped_at.append(time.monotonic())
        upload.stopping.set()

    threading.Timer(0.5, stop).start()
    with pytest.raises(Stopped):
        connection.send_upload(upload)
    assert time.monotonic() - stopped_at[0] < 1.0
