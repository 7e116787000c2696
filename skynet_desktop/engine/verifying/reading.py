"""Asking for the content of one file: by a checksum that the service keeps, or read back.

All of it happens in threads that may be left alone with a service that does not answer.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from skynet_desktop.connections.base import (
    Connection,
    Fetches,
    Matches,
    RemoteFile,
    SetsTimes,
    state_of,
)
from skynet_desktop.connections.recovery import Compares, Content, Reads
from skynet_desktop.core.content import ContentHash, hash_of_file
from skynet_desktop.core.errors import (
    PathError,
    RemoteMissing,
    ServiceError,
    SourceChanged,
    SourceUnreadable,
    SourceVanished,
    Stopped,
    sorted_error,
    source_error,
)
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.engine.verifying.judging import (
    Case,
    Judgement,
    Verdict,
    other_size,
    other_time,
    same_time,
    tags_agree,
)
from skynet_desktop.engine.verifying.report import Difference, Fault

_BLOCK = 1 << 20


def can_read(connection: Connection) -> bool:
    return isinstance(connection, Reads | Fetches)


@dataclass(frozen=True)
class Reader:
    """Safe from as many threads as the connection is. ``check`` is called between blocks and
    may raise; ``on_read`` takes the bytes that came. ``folder`` is for temporary files."""

    connection: Connection
    mapper: Mapper
    folder: Path
    check: Callable[[], None]
    on_read: Callable[[int], None]
    deep: bool

    def compare(self, case: Case) -> Judgement:
        """Sizes were compared already. Raises a :class:`ServiceError` and what ``check``
        raises; what is wrong with this file alone is an answer."""
        source = self.mapper.local(case.path)
        try:
            found = self._read_back(case, source) if self.deep else self._ask(case, source)
            return found if state_of(source) == case.here else Verdict.CHANGED
        except Exception as raised:
            return _what_it_means(case.path, raised)

    # --- quick --------------------------------------------------------------------------

    def _ask(self, case: Case, source: str) -> Judgement:
        """Where the listing says too little. By nothing but the content if the service's tag
        is another one than when the file was sent: times are easily the same."""
        assert case.there is not None
        if tags_agree(case) is False:
            same = isinstance(self.connection, Compares) and self.connection.same_content(
                source, self.mapper.remote(case.path)
            )
        elif isinstance(self.connection, Matches):
            same = self.connection.matches(source, self.mapper.remote_base, case.there)
        else:
            same = True  # there is nothing but the size to compare
        return Verdict.SAME if same else _other_content(case.path)

    # --- deep ---------------------------------------------------------------------------

    def _read_back(self, case: Case, source: str) -> Judgement:
        with self._content(case.path) as content:
            sent = case.known.hash if case.known is not None and case.vouched else None
            found = self._compare_blocks(case.path, source, content, sent)
            there_ns = content.file.mtime_ns
        if found is not Verdict.SAME or not isinstance(self.connection, SetsTimes):
            return found
        if there_ns is None and case.there is not None:
            there_ns = case.there.mtime_ns
        assert case.here is not None
        if there_ns is None or same_time(case.here.mtime_ns, there_ns):
            return found
        return other_time(case.path, case.here.mtime_ns, there_ns)

    @contextlib.contextmanager
    def _content(self, path: str) -> Iterator[Content]:
        remote_path = self.mapper.remote(path)
        if isinstance(self.connection, Reads):
            with self.connection.read(remote_path) as content:
                yield content
            return
        assert isinstance(self.connection, Fetches)
        fetched = self.folder / uuid.uuid4().hex
        try:
            self.connection.fetch(remote_path, str(fetched))
            file = RemoteFile(os.path.basename(path), fetched.stat().st_size)
            yield Content(file, _blocks_of(fetched))
        finally:
            fetched.unlink(missing_ok=True)

    def _compare_blocks(
        self, path: str, source: str, content: Content, sent: bytes | None
    ) -> Judgement:
        """``sent`` is the hash of what was sent, as far as known. Where the two differ, it
        tells which of them is not that any more: then all is read to the end."""
        there, end, same = ContentHash(), 0, True
        with _opened(source) as read:
            for block in content.blocks:
                self.check()
                self.on_read(len(block))
                same = same and read(len(block)) == block
                if not same and sent is None:
                    return _other_content(path)
                there.add(end, block)
                end += len(block)
            same = same and not read(1)
        if same:
            return Verdict.SAME
        here_size = state_of(source).size
        if sent is not None and hash_of_file(source, self.check) != sent:
            return _rotten(path, there.of(end) == sent)
        return other_size(path, here_size, end) if here_size != end else _other_content(path)


@contextlib.contextmanager
def _opened(source: str) -> Iterator[Callable[[int], bytes]]:
    """Reads the local file; its errors are the source's, not the service's."""
    try:
        file = open(source, "rb")  # noqa: SIM115  (closed below; only this may raise OSError)
    except OSError as error:
        raise source_error(error) from error

    def read(size: int) -> bytes:
        try:
            return file.read(size)
        except OSError as error:
            raise source_error(error) from error

    with file:
        yield read


def _blocks_of(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK):
            yield block


def _other_content(path: str) -> Difference:
    return Difference(
        path, Fault.CONTENT, "Its content at the destination is not what it is here."
    )  # fmt: skip


def _rotten(path: str, there_is_right: bool) -> Difference:
    """The file here is no longer what was sent, although nobody changed it: sending it again
    might replace the only good copy."""
    if there_is_right:
        detail = (
            "It changed here although nothing shows that somebody saved it, as on a failing disk; "
            "the destination holds what was sent. Restore it, or save it anew to send it."
        )
    else:
        detail = (
            "It changed here although nothing shows that somebody saved it, as on a failing disk, "
            "and the destination holds something else again. Look at both."
        )
    return Difference(path, Fault.CONTENT, detail, repairable=False)


def _what_it_means(path: str, raised: Exception) -> Judgement:
    error = sorted_error(raised)
    if isinstance(error, ServiceError | Stopped):
        raise error
    return unreadable(path, error)


def unreadable(path: str, error: Exception) -> Judgement:
    """What a path's own error says of it, here or there."""
    if isinstance(error, SourceVanished | SourceChanged):
        return Verdict.CHANGED
    if isinstance(error, RemoteMissing):
        return Difference(path, Fault.MISSING, "It is here and not at the destination.")
    if isinstance(error, SourceUnreadable):
        return Difference(path, Fault.UNREADABLE, error.reason, repairable=False)
    reason = error.reason if isinstance(error, PathError) else str(error)
    return Difference(path, Fault.UNREADABLE, f"It cannot be read at the destination: {reason}")
