"""The staged test of a service, on real servers: it passes, and each stage fails by itself."""

from __future__ import annotations

import datetime
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.auth
import pytest

from skynet_desktop.connections import reach
from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.connections.trial import Outcome, StageResult, Trial
from skynet_desktop.connections.trial_advice import Stage
from skynet_desktop.core.errors import ConnectionLost, SettingsError
from tests.connections.third_party.shelf import ShelfConnection
from tests.servers.seaweed import LIMITED_BUCKET, Seaweed
from tests.servers.sshd import Sshd, fingerprint, make_key
from tests.servers.tcp_proxy import TcpProxy
from tests.servers.tls import Issuer, TlsFront

PASSED, FAILED, SKIPPED = Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED
DATA = [Stage.LIST, Stage.WRITE, Stage.READ, Stage.DELETE]
NETWORK = [Stage.NAME, Stage.PORT, Stage.SECURE, Stage.SIGN_IN, *DATA]


def tried(connect: Callable[[], Connection], folder: str = "") -> dict[Stage, StageResult]:
    told: list[StageResult] = []
    results = Trial(connect, folder).run(told.append, threading.Event())
    assert [r for r in told if r.outcome is not Outcome.RUNNING] == results
    return {result.stage: result for result in results}


def failed(results: dict[Stage, StageResult], stage: Stage, words: str, advice: str) -> None:
    """This stage failed with these words; those before did not, those after were left out."""
    stages = list(results)
    at = stages.index(stage)
    assert results[stage].outcome is FAILED, results[stage]
    assert words in results[stage].words
    assert advice in results[stage].advice
    assert all(results[s].outcome in (PASSED, SKIPPED) for s in stages[:at])
    assert all(results[s].outcome is SKIPPED and not results[s].words for s in stages[at + 1 :])


def outcomes(results: dict[Stage, StageResult]) -> dict[Stage, Outcome]:
    return {stage: result.outcome for stage, result in results.items()}


def waited_for(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


# --- a folder -------------------------------------------------------------------------------


def test_a_folder_passes_and_is_left_as_it_was(there: Path) -> None:
    (there / "kept").mkdir()
    for folder in ("", "a/b", "kept", "kept/new"):
        results = tried(lambda: LocalConnection(str(there)), folder)
        assert outcomes(results) == dict.fromkeys([Stage.FOLDER, *DATA], PASSED)
    assert [path.name for path in there.rglob("*")] == ["kept"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    results = tried(lambda: LocalConnection(str(tmp_path / "gone")))
    failed(results, Stage.FOLDER, "is not there", "Plug in")


def test_a_file_stands_where_the_folder_should_be(there: Path) -> None:
    (there / "a").write_text("a file")
    results = tried(lambda: LocalConnection(str(there)), "a/b")
    failed(results, Stage.WRITE, "", "Choose another folder")
    assert [path.name for path in there.rglob("*")] == ["a"]


def test_three_methods_suffice(there: Path) -> None:
    results = tried(lambda: ShelfConnection(str(there / "shelf")))
    assert outcomes(results) == dict.fromkeys([Stage.SIGN_IN, Stage.WRITE, Stage.DELETE], PASSED)


class Lying(LocalConnection):
    def fetch(self, remote_path: str, dest_path: str) -> None:
        Path(dest_path).write_text("something else")


class Broken(LocalConnection):
    """Lost for good once it has written."""

    def fetch(self, remote_path: str, dest_path: str) -> None:
        self.delete = self._lost  # type: ignore[method-assign]
        raise ConnectionLost("Gone.")

    def _lost(self, remote_path: str) -> None:
        raise ConnectionLost("Gone.")


@pytest.mark.parametrize(("kind", "words"), [(Lying, "not what was written"), (Broken, "Gone.")])
def test_what_was_written_is_removed_after_a_failure(
    there: Path, kind: type[LocalConnection], words: str
) -> None:
    connections = [kind(str(there)), LocalConnection(str(there))]
    results = tried(lambda: connections.pop(0), "a/b")
    failed(results, Stage.READ, words, "again")
    assert list(there.rglob("*")) == []


def test_settings_that_cannot_be_used_are_raised() -> None:
    def connect() -> Connection:
        raise SettingsError("There is no such thing.")

    with pytest.raises(SettingsError, match="no such thing"):
        tried(connect)


# --- the way to a server --------------------------------------------------------------------


def sftp(server: Sshd, **changes: object) -> Callable[[], SFTPConnection]:
    options: dict[str, Any] = {**server.options(), **changes}
    return lambda: SFTPConnection(**options)


@pytest.mark.parametrize(
    ("number", "words", "advice"),
    [
        (socket.EAI_NONAME, "The name nas.lokal is not known.", "Check the spelling"),
        (socket.EAI_AGAIN, "could not be looked up", "connected to a network"),
    ],
)
def test_a_name_that_is_not_found(
    sftp_server: Sshd, monkeypatch: pytest.MonkeyPatch, number: int, words: str, advice: str
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "made to order")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    failed(tried(sftp(sftp_server, host="nas.lokal")), Stage.NAME, words, advice)


def test_a_closed_port(sftp_server: Sshd) -> None:
    results = tried(sftp(sftp_server, host="localhost", port=1))
    assert "localhost is " in results[Stage.NAME].words
    failed(results, Stage.PORT, "nothing answers at its port 1", "the service is running")


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port whose queue is full: a new connection gets no answer at all, as behind a
    firewall that drops it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = int(listener.getsockname()[1])
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        yield port
        for filler in fillers:
            filler.close()


def test_a_port_that_does_not_answer(
    sftp_server: Sshd, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "KNOCK_SECONDS", 0.3)
    results = tried(sftp(sftp_server, port=silent_port))
    failed(results, Stage.PORT, f"does not answer at port {silent_port}", "firewall")


# --- SFTP -----------------------------------------------------------------------------------


def test_sftp_passes_and_leaves_nothing(sftp_server: Sshd, sftp_root: Path) -> None:
    results = tried(sftp(sftp_server), f"{sftp_root}/new/folder")
    expected = dict.fromkeys(NETWORK, PASSED) | {Stage.NAME: SKIPPED}
    assert outcomes(results) == expected
    assert fingerprint(sftp_server.host_keys[0].with_suffix(".pub")) in results[Stage.SECURE].words
    assert sftp_server.username in results[Stage.SIGN_IN].words
    assert list(sftp_root.rglob("*")) == []


def test_an_unknown_host_key_is_shown_and_can_be_accepted(
    sftp_server: Sshd, sftp_root: Path, tmp_path: Path
) -> None:
    unknown = {"known_hosts": str(tmp_path / "none")}
    results = tried(sftp(sftp_server, **unknown), str(sftp_root))
    failed(results, Stage.SECURE, "is not known yet", "Compare this fingerprint")
    shown = fingerprint(sftp_server.host_keys[0].with_suffix(".pub"))
    result = results[Stage.SECURE]
    assert result.host_key == shown
    assert shown in result.words
    assert "-o" not in result.words
    assert not result.changed
    again = tried(sftp(sftp_server, **unknown, **result.accept), str(sftp_root))
    assert again[Stage.DELETE].outcome is PASSED


def test_a_changed_host_key(sftp_server: Sshd, tmp_path: Path) -> None:
    other = make_key(tmp_path / "other").with_suffix(".pub").read_text().split()[:2]
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{sftp_server.port} {' '.join(other)}\n")
    results = tried(sftp(sftp_server, known_hosts=str(known)))
    failed(results, Stage.SECURE, "has CHANGED", "listening in")
    assert results[Stage.SECURE].changed


def test_a_port_that_speaks_something_else(sftp_server: Sshd, s3_server: Seaweed) -> None:
    results = tried(sftp(sftp_server, port=s3_server.ports["s3"]))
    failed(results, Stage.SECURE, "no SSH server", "Check that the port belongs")


def test_a_key_the_server_does_not_take(sftp_server: Sshd, tmp_path: Path) -> None:
    results = tried(sftp(sftp_server, key_file=str(make_key(tmp_path / "stranger"))))
    failed(results, Stage.SIGN_IN, "refused", "Check the user name")


def test_a_folder_nobody_can_make(sftp_server: Sshd, sftp_root: Path) -> None:
    (sftp_root / "file").write_text("in the way")
    results = tried(sftp(sftp_server), f"{sftp_root}/file/below")
    failed(results, Stage.WRITE, "", "Choose another folder")
    assert [path.name for path in sftp_root.iterdir()] == ["file"]


# --- S3 -------------------------------------------------------------------------------------


def s3_of(
    server: Seaweed, its_bucket: str, who: str = "admin", **changes: str
) -> Callable[[], S3Connection]:
    options: dict[str, Any] = {**server.options(its_bucket, who), **changes}
    return lambda: S3Connection(**options)


def keys_in(server: Seaweed, bucket: str) -> list[str]:
    found = server.client().list_objects_v2(Bucket=bucket)
    return [item["Key"] for item in found.get("Contents", [])]


def test_s3_passes_and_says_that_nothing_is_encrypted(s3_server: Seaweed, s3_bucket: str) -> None:
    results = tried(s3_of(s3_server, s3_bucket), "a/b")
    skipped = {Stage.NAME: SKIPPED, Stage.SECURE: SKIPPED}
    assert outcomes(results) == dict.fromkeys(NETWORK, PASSED) | skipped
    assert "Nothing is encrypted" in results[Stage.SECURE].words
    assert keys_in(s3_server, s3_bucket) == []


def test_a_key_for_a_folder_alone_passes(s3_server: Seaweed) -> None:
    results = tried(s3_of(s3_server, LIMITED_BUCKET, "prefix", prefix="mine"))
    assert results[Stage.DELETE].outcome is PASSED
    failed(
        tried(s3_of(s3_server, LIMITED_BUCKET, "prefix")),
        Stage.SIGN_IN, "may not list", "enter that as the folder in the bucket",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words", "advice"),
    [
        ({"access_key_id": "nobody"}, "does not know this access key", "access key ID once more"),
        ({"secret_access_key": "wrong"}, "does not belong", "secret access key once more"),
        ({"bucket": "no-such-bucket"}, "does not exist", "bucket's name"),
        ({"bucket": "not a bucket?"}, "not valid", "bucket's name"),
        ({"access_key_id": ""}, "is missing", "Check the user name"),
    ],
)
def test_s3_refuses(
    s3_server: Seaweed, s3_bucket: str, changes: dict[str, str], words: str, advice: str
) -> None:
    failed(tried(s3_of(s3_server, s3_bucket, **changes)), Stage.SIGN_IN, words, advice)


def test_an_address_that_is_none(s3_server: Seaweed, s3_bucket: str) -> None:
    results = tried(s3_of(s3_server, s3_bucket, endpoint_url="s3.example.com"))
    failed(results, Stage.NAME, "must begin with https://", "settings")


def test_a_clock_that_is_wrong(
    s3_server: Seaweed, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock: Any = botocore.auth
    real = clock.get_current_datetime

    def late(*arguments: Any, **more: Any) -> Any:
        return real(*arguments, **more) - datetime.timedelta(hours=3)

    monkeypatch.setattr(clock, "get_current_datetime", late)
    gmtime = time.gmtime
    monkeypatch.setattr(time, "gmtime", lambda now=None: gmtime((now or time.time()) - 3 * 3600))
    results = tried(s3_of(s3_server, s3_bucket))
    failed(results, Stage.SIGN_IN, "clock", "date and time")


def test_a_key_that_may_not_write(s3_server: Seaweed, s3_bucket: str) -> None:
    results = tried(s3_of(s3_server, s3_bucket, "reader"))
    failed(results, Stage.WRITE, "may not do this", "right to list, read, write and delete")


# --- TLS ------------------------------------------------------------------------------------


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path / "issuer")


@pytest.fixture
def trusted(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> Issuer:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(issuer.file))
    return issuer


def through_tls(server: Seaweed, bucket: str, certificate: Path) -> dict[Stage, StageResult]:
    front = TlsFront(("127.0.0.1", server.ports["s3"]), certificate)
    try:
        return tried(s3_of(server, bucket, endpoint_url=f"https://127.0.0.1:{front.port}"))
    finally:
        front.stop()


def test_a_good_certificate(s3_server: Seaweed, s3_bucket: str, trusted: Issuer) -> None:
    results = through_tls(s3_server, s3_bucket, trusted.certificate())
    assert outcomes(results) == dict.fromkeys(NETWORK, PASSED) | {Stage.NAME: SKIPPED}
    assert "certificate of 127.0.0.1 is good" in results[Stage.SECURE].words


def test_an_unknown_issuer(s3_server: Seaweed, s3_bucket: str, issuer: Issuer) -> None:
    results = through_tls(s3_server, s3_bucket, issuer.certificate())
    failed(results, Stage.SECURE, "does not trust", "If the server is your own")


@pytest.mark.parametrize(
    ("made", "words", "advice"),
    [
        ({"begins": -2, "ends": -1}, "has expired", "renew"),
        ({"begins": 1, "ends": 2}, "not valid yet", "clock"),
        ({"address": "127.0.0.2"}, "another name", "Use the name"),
    ],
)
def test_a_bad_certificate(
    s3_server: Seaweed,
    s3_bucket: str,
    trusted: Issuer,
    made: dict[str, Any],
    words: str,
    advice: str,
) -> None:
    results = through_tls(s3_server, s3_bucket, trusted.certificate(**made))
    failed(results, Stage.SECURE, words, advice)


def test_https_to_a_server_without_it(s3_server: Seaweed, s3_bucket: str) -> None:
    address = s3_server.endpoint.replace("http:", "https:")
    results = tried(s3_of(s3_server, s3_bucket, endpoint_url=address))
    failed(results, Stage.SECURE, "does not speak TLS", "http://")


# --- cancelling -----------------------------------------------------------------------------


def cancelled_at(
    trial: Trial, stage: Stage, before: Callable[[], None] = lambda: None
) -> tuple[list[StageResult], float]:
    """Cancels as soon as the stage has begun; the results, and the seconds that took."""
    cancelled, when = threading.Event(), [0.0]

    def report(result: StageResult) -> None:
        if result.stage is stage and result.outcome is Outcome.RUNNING:
            before()
            when[0] = time.monotonic()
            cancelled.set()

    results = trial.run(report, cancelled)
    return results, time.monotonic() - when[0]


def test_a_cancel_while_the_port_does_not_answer(sftp_server: Sshd, silent_port: int) -> None:
    results, seconds = cancelled_at(Trial(sftp(sftp_server, port=silent_port)), Stage.PORT)
    assert seconds < 1
    assert [r.outcome for r in results] == [SKIPPED] * len(NETWORK)
    assert results[1].words == "Cancelled."


@pytest.mark.parametrize("stage", [Stage.SECURE, Stage.SIGN_IN])
def test_a_cancel_while_the_server_is_mute(sftp_server: Sshd, stage: Stage) -> None:
    proxy = TcpProxy((sftp_server.host, sftp_server.port))
    known = sftp_server.known_hosts.read_text().replace(str(sftp_server.port), str(proxy.port))
    own = sftp_server.folder / "known_through_proxy"
    own.write_text(known)
    trial = Trial(sftp(sftp_server, port=proxy.port, known_hosts=str(own)))
    results, seconds = cancelled_at(trial, stage, proxy.stall)
    assert seconds < 1
    assert {r.stage: r.outcome for r in results}[stage] is SKIPPED
    proxy.close()
    assert trial.settle(20)


class Slow(LocalConnection):
    """Hangs right after it has written, until it is let go."""

    written = threading.Event()
    let_go = threading.Event()

    def send_upload(self, upload: Any) -> None:
        super().send_upload(upload)
        self.written.set()
        self.let_go.wait(20)


def test_what_was_written_is_removed_after_a_cancel(there: Path) -> None:
    Slow.written.clear()
    Slow.let_go.clear()
    trial = Trial(lambda: Slow(str(there)), "a/b")
    results, seconds = cancelled_at(trial, Stage.WRITE, lambda: assert_set(Slow.written))
    assert seconds < 1
    assert results[2].words == "Cancelled."
    assert any(path.is_file() for path in there.rglob("*"))
    assert not trial.settle(0)
    Slow.let_go.set()
    assert trial.settle(20)
    assert list(there.rglob("*")) == []


def assert_set(event: threading.Event) -> None:
    assert event.wait(20)


def test_a_connection_that_breaks_after_writing(sftp_server: Sshd, sftp_root: Path) -> None:
    """The server cuts the session; the test file goes by a fresh one."""
    cut = threading.Event()

    class Cut(SFTPConnection):
        def fetch(self, remote_path: str, dest_path: str) -> None:
            if not cut.is_set():
                cut.set()
                sftp_server.drop_sessions()
            super().fetch(remote_path, dest_path)

    options: dict[str, Any] = sftp_server.options()
    results = tried(lambda: Cut(**options), str(sftp_root))
    failed(results, Stage.READ, "", "network")
    assert waited_for(lambda: not list(sftp_root.iterdir())), os.listdir(sftp_root)
