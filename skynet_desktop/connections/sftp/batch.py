"""Many small files at once over one pipe.

A file goes through four steps: OPEN of a temporary name; WRITE, FSETSTAT and CLOSE sent
together; and once all of these are confirmed and the local file is still the same, the
rename. What is replaced and to be kept gets its other name right before that. While one file
waits for its answers, others take their steps: the round trips hide behind each other.
Nothing is renamed on the strength of a reply that has not come.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import FileIO

from skynet_desktop.connections.base import Upload
from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.connections.sftp.faults import LINK_IN_THE_WAY, explain, parent
from skynet_desktop.connections.sftp.folders import Folders
from skynet_desktop.connections.sftp.fullness import explain_write
from skynet_desktop.connections.sftp.keeping import Steps, keeping
from skynet_desktop.connections.sftp.modes import mode_of
from skynet_desktop.connections.sftp.names import temp_of
from skynet_desktop.core.errors import (
    PathBlocked,
    ServiceError,
    SkynetError,
    SourceChanged,
    Stopped,
    StorageFull,
    source_error,
)

SMALL_BYTES = 4 << 20
"""Bigger files are worth resuming and are not sent this way."""
_MOST_FILES = 64
_MOST_BYTES = 8 << 20

Result = tuple[Upload, Exception | None]


class _File:
    """One file on its way."""

    __slots__ = (
        "error",
        "handle",
        "keeping",
        "mode",
        "pending",
        "remote",
        "retried",
        "temp",
        "upload",
    )

    def __init__(self, upload: Upload) -> None:
        self.upload = upload
        self.remote = b""
        self.temp = b""
        self.handle = b""
        self.mode = 0
        self.pending = 0
        self.retried: list[int] = []
        self.error: Exception | None = None
        self.keeping: Steps | None = None


_Step = Callable[[_File, int, bytes], None]


class Batch:
    """One call of ``send_batch``. For one thread.

    A :class:`Stopped` or an error of the service ends it: nothing new is begun, what is
    under way is finished or taken back, then the error is raised.
    """

    def __init__(self, sftp: SFTP, folders: Folders, uploads: Sequence[Upload]) -> None:
        self._sftp = sftp
        self._folders = folders
        self._todo = deque(uploads)
        self._waiting: dict[int, tuple[_Step, _File]] = {}
        self._done: deque[Result] = deque()
        self._files = 0
        self._bytes = 0
        self._most = min(_MOST_FILES, sftp.limits.handles)
        self._fatal: SkynetError | None = None
        self._ahead: set[bytes] = set()
        self._links: set[bytes] = set()

    def run(self) -> Iterator[Result]:
        if self._todo:
            self._sftp.check = self._todo[0].check  # a stop concerns all alike
        while self._waiting or (self._todo and self._fatal is None):
            while self._has_room():
                self._begin(_File(self._todo.popleft()))
            if self._waiting:
                request, kind, body = self._sftp.receive()
                step, file = self._waiting.pop(request)
                step(file, kind, body)
            while self._done:
                yield self._done.popleft()
        if self._fatal is not None:
            raise self._fatal

    def _has_room(self) -> bool:
        if not self._todo or self._fatal is not None or self._files >= self._most:
            return False
        return not self._files or self._bytes + self._todo[0].state.size <= _MOST_BYTES

    # --- the steps, in order ---------------------------------------------------------------

    def _begin(self, file: _File) -> None:
        self._files += 1
        self._bytes += file.upload.state.size
        upload = file.upload
        try:
            upload.check()
            file.remote = p.encode(upload.remote_path)
            file.temp = temp_of(file.remote)
            file.mode = mode_of(upload)
            self._folder_ahead(parent(file.remote))
        except SkynetError as error:
            self._finish(file, error)
        else:
            self._open(file)

    def _folder_ahead(self, folder: bytes) -> None:
        """Make the folder without waiting if the one above it is there: the server takes
        requests in order. That it exists already is as good an answer as any, unless it is
        a link, which is seen before a file in it is published."""
        if folder in self._folders or folder in self._ahead:
            return
        above = parent(folder)
        if above in self._folders or above in self._ahead:
            self._ahead.add(folder)
            self._ask(self._ignore, _NOBODY, p.MKDIR, p.string(folder) + p.NO_ATTRS)
            self._ask(partial(self._looked_at, folder), _NOBODY, p.LSTAT, p.string(folder))
        else:
            self._folders.ensure(self._sftp, folder)

    def _looked_at(self, folder: bytes, _file: _File, kind: int, body: bytes) -> None:
        there = p.read_attrs(body)[0] if kind == p.ATTRS else p.Attrs()
        led_astray = there.is_link and self._folders.is_guarded(folder)
        if led_astray or parent(folder) in self._links:
            self._links.add(folder)
        elif kind == p.ATTRS:
            self._folders.add(folder)

    def _ignore(self, file: _File, kind: int, body: bytes) -> None:
        pass

    def _open(self, file: _File) -> None:
        """As a new file: why, says :meth:`SFTP.create`."""
        fields = p.string(file.temp) + p.u32(p.FLAGS_NEW) + p.mode_attrs(file.mode)
        self._ask(self._opened, file, p.OPEN, fields)

    def _opened(self, file: _File, kind: int, body: bytes) -> None:
        if kind == p.HANDLE:
            file.handle = body
            self._write(file)
            return
        error = p.status_of(kind, body) or p.StatusError(p.BAD_MESSAGE, "no handle")
        try:
            if error.code == p.PERMISSION_DENIED or error.code in file.retried:
                raise explain(self._sftp, error, file.temp, file.upload.state.size)
            file.retried.append(error.code)
            if error.code == p.NO_SUCH_FILE:
                self._folders.forget()
                self._ahead.clear()
                self._folders.ensure(self._sftp, parent(file.remote))
            else:
                self._ask(self._ignore, _NOBODY, p.REMOVE, p.string(file.temp))
        except SkynetError as reason:
            self._finish(file, reason)
        else:
            self._open(file)

    def _write(self, file: _File) -> None:
        upload = file.upload
        try:
            with open(upload.src_path, "rb", buffering=0) as source:
                self._write_blocks(file, source)
            fields = file.handle + p.time_attrs(upload.state.mtime_ns)
            self._ask(self._timed, file, p.FSETSTAT, fields)
            file.pending += 1
        except OSError as error:
            file.error = source_error(error)
        except (SourceChanged, Stopped) as error:
            file.error = error
        self._ask(self._stored, file, p.CLOSE, file.handle)
        file.pending += 1

    def _write_blocks(self, file: _File, source: FileIO) -> None:
        size, block, position = file.upload.state.size, self._sftp.limits.write, 0
        while position < size:
            data = source.read(min(block, size - position))
            if not data:
                raise SourceChanged("The file became shorter while it was read.")
            file.upload.content.add(position, data)
            file.upload.pace(len(data))
            request = self._sftp.write(file.handle, position, data)
            self._waiting[request] = (self._stored, file)
            file.pending += 1
            position += len(data)

    def _timed(self, file: _File, kind: int, body: bytes) -> None:
        """A server that keeps no times says so, and that is all right."""
        error = p.status_of(kind, body)
        if error is not None and error.code == p.UNSUPPORTED:
            kind, body = p.STATUS, p.u32(p.OK)
        self._stored(file, kind, body)

    def _stored(self, file: _File, kind: int, body: bytes) -> None:
        error = p.status_of(kind, body)
        if error is not None and file.error is None:
            file.error = error
        file.pending -= 1
        if file.pending == 0:
            self._publish(file)

    def _publish(self, file: _File) -> None:
        upload = file.upload
        try:
            if isinstance(file.error, p.StatusError):
                raise self._explain_write(file, file.error)
            if file.error is not None:
                raise file.error
            if parent(file.remote) in self._links:
                raise PathBlocked(LINK_IN_THE_WAY)
            upload.check_unchanged()
            if not upload.keep_as:
                self._rename(file)
                return
            keep = p.encode(upload.keep_as)
            file.keeping = keeping(self._sftp, self._folders, file.remote, keep)
            self._ask(self._kept, file, *next(file.keeping))
        except SkynetError as error:
            self._take_back(file, error)

    def _kept(self, file: _File, kind: int, body: bytes) -> None:
        """The next step of keeping what is there; after the last one it may be replaced."""
        assert file.keeping is not None
        try:
            self._ask(self._kept, file, *file.keeping.send((kind, body)))
        except StopIteration:
            self._rename(file)
        except SkynetError as error:
            self._take_back(file, error)

    def _rename(self, file: _File) -> None:
        if self._sftp.renames_over:
            request = self._sftp.rename_request(file.temp, file.remote)
            self._ask(self._renamed, file, *request)
            return
        try:
            self._sftp.rename_over(file.temp, file.remote)
        except p.StatusError as error:
            self._take_back(file, self._explain(file, error))
        else:
            self._finish(file, None)

    def _renamed(self, file: _File, kind: int, body: bytes) -> None:
        if error := p.status_of(kind, body):
            self._take_back(file, self._explain(file, error))
        else:
            self._finish(file, None)

    def _take_back(self, file: _File, error: SkynetError) -> None:
        file.error = error
        self._ask(self._taken_back, file, p.REMOVE, p.string(file.temp))

    def _taken_back(self, file: _File, _kind: int, _body: bytes) -> None:
        # Whether the removal worked or not, the next try writes over it.
        self._finish(file, file.error)

    # --- helpers ---------------------------------------------------------------------------

    def _ask(self, step: _Step, file: _File, kind: int, fields: bytes) -> None:
        self._waiting[self._sftp.request(kind, fields)] = (step, file)

    def _explain(self, file: _File, error: p.StatusError) -> SkynetError:
        return explain(self._sftp, error, file.remote, file.upload.state.size)

    def _explain_write(self, file: _File, error: p.StatusError) -> SkynetError:
        if isinstance(self._fatal, StorageFull):
            return self._fatal  # one answer is enough for all that are under way
        return explain_write(self._sftp, error, file.temp, file.upload.state.size)

    def _finish(self, file: _File, error: Exception | None) -> None:
        self._files -= 1
        self._bytes -= file.upload.state.size
        if isinstance(error, Stopped | ServiceError):
            self._fatal = self._fatal or error
            return
        if error is None:
            file.upload.progress(file.upload.state.size)
        self._done.append((file.upload, error))


_NOBODY = _File.__new__(_File)


__all__ = ["SMALL_BYTES", "Batch", "Result"]
