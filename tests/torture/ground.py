"""Grounds: a real server behind a faulty proxy, and an independent look at what it holds."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from botocore.handlers import set_list_objects_encoding_type_url

from tests.places import Place, s3_place, sftp_place
from tests.servers.seaweed import Seaweed
from tests.servers.sshd import SSHD, Sshd
from tests.torture.cost import S3Meter, SftpMeter
from tests.torture.faulty_proxy import FaultyProxy
from tests.torture.journal import Journal, digest_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

REMOTE = "backup/here"
TRASH = re.compile(r"\.skynet/trash/\d{4}-\d\d-\d\d/\d\d-\d\d-\d\d/(.+)", re.DOTALL)
"""The path that what lies in the trash had."""
MARK = ".skynet/mapping.json"
NotThere = (OSError, BotoCoreError, ClientError)


class Ground(ABC):
    """``place`` leads through the ``proxy``; everything else here goes around it. Paths are
    relative to the mapping's remote folder. What asks the server raises :data:`NotThere`."""

    service: str
    place: Place
    proxy: FaultyProxy
    meter: S3Meter | SftpMeter
    server: Seaweed | Sshd

    def kill_server(self) -> None:
        self.server.kill()

    def start_server(self) -> None:
        self.server.start()

    @abstractmethod
    def names(self) -> list[str]:
        """All that is there, our own folder included."""

    @abstractmethod
    def digest(self, path: str) -> bytes:
        """SHA-256 of the content."""

    @abstractmethod
    def mtime(self, path: str) -> int | None:
        """Whole seconds since 1970."""

    @abstractmethod
    def leftovers(self) -> list[str]:
        """What unfinished uploads left: paths of uploads (S3) or temporary files."""

    @abstractmethod
    def close(self) -> None: ...


class S3Ground(Ground):
    service = "s3"

    def __init__(self, folder: Path) -> None:
        self.server: Seaweed = Seaweed()
        self.server.start()
        try:
            place = s3_place(self.server)
            self._bucket = place.options["bucket"]
            self.meter: S3Meter = S3Meter(f"{self._bucket}/{REMOTE}", folder / "requests.log")
            target = ("127.0.0.1", self.server.ports["s3"])
            self.proxy = FaultyProxy(target, self.meter.tap)
        except BaseException:
            self.server.close()
            raise
        place.options["endpoint_url"] = f"http://127.0.0.1:{self.proxy.port}"
        self.place = place
        self._client: S3Client = self.server.client()
        # SeaweedFS says that names are URL encoded when asked for that, and leaves them.
        for name in ("ListObjectsV2", "ListMultipartUploads"):
            self._client.meta.events.unregister(
                f"before-parameter-build.s3.{name}", set_list_objects_encoding_type_url
            )

    def names(self) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2")
        prefix = f"{REMOTE}/"
        return [
            item["Key"].removeprefix(prefix)
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix)
            for item in page.get("Contents", [])
        ]

    def digest(self, path: str) -> bytes:
        found = hashlib.sha256()
        body = self._client.get_object(Bucket=self._bucket, Key=f"{REMOTE}/{path}")["Body"]
        for block in body.iter_chunks(1 << 20):
            found.update(block)
        return found.digest()

    def mtime(self, path: str) -> int | None:
        head = self._client.head_object(Bucket=self._bucket, Key=f"{REMOTE}/{path}")
        stored = head["Metadata"].get("mtime")
        return None if stored is None else int(float(stored) // 1)

    def leftovers(self) -> list[str]:
        uploads = self._client.list_multipart_uploads(Bucket=self._bucket).get("Uploads", [])
        return [upload["Key"].removeprefix(f"{REMOTE}/") for upload in uploads]

    def close(self) -> None:
        self.proxy.close()
        self.meter.close()
        self.server.close()


class SftpGround(Ground):
    service = "sftp"

    def __init__(self, folder: Path, journal: Journal) -> None:
        keys, self._top = folder / "sshd", folder / "served"
        self._root = self._top / REMOTE
        for new in (keys, self._top):
            new.mkdir()
        log = folder / "sftp.log"
        log.touch()
        self.server: Sshd = Sshd(keys, extra=_logging(_logging_server(folder, log)))
        self.server.start()
        try:
            self.proxy = FaultyProxy((self.server.host, self.server.port))
        except BaseException:
            self.server.kill()
            raise
        self.meter: SftpMeter = SftpMeter(log, str(self._root), journal)
        self.place = sftp_place(self.server, self._top)
        # The same host key, behind another port.
        known, port = self.server.known_hosts, self.server.port
        known.write_text(known.read_text().replace(f"]:{port} ", f"]:{self.proxy.port} "))
        self.place.options["port"] = str(self.proxy.port)

    def names(self) -> list[str]:
        return [self._name(path) for path in files_below(self._root) if not _is_temporary(path)]

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()

    def digest(self, path: str) -> bytes:
        return digest_of(self._root / path)

    def mtime(self, path: str) -> int | None:
        return (self._root / path).stat().st_mtime_ns // 10**9

    def leftovers(self) -> list[str]:
        return [self._name(path) for path in files_below(self._root) if _is_temporary(path)]

    def close(self) -> None:
        self.proxy.close()
        self.server.kill()
        self.meter.close()


def files_below(root: Path) -> list[Path]:
    """Also while folders come and go, of which ``rglob`` makes an error."""
    return [
        path
        for folder, _, names in os.walk(root)
        for path in (Path(folder) / name for name in names)
        if path.is_file()
    ]


def _is_temporary(path: Path) -> bool:
    return path.name.startswith(".skynet-")


def _logging(server: str) -> str:
    """It is started by the user's shell. What ~/.bashrc does must not be part of the torture:
    bash passes it over where it believes that it is no first shell."""
    return f"Subsystem sftp {server}\nSetEnv SHLVL=3"


def _logging_server(folder: Path, log: Path) -> str:
    """A command that serves SFTP and logs every write: what it got is counted by that."""
    places = [Path(SSHD).parent.parent / p for p in ("lib/openssh", "libexec/openssh", "libexec")]
    server = shutil.which("sftp-server", path=os.pathsep.join(map(str, places)))
    if server is None:
        raise RuntimeError("No sftp-server beside sshd (Debian: openssh-sftp-server).")
    script = folder / "sftp-server"
    script.write_text(f"#!/bin/sh\nexec {server} -e -l DEBUG1 2>>'{log}'\n")
    script.chmod(0o755)
    return str(script)


def open_ground(service: str, folder: Path, journal: Journal) -> Ground:
    """``folder`` is made. Close the ground afterwards."""
    folder.mkdir()
    return S3Ground(folder) if service == "s3" else SftpGround(folder, journal)
