"""Big files: going on after kill -9, cut cables and stops; never on top of something wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.connections.base import MemoryLedger, Upload
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.connections.sftp.names import temp_of
from skynet_desktop.connections.sftp.ranges import IN_FLIGHT_BYTES
from skynet_desktop.core.errors import ConnectionLost, SourceChanged, SourceVanished, Stopped
from tests.servers.fixtures_sftp import leftovers
from tests.servers.sshd import Sshd
from tests.servers.tcp_proxy import TcpProxy

MIB = 1 << 20
SIZE = 32 * MIB

SENDER = """
import json, sys, time
from skynet_desktop.connections.base import MemoryLedger, Upload
from skynet_desktop.connections.sftp import SFTPConnection

class FileLedger(MemoryLedger):
    def put(self, path, record):
        super().put(path, record)
        open(arguments["ledger"], "w").write(json.dumps(self.records()))

arguments = json.loads(sys.argv[1])
connection = SFTPConnection(**arguments["options"])
connection.open()
upload = Upload.of(arguments["source"], arguments["target"])
upload.ledger = FileLedger()

def tell(done):
    print(done, flush=True)
    if done > arguments["slow_after"]:
        time.sleep(0.1)

upload.progress = tell
connection.send_upload(upload)
"""


@pytest.fixture
def big(tmp_path: Path) -> Path:
    path = tmp_path / "big"
    path.write_bytes(os.urandom(SIZE))
    return path


@pytest.fixture
def proxy(sftp_server: Sshd) -> Iterator[TcpProxy]:
    proxy = TcpProxy((sftp_server.host, sftp_server.port))
    yield proxy
    proxy.close()


def through(server: Sshd, proxy: TcpProxy) -> SFTPConnection:
    options: dict[str, Any] = {**server.options(), "port": proxy.port}
    known = server.folder / "known_by_proxy"
    keys = [" ".join(k.with_suffix(".pub").read_text().split()[:2]) for k in server.host_keys]
    known.write_text("".join(f"[127.0.0.1]:{proxy.port} {key}\n" for key in keys))
    connection = SFTPConnection(**{**options, "known_hosts": str(known)})
    connection.open()
    return connection


def interrupted(server: Sshd, proxy: TcpProxy, upload: Upload, after: int) -> None:
    """Sends until ``after`` bytes went through the wire, which is then cut."""
    connection = through(server, proxy)
    proxy.on_sent = lambda sent: proxy.cut() if sent > after else None
    with pytest.raises(ConnectionLost):
        connection.send_upload(upload)
    connection.close()
    proxy.on_sent = lambda _: None
    settle(Path(upload.remote_path).parent)


def settle(folder: Path) -> None:
    """Waits until the server has written what was in its buffers."""
    before, now = [-1], [0]
    while before != now:
        time.sleep(0.1)
        before, now = now, [file.stat().st_size for file in leftovers(folder)]


def test_kill_minus_9_costs_the_missing_bytes_only(
    sftp_server: Sshd, sftp_root: Path, tmp_path: Path, big: Path, proxy: TcpProxy
) -> None:
    target, ledger_file = sftp_root / "target", tmp_path / "ledger"
    arguments = {
        "options": sftp_server.options(),
        "source": str(big),
        "target": str(target),
        "ledger": str(ledger_file),
        "slow_after": SIZE // 2,
    }
    sender = subprocess.Popen(
        [sys.executable, "-c", SENDER, json.dumps(arguments)], stdout=subprocess.PIPE
    )
    assert sender.stdout is not None
    for line in sender.stdout:
        if int(line) > SIZE // 2:
            break
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait()
    sender.stdout.close()
    assert not target.exists()
    [temp] = leftovers(sftp_root)
    upload = Upload.of(str(big), str(target))
    for path, record in json.loads(ledger_file.read_text()):
        upload.ledger.put(path, record)
    settle(sftp_root)
    there = temp.stat().st_size
    assert SIZE // 2 < there < SIZE
    told: list[int] = []
    upload.progress = told.append
    connection = through(sftp_server, proxy)
    connection.send_upload(upload)
    connection.close()
    assert target.read_bytes() == big.read_bytes()
    assert target.stat().st_mtime == int(big.stat().st_mtime)
    assert told[0] == there
    assert told == sorted(told)
    assert told[-1] == SIZE
    assert SIZE - there <= proxy.sent < SIZE - there + MIB
    assert upload.ledger.records() == []
    assert not leftovers(sftp_root)


@pytest.mark.parametrize("where", ["tail", "hole", "longer", "gone"])
def test_a_damaged_remainder_is_not_built_upon(
    sftp_server: Sshd, sftp_root: Path, big: Path, proxy: TcpProxy, where: str
) -> None:
    upload = Upload.of(str(big), str(sftp_root / "target"))
    interrupted(sftp_server, proxy, upload, 16 * MIB)
    [temp] = leftovers(sftp_root)
    with open(temp, "r+b") as file:
        if where == "tail":
            file.seek(-10, os.SEEK_END)
            file.write(b"corrupted!")
        elif where == "hole":
            file.seek(-IN_FLIGHT_BYTES, os.SEEK_END)
            file.write(b"\0" * 1000)
        elif where == "longer":
            file.truncate(SIZE + 1)
    if where == "gone":
        temp.unlink()
    told: list[int] = []
    upload.progress = told.append
    connection = through(sftp_server, proxy)
    connection.send_upload(upload)
    connection.close()
    assert told[0] == 0
    assert Path(upload.remote_path).read_bytes() == big.read_bytes()
    assert not leftovers(sftp_root)


def test_another_version_starts_anew(
    sftp_server: Sshd, sftp_root: Path, big: Path, proxy: TcpProxy, sftp: SFTPConnection
) -> None:
    upload = Upload.of(str(big), str(sftp_root / "target"))
    interrupted(sftp_server, proxy, upload, 16 * MIB)
    with open(big, "r+b") as file:
        file.write(b"a new beginning, which no look at the tail would find")
    told: list[int] = []
    again = Upload.of(str(big), upload.remote_path)
    again.ledger, again.progress = upload.ledger, told.append
    sftp.send_upload(again)
    assert told[0] == 0
    assert Path(upload.remote_path).read_bytes() == big.read_bytes()


@pytest.mark.parametrize("renamed", [False, True])
def test_cut_off_around_the_rename(
    sftp: SFTPConnection, sftp_root: Path, big: Path, monkeypatch: Any, renamed: bool
) -> None:
    """Whether it died just before or just after: nothing is sent again."""
    upload = Upload.of(str(big), str(sftp_root / "target"))
    records = MemoryLedger()
    with monkeypatch.context() as patch:
        patch.setattr(upload.ledger, "drop", lambda _: None)
        sftp.send_upload(upload)
        record = upload.ledger.get(upload.remote_path)
    assert record is not None
    assert record["sealed"]
    if not renamed:
        os.rename(upload.remote_path, record["temp"])
    records.put(upload.remote_path, record)
    told: list[int] = []
    again = Upload.of(str(big), upload.remote_path)
    again.ledger, again.progress = records, told.append
    sftp.send_upload(again)
    assert set(told) == {SIZE}
    assert records.records() == []
    assert Path(upload.remote_path).read_bytes() == big.read_bytes()
    assert not leftovers(sftp_root)


@pytest.mark.parametrize("what", ["changed", "vanished"])
def test_a_source_that_goes_leaves_nothing(
    sftp: SFTPConnection, sftp_root: Path, big: Path, what: str
) -> None:
    upload = Upload.of(str(big), str(sftp_root / "target"))

    def spoil(done: int) -> None:
        if done > SIZE // 2 and big.exists():
            if what == "vanished":
                big.unlink()
            else:
                with open(big, "r+b") as file:
                    file.truncate(1000)

    upload.progress = spoil
    with pytest.raises(SourceVanished if what == "vanished" else SourceChanged):
        sftp.send_upload(upload)
    assert list(sftp_root.iterdir()) == []
    assert upload.ledger.records() == []


def test_a_stop_keeps_what_was_sent(sftp: SFTPConnection, sftp_root: Path, big: Path) -> None:
    upload = Upload.of(str(big), str(sftp_root / "target"))
    upload.progress = lambda done: upload.stopping.set() if done > SIZE // 2 else None
    with pytest.raises(Stopped):
        sftp.send_upload(upload)
    assert not (sftp_root / "target").exists()
    told: list[int] = []
    upload.stopping.clear()
    upload.progress = told.append
    sftp.send_upload(upload)
    assert told[0] > SIZE // 2
    assert (sftp_root / "target").read_bytes() == big.read_bytes()


@pytest.mark.parametrize("how", ["stop", "close"])
def test_a_pulled_cable_does_not_hold_us(
    sftp_server: Sshd, sftp_root: Path, big: Path, proxy: TcpProxy, how: str
) -> None:
    """Nothing moves and nothing breaks: a stop, or a close from another thread, gets through
    within a second."""
    upload = Upload.of(str(big), str(sftp_root / "target"))
    connection = through(sftp_server, proxy)
    raised: list[BaseException] = []

    def work() -> None:
        try:
            connection.send_upload(upload)
        except BaseException as error:
            raised.append(error)

    proxy.on_sent = lambda sent: proxy.stall() if sent > 10 * MIB else None
    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(1)
    assert thread.is_alive()
    started = time.monotonic()
    if how == "stop":
        upload.stopping.set()
    else:
        connection.close()
    thread.join(10)
    assert time.monotonic() - started < 2.5
    connection.close()
    assert isinstance(raised[0], Stopped if how == "stop" else ConnectionLost)


def test_clean_up(
    sftp_server: Sshd, sftp_root: Path, big: Path, proxy: TcpProxy, sftp: SFTPConnection
) -> None:
    ledger = MemoryLedger()
    for name in ("kept", "gone", "else/where"):
        upload = Upload.of(str(big), f"{sftp_root}/{name}")
        upload.ledger = ledger
        interrupted(sftp_server, proxy, upload, proxy.sent + 6 * MIB)
    kept = str(ledger.get(f"{sftp_root}/kept"))
    theirs = sftp_root / ".skynet-theirs.part"
    theirs.write_bytes(b"of another machine")
    mine = sftp_root / "mine"
    mine.write_bytes(b"never touched, whatever a ledger says")
    ledger.put(f"{sftp_root}/odd", {"temp": str(mine)})
    assert len(leftovers(sftp_root)) == 4
    sftp.clean_up(f"{sftp_root}/elsewhere", ledger, lambda _: False)
    assert len(leftovers(sftp_root)) == 4
    sftp.clean_up(str(sftp_root / "else"), ledger, lambda _: False)
    sftp.clean_up(str(sftp_root), ledger, lambda path: path.endswith("/kept"))
    assert [path for path, _ in ledger.records()] == [f"{sftp_root}/kept"]
    assert mine.exists()
    assert theirs.exists()
    assert len(leftovers(sftp_root)) == 2
    assert all(path == theirs or str(path) in kept for path in leftovers(sftp_root))


def test_discard_takes_this_paths_leftover_only(sftp: SFTPConnection, sftp_root: Path) -> None:
    (sftp_root / "file").write_bytes(b"whole")
    path = f"{sftp_root}/file"
    leftover = Path(os.fsdecode(temp_of(os.fsencode(path))))
    leftover.write_bytes(b"half")
    sftp.discard(f"{sftp_root}/other")
    sftp.discard(f"{sftp_root}/nowhere/file")
    assert leftover.exists()
    sftp.discard(path)
    sftp.discard(path)
    assert not leftover.exists()
    assert (sftp_root / "file").read_bytes() == b"whole"


def test_after_a_resume_the_content_is_not_known(
    sftp: SFTPConnection, sftp_root: Path, big: Path
) -> None:
    """Only its end was read; a hash of that would be a wrong one."""
    upload = Upload.of(str(big), str(sftp_root / "target"))
    upload.progress = lambda done: upload.stopping.set() if done > SIZE // 2 else None
    with pytest.raises(Stopped):
        sftp.send_upload(upload)
    again = Upload.of(str(big), str(sftp_root / "target"))
    again.ledger = upload.ledger
    sftp.send_upload(again)
    assert again.content.of(SIZE) is None
    assert (sftp_root / "target").read_bytes() == big.read_bytes()


def test_what_was_replaced_is_kept_only_once_over_a_cut(
    sftp: SFTPConnection, sftp_root: Path, big: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last try put the new content in place and could not say so any more. What is at the
    name now is new, and must not be put over the old one that was kept."""
    target, kept = sftp_root / "target", sftp_root / ".skynet/trash/target"
    target.write_bytes(b"former")
    upload = Upload.of(str(big), str(target))
    upload.keep_as = str(kept)

    def lost(remote_path: str) -> None:
        raise ConnectionLost("The connection broke off.")

    with monkeypatch.context() as patch:
        patch.setattr(upload.ledger, "drop", lost)
        with pytest.raises(ConnectionLost):
            sftp.send_upload(upload)
    assert kept.read_bytes() == b"former"
    again = Upload.of(str(big), str(target))
    again.ledger, again.keep_as = upload.ledger, upload.keep_as
    sftp.send_upload(again)
    assert kept.read_bytes() == b"former"
    assert target.read_bytes() == big.read_bytes()
