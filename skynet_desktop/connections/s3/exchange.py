"""Many PUTs on their way from one thread: while one waits for its answer, others leave.

Threads would cost more: each would fight for Python's lock at every block.
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING

from skynet_desktop.connections.s3.body import BLOCK
from skynet_desktop.connections.s3.line import READ_SECONDS, Answer, BadAnswer, Line
from skynet_desktop.connections.s3.parcel import Body, Parcel
from skynet_desktop.core.errors import PathError

if TYPE_CHECKING:
    from skynet_desktop.connections.s3.direct import Direct

Sent = tuple[Parcel, str | PathError | None]

_LOOK_SECONDS = 0.2
_PATIENCE_SECONDS = 1.0
_TOGETHER = 64 * 1024
"""So many bytes leave with the head."""
_BUSY = (429, 503)


class _Exchange:
    """A parcel on its way. Its methods raise ``OSError`` and :class:`BadAnswer` of the line, and
    what opening and reading the body raises."""

    __slots__ = ("body", "head", "line", "out", "parcel", "since")

    def __init__(self, parcel: Parcel) -> None:
        self.parcel = parcel
        self.body: Body | None = None
        self.head = b""
        self.line: Line | None = None
        self.out: memoryview | None = None
        """What is to leave next; None once all has left."""
        self.since = 0.0

    def begin(self, line: Line) -> None:
        assert self.body is not None
        self.line = line
        self.since = time.monotonic()
        self.body.seek(0)
        self.body.valve.leaving = True
        self.out = memoryview(self.head + self.body.read(_TOGETHER))

    def advance(self) -> Answer | int:
        """The answer, or what to wait for (``selectors``)."""
        assert self.line is not None and self.body is not None
        if wanted := self.line.open():
            return wanted
        if self.out is None:
            return self.line.receive() or selectors.EVENT_READ
        while self.out is not None:
            sent = self.line.send(self.out)
            if not sent:
                return selectors.EVENT_WRITE
            self.since = time.monotonic()
            if sent < len(self.out):
                self.out = self.out[sent:]
            else:
                block = self.body.read(BLOCK)
                self.out = memoryview(block) if block else None
        return selectors.EVENT_READ  # no answer can be here yet: to look costs as much as to send

    @property
    def may_be_stale(self) -> bool:
        """Whether the line may have been closed at the other end before this began."""
        return self.line is not None and not self.line.is_new and not self.line.has_heard


class Exchanges:
    """One call of :meth:`Direct.put`. For one thread."""

    def __init__(
        self, way: Direct, parcels: Sequence[Parcel], check: Callable[[], None], most_bytes: int
    ) -> None:
        self._way = way
        self._todo = deque(parcels)
        self._check = check
        self._most_bytes = most_bytes
        self._bytes = 0
        """Of the bodies that are open."""
        self._selector = selectors.DefaultSelector()
        self._waiting: dict[int, _Exchange] = {}
        self._done: deque[Sent] = deque()
        self._look_at = 0.0

    def run(self) -> Generator[Sent, None, None]:
        try:
            while self._todo or self._waiting or self._done:
                while self._done:
                    yield self._done.popleft()
                self._check()
                self._begin_some()
                if self._waiting:
                    self._step()
                elif self._todo:
                    self._way.window.wait(_LOOK_SECONDS)
        finally:
            for exchange in list(self._waiting.values()):
                self._end(exchange, None)
            self._selector.close()

    def _begin_some(self) -> None:
        while self._todo:
            if not self._way.is_of_use:
                self._done.append((self._todo.popleft(), None))
            elif self._bytes < self._most_bytes and self._way.window.take():
                self._begin(self._todo.popleft())
            else:
                return

    def _begin(self, parcel: Parcel) -> None:
        exchange = _Exchange(parcel)

        def begin() -> None:
            body = exchange.body = parcel.open()
            self._bytes += len(body)
            exchange.head = self._way.head(parcel, body)
            exchange.begin(self._way.line())

        self._drive(exchange, begin)

    def _step(self) -> None:
        for key, _ in self._selector.select(_LOOK_SECONDS):
            if exchange := self._waiting.get(key.fd):
                self._drive(exchange)
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + _PATIENCE_SECONDS
        for exchange in list(self._waiting.values()):
            if exchange.since < now - READ_SECONDS:
                self._finish(exchange, None)

    def _drive(self, exchange: _Exchange, first: Callable[[], None] | None = None) -> None:
        """As far as it goes now, after ``first``."""
        try:
            if first is not None:
                first()
            state = exchange.advance()
        except (OSError, BadAnswer):
            self._broke(exchange)
        except PathError as error:
            self._end(exchange, None)
            self._done.append((exchange.parcel, error))
        except BaseException:
            self._end(exchange, None)
            raise
        else:
            if isinstance(state, int):
                self._await(exchange, state)
            else:
                self._finish(exchange, state)

    def _await(self, exchange: _Exchange, events: int) -> None:
        assert exchange.line is not None
        fd = exchange.line.fileno()
        if fd not in self._waiting:
            self._waiting[fd] = exchange
            self._selector.register(fd, events)
        elif self._selector.get_key(fd).events != events:
            self._selector.modify(fd, events)

    def _broke(self, exchange: _Exchange) -> None:
        if not exchange.may_be_stale:
            self._finish(exchange, None)
            return
        self._hang_up(exchange)
        self._drive(exchange, lambda: exchange.begin(self._way.line(new=True)))

    def _finish(self, exchange: _Exchange, answer: Answer | None) -> None:
        if answer is not None and answer.status in _BUSY:
            self._way.window.slow_down()
        tag = _tag(exchange.parcel, answer)
        if tag:
            self._way.succeeded()
        else:
            self._way.missed(exchange.line)
        self._end(exchange, answer)
        self._done.append((exchange.parcel, tag))

    def _end(self, exchange: _Exchange, answer: Answer | None) -> None:
        """Give back all that it has."""
        keeps = answer is not None and answer.keeps and exchange.out is None
        self._hang_up(exchange, keeps=keeps)
        if exchange.body is not None:
            self._bytes -= len(exchange.body)
            exchange.body.close()
        self._way.window.give(answer is not None)

    def _hang_up(self, exchange: _Exchange, *, keeps: bool = False) -> None:
        line, exchange.line = exchange.line, None
        if line is None:
            return
        if self._waiting.pop(line.fileno(), None) is not None:
            self._selector.unregister(line)
        if keeps:
            self._way.keep(line)
        else:
            line.close()


def _tag(parcel: Parcel, answer: Answer | None) -> str | None:
    """The ETag, if the answer proves the content."""
    if answer is None or answer.status != 200:
        return None
    if answer.headers.get("x-amz-checksum-crc32") != parcel.crc32:
        return None
    return answer.headers.get("etag", "").strip('"') or None
