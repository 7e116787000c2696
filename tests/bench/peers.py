"""The tools that others would use, each at its best settings."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measuring import Run, timed
from tests.bench.stage import REMOTE
from tests.places import Place
from tests.servers.sshd import Sshd

HOURS = 2 * 3600.0
_S5CMD = Path(sysconfig.get_path("scripts")) / "s5cmd"


@dataclass(frozen=True)
class Peer:
    """``copy`` brings a folder to an empty place and tells what that took. Raises
    ``BenchError``."""

    name: str
    copy: Callable[[Place, Path], Run]


def rclone_copy(place: Place, source: Path, flags: tuple[str, ...]) -> tuple[Run, int]:
    """The run, and how many files it sent."""
    arguments = ("copy", "-v", "--stats", "0", *flags, str(source), f"{place.rclone}/{REMOTE}")
    run, result = timed(lambda: place.run_rclone(*arguments, timeout=HOURS))
    return run, result.stderr.count(": Copied (") + result.stderr.count(": Multi-thread Copied (")


def name_of(flags: tuple[str, ...]) -> str:
    return " ".join(("rclone copy", *flags))


def rclone(*flags: str) -> Peer:
    return Peer(name_of(flags), lambda place, source: rclone_copy(place, source, flags)[0])


def s5cmd(workers: int) -> Peer:
    def copy(place: Place, source: Path) -> Run:
        command = [
            str(_S5CMD), "--endpoint-url", place.options["endpoint_url"], "--log", "error",
            "--numworkers", str(workers), "cp", f"{source}/",
            f"s3://{place.options['bucket']}/{REMOTE}/",
        ]  # fmt: skip
        return timed(lambda: _run(command, place))[0]

    return Peer(f"s5cmd --numworkers {workers}", copy)


def openssh() -> Peer:
    def copy(place: Place, source: Path) -> Run:
        server = place.server
        assert isinstance(server, Sshd)
        command = [
            "sftp", "-q", "-b", "-", "-i", str(server.client_key), "-P", place.options["port"],
            "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-o", "LogLevel=ERROR", f"{server.username}@127.0.0.1",
        ]  # fmt: skip
        target = f"{place.rclone.rpartition(':')[2]}/{REMOTE}"
        return timed(lambda: _run(command, place, f'put -rp "{source}" "{target}"\n'))[0]

    return Peer("sftp put -rp", copy)


def _run(command: list[str], place: Place, said: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **place.env}
    return subprocess.run(
        command, env=env, input=said, capture_output=True, text=True, timeout=HOURS, check=False
    )


_MANY = rclone("--transfers", "32", "--checkers", "32")
MANY = {
    "local": [_MANY],
    "sftp": [_MANY, openssh()],
    "s3": [_MANY, s5cmd(32)],
}
BIG = {
    "local": [rclone()],
    "sftp": [rclone(), rclone("--sftp-concurrency", "128"), openssh()],
    "s3": [rclone(), rclone("--s3-upload-concurrency", "8"), s5cmd(32)],
}
FAR = {
    "sftp": [_MANY, openssh()],
    "s3": [rclone("--transfers", "64", "--checkers", "64"), s5cmd(256)],
}
"""Over a long link. More than 64 transfers made rclone wait for minutes."""
UNCHANGED: dict[str, list[tuple[str, ...]]] = {
    "local": [(), ("--size-only", "--checkers", "32")],
    "sftp": [(), ("--size-only", "--checkers", "32")],
    "s3": [
        (),
        ("--fast-list", "--update", "--use-server-modtime"),
        ("--fast-list", "--size-only"),
    ],
}
"""Flags of rclone."""
