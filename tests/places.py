"""Destinations for end-to-end tests: how Skynet and an independent client reach each."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from skynet_desktop.core.reserved import RESERVED
from tests.servers.seaweed import KEYS, Seaweed
from tests.servers.sshd import Sshd

RCLONE = Path(sysconfig.get_path("scripts")) / (
    "rclone.exe" if sys.platform == "win32" else "rclone"
)


@dataclass
class Place:
    """A service's type and options, the environment that holds its secrets, and the same
    place as the independent client names it."""

    kind: str
    options: dict[str, str]
    rclone: str
    env: dict[str, str] = field(default_factory=dict)
    server: Seaweed | Sshd | None = None

    def service_arguments(self) -> list[str]:
        pairs = [f"-o{key}={value}" for key, value in self.options.items()]
        return ["--type", self.kind, *pairs]

    def run_rclone(self, *arguments: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, **self.env, "RCLONE_CONFIG": os.devnull}
        return subprocess.run(
            [RCLONE, *arguments], env=env, capture_output=True, text=True, timeout=timeout,
            errors="backslashreplace", check=False,
        )  # fmt: skip

    def differences(self, source: Path, remote: str, *, one_way: bool = False) -> list[str]:
        """What differs between the folder and the remote, contents read back: lines of
        ``+ only here``, ``- only there``, ``* different``, ``! unreadable``."""
        result = self.run_rclone(
            "check", "--download", "--combined", "-", "--checkers", "16",
            "--exclude", f"/{RESERVED}/**",
            *(["--one-way"] if one_way else []), str(source), f"{self.rclone}/{remote}",
        )  # fmt: skip
        return [line for line in result.stdout.split("\n") if line and not line.startswith("= ")]


def names_in(folder: Path) -> set[str]:
    """What was mirrored into this folder of a disk: all but what Skynet keeps for itself."""
    return {path.name for path in folder.iterdir()} - {RESERVED}


def local_place(folder: Path) -> Place:
    folder.mkdir(parents=True, exist_ok=True)
    return Place("local", {"path": str(folder)}, str(folder))


def s3_place(server: Seaweed, bucket: str | None = None) -> Place:
    """A new bucket, unless one is named."""
    if bucket is None:
        bucket = f"mirror-{uuid.uuid4().hex[:12]}"
        client = server.client()
        client.create_bucket(Bucket=bucket)
        client.close()
    access_key, secret_key, _ = KEYS["admin"]
    return Place(
        "s3",
        {"bucket": bucket, "endpoint_url": server.endpoint, "region": "us-east-1",
         "auth": "environment"},
        f":s3,provider=SeaweedFS,env_auth,list_url_encode=true,region=us-east-1,endpoint='{server.endpoint}':{bucket}",
        {"AWS_ACCESS_KEY_ID": access_key, "AWS_SECRET_ACCESS_KEY": secret_key},
        server,
    )  # fmt: skip


def sftp_place(server: Sshd, root: Path) -> Place:
    """``root`` is a folder on the server, with the same path here."""
    options = {key: str(value) for key, value in server.options().items()}
    options |= {"auth": "environment"}
    rclone = (
        f":sftp,host=127.0.0.1,port={server.port},user={server.username},"
        f"key_file='{server.client_key}',shell_type=none,disable_hashcheck,encoding='Slash,Dot':{root}"
    )
    return Place("sftp", options, rclone, {}, server)
