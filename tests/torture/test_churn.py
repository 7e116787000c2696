"""Long runs: ten thousand file operations, kills and outages, judged by an independent client.

    python3 dev.py test -m torture tests/torture

The seed is in the test's name; SKYNET_SEED chooses another, SKYNET_STEPS another length.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from tests.driver import Skynet
from tests.places import Place
from tests.servers.seaweed import Seaweed
from tests.servers.sshd import Sshd
from tests.torture.churn import Churn
from tests.torture.tree import make_tree

pytestmark = [pytest.mark.torture, pytest.mark.timeout(3600)]

SEED = int(os.environ.get("SKYNET_SEED", "1"))
STEPS = int(os.environ.get("SKYNET_STEPS", "10000"))


@pytest.mark.parametrize("complete_sync", [True, False])
@pytest.mark.parametrize("kills", [0, 30])
@pytest.mark.parametrize("seed", [SEED])
def test_ten_thousand_operations(
    skynet: Skynet, place: Place, source: Path, seed: int, kills: int, complete_sync: bool
) -> None:
    skynet.set_up(source, complete_sync=complete_sync)
    skynet.start()
    churn, rng = Churn(source, seed), random.Random(seed)
    moments = set(rng.sample(range(STEPS), kills))
    for step in range(STEPS):
        churn.step()
        time.sleep(0.002)
        if step in moments:
            skynet.kill()
            skynet.start()
    skynet.wait_for("up-to-date", timeout=300)
    assert place.differences(source, skynet.remote, one_way=not complete_sync) == []


@pytest.mark.parametrize("place", ["s3", "sftp"], indirect=True)
@pytest.mark.parametrize("seed", [SEED])
def test_a_minute_without_the_server(skynet: Skynet, place: Place, source: Path, seed: int) -> None:
    assert isinstance(place.server, Seaweed | Sshd)
    skynet.set_up(source)
    skynet.start()
    churn = Churn(source, seed)
    churn.run(500, pause=0.005)
    place.server.kill()
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            churn.run(10, pause=0.02)
        assert skynet.status()["state"] == "offline"
    finally:
        place.server.start()
    churn.run(100, pause=0.005)
    skynet.wait_for("up-to-date", timeout=300)
    assert place.differences(source, skynet.remote) == []


@pytest.mark.parametrize("seed", [SEED])
def test_a_hostile_tree_with_kills(skynet: Skynet, place: Place, source: Path, seed: int) -> None:
    """20,000 files, one of 300 MB; single runs killed at random moments until one ends."""
    make_tree(source, 20_000, seed=seed, big=300_000_000)
    skynet.set_up(source)
    rng = random.Random(seed)
    for _ in range(30):
        skynet.start("--once")
        time.sleep(rng.uniform(0.3, 3.0))
        skynet.kill()
    assert skynet.once(timeout=1800).returncode in (0, 3)
    differences = place.differences(source, skynet.remote)
    assert len(differences) == len(skynet.issues()), differences[:20]
    again = skynet.once()
    assert "0 files sent" in again.stdout, again.stdout
