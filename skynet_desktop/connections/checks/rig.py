"""What all checks stand on: a fresh place at the service, and hands to use it with."""

from __future__ import annotations

import contextlib
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest

from skynet_desktop.connections.base import Connection, Fetches, Lists, Upload
from skynet_desktop.core.errors import PathImpossible, RemoteMissing, SkynetError, sorted_error

MIB = 1024 * 1024
MakeConnection = Callable[[], Connection]
Capability = TypeVar("Capability")


class Rig:
    """The fixtures. A service that needs a server overrides :meth:`make_connection`."""

    base: str = "conformance"
    """The remote folder to work in. ``make_connection`` may set another one on ``self``."""
    big: int = 48 * MIB
    """Bytes; large enough that ``send_upload`` goes on where a stopped attempt ended."""
    resumes: bool = True
    """Whether ``send_upload`` does so at all."""
    keeps_without_gap: bool = True
    """Whether a name stays readable while what has it is kept elsewhere and replaced."""
    many: int = 1_100
    """Files in the large folder; more than most services list or delete by one request."""

    @pytest.fixture
    def make_connection(self, tmp_path: Path) -> MakeConnection:
        """Makes connections that are not opened yet, all to the same empty place."""
        raise NotImplementedError

    def read_remote(self, connection: Connection, remote_path: str) -> bytes | None:
        """The content, None if it is not there. By ``fetch`` unless overridden."""
        if not isinstance(connection, Fetches):
            pytest.skip("the content cannot be read back: override read_remote or give read=...")
        with tempfile.TemporaryDirectory() as folder:
            local = os.path.join(folder, "fetched")
            try:
                connection.fetch(remote_path, local)
            except Exception as error:
                if isinstance(sorted_error(error), RemoteMissing):
                    return None
                raise
            return Path(local).read_bytes()

    @pytest.fixture
    def connection(self, make_connection: MakeConnection) -> Iterator[Connection]:
        connection = make_connection()
        connection.open()
        yield connection
        connection.close()

    @pytest.fixture
    def place(self, connection: Connection, tmp_path: Path) -> Place:
        return Place(self, connection, tmp_path)


class Place:
    """The remote folder of one test, seen through one connection. Names are relative to it."""

    def __init__(self, rig: Rig, connection: Connection, tmp_path: Path) -> None:
        self.rig = rig
        self.connection = connection
        self._sources = tmp_path / "conformance-sources"
        self._sources.mkdir(exist_ok=True)

    def through(self, connection: Connection) -> Place:
        """The same place through another connection."""
        return Place(self.rig, connection, self._sources.parent)

    def path(self, name: str) -> str:
        return f"{self.rig.base}/{name}"

    def new_local(self) -> str:
        """A local path that nothing has yet."""
        return str(self._sources / uuid.uuid4().hex)

    def source(self, content: bytes) -> str:
        """A local file."""
        path = self.new_local()
        Path(path).write_bytes(content)
        return path

    def send(self, name: str, content: bytes) -> None:
        self.connection.send(self.source(content), self.path(name))

    def try_send(self, name: str, content: bytes) -> bool:
        """False if the service says that it cannot hold the name; other errors go on."""
        try:
            self.send(name, content)
        except Exception as error:
            if isinstance(sorted_error(error), PathImpossible):
                return False
            raise
        return True

    def upload(self, name: str, content: bytes, **more: Any) -> Upload:
        upload = Upload.of(self.source(content), self.path(name))
        for key, value in more.items():
            setattr(upload, key, value)
        return upload

    def read(self, name: str) -> bytes | None:
        return self.rig.read_remote(self.connection, self.path(name))

    def holds(self, **or_names: bytes | None) -> None:
        self.holds_all(or_names)

    def holds_all(self, contents: dict[str, bytes | None]) -> None:
        """Asserts what is there under these names; None for nothing."""
        for name, content in contents.items():
            found = self.read(name)
            same(found, content, repr(name))

    def listed(self, folder: str = "") -> dict[str, int]:
        """Sizes by path relative to ``folder``."""
        lists = needs(self.connection, Lists)
        found = list(lists.list(self.path(folder) if folder else self.rig.base))
        sizes = {file.path: file.size for file in found}
        assert len(sizes) == len(found), "a file was listed twice"
        return sizes


def same(found: bytes | None, expected: bytes | None, what: str) -> None:
    """Fails if contents differ.

    In place of ``assert``, by which pytest writes out and compares every byte of both where
    ``CI`` is set: minutes for contents of megabytes.
    """
    if found != expected:
        pytest.fail(f"{what}: {_told(found)}; right is: {_told(expected)}")


def _told(content: bytes | None) -> str:
    if content is None:
        return "nothing"
    return f"{len(content)} bytes, {content[:40]!r}"


def needs(connection: Connection, capability: Callable[..., Capability]) -> Capability:
    """The connection as one that has the capability; skips the test if it has not."""
    protocol = cast("type", capability)
    if not isinstance(connection, protocol):
        pytest.skip(f"the connection has not the capability {protocol.__name__}")
    return cast("Capability", connection)


@contextlib.contextmanager
def raises(kind: type[SkynetError], src_path: str | None = None) -> Iterator[None]:
    """Expects an error that is, or is sorted as, one of ``kind``."""
    raised = True
    with may_raise(kind, src_path):
        yield
        raised = False
    if not raised:
        pytest.fail(f"no {kind.__name__} was raised")


@contextlib.contextmanager
def may_raise(kind: type[SkynetError], src_path: str | None = None) -> Iterator[None]:
    """Allows errors of ``kind`` and no others."""
    try:
        yield
    except AssertionError:
        raise
    except Exception as error:
        found = sorted_error(error, src_path)
        assert isinstance(found, kind), f"{found!r} (from {error!r}) is no {kind.__name__}"
