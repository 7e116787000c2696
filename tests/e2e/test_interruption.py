"""Interruptions: kill -9 in the middle of a big file, a server that goes away under load.

DESIGN.md, section 2.5 and 2.6: at most one part is sent again, nothing is left behind, and the
mapping resumes by itself.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest

from tests.driver import Skynet
from tests.places import Place
from tests.servers.seaweed import Seaweed
from tests.servers.sshd import Sshd
from tests.torture.churn import Churn

BIG = 120_000_000
PART = 8 * 1024 * 1024


def _until(condition: object, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    assert callable(condition)
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.002)


@pytest.mark.parametrize("place", ["s3"], indirect=True)
def test_a_killed_upload_goes_on_where_it_was(skynet: Skynet, place: Place, source: Path) -> None:
    """The server's own part list is the witness: parts it had at the kill stay untouched."""
    (source / "video").write_bytes(os.urandom(BIG))
    os.utime(source / "video", (1e9, 1e9))
    skynet.set_up(source)
    assert isinstance(place.server, Seaweed)
    client, bucket = place.server.client(), place.options["bucket"]
    key = "backup/here/video"

    def parts() -> dict[int, tuple[str, datetime]]:
        uploads = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
        if not uploads:
            return {}
        try:
            listed = client.list_parts(Bucket=bucket, Key=key, UploadId=uploads[0]["UploadId"])
        except client.exceptions.NoSuchUpload:
            return {}  # it was completed in this moment
        return {
            part["PartNumber"]: (part["ETag"], part["LastModified"])
            for part in listed.get("Parts", [])
        }

    time.sleep(2.1)  # past the quiet period: the file is taken at once
    skynet.start()
    _until(lambda: len(parts()) >= 7)
    skynet.kill()
    before = parts()
    assert before, "killed in the middle"
    seen: dict[int, tuple[str, datetime]] = {}
    skynet.start()
    while not (done := client.list_objects_v2(Bucket=bucket, Prefix=key).get("KeyCount")):
        seen = parts() or seen
    assert done
    skynet.wait_for("up-to-date")
    assert {number: seen[number] for number in before if number in seen} == before
    assert client.list_multipart_uploads(Bucket=bucket).get("Uploads", []) == []
    assert place.differences(source, skynet.remote) == []


@pytest.mark.parametrize("place", ["sftp"], indirect=True)
def test_a_killed_sftp_upload_goes_on_where_it_was(
    skynet: Skynet, place: Place, source: Path, sftp_root: Path
) -> None:
    """The temporary file is never made smaller by more than what was in flight."""
    (source / "video").write_bytes(os.urandom(BIG))
    os.utime(source / "video", (1e9, 1e9))
    skynet.set_up(source)
    folder = sftp_root / "backup" / "here"

    def size() -> int:
        with suppress(FileNotFoundError):  # it got its name meanwhile
            return max((p.stat().st_size for p in folder.glob(".skynet-*")), default=0)
        return 0

    time.sleep(2.1)
    skynet.start()
    _until(lambda: size() > BIG // 3)
    skynet.kill()
    before = size()
    smallest = before
    skynet.start()
    while not (folder / "video").exists():
        smallest = min(smallest, size() or smallest)
    skynet.wait_for("up-to-date")
    assert smallest >= before - PART
    assert place.differences(source, skynet.remote) == []
    assert list(folder.glob(".skynet-*")) == []


@pytest.mark.parametrize("place", ["s3", "sftp"], indirect=True)
def test_a_server_that_goes_away_under_load(skynet: Skynet, place: Place, source: Path) -> None:
    assert isinstance(place.server, Seaweed | Sshd)
    skynet.set_up(source)
    skynet.start()
    churn = Churn(source, seed=6)
    churn.run(150, pause=0.005)
    place.server.kill()
    try:
        stop = threading.Event()
        states: list[str] = []

        def look() -> None:
            while not stop.wait(0.3):
                states.append(skynet.status()["state"])

        looking = threading.Thread(target=look)
        looking.start()
        churn.run(200, pause=0.02)
        status = skynet.wait_for("offline", timeout=30)
        stop.set()
        looking.join()
        assert status["queued"] > 0, "the Watcher goes on"
        assert "up-to-date" not in states[5:], "the status never lies"
    finally:
        place.server.start()
    churn.run(50, pause=0.005)
    skynet.wait_for("up-to-date", timeout=150)
    assert place.differences(source, skynet.remote) == []


@pytest.mark.parametrize("place", ["s3", "sftp"], indirect=True)
def test_stopping_in_the_middle_is_quick_and_loses_nothing(
    skynet: Skynet, place: Place, source: Path
) -> None:
    (source / "video").write_bytes(os.urandom(BIG))
    os.utime(source / "video", (1e9, 1e9))
    skynet.set_up(source)
    time.sleep(2.1)
    skynet.start()
    _until(lambda: any(item["done"] for item in skynet.status()["progress"]))
    code, seconds = skynet.stop()
    assert (code, seconds < 3) == (0, True), seconds
    assert skynet.once().returncode == 0
    assert place.differences(source, skynet.remote) == []
