"""The Connection contract over SFTP; each method hands its work to the file that knows how."""

from __future__ import annotations

import getpass
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import quote

from skynet_desktop.connections.base import Connection, Ledger, RemoteFile, Upload, state_of
from skynet_desktop.connections.introduction import Endpoint, Location
from skynet_desktop.connections.recovery import Content
from skynet_desktop.connections.route import Route
from skynet_desktop.connections.sftp import packets as p
from skynet_desktop.connections.sftp import particulars
from skynet_desktop.connections.sftp.auth import Credentials, sign_in
from skynet_desktop.connections.sftp.batch import SMALL_BYTES, Batch, Result
from skynet_desktop.connections.sftp.calls import SFTP
from skynet_desktop.connections.sftp.faults import (
    FOLDER_IN_THE_WAY,
    NO_FILE,
    NOT_THERE,
    explain,
    parent,
    plain,
)
from skynet_desktop.connections.sftp.folders import Folders
from skynet_desktop.connections.sftp.hostkeys import HostKey
from skynet_desktop.connections.sftp.listing import Listing
from skynet_desktop.connections.sftp.names import temp_of
from skynet_desktop.connections.sftp.options import OPTIONS
from skynet_desktop.connections.sftp.pool import Pool
from skynet_desktop.connections.sftp.reading import fetch, reading
from skynet_desktop.connections.sftp.removal import remove_all, remove_file
from skynet_desktop.connections.sftp.session import Server, Transport, open_transport
from skynet_desktop.connections.sftp.upload import BigUpload, forget
from skynet_desktop.core.errors import ConnectionLost, PathBlocked, PathError, RemoteMissing


class SFTPConnection(Connection):
    """An account on an SSH server. Up to :attr:`parallel` threads share one session, each
    with a channel of its own. Relative remote paths start at the login folder."""

    kind = "sftp"
    title = "SFTP server"
    parallel = 4
    keeps_replaced = True
    options = OPTIONS

    def __init__(
        self,
        *,
        host: str,
        port: int = 22,
        username: str | None = None,
        auth: str = "auto",
        key_file: str | None = None,
        password: str | None = None,
        passphrase: str | None = None,
        known_hosts: str | None = None,
        host_key: str | None = None,
    ) -> None:
        pin = host_key.strip() if host_key else None
        self._server = Server(host, port, known_hosts or None, pin or None)
        self._credentials = Credentials(
            username or getpass.getuser(), auth, key_file or None, password, passphrase
        )
        self.route = Route()
        self._folders = Folders()
        self._lock = threading.Lock()
        self._transport: Transport | None = None
        self._pool: Pool | None = None
        self._closed = False

    def describe(self) -> str:
        return f"{self._credentials.username}@{self._server.host}:{self._server.port}"

    # --- opening and closing -----------------------------------------------------------------

    def open(self) -> None:
        transport = open_transport(self._routed())
        with self._lock:
            self._transport = transport
            self._pool = Pool(transport)
            closed = self._closed
        try:
            if closed:
                raise ConnectionLost("The connection was closed.")
            sign_in(transport, str(self._server), self._credentials)
            with self._pool.pipe() as sftp:
                self.folds_names = _folds_names(sftp)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._closed = True
            transport = self._transport
        if transport is not None:
            transport.close()

    def _routed(self) -> Server:
        return replace(self._server, proxy=self.route.proxy_for("ssh", self._server.host))

    @contextmanager
    def _pipe(self) -> Iterator[SFTP]:
        if self._pool is None or self._closed:
            raise ConnectionLost("The connection is closed.")
        with self._pool.pipe() as sftp:
            yield sftp

    @contextmanager
    def _at(self, path: bytes) -> Iterator[SFTP]:
        """A pipe for work on what has this path, to which no planted link leads."""
        with self._pipe() as sftp, _explained(sftp, path):
            self._folders.vet(sftp, parent(path))
            yield sftp

    # --- sending -----------------------------------------------------------------------------

    def send(self, src_path: str, remote_path: str) -> None:
        self.send_upload(Upload.of(src_path, remote_path))

    def send_upload(self, upload: Upload) -> None:
        with self._pipe() as sftp:
            if upload.state.size > SMALL_BYTES:
                BigUpload(sftp, self._folders, upload).run()
                return
            for _, error in Batch(sftp, self._folders, [upload]).run():
                if error is not None:
                    raise error

    def send_batch(self, uploads: Sequence[Upload]) -> Iterator[Result]:
        """A stop is raised, as an error of the service is: it concerns all that is left."""
        small = [upload for upload in uploads if upload.state.size <= SMALL_BYTES]
        with self._pipe() as sftp:
            yield from Batch(sftp, self._folders, small).run()
            for upload in uploads:
                if upload.state.size > SMALL_BYTES:
                    yield upload, self._send_big(sftp, upload)

    def _send_big(self, sftp: SFTP, upload: Upload) -> Exception | None:
        try:
            BigUpload(sftp, self._folders, upload).run()
        except PathError as error:
            return error
        return None

    # --- removing and renaming ---------------------------------------------------------------

    def delete(self, remote_path: str) -> None:
        with self._pipe() as sftp:
            remove_file(sftp, self._folders, p.encode(remote_path))

    def delete_batch(self, remote_paths: Sequence[str]) -> Iterator[tuple[str, Exception | None]]:
        with self._pipe() as sftp:
            yield from remove_all(sftp, self._folders, remote_paths)

    def remove_folder(self, remote_dir: str) -> None:
        path = p.encode(remote_dir)
        self._folders.drop(path)
        with self._at(path) as sftp:
            try:
                sftp.run(p.RMDIR, p.string(path))
            except p.StatusError as error:
                if error.code == p.PERMISSION_DENIED and sftp.lstat(path) is not None:
                    raise plain(error) from error

    def move(self, remote_src: str, remote_dest: str) -> None:
        source, target = p.encode(remote_src), p.encode(remote_dest)
        with self._at(source) as sftp, _explained(sftp, target):
            there = sftp.lstat(source)
            if there is None:
                raise RemoteMissing(NOT_THERE)
            if there.is_folder or there.is_link:
                raise PathBlocked(FOLDER_IN_THE_WAY if there.is_folder else NO_FILE)
            self._folders.within(sftp, parent(target), lambda: sftp.rename_over(source, target))

    def move_tree(self, remote_src: str, remote_dest: str) -> None:
        source, target = p.encode(remote_src), p.encode(remote_dest)
        with self._at(source) as sftp, _explained(sftp, target):
            there = sftp.lstat(source)
            if there is None:
                raise RemoteMissing(NOT_THERE)
            # posix-rename would replace an empty folder; the plain rename never replaces.
            if not there.is_folder or sftp.lstat(target) is not None:
                raise PathBlocked("The new name is taken at the destination.")
            self._folders.within(sftp, parent(target), lambda: sftp.rename_new(source, target))
        self._folders.forget()

    # --- looking and fetching ----------------------------------------------------------------

    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        path = p.encode(remote_dir)
        with self._pipe() as sftp, _explained(sftp, path):
            self._folders.vet(sftp, path)
            yield from Listing(sftp, path).run()

    def stat(self, remote_path: str) -> RemoteFile | None:
        path = p.encode(remote_path)
        with self._at(path) as sftp:
            there = sftp.lstat(path)
        if there is None or not there.is_file:
            return None
        return RemoteFile(remote_path.rpartition("/")[2], there.size or 0, there.mtime_ns)

    def matches(self, src_path: str, remote_dir: str, remote: RemoteFile) -> bool:
        """By the time of the last change, which SFTP keeps in whole seconds. One second off
        is allowed: some servers round where others cut."""
        if remote.mtime_ns is None:
            return False
        ours = state_of(src_path).mtime_ns // 1_000_000_000
        return abs(ours - remote.mtime_ns // 1_000_000_000) <= 1

    def fetch(self, remote_path: str, dest_path: str) -> None:
        path = p.encode(remote_path)
        with self._at(path) as sftp:
            fetch(sftp, path, dest_path)

    @contextmanager
    def read(self, remote_path: str, *, offset: int = 0, version: str = "") -> Iterator[Content]:
        if version:
            raise RemoteMissing("This server keeps no versions.")
        path = p.encode(remote_path)
        with self._at(path) as sftp, reading(sftp, path, offset) as content:
            yield content

    def set_time(self, remote_path: str, mtime_ns: int) -> None:
        path = p.encode(remote_path)
        with self._at(path) as sftp:
            there = sftp.lstat(path)
            if there is not None and there.is_link:
                raise PathBlocked(NO_FILE)  # the request would follow it
            sftp.run(p.SETSTAT, p.string(path) + p.time_attrs(mtime_ns))

    # --- while it is set up (introduction.py) ------------------------------------------------

    def endpoint(self) -> Endpoint | None:
        if self._routed().proxy is not None:
            return None
        return Endpoint(self._server.host, self._server.port)

    def verify_server(self) -> str:
        transport = open_transport(self._routed())
        try:
            key = transport.get_remote_server_key()
            shown = HostKey(key.get_name(), key.asbytes()).fingerprint
            return f"The server is known by its host key, {key.get_name()} {shown}."
        finally:
            transport.close()

    def has_folder(self, remote_dir: str) -> bool:
        path = p.encode(remote_dir)
        with self._pipe() as sftp, _explained(sftp, path):
            there = sftp.stat(path)
        return there is not None and there.is_folder

    def location(self, remote_path: str) -> Location:
        """As a URL, a path of the login folder begins with ``/~/`` (the draft for sftp://)."""
        path = remote_path if remote_path.startswith("/") else f"/~/{remote_path}".rstrip("/")
        user, port = quote(self._credentials.username, safe=""), self._server.port
        host = f"[{self._server.host}]" if ":" in self._server.host else self._server.host
        where = host if port == 22 else f"{host}:{port}"
        url = f"sftp://{user}@{where}{quote(path, errors='surrogateescape', safe='/~')}"
        return Location(f"{self.describe()} {remote_path or '~'}", url)

    # --- for a check-up (particulars.py) -----------------------------------------------------

    def server_time(self, remote_dir: str, *, may_write: bool) -> float | None:
        if not may_write:
            return None
        with self._pipe() as sftp:
            return particulars.server_time(sftp, p.encode(remote_dir))

    def free_space(self, remote_dir: str) -> int | None:
        with self._pipe() as sftp:
            space = sftp.space(p.encode(remote_dir)) or sftp.space(b"")
        return None if space is None else space.bytes

    # --- after an interruption ---------------------------------------------------------------

    def clean_up(self, remote_dir: str, ledger: Ledger, keep: Callable[[str], bool]) -> None:
        self._folders.guard(p.encode(remote_dir))
        below = remote_dir if not remote_dir or remote_dir.endswith("/") else remote_dir + "/"
        for remote_path, record in ledger.records():
            if not remote_path.startswith(below) or keep(remote_path):
                continue
            with self._pipe() as sftp:
                forget(sftp, remote_path, record)
            ledger.drop(remote_path)

    def discard(self, remote_path: str) -> None:
        temp = temp_of(p.encode(remote_path))
        with self._pipe() as sftp:
            try:
                sftp.remove(temp)
            except p.StatusError as error:
                raise explain(sftp, error, temp) from error


@contextmanager
def _explained(sftp: SFTP, path: bytes) -> Iterator[None]:
    """Turns a bare status into what it means for ``path``."""
    try:
        yield
    except p.StatusError as error:
        raise explain(sftp, error, path) from error


def _folds_names(sftp: SFTP) -> bool:
    """Whether the login folder is also found with its case swapped; writes nothing."""
    try:
        home = sftp.realpath(b".")
        swapped = home.swapcase()
        return swapped != home and sftp.stat(swapped) is not None
    except p.StatusError:
        return False
