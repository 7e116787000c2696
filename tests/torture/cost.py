"""Cost: which bytes were sent more than once, and after which fault.

What is sent is told apart by attempts: one request with a body (S3, read off the plain HTTP
that passes the proxy), or one file opened for writing (SFTP, from the server's own log). An
attempt that sends the same stretch of the same version again did so because of a fault.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from skynet_desktop.connections.sftp.names import temp_of
from tests.torture.journal import Journal

_LOG_SECONDS = 0.05


@dataclass
class Attempt:
    """``what`` with ``path`` and version tells what is the same. ``stretches`` are from, to."""

    what: str
    path: str
    started: float = field(default_factory=time.monotonic)
    stretches: list[tuple[int, int]] = field(default_factory=list)

    def add(self, start: int, length: int) -> None:
        if self.stretches and self.stretches[-1][1] == start:
            self.stretches[-1] = self.stretches[-1][0], start + length
        else:
            self.stretches.append((start, start + length))


@dataclass(frozen=True)
class Bill:
    """Bytes: all that was sent as content, what of it was sent again, after how many faults,
    and the most after one of them."""

    sent: int
    again: int
    faults: int
    worst: int
    worst_at: str

    @property
    def mean(self) -> float:
        return self.again / max(1, self.faults)


def bill(attempts: Iterable[Attempt], faults: list[tuple[float, str]], journal: Journal) -> Bill:
    """Each repeated byte goes to the last fault before its attempt began."""
    there: dict[tuple[str, str, int], list[tuple[int, int]]] = {}
    after: dict[int, int] = {}
    sent = again = 0
    for attempt in sorted(attempts, key=lambda attempt: attempt.started):
        sent += sum(end - start for start, end in attempt.stretches)
        version = journal.version(attempt.path, attempt.started)
        if version != journal.version(attempt.path, attempt.started - 2 * _LOG_SECONDS):
            continue  # it changed in this moment: which version was sent is not known
        known = there.setdefault((attempt.what, attempt.path, version), [])
        repeated = sum(_overlap(known, stretch) for stretch in attempt.stretches)
        again += repeated
        number = sum(at <= attempt.started for at, _ in faults)
        after[number] = after.get(number, 0) + repeated
        there[attempt.what, attempt.path, version] = _union(known + attempt.stretches)
    worst = max(after, key=lambda number: after[number], default=0)
    words = faults[worst - 1][1] if worst else "no fault"
    return Bill(sent, again, len(faults), after.get(worst, 0), words)


def _union(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    united: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if united and start <= united[-1][1]:
            united[-1] = united[-1][0], max(end, united[-1][1])
        else:
            united.append((start, end))
    return united


def _overlap(known: list[tuple[int, int]], stretch: tuple[int, int]) -> int:
    return sum(max(0, min(end, stretch[1]) - max(start, stretch[0])) for start, end in known)


# --- S3 -----------------------------------------------------------------------------------


class S3Meter:
    """``tap`` is for a :class:`FaultyProxy` in front of a plain HTTP server."""

    def __init__(self, base: str, log: Path | None = None) -> None:
        """``base`` is bucket and folder of the mapping; ``log`` takes a line a request."""
        self._base = f"/{base}/"
        self._log = log.open("a", buffering=1) if log is not None else None
        self.attempts: list[Attempt] = []
        self.requests = 0

    def tap(self) -> Callable[[bytes], None]:
        return _Http(self._begin).feed

    def close(self) -> None:
        if self._log is not None:
            self._log.close()

    def _begin(self, line: str, fields: dict[str, str]) -> Attempt | None:
        self.requests += 1
        if self._log is not None:
            self._log.write(f"{datetime.now():%H:%M:%S.%f} {line}\n")
        method, target, _ = line.split(" ")
        parts = urlsplit(target)
        path = unquote(parts.path, errors="surrogateescape")
        if method != "PUT" or not path.startswith(self._base) or "x-amz-copy-source" in fields:
            return None
        number = parse_qs(parts.query).get("partNumber", ["whole"])[0]
        what = f"{number} {fields.get('x-amz-content-sha256', '')}"
        attempt = Attempt(what, path[len(self._base) :])
        self.attempts.append(attempt)
        return attempt


class _Http:
    """The requests of one connection, as their bytes come."""

    def __init__(self, begin: Callable[[str, dict[str, str]], Attempt | None]) -> None:
        self._begin = begin
        self._head = b""
        self._left = 0
        self._done = 0
        self._attempt: Attempt | None = None

    def feed(self, data: bytes) -> None:
        while data:
            data = self._body(data) if self._left else self._header(data)

    def _body(self, data: bytes) -> bytes:
        taken = data[: self._left]
        if self._attempt is not None:
            self._attempt.add(self._done, len(taken))
        self._left -= len(taken)
        self._done += len(taken)
        return data[len(taken) :]

    def _header(self, data: bytes) -> bytes:
        self._head += data
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if not end:
            return b""
        self._head = b""
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        fields = {name.lower(): value.strip() for name, _, value in pairs}
        self._left = int(fields.get("content-length", "0"))
        self._done = 0
        self._attempt = self._begin(first, fields)
        return rest


# --- SFTP ---------------------------------------------------------------------------------

_OPEN = re.compile(r'^open "(.*)" flags \S*WRITE')
_WRITE = re.compile(r'^debug1: request \d+: write "(.*)" \(handle \d+\) off (\d+) len (\d+)')


class SftpMeter:
    """Follows the log that ``sftp-server -e -l DEBUG1`` writes, until closed."""

    def __init__(self, log: Path, remote_base: str, journal: Journal) -> None:
        self.attempts: list[Attempt] = []
        self.requests = 0
        self._log = log
        self._base = remote_base
        self._journal = journal
        self._open: dict[str, Attempt] = {}
        self._paths: dict[str, str] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join(10)

    def _follow(self) -> None:
        left = ""
        with open(self._log, encoding="latin-1", newline="\n") as log:
            last = False
            while not last:
                last = self._closing.wait(_LOG_SECONDS)
                *lines, left = (left + log.read()).split("\n")
                for line in lines:
                    self._take(line)

    def _take(self, line: str) -> None:
        self.requests += line.startswith("sent status")
        if found := _OPEN.match(line):
            name = found[1].rpartition("/")[2]
            self._open[name] = Attempt("", self._path(name))
            self.attempts.append(self._open[name])
        elif found := _WRITE.match(line):
            attempt = self._open.get(found[1].rpartition("/")[2])
            if attempt is not None:
                attempt.add(int(found[2]), int(found[3]))

    def _path(self, temporary: str) -> str:
        """Whose temporary name it is; one for each path the journal has."""
        if temporary not in self._paths:
            for path in self._journal.paths():
                remote = f"{self._base}/{path}".encode(errors="surrogateescape")
                self._paths[temp_of(remote).rpartition(b"/")[2].decode()] = path
        return self._paths.get(temporary, temporary)
