from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Client
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.host import channel
from skynet_desktop.host.channel import ControlServer, ask

posix = pytest.mark.skipif(sys.platform == "win32", reason="sockets with modes")

SERVE = (
    "import sys, time; from pathlib import Path\n"
    "from skynet_desktop.host.channel import ControlServer\n"
    "server = ControlServer(Path(sys.argv[1]), lambda m: {'pid': __import__('os').getpid()})\n"
    "server.start()\n"
    "print('up', flush=True)\n"
    "sys.stdin.read()\n"
)
ASK = (
    "import sys, json; from pathlib import Path\n"
    "from skynet_desktop.host.channel import ask\n"
    "print(json.dumps(ask(Path(sys.argv[1]), {'command': 'status'})))\n"
)

Serve = Callable[..., ControlServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[ControlServer] = []

    def start(state: Path, handle: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> Any:
        state.mkdir(parents=True, exist_ok=True)
        server = ControlServer(state, handle)
        server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()


def serving(state: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def address(state: Path) -> str:
    return str(json.loads((state / "control.json").read_text())["address"])


def test_nobody_there(tmp_path: Path) -> None:
    assert ask(tmp_path, {}) is None
    assert ask(tmp_path / "none", {}) is None
    (tmp_path / "control.json").write_text("{}")
    assert ask(tmp_path, {}) is None


def test_a_second_process_asks(tmp_path: Path, serve: Serve) -> None:
    odd = os.fsdecode(b"\xff") + "\n写"
    serve(tmp_path, lambda message: {"heard": message, "name": odd})
    assert ask(tmp_path, {"name": odd}) == {"heard": {"name": odd}, "name": odd}
    answer = subprocess.check_output([sys.executable, "-c", ASK, str(tmp_path)], text=True)
    assert json.loads(answer) == {"heard": {"command": "status"}, "name": odd}


def test_large_answers_and_many_clients(tmp_path: Path, serve: Serve) -> None:
    serve(tmp_path, lambda message: {"n": message["n"], "text": "x" * 3_000_000})
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(ask(tmp_path, {"n": n}, 30)))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer["n"] for answer in answers) == list(range(8))


def test_a_failing_handler_answers_with_its_words(tmp_path: Path, serve: Serve) -> None:
    def fail(message: dict[str, Any]) -> dict[str, Any]:
        raise ValueError("there is no mapping of this name")

    serve(tmp_path, fail)
    assert ask(tmp_path, {}) == {"error": "there is no mapping of this name"}


@posix
def test_only_the_owner_gets_in(tmp_path: Path, serve: Serve) -> None:
    serve(tmp_path)
    for file in (tmp_path / "control.json", Path(address(tmp_path))):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_without_the_key_nothing_is_handled(tmp_path: Path, serve: Serve) -> None:
    handled: list[object] = []

    def handle(message: dict[str, Any]) -> dict[str, Any]:
        handled.append(message)
        return {}

    serve(tmp_path, handle)
    known = json.loads((tmp_path / "control.json").read_text())
    (tmp_path / "control.json").write_text(json.dumps({**known, "key": "00" * 32}))
    assert "broke off" in (ask(tmp_path, {"x": 1}) or {})["error"]
    (tmp_path / "control.json").write_text(json.dumps(known))
    for message in (b"", b"{}", b"x" * 40, b"\x80\x04" + b"." * 100):
        with Client(address(tmp_path)) as client:
            client.recv_bytes()
            client.send_bytes(message)
    assert ask(tmp_path, {"x": 2}) == {}
    assert handled == [{"x": 2}]


def test_an_answer_from_somebody_else_is_not_believed(tmp_path: Path, serve: Serve) -> None:
    real = serve(tmp_path / "a")
    known = json.loads((tmp_path / "a" / "control.json").read_text())
    real.close()
    serve(tmp_path / "b", lambda _: {"fake": True})
    fake = {**known, "address": address(tmp_path / "b")}
    (tmp_path / "a" / "control.json").write_text(json.dumps(fake))
    assert "error" in (ask(tmp_path / "a", {}) or {})


def test_hanging_clients_keep_nobody_waiting(tmp_path: Path, serve: Serve) -> None:
    server = serve(tmp_path)
    silent = [Client(address(tmp_path)) for _ in range(10)]
    begun = time.monotonic()
    assert ask(tmp_path, {}) == {}
    server.close()
    assert time.monotonic() - begun < 1
    for client in silent:
        client.close()


def test_silent_clients_are_dropped(
    tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "_SILENCE", 0.2)
    serve(tmp_path)
    silent = [Client(address(tmp_path)) for _ in range(channel._CLIENTS)]
    for client in silent:
        client.recv_bytes()
        assert client.poll(5)
        with pytest.raises(EOFError):
            client.recv_bytes()
    assert ask(tmp_path, {}) == {}


def test_a_handler_that_hangs_costs_the_caller_its_timeout(tmp_path: Path, serve: Serve) -> None:
    release = threading.Event()

    def handle(message: dict[str, Any]) -> dict[str, Any]:
        if message:
            release.wait(20)
        return {}

    server = serve(tmp_path, handle)
    assert ask(tmp_path, {"hang": True}, 0.2) == {"error": "The running Skynet does not answer."}
    assert ask(tmp_path, {}) == {}
    begun = time.monotonic()
    server.close()
    assert time.monotonic() - begun < 1
    release.set()


def test_close_removes_its_files_and_may_be_repeated(tmp_path: Path, serve: Serve) -> None:
    server = serve(tmp_path)
    server.close()
    server.close()
    assert list(tmp_path.iterdir()) == []
    assert ask(tmp_path, {}) is None
    assert "control" not in {thread.name for thread in threading.enumerate()}


def test_what_a_killed_process_left_is_harmless(tmp_path: Path, serve: Serve) -> None:
    process = serving(tmp_path)
    assert ask(tmp_path, {}) == {"pid": process.pid}
    process.kill()
    process.communicate()
    assert (tmp_path / "control.json").exists()
    assert ask(tmp_path, {}) is None
    serve(tmp_path)
    assert ask(tmp_path, {"again": 1}) == {"again": 1}


@posix
def test_a_stopped_application_costs_the_timeout(tmp_path: Path) -> None:
    assert sys.platform != "win32"
    process = serving(tmp_path)
    os.kill(process.pid, signal.Signals["SIGSTOP"])
    begun = time.monotonic()
    assert ask(tmp_path, {}, 0.5) == {"error": "The running Skynet does not answer."}
    assert time.monotonic() - begun < 2
    os.kill(process.pid, signal.Signals["SIGCONT"])
    assert ask(tmp_path, {}) == {"pid": process.pid}
    process.kill()
    process.communicate()


@posix
def test_a_long_home_gets_a_short_address(tmp_path: Path, serve: Serve) -> None:
    state = tmp_path / ("x" * 100) / "写" / "state"
    server = serve(state)
    folder = Path(address(state)).parent
    assert folder.name.startswith("skynet-desktop-")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert ask(state, {"x": 1}) == {"x": 1}
    server.close()
    assert not folder.exists()


@posix
def test_a_killed_process_with_a_long_home_leaves_no_litter(tmp_path: Path, serve: Serve) -> None:
    state = tmp_path / ("x" * 120)
    state.mkdir()
    process = serving(state)
    folder = Path(address(state)).parent
    process.kill()
    process.communicate()
    assert folder.exists()
    serve(state)
    assert not folder.exists()
