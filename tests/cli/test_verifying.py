"""skynet verify in a terminal: what it says, its exit codes, and what Ctrl-C does."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skynet_desktop.cli import verifying
from skynet_desktop.host import channel
from skynet_desktop.host.instance import Instance
from tests.driver import Skynet
from tests.places import local_place


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "there"


@pytest.fixture
def skynet(tmp_path: Path, source: Path, there: Path) -> Iterator[Skynet]:
    """Three files of ``source`` are mirrored to ``there/x``; no app runs."""
    home = tmp_path / "home"
    home.mkdir()
    program = Skynet(home, local_place(there))
    for name in ("one", "two", "three"):
        (source / name).write_text(name)
    program.set_up(source, "x")
    assert program.once().returncode == 0
    yield program
    program.kill()


def test_all_is_right(skynet: Skynet) -> None:
    done = skynet.run("verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "m: 3 files compared, 11 bytes.\n  All is right.\n"


def test_every_difference_is_named(skynet: Skynet, source: Path, there: Path) -> None:
    (there / "x/one").write_text("oneone")
    (there / "x/two").unlink()
    (source / "three").unlink()
    (there / "x/somebody's").write_text("other")
    odd = "a\nb"
    (source / odd).write_text("odd")
    done = skynet.run("verify", "m")
    assert done.returncode == 3
    assert done.stdout.splitlines() == [
        "m: 4 files compared, 9 bytes.",
        "  missing     'a\\nb'",
        "              It is here and not at the destination.",
        "  size        one",
        "              It has 3 bytes here and 6 bytes at the destination.",
        "  extra       three",
        "              It is gone here and still at the destination.",
        "  missing     two",
        "              It is here and not at the destination.",
        "  1 file there that are not ours: left alone.",
        "  4 differences. Put right what can be with: skynet verify --repair",
    ]


def test_repair_ends_with_a_right_destination(skynet: Skynet, source: Path, there: Path) -> None:
    (there / "x/one").write_text("eno")
    (there / "x/two").unlink()
    done = skynet.run("verify", "m", "--deep", "--repair")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 differences: all of them are put right." in done.stdout
    assert {(there / "x" / name).read_text() for name in ("one", "two")} == {"one", "two"}
    assert skynet.run("verify", "--deep").returncode == 0


def test_json_stands_alone(skynet: Skynet, there: Path) -> None:
    (there / "x/two").unlink()
    done = skynet.run("verify", "--json", "--repair")
    [report] = json.loads(done.stdout)["mappings"]
    assert (done.returncode, report["mapping"], report["good"]) == (0, "m", True)
    assert report["shown"] == [
        {"path": "two", "fault": "missing", "repairable": True,
         "detail": "It is here and not at the destination."}
    ]  # fmt: skip


def test_a_guard_still_asks(skynet: Skynet, source: Path, there: Path) -> None:
    """Putting right may mean to remove; that goes no other way than ever."""
    for number in range(30):
        (source / f"more {number}").write_text("x")
    assert skynet.once().returncode == 0
    settings = skynet.home / "settings.toml"
    settings.write_text(
        settings.read_text().replace("[mappings.m]", "[mappings.m]\ndelete_limit_count = 5")
    )
    for number in range(30):
        (source / f"more {number}").unlink()
    done = skynet.run("verify", "--repair")
    assert done.returncode == 5, done.stdout + done.stderr
    assert (there / "x/more 0").exists()


def test_a_place_that_is_gone(skynet: Skynet, there: Path) -> None:
    there.rename(there.with_name("away"))
    done = skynet.run("verify")
    assert done.returncode == 4
    assert "It did not come to its end." in done.stdout
    assert "Traceback" not in done.stderr


def test_an_unknown_mapping(skynet: Skynet) -> None:
    done = skynet.run("verify", "n")
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no mapping 'n'. Known: m." in done.stderr


def test_a_status_without_an_app_tells(skynet: Skynet, there: Path) -> None:
    (there / "x/two").unlink()
    skynet.run("verify")
    status = skynet.status()
    assert (status["state"], status["differences"]) == ("issues", 1)
    assert "1 file at the destination is not as it should be" in skynet.must("status")


def started(skynet: Skynet, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "skynet_desktop", "verify", *arguments],
        env=skynet.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # What runs in the background of a script is born deaf to Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def is_reading(process: subprocess.Popen[str], file: Path) -> bool:
    """Whether the process has the file open (Linux)."""
    fds = Path(f"/proc/{process.pid}/fd")
    try:
        return any(os.readlink(fd) == str(file) for fd in fds.iterdir())
    except OSError:
        return False


def in_app(skynet: Skynet) -> object:
    """The verification that goes on in the running app."""
    answer = channel.ask(skynet.home / "state", {"command": "verification", "name": "m"})
    return answer and answer["verifying"]


def wait_until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"not within 30 s: {what}"
        time.sleep(0.01)


@pytest.fixture
def huge(skynet: Skynet, source: Path, there: Path) -> Path:
    """A file that takes seconds to read and no room on the disk, here and there already."""
    with open(source / "huge", "wb") as file:
        file.truncate(6_000_000_000)
    os.link(source / "huge", there / "x/huge")
    shutil.rmtree(skynet.home / "state")  # what is there is found out anew, without a copy
    return there / "x/huge"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_ctrl_c_ends_it(skynet: Skynet, huge: Path) -> None:
    process = started(skynet, "m", "--deep")
    wait_until(lambda: is_reading(process, huge), "it reads")
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130
    assert time.monotonic() - began < 3
    assert not list((skynet.home / "state").rglob("verifying"))


def test_ctrl_c_ends_the_one_in_the_app(skynet: Skynet, huge: Path) -> None:
    skynet.start()
    skynet.wait_for("up-to-date")
    process = started(skynet, "m", "--deep")
    wait_until(lambda: in_app(skynet), "it runs in the app")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130
    wait_until(lambda: not in_app(skynet), "it ends there too")
    assert skynet.status()["state"] == "up-to-date"
    last = channel.ask(skynet.home / "state", {"command": "verification", "name": "m"})
    assert last is not None
    assert (last["verified"]["complete"], last["verified"]["reason"]) == (False, "It was stopped.")


def test_a_second_one_is_refused(skynet: Skynet) -> None:
    """Whoever holds the home, and does not answer, may be using the same state."""
    held = Instance(skynet.home / "state")
    assert held.acquire()
    try:
        done = skynet.run("verify")
        assert done.returncode == 1
        assert "Try again in a moment." in done.stderr
    finally:
        held.release()


class Terminal(io.StringIO):
    def __init__(self, live: bool) -> None:
        super().__init__()
        self._live = live

    def isatty(self) -> bool:
        return self._live


NOW = {"files": 1_200, "total": 5_000, "bytes": 3_000_000, "differences": 1}


def test_a_terminal_has_one_line_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Terminal(live=True)
    monkeypatch.setattr(sys, "stdout", out)
    course = verifying._Course("m", silent=False)
    course.at(NOW)
    course.at(NOW)
    course.clear()
    line = "\r\x1b[Km: 1,200 of 5,000 files, 3.0 MB, 1 difference"
    assert out.getvalue() == line + line + "\r\x1b[K"


def test_a_pipe_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Terminal(live=False)
    monkeypatch.setattr(sys, "stdout", out)
    course = verifying._Course("m", silent=False)
    course.at(NOW)
    course.clear()
    assert out.getvalue() == ""
    monkeypatch.setattr(verifying, "_PIPE_SECONDS", 0.0)
    course.at(NOW)
    assert out.getvalue() == "m: 1,200 of 5,000 files, 3.0 MB, 1 difference\n"


def test_json_is_not_disturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Terminal(live=True)
    monkeypatch.setattr(sys, "stdout", out)
    course = verifying._Course("m", silent=True)
    course.at(NOW)
    course.clear()
    assert out.getvalue() == ""
