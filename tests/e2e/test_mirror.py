"""Whole runs against real servers, judged by an independent client.

Convergence, no lost change, no half files, interruption (DESIGN.md, section 2.1, 2.2, 2.3 and
2.5), each on every kind of destination.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

from tests.driver import Skynet
from tests.places import Place
from tests.torture.churn import Churn
from tests.torture.tree import make_tree


def test_a_hostile_tree_arrives_whole(skynet: Skynet, place: Place, source: Path) -> None:
    make_tree(source, 400, seed=1, big=20_000_000)
    skynet.set_up(source)
    result = skynet.once()
    issues = {issue["path"] for issue in skynet.issues()}
    assert result.returncode == (3 if issues else 0), result.stderr
    if place.kind != "s3":
        assert not issues
    refused = [path for path in issues if "\\" in path or not _is_text(path)]
    assert len(refused) == len(issues), "nothing else has a reason not to arrive"
    missing = place.differences(source, skynet.remote)
    assert len(missing) == len(issues), missing
    again = skynet.once()
    assert "0 files sent" in again.stdout, again.stdout


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def test_churn_converges_by_itself(skynet: Skynet, place: Place, source: Path) -> None:
    complete_sync = place.kind != "sftp"  # one of three without
    make_tree(source, 60, seed=2)
    _without_refused_names(source)
    skynet.set_up(source, complete_sync=complete_sync)
    skynet.start()
    Churn(source, seed=3).run(500, pause=0.002)
    status = skynet.wait_for("up-to-date")
    assert status["last_reconcile"] and not status["issues"]
    assert place.differences(source, skynet.remote, one_way=not complete_sync) == []
    code, seconds = skynet.stop()
    assert code == 0
    assert seconds < 3


def test_kills_at_any_moment_lose_nothing(skynet: Skynet, place: Place, source: Path) -> None:
    skynet.set_up(source)
    skynet.start()
    churn, rng = Churn(source, seed=4), random.Random(4)
    for _ in range(6):
        churn.run(rng.randrange(30, 90), pause=0.002)
        skynet.kill()
        churn.run(10)
        skynet.start()
    skynet.wait_for("up-to-date")
    assert place.differences(source, skynet.remote) == []


def _without_refused_names(source: Path) -> None:
    """What S3 cannot store has a test of its own."""
    for folder, folders, files in os.walk(source, topdown=False):
        for name in [*files, *folders]:
            if "\\" in name or not _is_text(name):
                os.rename(Path(folder, name), Path(folder, f"renamed {time.monotonic_ns()}"))


def test_a_file_appended_to_all_the_time_ends_complete(
    skynet: Skynet, place: Place, source: Path
) -> None:
    skynet.set_up(source)
    skynet.start()
    path = source / "recording"
    with open(path, "wb") as file:
        for _ in range(60):
            file.write(os.urandom(300_000))
            file.flush()
            time.sleep(0.05)
    deadline = time.monotonic() + 60
    while place.differences(source, skynet.remote) and time.monotonic() < deadline:
        time.sleep(0.5)
    skynet.wait_for("up-to-date")
    assert place.differences(source, skynet.remote) == []


def test_times_are_kept(skynet: Skynet, place: Place, source: Path) -> None:
    path = source / "old"
    path.write_bytes(b"x")
    os.utime(path, (1_000_000_000, 1_234_567_890))
    skynet.set_up(source)
    assert skynet.once().returncode == 0
    result = place.run_rclone("lsf", "--files-only", "-F", "t", f"{place.rclone}/{skynet.remote}")
    listed = result.stdout

    assert listed.strip().startswith("2009-02-13 23:31:30"), listed


def test_a_filled_destination_is_adopted(skynet: Skynet, place: Place, source: Path) -> None:
    """One listing, and only what differs is sent; what was never here is left alone."""
    make_tree(source, 80, seed=5)
    _without_refused_names(source)
    place.run_rclone("copy", str(source), f"{place.rclone}/backup/here")
    (source / "new").write_bytes(b"new")
    foreign = source.parent / "foreign"
    foreign.mkdir()
    (foreign / "not ours").write_bytes(b"?")
    place.run_rclone("copy", str(foreign), f"{place.rclone}/backup/here")
    skynet.set_up(source)
    result = skynet.once()
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 file sent" in result.stdout, result.stdout
    assert place.differences(source, skynet.remote) == ["- not ours"]
