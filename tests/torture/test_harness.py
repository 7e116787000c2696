"""The judges are judged: each fault does what it says, each difference is seen."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from skynet_desktop.connections.sftp.names import temp_of
from tests.torture.churn import Churn, Taste
from tests.torture.cost import Attempt, S3Meter, SftpMeter, bill
from tests.torture.faulty_proxy import FaultyProxy
from tests.torture.ground import Ground, open_ground
from tests.torture.journal import Journal, digest_of
from tests.torture.oracle import Oracle, Sampler

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs sshd")


def _within(condition: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not within its time"
        time.sleep(0.01)


# --- the proxy ------------------------------------------------------------------------------


class Echo:
    """Says back what it hears, and remembers it."""

    def __init__(self) -> None:
        self.heard = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = ("127.0.0.1", int(self._listener.getsockname()[1]))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            while data := client.recv(1 << 16):
                self.heard += data
                client.sendall(data)

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.close()


@pytest.fixture
def proxy(echo: Echo) -> Iterator[FaultyProxy]:
    made = FaultyProxy(echo.address)
    yield made
    made.close()


@pytest.fixture
def client(proxy: FaultyProxy) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", proxy.port), 5) as sock:
        sock.sendall(b"hello")
        assert sock.recv(5) == b"hello"
        yield sock


def test_a_reset_is_seen_as_one(proxy: FaultyProxy, client: socket.socket) -> None:
    proxy.reset()
    with pytest.raises(ConnectionResetError):
        client.recv(1)


def test_lost_answers(proxy: FaultyProxy, client: socket.socket, echo: Echo) -> None:
    proxy.lose_answers()
    client.sendall(b"did it happen?")
    _within(lambda: echo.heard.endswith(b"happen?"))
    client.settimeout(0.2)
    with pytest.raises(TimeoutError):
        client.recv(1)
    client.settimeout(5)
    proxy.heal()
    with pytest.raises(ConnectionResetError):
        client.recv(1)


def test_a_stall_and_its_end(proxy: FaultyProxy, client: socket.socket, echo: Echo) -> None:
    proxy.stall()
    _within(lambda: not proxy._flowing.is_set())
    client.sendall(b"later")
    client.settimeout(0.2)
    with pytest.raises(TimeoutError):
        client.recv(1)
    assert echo.heard == b"hello"
    client.settimeout(5)
    proxy.heal()
    assert client.recv(5) == b"later"


def test_a_trickle_is_slow_and_loses_nothing(proxy: FaultyProxy, client: socket.socket) -> None:
    proxy.trickle(50_000)
    sent = os.urandom(20_000)
    begun = time.monotonic()
    client.sendall(sent)
    got = b""
    while len(got) < len(sent):
        got += client.recv(1 << 16)
    assert got == sent
    assert time.monotonic() - begun > 0.3


def test_refused_until_healed(proxy: FaultyProxy, client: socket.socket) -> None:
    proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", proxy.port), 5)
    proxy.heal()
    with socket.create_connection(("127.0.0.1", proxy.port), 5) as again:
        again.sendall(b"x")
        assert again.recv(1) == b"x"
    assert proxy.sent == 6


# --- the journal and the churn --------------------------------------------------------------


def test_the_same_seed_does_the_same(tmp_path: Path) -> None:
    taste = Taste(files=30, folders=10, big=(1_000_000, 1_100_000), big_files=1)
    trees = []
    for name in ("one", "two"):
        root = tmp_path / name
        root.mkdir()
        churn = Churn(root, "seed", taste=taste)
        churn.run(400)
        files = [p for p in root.rglob("*") if p.is_file()]
        trees.append({churn._name(p): digest_of(p) for p in files})
        assert all(churn.journal.knows(churn._name(p), digest_of(p)) for p in files)
        assert sorted(files) == sorted(churn._files), "it keeps track of what there is"
        shutil.rmtree(root)
    assert trees[0] == trees[1]


def test_a_journal_follows_renames() -> None:
    journal = Journal()
    journal.holds("a/x", b"1")
    journal.holds("a/x", b"2")
    journal.renamed("a/x", "a/y")
    assert journal.knows("a/y", b"2")
    assert not journal.knows("a/y", b"1"), "it was no longer that when it was renamed"
    journal.renamed_folder("a", "b")
    assert journal.knows("b/y", b"2")
    assert not journal.knows("a/z", b"2")


def test_a_journal_forgets_what_cannot_come_back() -> None:
    journal = Journal()
    journal.holds("a/x", b"1")
    journal.rests()
    journal.holds("a/x", b"2")
    journal.rests()
    assert journal.knows("a/x", b"2")
    assert not journal.knows("a/x", b"1")
    assert journal.knew(b"1"), "the trash may hold it for ever"
    journal.renamed_folder("a", "b")
    journal.rests()
    journal.rests()
    assert journal.paths() == ["b/x"]


# --- the cost -------------------------------------------------------------------------------


def test_only_the_same_bytes_of_the_same_version_count_as_sent_again() -> None:
    journal = Journal()
    attempts = [
        Attempt("part 1", "x", 10.0, [(0, 100)]),
        Attempt("part 2", "x", 10.0, [(0, 60)]),
        Attempt("part 2", "x", 12.0, [(0, 100)]),
        Attempt("part 3", "x", 13.0, [(0, 100)]),
    ]
    found = bill(attempts, [(9.0, "cut"), (11.0, "reset"), (20.0, "kill")], journal)
    assert (found.sent, found.again, found.worst, found.worst_at) == (360, 60, 60, "reset")
    assert found.mean == 20
    edited = Journal()
    edited._changes["x"] = [11.5]
    assert bill(attempts, [(11.0, "reset")], edited).again == 0


def test_the_meter_reads_requests_in_pieces() -> None:
    meter = S3Meter("bucket/base")
    take = meter.tap()
    head = "{} /bucket/base/a%20b{} HTTP/1.1\r\nX-Amz-Content-SHA256: 1f\r\nContent-Length: {}\r\n"
    stream = (head.format("PUT", "?partNumber=2&uploadId=u", 5) + "\r\nabcde").encode()
    stream += (head.format("HEAD", "", 0) + "\r\n").encode()
    stream += (head.format("PUT", "", 4) + "\r\nab").encode()
    for start in range(0, len(stream), 7):
        take(stream[start : start + 7])
    assert [(a.what, a.path, a.stretches) for a in meter.attempts] == [
        ("2 1f", "a b", [(0, 5)]),
        ("whole 1f", "a b", [(0, 2)]),
    ]
    assert meter.requests == 3


def test_the_meter_reads_the_log_of_a_server(tmp_path: Path) -> None:
    journal = Journal()
    journal.holds("a/ü", b"1")
    log = tmp_path / "log"
    log.touch()
    meter = SftpMeter(log, "/root/here", journal)
    name = temp_of("/root/here/a/ü".encode()).decode()
    with log.open("a", newline="\n") as lines:
        for line in (
            f'open "{name}" flags WRITE,CREATE,EXCL mode 0644',
            f'debug1: request 6: write "{name}" (handle 0) off 0 len 100',
            f'debug1: request 7: write "{name}" (handle 0) off 100 len 50',
            "sent status Success",
            f'open "{name}" flags WRITE mode 0666',
            f'debug1: request 6: write "{name}" (handle 0) off 120 len 30',
            'open "/elsewhere" flags READ mode 0666',
        ):
            lines.write(line + "\r\n")
    meter.close()
    assert [(a.path, a.stretches) for a in meter.attempts] == [
        ("a/ü", [(0, 150)]),
        ("a/ü", [(120, 150)]),
    ]
    assert bill(meter.attempts, [(0.0, "kill")], Journal()).again == 30


# --- the oracle -----------------------------------------------------------------------------


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def ground(tmp_path: Path, journal: Journal) -> Iterator[Ground]:
    opened = open_ground("sftp", tmp_path / "server", journal)
    yield opened
    opened.close()


@pytest.fixture
def here(tmp_path: Path, journal: Journal) -> Path:
    root = tmp_path / "source"
    (root / "f").mkdir(parents=True)
    for name in ("a", "f/b"):
        (root / name).write_bytes(name.encode())
        journal.holds(name, digest_of(root / name))
    return root


@pytest.fixture
def there(ground: Ground, tmp_path: Path, here: Path) -> Path:
    """A right mirror."""
    root = tmp_path / "server" / "served" / "backup" / "here"
    shutil.copytree(here, root)
    return root


def test_the_oracle_sees_each_difference(
    ground: Ground, journal: Journal, here: Path, there: Path
) -> None:
    oracle = Oracle(here, ground, journal)

    def seen() -> list[str]:
        return [difference.what.split(" ")[0] for difference in oracle.differences()]

    assert seen() == []
    (there / ".skynet" / "trash" / "2026-11-22" / "23-15-07" / "f").mkdir(parents=True)
    (there / ".skynet" / "trash" / "2026-11-22" / "23-15-07" / "f" / "b").touch()
    (there / ".skynet" / "mapping.json").touch()
    assert seen() == [], "what is kept is no part of the mirror"
    os.utime(there / "a", (1, 1))
    assert seen() == ["time"]
    (there / "a").write_bytes(b"A")
    assert seen() == ["content"]
    (there / "a").unlink()
    assert seen() == ["missing"]
    (there / "c").touch()
    (there / ".skynet" / "stray").touch()
    (there / "f" / ".skynet-0.part").touch()
    assert seen() == ["extra", "leftover", "missing", "trash"]


def test_the_sampler_sees_half_a_file(
    ground: Ground, journal: Journal, here: Path, there: Path
) -> None:
    sampler = Sampler(ground, journal, "seed")
    _within(lambda: sampler.samples > 4)
    (there / "f" / "b").write_bytes(b"f/")
    before = sampler.samples
    _within(lambda: sampler.samples > before + 4)
    sampler.close()
    assert sampler.half_files
    assert all(words.startswith("'f/b'") for words in sampler.half_files)
