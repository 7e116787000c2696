from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.screen.bus import Bus, Keyring
from tests.screen.peer import BusError, Peer


def test_nobody_is_on_it_and_nothing_starts_by_itself(bus: Bus) -> None:
    with Peer(bus.address) as peer:
        assert not peer.has_owner("org.freedesktop.Notifications")
        with pytest.raises(BusError, match="ServiceUnknown"):
            peer.call("org.freedesktop.Notifications", "/", "a.b", "Notify")


def test_what_is_invited_starts() -> None:
    with Bus(activates=["org.a11y.Bus"]) as bus, Peer(bus.address) as peer:
        (address,) = peer.call("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
        assert address.startswith("unix:")


def test_it_leaves_nothing(bus: Bus) -> None:
    other = Bus()
    Keyring(other)
    pids = [part.pid for part in other._parts]
    other.close()
    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert not other.folder.exists()


def test_peers_call_each_other(bus: Bus) -> None:
    with Peer(bus.address) as server, Peer(bus.address) as client:
        server.serve("a.b", "Double", "i", lambda number: (2 * number,))
        server.serve("a.b", "Fail", "", lambda: 1 / 0)  # type: ignore[arg-type, return-value]
        server.own("our.name")
        assert client.call("our.name", "/", "a.b", "Double", "i", 21) == (42,)
        with pytest.raises(BusError, match="ZeroDivisionError"):
            client.call("our.name", "/", "a.b", "Fail")
        assert client.pid_of("our.name") == os.getpid()


def test_a_keyring_that_python_and_another_client_share(bus: Bus, keyring: Keyring) -> None:
    code = "import keyring; keyring.set_password('Skynet Desktop', 'there/password', 's3cret')"
    env = {**os.environ, **bus.env}
    subprocess.run([sys.executable, "-c", code], env=env, check=True, timeout=60)
    found = {"service": "Skynet Desktop", "username": "there/password"}
    assert keyring.lookup(**found) == "s3cret"
    assert keyring.lookup(service="another") is None


def test_a_locked_keyring_gives_nothing(bus: Bus) -> None:
    assert Keyring(bus, unlocked=False).lookup(service="Skynet Desktop") is None
