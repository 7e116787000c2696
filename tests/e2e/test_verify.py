"""Verification of real destinations, damaged by an independent client."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.driver import Skynet
from tests.e2e.vandal import Vandal, vandal
from tests.places import Place

_FILES = 320
_BIG = {"big/one": 9_000_000, "big/two": 20_000_001, "big/three": 8_388_608}
_SECOND_NS = 1_000_000_000


def make_files(source: Path, count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    sizes = {f"d{n % 7}/sub {n % 3}/file {n:03} é.bin": rng.randrange(2, 5_000)
             for n in range(count)}  # fmt: skip
    for path, size in {**sizes, **_BIG}.items():
        file = source / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(rng.randbytes(size))
        when = time.time_ns() - rng.randrange(10**9, 10**17)
        os.utime(file, ns=(when, when))
    return [*sizes, *_BIG]


def verify(skynet: Skynet, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = skynet.run("verify", "m", "--json", *arguments)
    assert done.stdout, done.stderr
    [report] = json.loads(done.stdout)["mappings"]
    return done.returncode, report


def found(report: dict[str, Any]) -> dict[str, str]:
    return {difference["path"]: difference["fault"] for difference in report["shown"]}


def times_differ(there: Vandal, source: Path, paths: list[str]) -> list[str]:
    """As exactly as the service keeps them: at least whole seconds."""
    return [
        path
        for path in paths
        if abs(there.read(path)[1] - (source / path).stat().st_mtime_ns) >= _SECOND_NS
    ]


def test_two_hundred_corruptions(skynet: Skynet, place: Place, source: Path) -> None:
    """Deep finds every one, quick every one that the service tells without being read, each
    under its name; a repair puts all of them right and touches nothing that is not ours."""
    paths = make_files(source, _FILES, seed=6)
    skynet.set_up(source)
    assert skynet.once().returncode == 0
    code, report = verify(skynet, "--deep")
    assert (code, report["files"], report["differences"]) == (0, len(paths), 0), report

    there = vandal(place, skynet.remote)
    small = random.Random(7).sample(paths[:_FILES], 177)
    planted: dict[str, str] = {}
    acts: list[tuple[str, Callable[[str], None], list[str]]] = [
        ("content", there.flip, [*small[:58], "big/one", "big/two"]),
        ("size", there.truncate, [*small[58:97], "big/three"]),
        ("missing", there.remove, small[97:137]),
        ("time", there.retime, small[137:167]),
        ("extra", lambda path: (source / path).unlink(), small[167:177]),
    ]
    for fault, act, chosen in acts:
        for path in chosen:
            act(path)
            planted[path] = fault
    foreign = [f"not ours/{number}" for number in range(20)]
    for path in foreign:
        there.write(path, b"somebody else's", 1_500_000_000 * _SECOND_NS)
    assert len(planted) + len(foreign) == 200

    hidden = "time" if place.kind == "s3" else "content"
    code, report = verify(skynet)
    assert code == 3
    assert found(report) == {path: what for path, what in planted.items() if what != hidden}
    code, report = verify(skynet, "--deep")
    assert code == 3
    assert found(report) == planted
    assert (report["foreign"], report["differences"]) == (20, 180)

    code, report = verify(skynet, "--deep", "--repair")
    assert (code, report["good"], report["repaired"]) == (0, True, 180)
    assert sorted(place.differences(source, skynet.remote)) == sorted(f"- {p}" for p in foreign)
    here = [path for path in paths if planted.get(path) != "extra"]
    assert times_differ(there, source, here) == []
    code, report = verify(skynet, "--deep")
    assert (code, report["files"], report["differences"]) == (0, len(here), 0)


def test_a_running_app_verifies_and_repairs(skynet: Skynet, place: Place, source: Path) -> None:
    make_files(source, 40, seed=8)
    skynet.set_up(source)
    skynet.start()
    skynet.wait_for("up-to-date")
    there = vandal(place, skynet.remote)
    there.flip("big/one")
    there.remove("big/two")
    code, report = verify(skynet, "--deep")
    assert (code, found(report)) == (3, {"big/one": "content", "big/two": "missing"})
    status = skynet.wait_for("issues")
    assert (status["differences"], status["verified_at"] is not None) == (2, True)
    code, report = verify(skynet, "--deep", "--repair")
    assert (code, report["repaired"]) == (0, 2)
    skynet.wait_for("up-to-date")
    assert place.differences(source, skynet.remote) == []
    assert verify(skynet, "--deep")[0] == 0


def test_edits_meanwhile_are_no_differences(skynet: Skynet, place: Place, source: Path) -> None:
    """The folder changes all the time while it is verified again and again."""
    paths = make_files(source, 80, seed=9)
    skynet.set_up(source)
    skynet.start()
    skynet.wait_for("up-to-date")
    rng = random.Random(10)
    compared = 0
    for round_ in range(2):
        for path in rng.sample(paths[:80], 12):
            file = source / path
            if file.exists() and rng.random() < 0.3:
                file.unlink()
            else:
                file.write_bytes(rng.randbytes(rng.randrange(1, 4_000)))
        code, report = verify(skynet, *(["--deep"] if round_ % 2 else []))
        assert (code, report["shown"]) == (0, []), report
        compared += report["files"]
    assert compared > 100
    skynet.wait_for("up-to-date")
    assert place.differences(source, skynet.remote) == []
