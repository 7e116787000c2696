"""skynet restore, the real program against real servers: what comes back is what was, byte by
byte and time by time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.engine.restoring.partial import STEP
from tests.driver import Skynet
from tests.places import Place, local_place, s3_place
from tests.servers.seaweed import Seaweed
from tests.torture.tree import make_tree

State = dict[str, tuple[str, int, int]]
BIG = 3 * STEP + 12_345


def state(folder: Path, place: Place) -> State:
    """Every file: its content's hash, its size, its time as exactly as the place keeps it."""
    found: State = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            st = path.stat()
            tick = 10**9 if place.kind == "sftp" else 1
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path.relative_to(folder))] = digest, st.st_size, st.st_mtime_ns // tick
    return found


def restored(skynet: Skynet, *arguments: str, code: int = 0) -> dict[str, Any]:
    result = skynet.run("restore", "m", "--json", *arguments)
    assert result.returncode == code, result.stdout + result.stderr
    return dict(json.loads(result.stdout))


def refused(source: Path, place: Place) -> None:
    """What this S3 server cannot store has tests of its own."""
    for folder, folders, files in os.walk(source, topdown=False):
        for number, name in enumerate([*files, *folders]):
            if place.kind == "s3" and ("\\" in name or not _is_text(name)):
                os.rename(Path(folder, name), Path(folder, f"renamed {number}"))


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def put(path: Path, data: str) -> None:
    """A file of last year."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data)
    os.utime(path, (1_700_000_000, 1_700_000_000))


def test_a_whole_tree_comes_back_as_it_was(
    skynet: Skynet, place: Place, source: Path, tmp_path: Path
) -> None:
    make_tree(source, 330, seed=11)
    (source / "big video.bin").write_bytes(os.urandom(BIG))
    os.utime(source / "big video.bin", ns=(0, 1_500_000_000_123_456_789))
    refused(source, place)
    skynet.set_up(source)
    assert skynet.once().returncode == 0
    was = state(source, place)
    assert len(was) > 300 and any(size == 0 for _, size, _ in was.values())
    told = restored(skynet, "--to", str(tmp_path / "back"))
    assert (told["files"], told["complete"], told["failures"]) == (len(was), True, 0)
    assert state(tmp_path / "back", place) == was
    told = restored(skynet, "--to", str(tmp_path / "back"))
    assert (told["files"], told["same"]) == (0, len(was)), "run again it has nothing to do"
    told = restored(skynet)
    assert (told["files"], told["same"]) == (0, len(was)), "nor where they came from"
    assert state(source, place) == was


def test_as_it_was_before_the_accident(
    skynet: Skynet, place: Place, source: Path, tmp_path: Path
) -> None:
    """What the mapping itself kept at the destination while it mirrored the accident."""
    for number in range(30):
        put(source / f"folder {number % 3}" / f"{number}.txt", f"content {number}")
    skynet.set_up(source)
    assert skynet.once().returncode == 0
    was = state(source, place)
    moment = datetime.now().astimezone().isoformat()
    time.sleep(2.1)  # the trash knows whole seconds
    for number in range(0, 30, 3):
        (source / f"folder {number % 3}" / f"{number}.txt").unlink()
    for number in range(1, 30, 3):
        (source / f"folder {number % 3}" / f"{number}.txt").write_text("encrypted, pay")
    (source / "ransom note").write_text("pay")
    assert skynet.once().returncode == 0
    time.sleep(2.1)
    assert skynet.once().returncode == 0
    told = restored(skynet, "--at", moment, "--to", str(tmp_path / "back"))
    assert (told["files"], told["failures"], told["skipped"]) == (30, 0, 0)
    assert state(tmp_path / "back", place) == was

    listed = json.loads(skynet.must("restore", "m", "--list", "--json", "--at", moment, "folder 0"))
    assert len(listed["entries"]) == 10
    assert skynet.run("restore", "m", "--list", "folder 0").returncode == 3, "all of it is gone"
    history = json.loads(skynet.must("restore", "m", "--json", "--history", "folder 1/1.txt"))
    [now, first] = history["states"]
    assert now["at"] is None and now["size"] == 14
    told = restored(skynet, "folder 1/1.txt", "--at", first["at"], "--to", str(tmp_path / "one"))
    assert (tmp_path / "one" / "folder 1" / "1.txt").read_text() == "content 1"

    told = restored(skynet, "--at", moment, "--if-exists", "replace")
    # Where no listing tells times, the ransom note may have been there; it is here, and the same.
    same = 11 if place.kind == "s3" else 10
    assert (told["files"], told["replaced"], told["same"]) == (20, 10, same)
    back = {path: was_ for path, was_ in state(source, place).items() if path in was}
    assert back == was
    kept = [path for path in source.rglob("*(replaced *") if path.read_text() == "encrypted, pay"]
    assert len(kept) == 10


def test_versions_that_a_bucket_keeps(
    s3_server: Seaweed, s3_versioned_bucket: str, tmp_path: Path, source: Path
) -> None:
    place = s3_place(s3_server, s3_versioned_bucket)
    (tmp_path / "home").mkdir()
    skynet = Skynet(tmp_path / "home", place)
    for number in range(12):
        put(source / f"d/{number}", f"first {number}")
    skynet.set_up(source)
    assert skynet.once().returncode == 0
    was = state(source, place)
    time.sleep(1.1)  # this server knows whole seconds
    moment = datetime.now().astimezone().isoformat()
    time.sleep(1.1)
    for number in range(6):
        (source / f"d/{number}").write_text(f"second {number}")
    for number in range(6, 9):
        (source / f"d/{number}").unlink()
    (source / "d/new").write_text("came later")
    time.sleep(2.1)
    assert skynet.once().returncode == 0
    told = restored(skynet, "--at", moment, "--to", str(tmp_path / "back"))
    assert (told["files"], told["failures"]) == (12, 0), told
    assert state(tmp_path / "back", place) == was
    assert told["files"] == 12
    told = restored(skynet, "--to", str(tmp_path / "now"))
    assert state(tmp_path / "now", place) == state(source, place)


@pytest.mark.parametrize("place", ["local", "s3", "sftp"], indirect=True)
def test_kill_9_costs_less_than_a_step(
    skynet: Skynet, place: Place, source: Path, tmp_path: Path
) -> None:
    (source / "video").write_bytes(os.urandom(10 * STEP + 5))
    put(source / "small", "small")
    skynet.set_up(source)
    assert skynet.once().returncode == 0
    back = tmp_path / "back"
    command = [sys.executable, "-m", "skynet_desktop", "restore", "m", "--to", str(back)]
    env = {**os.environ, **place.env, "SKYNET_HOME": str(skynet.home)}

    def partials() -> dict[Path, int]:
        sizes = {}
        for path in back.glob(".skynet-*.part"):
            with contextlib.suppress(FileNotFoundError):  # it got its name meanwhile
                sizes[path] = path.stat().st_size
        return sizes

    for _ in range(5):  # where the disk outruns our look, again
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
        while max(partials().values(), default=0) < 2 * STEP and process.poll() is None:
            time.sleep(0.001)
        process.kill()
        process.wait(timeout=60)
        if not (back / "video").exists():  # no half file has the name
            break
        assert (back / "video").read_bytes() == (source / "video").read_bytes()
        shutil.rmtree(back)
    [partial] = [path for path, size in partials().items() if size > STEP]
    untouched = partial.stat().st_size // STEP * STEP
    with open(partial, "r+b") as file:  # a witness: what was there is not fetched again
        file.write(b"witness")
    told = restored(skynet, "--to", str(back))
    assert told["files"] + told["same"] == 2
    content = (back / "video").read_bytes()
    assert content[:7] == b"witness"
    assert content[7:untouched] == (source / "video").read_bytes()[7:untouched]
    assert content[untouched:] == (source / "video").read_bytes()[untouched:]
    assert not list(back.glob(".skynet-*"))


@pytest.mark.parametrize("place", ["s3"], indirect=True)
def test_told_to_stop_it_stops_and_goes_on_another_time(
    skynet: Skynet, place: Place, source: Path, tmp_path: Path
) -> None:
    for number in range(8):
        (source / f"{number}").write_bytes(os.urandom(3 * STEP))
    skynet.set_up(source)
    assert skynet.once().returncode == 0
    back = tmp_path / "back"
    command = [sys.executable, "-m", "skynet_desktop", "restore", "m", "--to", str(back)]
    env = {**os.environ, **place.env, "SKYNET_HOME": str(skynet.home)}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + 60
    while not list(back.glob(".skynet-*.part")):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=5)
    assert process.returncode == 130
    assert b"goes on" in told, told
    restored(skynet, "--to", str(back))
    assert state(back, place) == state(source, place)


def test_into_the_folder_of_a_running_app(skynet: Skynet, place: Place, source: Path) -> None:
    for number in range(40):
        put(source / f"{number % 4}/{number}", f"content {number}")
    skynet.set_up(source, complete_sync=False)
    skynet.start()
    deadline = time.monotonic() + 60
    while skynet.wait_for("up-to-date")["files"] != 40:
        assert time.monotonic() < deadline
    was = state(source, place)
    for path in source.glob("2/*"):
        path.unlink()
    told = restored(skynet)
    assert (told["files"], told["same"]) == (10, 30)
    assert state(source, place) == was
    skynet.wait_for("up-to-date")
    deadline = time.monotonic() + 60
    while found := place.differences(source, skynet.remote, one_way=True):
        assert time.monotonic() < deadline, found
        time.sleep(0.2)
    assert skynet.issues() == []


@pytest.mark.parametrize("place", ["sftp"], indirect=True)
def test_a_service_that_cannot_be_reached(
    skynet: Skynet, place: Place, source: Path, tmp_path: Path
) -> None:
    put(source / "a", "x")
    skynet.set_up(source)
    settings = skynet.home / "settings.toml"
    settings.write_text(settings.read_text().replace(f"port = {place.options['port']}", "port = 1"))
    result = skynet.run("restore", "m", "--to", str(tmp_path / "back"))
    assert result.returncode == 4, result.stdout + result.stderr
    assert "Traceback" not in result.stderr and result.stderr.startswith("skynet: ")


def test_what_a_person_reads(tmp_path: Path, source: Path) -> None:
    (tmp_path / "home").mkdir()
    skynet = Skynet(tmp_path / "home", local_place(tmp_path / "there"))
    for name in ("a", "b/c", "new\nline"):
        put(source / name, name)
    skynet.set_up(source, "x")
    assert skynet.once().returncode == 0
    listed = skynet.must("restore", "m", "--list").splitlines()
    assert [line.split("  ")[-1].strip() for line in listed] == ["b/", "a", "'new\\nline'"]
    (source / "a").write_text("mine")
    result = skynet.run("restore", "m", "b", "a", "nothing", str(source / "b"))
    assert result.returncode == 3
    assert result.stdout.splitlines() == [
        f"m: 0 files brought back to {source}, 0 bytes.",
        "  1 were here already.",
        "  1 skipped: another file has the name here. See --if-exists rename and replace.",
        "  nothing: Nothing of this name is at the destination.",
    ]
    result = skynet.run("restore", "m", "--to", str(tmp_path / "new" / "folder"))
    assert (result.returncode, result.stderr) == (0, "")
    assert (tmp_path / "new/folder/b/c").read_text() == "b/c"
