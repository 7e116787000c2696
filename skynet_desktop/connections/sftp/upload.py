"""One big file, resumable: through kill -9, power loss and cut cables.

The content goes to a temporary name beside the target. What is there after an interruption
is the server's own answer (its size); the last few MiB, all that could have been in flight,
are read back and compared with the local file before the upload goes on behind them. The
ledger only says which version of the file they belong to.

The record of an upload::

    {"temp": name, "version": [size, mtime_ns, ctime_ns], "sealed": true if complete}
"""

from __future__ import annotations

import os
from io import FileIO

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.connections.sftp.faults import FOLDER_IN_THE_WAY, explain, parent
from skynet_desktop.connections.sftp.folders import Folders
from skynet_desktop.connections.sftp.fullness import explain_write
from skynet_desktop.connections.sftp.keeping import keep
from skynet_desktop.connections.sftp.modes import mode_of
from skynet_desktop.connections.sftp.names import is_temp, temp_of
from skynet_desktop.connections.sftp.ranges import IN_FLIGHT_BYTES, read_range
from skynet_desktop.core.errors import (
    PathBlocked,
    PathError,
    SourceChanged,
    SourceVanished,
    source_error,
)
from skynet_desktop.core.files import FileState

# How much is sent between two looks at whether the local file is still the same.
_LOOK_BYTES = 64 << 20


class BigUpload:
    """One try at sending one file. For one thread.

    Raises what ``send_upload`` may raise. A file that changed or vanished leaves nothing
    behind; after any other error the next try goes on from here.
    """

    def __init__(self, sftp: SFTP, folders: Folders, upload: Upload) -> None:
        self._sftp = sftp
        self._folders = folders
        self._upload = upload
        self._size = upload.state.size
        self._remote = p.encode(upload.remote_path)
        self._temp = temp_of(self._remote)

    def run(self) -> None:
        self._sftp.check = self._upload.check
        try:
            self._upload.check_unchanged()
            with open(self._upload.src_path, "rb", buffering=0) as source:
                if FileState.of(os.fstat(source.fileno())) != self._upload.state:
                    raise SourceChanged("The file changed before it was read.")
                self._send(source)
        except (SourceChanged, SourceVanished):
            self._discard()
            raise
        except p.StatusError as error:
            raise explain(self._sftp, error, self._remote) from error
        except OSError as error:
            reason = source_error(error)
            if isinstance(reason, SourceVanished):
                self._discard()
            raise reason from error

    def _send(self, source: FileIO) -> None:
        there = self._sftp.lstat(self._remote)
        if there is not None and there.is_folder:
            raise PathBlocked(FOLDER_IN_THE_WAY)  # better known before the first byte
        record = self._record()
        left = self._sftp.lstat(self._temp)
        if record.get("sealed") and left is None and self._is_published(there):
            self._upload.check_unchanged()
        else:
            start = self._resume_at(source, left) if record else 0
            self._remember(sealed=False)
            self._fill(source, start)
            self._upload.check_unchanged()
            self._remember(sealed=True)
            if self._upload.keep_as:
                kept = p.encode(self._upload.keep_as)
                keep(self._sftp, self._folders, self._remote, kept)
            self._sftp.rename_over(self._temp, self._remote)
        self._upload.ledger.drop(self._upload.remote_path)
        self._upload.progress(self._size)

    # --- going on where a former try ended -------------------------------------------------

    def _version(self) -> list[int]:
        state = self._upload.state
        return [state.size, state.mtime_ns, state.ctime_ns]

    def _record(self) -> dict[str, object]:
        """The record of this version of the file; that of another version is cleared away."""
        record = self._upload.ledger.get(self._upload.remote_path)
        if record is None:
            return {}
        if record.get("version") == self._version() and record.get("temp") == self._temp_name():
            return record
        forget(self._sftp, self._upload.remote_path, record)
        return {}

    def _temp_name(self) -> str:
        return p.decode(self._temp)

    def _remember(self, sealed: bool) -> None:
        record = {"temp": self._temp_name(), "version": self._version(), "sealed": sealed}
        self._upload.ledger.put(self._upload.remote_path, record)

    def _is_published(self, there: p.Attrs | None) -> bool:
        """The last try was cut off between the rename and the ledger's entry."""
        seconds = self._upload.state.mtime_ns // 1_000_000_000
        return there is not None and (there.size, there.mtime) == (self._size, seconds)

    def _resume_at(self, source: FileIO, left: p.Attrs | None) -> int:
        """Bytes that need not be sent again."""
        if left is None or not left.is_file or not left.size or left.size > self._size:
            return 0
        return left.size if self._same_tail(source, left.size) else 0

    def _same_tail(self, source: FileIO, end: int) -> bool:
        start = max(0, end - IN_FLIGHT_BYTES)
        handle = self._sftp.open(self._temp, p.FLAG_READ)
        source.seek(start)
        for remote in read_range(self._sftp, handle, start, end):
            if _read(source, len(remote)) != remote:
                break
            start += len(remote)
        self._sftp.drain()
        self._sftp.run(p.CLOSE, handle)
        return start == end

    # --- sending ---------------------------------------------------------------------------

    def _fill(self, source: FileIO, start: int) -> None:
        """Bring the temporary file to its full content and close it."""
        handle = self._open(start)
        try:
            self._write(source, handle, start)
            self._sftp.set_mtime(handle, self._upload.state.mtime_ns)
            self._sftp.fsync(handle)
            size = self._sftp.fstat(handle).size
        except (p.StatusError, PathError) as error:
            self._sftp.drain()
            self._sftp.call(p.CLOSE, handle)
            if isinstance(error, p.StatusError):
                raise explain_write(self._sftp, error, self._temp, self._size) from error
            raise
        self._sftp.run(p.CLOSE, handle)
        if size != self._size:
            self._discard()
            raise PathError(f"The server holds {size} bytes instead of {self._size}.")

    def _open(self, start: int) -> bytes:
        if start:
            return self._sftp.open(self._temp, p.FLAG_WRITE)
        mode = mode_of(self._upload)
        folder = parent(self._remote)
        return self._folders.within(self._sftp, folder, lambda: self._sftp.create(self._temp, mode))

    def _write(self, source: FileIO, handle: bytes, start: int) -> None:
        """Many blocks in flight, at most :data:`IN_FLIGHT_BYTES` unconfirmed."""
        upload, block = self._upload, self._sftp.limits.write
        in_flight: dict[int, int] = {}  # request id -> where its block starts, in order
        position = confirmed = start
        look_at = start + _LOOK_BYTES
        source.seek(start)
        upload.progress(start)
        while position < self._size or in_flight:
            # Answers that are there come first, so that progress keeps up with a slow pace.
            while (
                position < self._size
                and position - confirmed <= IN_FLIGHT_BYTES - block
                and not (in_flight and self._sftp.answered)
            ):
                upload.check()
                data = source.read(min(block, self._size - position))
                if not data:
                    raise SourceChanged("The file became shorter while it was read.")
                upload.content.add(position, data)
                upload.pace(len(data))
                in_flight[self._sftp.write(handle, position, data)] = position
                position += len(data)
            number, kind, body = self._sftp.receive()
            if error := p.status_of(kind, body):
                raise error
            del in_flight[number]
            confirmed = next(iter(in_flight.values()), position)
            upload.progress(confirmed)
            if confirmed >= look_at:
                look_at = confirmed + _LOOK_BYTES
                upload.check_unchanged()

    def _discard(self) -> None:
        self._sftp.drain()
        record = self._upload.ledger.get(self._upload.remote_path)
        if record is not None:
            forget(self._sftp, self._upload.remote_path, record)
            self._upload.ledger.drop(self._upload.remote_path)


def forget(sftp: SFTP, remote_path: str, record: dict[str, object]) -> None:
    """Remove what the upload of a record left at the server; raises our errors."""
    temp = p.encode(str(record.get("temp", "")))
    if not is_temp(temp):
        return  # not ours to touch, whatever the ledger says
    try:
        sftp.remove(temp)
    except p.StatusError as error:
        raise explain(sftp, error, p.encode(remote_path)) from error


def _read(source: FileIO, size: int) -> bytes:
    """Exactly ``size`` bytes unless the file ends before."""
    data = source.read(size) or b""
    while len(data) < size:
        more = source.read(size - len(data))
        if not more:
            break
        data += more
    return data
