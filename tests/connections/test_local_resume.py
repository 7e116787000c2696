"""LocalConnection under interruption: kill -9, full disks, rests that are not to be trusted."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from skynet_desktop.connections.base import Ledger, MemoryLedger, Upload
from skynet_desktop.connections.local import copying
from skynet_desktop.core.errors import PathBlocked, Stopped, StorageFull
from tests.connections.local_rig import (
    MIB,
    FileLedger,
    disk,
    may_mount,
    mount,
    opened,
    unfinished,
)

_CHILD = """
import sys, time
from pathlib import Path
from skynet_desktop.connections.base import Upload
from tests.connections.local_rig import FileLedger, opened

src, there, ledger = sys.argv[1:]
upload = Upload.of(src, "deep/er/big")
upload.ledger = FileLedger(Path(ledger))

def slowly(done):
    print(done, flush=True)
    time.sleep(0.002)

upload.progress = slowly
opened(Path(there)).send_upload(upload)
"""


@pytest.fixture
def there(tmp_path: Path) -> Path:
    folder = tmp_path / "there"
    folder.mkdir()
    return folder


def _big(path: Path, mib: int) -> bytes:
    content = os.urandom(mib * MIB + 12_345)
    path.write_bytes(content)
    return content


def _resume(src: Path, there: Path, name: str, ledger: Ledger) -> list[int]:
    """What the second attempt tells of its progress."""
    seen: list[int] = []
    upload = Upload.of(str(src), name)
    upload.ledger, upload.progress = ledger, seen.append
    opened(there).send_upload(upload)
    return seen


def _stopped_at(src: Path, there: Path, name: str, ledger: Ledger, mib: int) -> None:
    upload = Upload.of(str(src), name)
    upload.ledger = ledger
    upload.progress = lambda done: upload.stopping.set() if done >= mib * MIB else None
    with pytest.raises(Stopped):
        opened(there).send_upload(upload)


def test_goes_on_after_kill_9(tmp_path: Path, there: Path) -> None:
    src, record = tmp_path / "src", tmp_path / "ledger.json"
    content = _big(src, 128)
    command = [sys.executable, "-c", _CHILD, str(src), str(there), str(record)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        for line in child.stdout:
            if int(line) > 80 * MIB:
                child.kill()
                break
    assert not (there / "deep/er/big").exists()
    assert len(unfinished(there)) == 1
    seen = _resume(src, there, "deep/er/big", FileLedger(record))
    assert seen[0] >= 28 * MIB, "steps of 4, 8, 16 MiB at the least were on the disk"
    assert (there / "deep/er/big").read_bytes() == content
    assert not unfinished(there)


@pytest.mark.parametrize("damage", ["tail", "short", "gone", "folder"])
def test_a_rest_that_differs_is_not_used(tmp_path: Path, there: Path, damage: str) -> None:
    src, ledger = tmp_path / "src", MemoryLedger()
    content = _big(src, 24)
    _stopped_at(src, there, "big", ledger, 20)
    (rest,) = unfinished(there)
    (record,) = (record for _, record in ledger.records())
    if damage == "tail":
        with rest.open("r+b") as file:
            file.seek(record["done"] - 1)
            file.write(bytes([content[record["done"] - 1] ^ 1]))
    elif damage == "short":
        os.truncate(rest, record["done"] - 1)
    else:
        rest.unlink()
    if damage == "folder":
        (rest / "in").mkdir(parents=True)
        with pytest.raises(PathBlocked):
            _resume(src, there, "big", ledger)
        assert (rest / "in").is_dir()
        return
    assert _resume(src, there, "big", ledger)[0] == MIB
    assert (there / "big").read_bytes() == content


def test_what_the_ledger_does_not_vouch_for_is_copied_again(tmp_path: Path, there: Path) -> None:
    """After a power cut the file may be longer than what reached the disk."""
    src, ledger = tmp_path / "src", MemoryLedger()
    content = _big(src, 24)
    _stopped_at(src, there, "big", ledger, 20)
    (rest,) = unfinished(there)
    (record,) = (record for _, record in ledger.records())
    with rest.open("r+b") as file:
        file.seek(record["done"])
        file.write(b"\0" * (rest.stat().st_size - record["done"] + 50 * MIB))
    assert _resume(src, there, "big", ledger)[0] == record["done"]
    assert (there / "big").read_bytes() == content


def test_bytes_are_on_the_disk_before_the_ledger_says_so(
    tmp_path: Path, there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    src, happened = tmp_path / "src", []
    _big(src, 40)

    class Noting(MemoryLedger):
        def put(self, remote_path: str, record: Mapping[str, object]) -> None:
            happened.append(f"noted {record['done']}")

    monkeypatch.setattr(copying, "sync_file", lambda _: happened.append("synced"))
    _resume(src, there, "big", Noting())
    first, *others = happened
    assert first == "noted 0"
    assert others[::2] == ["synced"] * (len(others) // 2)
    assert others[1] == f"noted {4 * MIB}"


@pytest.mark.parametrize("record", [{"done": "x"}, {}, {"done": -5}, {"done": 10**15}])
def test_a_broken_record_does_no_harm(
    tmp_path: Path, there: Path, record: dict[str, object]
) -> None:
    src, ledger = tmp_path / "src", MemoryLedger()
    content = _big(src, 17)
    ledger.put("big", record)
    assert _resume(src, there, "big", ledger)[0] == MIB
    assert (there / "big").read_bytes() == content


def test_a_stop_from_another_thread_is_quick(tmp_path: Path, there: Path) -> None:
    src = tmp_path / "src"
    _big(src, 64)
    upload = Upload.of(str(src), "big")
    upload.progress = lambda _: time.sleep(0.01)
    stopped = threading.Timer(0.2, upload.stopping.set)
    stopped.start()
    started = time.monotonic()
    with pytest.raises(Stopped):
        opened(there).send_upload(upload)
    assert time.monotonic() - started < 1.2


@may_mount
def test_a_full_disk(tmp_path: Path, there: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"former")
    with disk(there, "size=1m"):
        connection = opened(there)
        connection.send(str(small), "file")
        small.write_bytes(os.urandom(2 * MIB))
        with pytest.raises(StorageFull):
            connection.send(str(small), "file")
        assert (there / "file").read_bytes() == b"former"
        assert not unfinished(there), "a small rest only takes room"
        content, ledger = _big(large, 40), MemoryLedger()
        mount(there, "remount,size=30m")
        with pytest.raises(StorageFull):
            _resume(large, there, "large", ledger)
        mount(there, "remount,size=60m")
        assert _resume(large, there, "large", ledger)[0] >= 12 * MIB
        assert (there / "large").read_bytes() == content


def test_after_a_resume_the_content_is_not_known(tmp_path: Path, there: Path) -> None:
    """Only its end was read; a hash of that would be a wrong one."""
    src, ledger = tmp_path / "src", MemoryLedger()
    _big(src, 24)
    _stopped_at(src, there, "big", ledger, 12)
    upload = Upload.of(str(src), "big")
    upload.ledger = ledger
    opened(there).send_upload(upload)
    assert upload.content.of(upload.state.size) is None
