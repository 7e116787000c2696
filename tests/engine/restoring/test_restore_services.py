"""Restores from the real services, over a network that cuts and stalls."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.engine.restoring import tally as restore_tally
from skynet_desktop.engine.restoring.catalogue import Catalogue
from skynet_desktop.engine.restoring.partial import STEP
from skynet_desktop.engine.restoring.restore import Restored, Restoring, restore
from tests.engine.restoring.restore_rig import here
from tests.engine.rig import wait_until
from tests.servers.seaweed import Seaweed
from tests.servers.sshd import Sshd
from tests.servers.tcp_proxy import TcpProxy

BIG = 4 * STEP + 77
Made = tuple[Callable[[], Connection], TcpProxy, str]


@pytest.fixture(autouse=True)
def told_of_each_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore_tally, "_TELL_SECONDS", 0.0)


@pytest.fixture(params=["s3", "sftp"])
def service(request: pytest.FixtureRequest) -> Iterator[Made]:
    """A way to make connections that lead through a proxy, the proxy, and an empty folder."""
    if request.param == "s3":
        server: Seaweed = request.getfixturevalue("s3_server")
        bucket = request.getfixturevalue("s3_bucket")
        host, _, port = server.endpoint.rpartition("//")[2].partition(":")
        proxy = TcpProxy((host, int(port)))
        options = server.options(bucket) | {"endpoint_url": f"http://127.0.0.1:{proxy.port}"}
        yield lambda: S3Connection(**options), proxy, "base"
    else:
        sshd: Sshd = request.getfixturevalue("sftp_server")
        root: Path = request.getfixturevalue("sftp_root")
        proxy = TcpProxy((sshd.host, sshd.port))
        known = root.with_name(f"{root.name} is known")
        keys = [" ".join(k.with_suffix(".pub").read_text().split()[:2]) for k in sshd.host_keys]
        known.write_text("".join(f"[127.0.0.1]:{proxy.port} {key}\n" for key in keys))
        through: dict[str, Any] = {**sshd.options(), "port": proxy.port, "known_hosts": str(known)}
        yield lambda: SFTPConnection(**through), proxy, str(root)
    proxy.close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A big file and a few small ones."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "big").write_bytes(os.urandom(BIG))
    for number in range(20):
        (folder / f"{number}").write_bytes(os.urandom(number * 1000))
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def opened(service: Made) -> Connection:
    connection = service[0]()
    connection.open()
    return connection


def sent(service: Made, source: Path) -> None:
    connection = opened(service)
    for path in source.iterdir():
        connection.send(str(path), f"{service[2]}/m/{path.name}")
    connection.close()


def test_cut_lines_cost_little(service: Made, source: Path, target: Path) -> None:
    sent(service, source)
    make, proxy, base = service
    cuts = [BIG // 4, BIG // 2, 3 * BIG // 4]

    def cut(now: Restoring) -> None:
        if cuts and now.bytes > cuts[0]:
            cuts.pop(0)
            proxy.cut()

    connection = opened(service)
    with Catalogue.read(connection, f"{base}/m") as catalogue:
        result = restore(connection, catalogue, [""], str(target), progress=cut, reconnect=make)
    assert (result.complete, result.failures) == (True, 0), result
    assert not cuts, "all of them happened"
    assert here(target) == here(source)


def test_a_pulled_cable_does_not_hold_who_wants_to_stop(
    service: Made, source: Path, target: Path
) -> None:
    sent(service, source)
    make, proxy, base = service
    stopping, found = threading.Event(), list[Restored]()

    def stall(now: Restoring) -> None:
        if now.bytes > BIG // 4:
            proxy.stall()

    connection = opened(service)
    with Catalogue.read(connection, f"{base}/m") as catalogue:
        threading.Thread(
            target=lambda: found.append(
                restore(
                    connection, catalogue, [""], str(target), progress=stall, stopping=stopping,
                    reconnect=make,
                )
            ),
            daemon=True,
        ).start()  # fmt: skip
        wait_until(lambda: not proxy._flowing.is_set())
        started = time.monotonic()
        stopping.set()
        wait_until(lambda: found)
    assert time.monotonic() - started < 1.5
    assert not found[0].complete
    assert not (target / "big").exists()
