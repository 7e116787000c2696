"""The Watcher on Windows: its events, and what watchdog leaves out there (promises 1, 2 and 7)."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.core.actions import delete, move, send
from tests.engine.eyes import Eyes
from tests.engine.rig import wait_until

if sys.platform != "win32":
    pytest.skip("Windows' events", allow_module_level=True)

from watchdog.observers import winapi

from skynet_desktop.engine import directory_changes

not_wine = pytest.mark.skipif(
    hasattr(ctypes.windll.ntdll, "wine_get_version"), reason="wine does it otherwise"
)


@pytest.fixture
def eyes(tmp_path: Path) -> Iterator[Eyes]:
    made = Eyes(tmp_path)
    (made.root / "old").write_bytes(b"x")
    (made.root / "before").mkdir()
    made.watcher.start()
    yield made
    made.close()


def test_written_renamed_and_deleted(eyes: Eyes) -> None:
    (eyes.root / "d").mkdir()
    eyes.sees(send("d"))
    (eyes.root / "d" / "a").write_bytes(b"x")
    eyes.sees(send("d/a"))
    (eyes.root / "old").rename(eyes.root / "new")
    eyes.sees(move("old", "new"))
    (eyes.root / "new").unlink()
    eyes.sees(delete("new"))
    assert eyes.watcher.alive


@not_wine
def test_folders_that_were_there_before_are_watched(eyes: Eyes) -> None:
    (eyes.root / "before" / "a").write_bytes(b"x")
    eyes.sees(send("before/a"))


def test_a_touch_is_seen(eyes: Eyes) -> None:
    os.utime(eyes.root / "old", (1_000_000_000, 1_000_000_000))
    eyes.sees(send("old"))


def test_a_folders_rename_is_one_move_and_asks_for_a_rescan(eyes: Eyes) -> None:
    (eyes.root / "before").rename(eyes.root / "after")
    eyes.sees(move("before", "after"))
    wait_until(lambda: eyes.rescans)


def test_names_in_any_script(eyes: Eyes) -> None:
    names = ["ü", "写真", "नमस्ते", "\U0001f600 smile", "'; --", "-d", "100%"]
    for name in names:
        (eyes.root / name).write_bytes(b"x")
    eyes.sees(*map(send, names))


def test_what_grows_all_the_time_holds_up_nothing(eyes: Eyes) -> None:
    """watchdog's own reader waits for a second without events."""
    done = threading.Event()

    def grow() -> None:
        with (eyes.root / "log").open("ab", buffering=0) as log:
            while not done.wait(0.05):
                log.write(b"line\n")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        time.sleep(0.5)
        (eyes.root / "a").write_bytes(b"x")
        eyes.sees(send("a"))
    finally:
        done.set()
        writer.join()


def test_a_folder_that_cannot_be_watched_is_told(tmp_path: Path) -> None:
    made = Eyes(tmp_path)
    made.root.rmdir()
    made.watcher.start()
    assert made.watcher.unwatched == [""]
    assert not made.watcher.alive
    made.close()


@not_wine
def test_a_folder_that_goes_away_ends_the_watch(eyes: Eyes) -> None:
    shutil.rmtree(eyes.root)
    wait_until(lambda: not eyes.watcher.alive)


def test_a_watch_whose_thread_ended_is_dead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a share that went away: no event says so."""

    def fails(*_: object) -> None:
        raise OSError("the network name is no longer available")

    monkeypatch.setattr(directory_changes.DirectoryChangeReader, "_run_inner", fails)
    made = Eyes(tmp_path)
    made.watcher.start()
    wait_until(lambda: not made.watcher.alive)
    made.close()


def test_an_empty_answer_is_an_overflow(eyes: Eyes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the system says that all went well, and gives nothing."""
    name = "ReadDirectoryChangesExW" if winapi.ReadDirectoryChangesExW else "ReadDirectoryChangesW"
    real, left = getattr(winapi, name), [1]

    def emptied(*arguments: Any) -> Any:
        answer = real(*arguments)
        if left and left.pop():
            arguments[5]._obj.value = 0  # the number of bytes
        return answer

    monkeypatch.setattr(winapi, name, emptied)
    (eyes.root / "told as before").touch()
    eyes.sees(send("told as before"))
    (eyes.root / "lost").touch()
    wait_until(lambda: eyes.rescans)
    eyes.quiet()


@not_wine
def test_an_overflow_asks_for_a_rescan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The buffer takes a few names; the system drops what comes beyond."""
    monkeypatch.setattr(winapi, "BUFFER_SIZE", 512)
    made = Eyes(tmp_path)
    made.watcher.start()
    for number in range(2_000):
        (made.root / f"a rather long name of a file, number {number}").touch()
    wait_until(lambda: made.rescans)
    made.quiet()
    made.close()
