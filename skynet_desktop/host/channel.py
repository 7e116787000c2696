"""Commands from a second process to the running application, over a local socket or pipe.

Only the owner gets in: the socket has mode 0600, and each message carries a seal (HMAC-SHA256)
made with a key that is kept in a 0600 file. One connection is one question and one answer:

    server:  a nonce
    client:  seal(nonce, question) + question
    server:  seal(nonce + question, answer) + answer

Questions and answers are JSON objects; nothing received is ever unpickled.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import secrets
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from multiprocessing.connection import Client, Listener
from pathlib import Path
from typing import Any, Protocol

log = logging.getLogger(__name__)

Message = dict[str, Any]

_ADDRESS_FILE = "control.json"
_SOCKET = "control.sock"
_TEMPORARY = "skynet-desktop-"
_LONGEST_PATH = 100  # bytes of a socket's path; systems allow 103 (macOS) to 107 (Linux)
_LARGEST_QUESTION = 1 << 20
_SILENCE = 5.0  # seconds until a client that says nothing is dropped
_CLIENTS = 32
_SEAL = hashlib.sha256().digest_size


class _Pipe(Protocol):
    """What the connections of all systems have in common."""

    def poll(self, timeout: float | None = ...) -> bool: ...
    def recv_bytes(self, maxlength: int | None = ...) -> bytes: ...
    def send_bytes(self, buf: bytes, /) -> None: ...
    def close(self) -> None: ...


class ControlServer:
    """Answers questions on threads of its own, until closed.

    ``handle`` is called from several threads at once; what it raises becomes the answer
    ``{"error": "..."}``. Start it only while holding the home's ``Instance``: it clears away
    what a killed process left. A client that hangs keeps nobody else waiting.
    """

    def __init__(self, state: Path, handle: Callable[[Message], Message]) -> None:
        self._state = state
        self._handle = handle
        self._key = secrets.token_bytes(32)
        self._closing = threading.Event()
        self._free = threading.BoundedSemaphore(_CLIENTS)
        self._running: tuple[Listener, str, threading.Thread] | None = None

    def start(self) -> None:
        """Raises ``OSError`` if no address can be opened anywhere."""
        _forget(self._state)
        listener, address = _listen(self._state)
        known = {"address": address, "key": self._key.hex(), "pid": os.getpid()}
        _write_private(self._state / _ADDRESS_FILE, json.dumps(known))
        thread = threading.Thread(
            target=self._accept, args=(listener,), name="control", daemon=True
        )
        self._running = listener, address, thread
        thread.start()

    def close(self) -> None:
        """Ends within a second; answers on their way may be cut off. May be called twice."""
        if self._running is None:
            return
        listener, address, thread = self._running
        self._running = None
        self._closing.set()
        with suppress(OSError):
            Client(address).close()  # nothing else wakes a thread that waits for clients
        thread.join(1.0)
        with suppress(OSError):
            listener.close()
        _forget(self._state)

    def _accept(self, listener: Listener) -> None:
        while not self._closing.is_set():
            try:
                client = listener.accept()
            except OSError as error:
                log.debug("a client was not let in: %s", error)
                self._closing.wait(0.05)  # it may be for want of file handles: do not spin
                continue
            if self._closing.is_set() or not self._free.acquire(blocking=False):
                client.close()
                continue
            threading.Thread(
                target=self._serve, args=(client,), name="control client", daemon=True
            ).start()

    def _serve(self, client: _Pipe) -> None:
        try:
            with closing(client):
                nonce = secrets.token_bytes(32)
                client.send_bytes(nonce)
                question = _receive(client, self._key, nonce, _SILENCE, _LARGEST_QUESTION)
                answer = json.dumps(self._answer(question)).encode("ascii")
                _send(client, self._key, nonce + question, answer)
        except Exception as error:  # a stranger, a broken pipe: that client's own affair
            log.debug("a client was dropped: %s", type(error).__name__)
        finally:
            self._free.release()

    def _answer(self, question: bytes) -> Message:
        try:
            message = json.loads(question)
            if not isinstance(message, dict):
                return {"error": "This is not a question."}
            return self._handle(message)
        except Exception as error:
            log.debug("a question could not be answered", exc_info=True)
            return {"error": str(error) or type(error).__name__}


def ask(state: Path, question: Message, timeout: float = 5.0) -> Message | None:
    """The running application's answer; None if none runs on this home.

    One that does not answer within ``timeout`` seconds, or breaks off, gives
    ``{"error": "..."}``. Blocks that long at most.
    """
    known = _read_address(state)
    if known is None:
        return None
    answers: list[Message | None] = []

    # A thread, because a stopped process accepts a connection and may keep any call waiting.
    def exchange() -> None:
        answers.append(_exchange(*known, question, timeout))

    thread = threading.Thread(target=exchange, name="control question", daemon=True)
    thread.start()
    thread.join(timeout)
    return answers[0] if answers else {"error": "The running Skynet does not answer."}


def _exchange(address: str, key: bytes, question: Message, timeout: float) -> Message | None:
    try:
        server = Client(address)
    except OSError:
        return None  # the address was left by a process that is gone
    try:
        with closing(server):
            nonce = server.recv_bytes(1024)
            body = json.dumps(question).encode("ascii")
            _send(server, key, nonce, body)
            answer = json.loads(_receive(server, key, nonce + body, timeout))
    except Exception as error:
        return {"error": f"The running Skynet broke off: {error or type(error).__name__}."}
    return answer if isinstance(answer, dict) else {"error": "The answer makes no sense."}


def _send(pipe: _Pipe, key: bytes, context: bytes, body: bytes) -> None:
    pipe.send_bytes(_seal(key, context, body) + body)


def _receive(
    pipe: _Pipe, key: bytes, context: bytes, seconds: float, largest: int | None = None
) -> bytes:
    if not pipe.poll(seconds):
        raise TimeoutError("silence")
    message = pipe.recv_bytes(largest)
    seal, body = message[:_SEAL], message[_SEAL:]
    if not hmac.compare_digest(seal, _seal(key, context, body)):
        raise PermissionError("the seal is wrong")
    return body


def _seal(key: bytes, context: bytes, body: bytes) -> bytes:
    # Hashed first, so that no byte can be counted to the one or the other.
    return hmac.digest(key, hashlib.sha256(context).digest() + body, "sha256")


def _listen(state: Path) -> tuple[Listener, str]:
    failed: OSError | None = None
    for address in _addresses(state):
        try:
            listener = Listener(address, backlog=16)
        except OSError as error:  # a file system without sockets (a share, a USB stick)
            failed = error
            _remove(state, address)
            continue
        if sys.platform != "win32":
            os.chmod(address, 0o600)
        return listener, address
    raise failed or OSError("no address for the control channel")


def _addresses(state: Path) -> Iterator[str]:
    if sys.platform == "win32":
        yield rf"\\.\pipe\{_TEMPORARY}{secrets.token_hex(16)}"
        return
    own = str(state.absolute() / _SOCKET)
    if len(os.fsencode(own)) <= _LONGEST_PATH:
        yield own
    for folder in (None, "/tmp"):
        yield str(Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=folder)) / _SOCKET)


def _read_address(state: Path) -> tuple[str, bytes] | None:
    try:
        known = json.loads((state / _ADDRESS_FILE).read_text(encoding="ascii"))
        return str(known["address"]), bytes.fromhex(known["key"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _forget(state: Path) -> None:
    """Remove the address file and the socket it names, ours or a killed process's."""
    known = _read_address(state)
    with suppress(OSError):
        (state / _ADDRESS_FILE).unlink()
    for address in {known[0] if known else "", str(state.absolute() / _SOCKET)} - {""}:
        _remove(state, address)


def _remove(state: Path, address: str) -> None:
    path = Path(address)
    if sys.platform == "win32" or path.name != _SOCKET:
        return
    with suppress(OSError):
        path.unlink()
    if path.parent.name.startswith(_TEMPORARY) and path.parent != state:
        with suppress(OSError):
            path.parent.rmdir()


def _write_private(path: Path, text: str) -> None:
    """Readable by the owner alone from its first moment, and never half written."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    os.replace(temporary, path)
