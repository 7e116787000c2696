"""A real S3 server for tests: SeaweedFS on loopback, started and stopped at will.

Usable outside of pytest too::

    with Seaweed() as server:
        connection = S3Connection(**server.options("bucket"))
        server.kill()     # as a crash would
        server.start()    # same ports, same data

Not safe to start or stop from several threads at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.servers.tls import Issuer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

READY_SECONDS = 60.0
STOP_SECONDS = 3.0
PORTS = ("master", "volume", "filer", "s3")
LIMITED_BUCKET = "limited-bucket"

# name -> (access key, secret key, what it may do)
KEYS: dict[str, tuple[str, str, list[str]]] = {
    "admin": ("admin-key-id", "canary-admin-secret", ["Admin"]),
    "reader": ("reader-key-id", "canary-reader-secret", ["Read", "List"]),
    "writer": ("writer-key-id", "canary-writer-secret", ["Write", "List"]),
    "prefix": (
        "prefix-key-id",
        "canary-prefix-secret",
        [f"{verb}:{LIMITED_BUCKET}/mine/*" for verb in ("Read", "Write", "List")],
    ),
}


class Seaweed:
    """One server with its own temporary data folder; :meth:`close` removes it.

    ``endpoint`` and the ports stay the same over restarts. ``secure``: by TLS, with a
    certificate whose issuer is ``issuer.file``.
    """

    def __init__(self, port: int = 0, *, secure: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="skynet-seaweed-"))
        self._clients: dict[str, S3Client] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self.issuer = Issuer(self.folder) if secure else None
        self._choose_ports(port)
        self._write_keys()

    def __enter__(self) -> Seaweed:
        try:
            self.start()
        except RuntimeError:  # somebody else may have taken one of the ports meanwhile
            self._choose_ports()
            self.start()
        return self

    def _choose_ports(self, port: int = 0) -> None:
        self.ports = {name: _free_port() for name in PORTS}
        self.grpc_ports = {name: _free_port() for name in PORTS}
        if port:
            self.ports["s3"] = port
        scheme = "https" if self.issuer else "http"
        self.endpoint = f"{scheme}://127.0.0.1:{self.ports['s3']}"
        self._clients.clear()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Returns when an object can be written. Raises ``RuntimeError`` if that never comes."""
        if self._process is not None:
            return
        with (self.folder / "weed.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command(), cwd=self.folder, env=_environment(), stdout=log, stderr=log
            )
        self._wait_until_ready()

    def stop(self) -> None:
        """Ends it politely if it hurries, by force if not: its own farewell takes long."""
        if self._process is not None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """SIGKILL, as a crash would end it. What was written stays."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.kill()
        for client in self._clients.values():
            client.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, who: str = "admin") -> S3Client:
        """A plain boto3 client, the tests' own look at the server; it outlives restarts."""
        if who not in self._clients:
            self._clients[who] = self._make_client(who)
        return self._clients[who]

    def _make_client(self, who: str) -> S3Client:
        access_key, secret_key, _ = KEYS[who]
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            verify=str(self.issuer.file) if self.issuer else None,
            config=Config(
                connect_timeout=2,
                read_timeout=20,
                retries={"total_max_attempts": 1},
                s3={"addressing_style": "path"},
            ),
        )

    def empty(self, bucket: str) -> None:
        """Objects, begun uploads and folders; by the filer, as S3 cannot name a folder.

        SeaweedFS leaves one behind when its last object is deleted, and completes no
        multipart upload by its name ("InternalError"). Raises ``OSError``.
        """
        folder = f"http://127.0.0.1:{self.ports['filer']}/buckets/{bucket}/"
        while entries := _filer("GET", f"{folder}?limit=1000").get("Entries"):
            for entry in entries:
                name = quote(entry["FullPath"].rpartition("/")[2], safe="")
                _filer("DELETE", f"{folder}{name}?recursive=true")

    def options(self, bucket: str, who: str = "admin") -> dict[str, Any]:
        """Keyword arguments for ``S3Connection``."""
        access_key, secret_key, _ = KEYS[who]
        return {
            "bucket": bucket,
            "endpoint_url": self.endpoint,
            "region": "us-east-1",
            "access_key_id": access_key,
            "secret_access_key": secret_key,
        }

    def _write_keys(self) -> None:
        identities = [
            {
                "name": name,
                "credentials": [{"accessKey": access_key, "secretKey": secret_key}],
                "actions": actions,
            }
            for name, (access_key, secret_key, actions) in KEYS.items()
        ]
        (self.folder / "s3.json").write_text(json.dumps({"identities": identities}))

    def _command(self) -> list[str]:
        # Telemetry, bucket creation on write and two more listeners are on unless told.
        flags = {
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "dir": str(self.folder),
            "master.telemetry": "false",
            "master.electionTimeout": "500ms",  # 10 s would hold up every restart
            "master.volumeSizeLimitMB": "256",
            "volume.max": "1000",
            "volume.minFreeSpace": "1",
            "volume.preStopSeconds": "0",
            "s3.config": str(self.folder / "s3.json"),
            "filer.localSocket": str(self.folder / "filer.sock"),
            "s3.localSocket": str(self.folder / "s3.sock"),
            "s3.port.iceberg": "0",
            "s3.port.lance": "0",
            "s3.iam": "false",
            "s3.autoCreateBucket": "false",
        }
        for name in PORTS:
            flags[f"{name}.port"] = str(self.ports[name])
            flags[f"{name}.port.grpc"] = str(self.grpc_ports[name])
        if self.issuer is not None:
            flags["s3.cert.file"] = flags["s3.key.file"] = str(self.issuer.certificate())
        switches = [f"-{name}={value}" for name, value in flags.items()]
        return [_weed(), "-logtostderr", "server", "-filer", "-s3", *switches]

    def _wait_until_ready(self) -> None:
        client = self.client()
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            with contextlib.suppress(BotoCoreError, ClientError):
                self._make_bucket(client, LIMITED_BUCKET)
                client.put_object(Bucket=LIMITED_BUCKET, Key="ready", Body=b"yes")
                return
            time.sleep(0.1)
        log = (self.folder / "weed.log").read_text(errors="replace")
        self.kill()
        raise RuntimeError(f"SeaweedFS does not answer:\n{log[-3000:]}")

    @staticmethod
    def _make_bucket(client: S3Client, name: str) -> None:
        try:
            client.create_bucket(Bucket=name)
        except ClientError as error:
            if not error.response["Error"]["Code"].startswith("Bucket"):
                raise


def _filer(method: str, url: str) -> dict[str, Any]:
    request = Request(url, method=method, headers={"Accept": "application/json"})
    with urlopen(request, timeout=20) as answer:
        text = answer.read()
    return json.loads(text) if text else {}


def _weed() -> str:
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.exists() else "weed"


def _environment() -> dict[str, str]:
    # Each bucket would otherwise begin with seven volumes.
    return {**os.environ, "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1"}


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
