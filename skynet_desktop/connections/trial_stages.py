"""What a trial does in each of its stages, and how it removes what it wrote."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Generator
from pathlib import Path

from skynet_desktop.connections.base import (
    Connection,
    Discards,
    Fetches,
    HasFolders,
    Lists,
    SendsUploads,
    Stats,
    Upload,
)
from skynet_desktop.connections.introduction import (
    Endpoint,
    FindsFolders,
    HasEndpoint,
    VerifiesServer,
)
from skynet_desktop.connections.reach import knock, look_up
from skynet_desktop.connections.trial_advice import Stage
from skynet_desktop.core.errors import PathError

log = logging.getLogger(__name__)

TEST_FILE = ".skynet-test-"
"""How the name of the test file begins; 16 random digits follow. It is no name of a mirrored
file, and a mirror leaves alone what it did not write."""


class NotNeeded(Exception):
    """A stage that does not apply after all; the words say why."""


def stages_of(connection: Connection, *, writes: bool = True) -> list[Stage]:
    """The stages that apply to this connection, in their order; those that write on demand."""
    stages = [Stage.NAME, Stage.PORT] if isinstance(connection, HasEndpoint) else []
    if isinstance(connection, VerifiesServer):
        stages.append(Stage.SECURE)
    stages.append(Stage.SIGN_IN if connection.signs_in else Stage.FOLDER)
    if isinstance(connection, Lists):
        stages.append(Stage.LIST)
    if not writes:
        return stages
    stages.append(Stage.WRITE)
    if isinstance(connection, Fetches):
        stages.append(Stage.READ)
    return [*stages, Stage.DELETE]


class Stages:
    """One connection being tried, by one thread. ``scratch`` is an empty local folder."""

    def __init__(
        self, connection: Connection, folder: str, scratch: Path, cancelled: threading.Event
    ) -> None:
        self._connection = connection
        self._folder = folder
        self._scratch = scratch
        self._cancelled = cancelled
        self._content = secrets.token_bytes(64)
        name = TEST_FILE + secrets.token_hex(8)
        self._path = f"{folder.rstrip('/')}/{name}" if folder else name
        self._written = False
        self._missing: list[str] = []

    def run(self, stage: Stage) -> str:
        """Words on what was found. Raises what the connection raises, and :class:`NotNeeded`."""
        acts: dict[Stage, Callable[[], str]] = {
            Stage.NAME: self._name,
            Stage.PORT: self._port,
            Stage.SECURE: self._secure,
            Stage.FOLDER: self._open,
            Stage.SIGN_IN: self._open,
            Stage.LIST: self._list,
            Stage.WRITE: self._write,
            Stage.READ: self._read,
            Stage.DELETE: self._delete,
        }
        return acts[stage]()

    def _endpoint(self) -> Endpoint:
        assert isinstance(self._connection, HasEndpoint)
        endpoint = self._connection.endpoint()
        if endpoint is None:
            raise NotNeeded("A proxy is on the way and sees to it.")
        return endpoint

    def _name(self) -> str:
        endpoint = self._endpoint()
        addresses = look_up(endpoint)
        if addresses == [endpoint.host]:
            raise NotNeeded(f"{endpoint.host} is no name but an address.")
        return f"The address of {endpoint.host} is {addresses[0]}."

    def _port(self) -> str:
        endpoint = self._endpoint()
        knock(endpoint)
        return f"Port {endpoint.port} of {endpoint.host} is open."

    def _secure(self) -> str:
        assert isinstance(self._connection, VerifiesServer)
        proof = self._connection.verify_server()
        if not proof:
            raise NotNeeded("Nothing is encrypted: who listens on the way can read all of it.")
        return proof

    def _open(self) -> str:
        self._connection.open()
        return f"{self._connection.describe()}."

    def _list(self) -> str:
        assert isinstance(self._connection, Lists)
        files = self._connection.list(self._folder)
        first = next(files, None)
        if isinstance(files, Generator):
            files.close()  # a big folder is not read to its end
        return "There are no files yet." if first is None else "There are files already."

    def _write(self) -> str:
        source = self._scratch / "sent"
        source.write_bytes(self._content)
        self._missing = self._missing_folders()
        upload = Upload.of(str(source), self._path)
        upload.stopping = self._cancelled
        self._written = True
        if isinstance(self._connection, SendsUploads):
            self._connection.send_upload(upload)
        else:
            self._connection.send(upload.src_path, upload.remote_path)
        return f"A test file was written: {self._path}"

    def _read(self) -> str:
        assert isinstance(self._connection, Fetches)
        copy = self._scratch / "fetched"
        self._connection.fetch(self._path, str(copy))
        if copy.read_bytes() != self._content:
            raise PathError("What was read back is not what was written.")
        return "It was read back unchanged."

    def _delete(self) -> str:
        self._remove(self._connection)
        if isinstance(self._connection, Stats) and self._connection.stat(self._path) is not None:
            raise PathError(f"The test file is still there: {self._path}")
        self._written = False
        return "It was deleted again."

    # --- leaving nothing behind ---------------------------------------------------------

    def _missing_folders(self) -> list[str]:
        """The folders that writing will make, deepest first."""
        if not isinstance(self._connection, FindsFolders):
            return []
        missing: list[str] = []
        folder = self._folder.rstrip("/")
        while folder and not self._connection.has_folder(folder):
            missing.append(folder)
            folder = folder.rpartition("/")[0]
        return missing

    def _remove(self, connection: Connection) -> None:
        connection.delete(self._path)
        if isinstance(connection, Discards):
            connection.discard(self._path)
        if isinstance(connection, HasFolders):
            for folder in self._missing:
                connection.remove_folder(folder)  # only if it is empty

    def clean_up(self, connect: Callable[[], Connection]) -> None:
        """Remove what was written and is still there: by the connection that wrote it, else
        by a fresh one. Never raises; what cannot be done is logged."""
        if not self._written:
            return
        try:
            self._remove(self._connection)
        except Exception:
            self._clean_up_afresh(connect)

    def _clean_up_afresh(self, connect: Callable[[], Connection]) -> None:
        try:
            connection = connect()
            try:
                connection.open()
                self._remove(connection)
            finally:
                connection.close()
        except Exception as error:
            log.warning(
                "the test file %s may still be at %s: %s",
                self._path, self._connection.describe(), error,
            )  # fmt: skip
