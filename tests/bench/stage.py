"""The stage of all workloads: scratch folders, servers on loopback, fresh destinations."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from tests.bench.counting import CountingProxy
from tests.bench.link import long_link
from tests.bench.measuring import BenchError
from tests.places import Place, local_place, s3_place, sftp_place
from tests.servers.seaweed import Seaweed
from tests.servers.sshd import Sshd

SERVICES = ("local", "sftp", "s3")
REMOTE = "mirror"
_MEMORY = Path("/dev/shm")
_BLOCK = 8 << 20
_PAST = 1_700_000_000
_FILES_A_FOLDER = 100


class Stage:
    """A context: on leaving it, servers end and all that was written is gone."""

    def __init__(self, needed_bytes: int) -> None:
        self.folder = _roomy(needed_bytes)
        self._stack = ExitStack()

    def __enter__(self) -> Stage:
        self.scratch = Path(tempfile.mkdtemp(prefix="skynet-bench-", dir=self.folder))
        self._stack.callback(shutil.rmtree, self.scratch, ignore_errors=True)
        self._stack.callback(setattr, tempfile, "tempdir", tempfile.tempdir)
        tempfile.tempdir = str(self.scratch)  # the servers keep their data here too
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def new_folder(self, name: str) -> Iterator[Path]:
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.scratch))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    # --- destinations -------------------------------------------------------------------

    @cached_property
    def _seaweed(self) -> Seaweed:
        return self._started(Seaweed())

    @cached_property
    def _secure_seaweed(self) -> Seaweed:
        return self._started(Seaweed(secure=True))

    def _started(self, server: Seaweed) -> Seaweed:
        self._stack.callback(server.close)
        server.start()
        return server

    @contextmanager
    def secure_place(self, service: str) -> Iterator[Place]:
        """As :meth:`place`, by TLS; of S3 alone, as SFTP is always encrypted."""
        server = self._secure_seaweed
        assert service == "s3" and server.issuer is not None
        with self._bucket(server) as place:
            roots = str(server.issuer.file)
            env = {"AWS_CA_BUNDLE": roots, "RCLONE_CA_CERT": roots}
            yield replace(place, env={**place.env, **env})

    @cached_property
    def _sshd(self) -> Sshd:
        folder = self.scratch / "sshd"
        folder.mkdir()
        server = Sshd(folder)
        self._stack.callback(server.stop)
        return server.start()

    @contextmanager
    def place(self, service: str) -> Iterator[Place]:
        """An empty destination, removed afterwards."""
        if service == "s3":
            with self._bucket(self._seaweed) as place:
                yield place
            return
        with self.new_folder(service) as folder:
            yield local_place(folder) if service == "local" else sftp_place(self._sshd, folder)

    @contextmanager
    def far_place(self, service: str, seconds: float) -> Iterator[Place]:
        """As :meth:`place`, at the other end of a link whose round trip takes so long."""
        port = self._sshd.port if service == "sftp" else self._seaweed.ports["s3"]
        with self.place(service) as place, long_link(port, seconds) as far:
            rclone = place.rclone.replace(f":{port}", f":{far}").replace(f"={port}", f"={far}")
            if service == "s3":
                options = place.options | {"endpoint_url": f"http://127.0.0.1:{far}"}
            else:
                key = " ".join(self._sshd.host_keys[0].with_suffix(".pub").read_text().split()[:2])
                options = place.options | {"port": str(far), "host_key": key}
            yield replace(place, options=options, rclone=rclone)

    @contextmanager
    def _bucket(self, server: Seaweed) -> Iterator[Place]:
        place = s3_place(server)
        client, bucket = server.client(), place.options["bucket"]
        client.put_object(Bucket=bucket, Key="first", Body=b"x")  # makes the bucket's volume
        client.delete_object(Bucket=bucket, Key="first")
        try:
            yield place
        finally:
            # With its bucket goes the whole volume; objects deleted one by one would leave it.
            with suppress(BotoCoreError, ClientError):
                client.delete_bucket(Bucket=bucket)

    @contextmanager
    def counted_bucket(self) -> Iterator[tuple[Place, CountingProxy]]:
        """As :meth:`place`, reached by a proxy that counts the requests."""
        with self._bucket(self._seaweed) as place:
            proxy = CountingProxy(("127.0.0.1", self._seaweed.ports["s3"]))
            try:
                direct, counted = self._seaweed.endpoint, f"http://127.0.0.1:{proxy.port}"
                options = place.options | {"endpoint_url": counted}
                rclone = place.rclone.replace(direct, counted)
                yield replace(place, options=options, rclone=rclone), proxy
            finally:
                proxy.close()


def _roomy(needed_bytes: int) -> Path:
    """Memory if it has the room, so that no disk is measured; else where temporary files go."""
    if _MEMORY.is_dir():
        available = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        if min(shutil.disk_usage(_MEMORY).free, available) > needed_bytes:
            return _MEMORY
    return Path(tempfile.gettempdir())


# --- what is at a destination ---------------------------------------------------------------


def root_of(place: Place) -> Path:
    """The folder of the mirror, of a destination whose disk is ours."""
    return Path(place.rclone.rpartition(":")[2]) / REMOTE


def check_arrived(place: Place, files: int, size: int) -> None:
    """Raises :class:`BenchError` unless that many files and bytes are there: speed alone is
    no merit."""
    result = place.run_rclone(
        "size", "--json", "--fast-list", "--exclude", "/.skynet/**", f"{place.rclone}/{REMOTE}"
    )
    found = json.loads(result.stdout or "{}")
    if (found.get("count"), found.get("bytes")) != (files, size):
        raise BenchError(f"{files} files, {size} bytes expected at {place.kind}, found {found}")


def count_at(place: Place) -> int:
    """How many files of the mirror are there."""
    if isinstance(place.server, Seaweed):
        pages = (
            place.server.client()
            .get_paginator("list_objects_v2")
            .paginate(Bucket=place.options["bucket"], Prefix=f"{REMOTE}/folder")
        )
        return sum(len(page.get("Contents", [])) for page in pages)
    return sum(1 for _ in root_of(place).glob("folder*/*.dat"))


def looker(place: Place, size: int) -> Callable[[str], bool]:
    """Tells whether a file of that size is at the destination, asking as directly as can be."""
    if isinstance(place.server, Seaweed):
        client, bucket = place.server.client(), place.options["bucket"]

        def visible(name: str) -> bool:
            try:
                head = client.head_object(Bucket=bucket, Key=f"{REMOTE}/{name}")
            except ClientError:
                return False
            return head["ContentLength"] == size

        return visible
    root = root_of(place)

    def on_disk(name: str) -> bool:
        try:
            return os.stat(root / name).st_size == size
        except FileNotFoundError:
            return False

    return on_disk


# --- what is to be mirrored -----------------------------------------------------------------


def make_files(
    root: Path,
    files: int,
    size: int,
    *,
    in_folder: int = _FILES_A_FOLDER,
    fresh: bool = False,
) -> None:
    """Small files of random bytes, some to a folder. They look as if they were made long ago,
    unless ``fresh``."""
    for number in range(files):
        folder = root / f"folder {number // in_folder:05}"
        if number % in_folder == 0:
            folder.mkdir()
        path = folder / f"file {number:06}.dat"
        path.write_bytes(os.urandom(size))
        if not fresh:
            os.utime(path, (_PAST, _PAST))


def make_mixed_files(root: Path, size: int) -> int:
    """Half of so many bytes in a few large files, most of the rest in middling ones, and many
    small ones. How many files."""
    shares = ((64 << 10, 0.1), (1 << 20, 0.35), (14 << 20, 0.55))
    count = 0
    for each, share in shares:
        folder = root / f"of {each >> 10} KiB"
        folder.mkdir()
        for number in range(int(size * share / each)):
            path = folder / f"file {number:05}.dat"
            path.write_bytes(os.urandom(each))
            os.utime(path, (_PAST, _PAST))
            count += 1
    return count


def size_of(root: Path) -> int:
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file())


def make_big_file(root: Path, size: int) -> None:
    block = os.urandom(_BLOCK)
    path = root / "big.bin"
    with open(path, "wb") as file:
        for offset in range(0, size, _BLOCK):
            file.write(block[: size - offset])
    os.utime(path, (_PAST, _PAST))
