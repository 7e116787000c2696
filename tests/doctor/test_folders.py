"""Mirrored folders, each in a way that happens to people; and the watches they need."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.app import App
from skynet_desktop.core.files import FileState
from skynet_desktop.doctor import Level, folders, walks, watching
from skynet_desktop.engine import preview
from skynet_desktop.engine.queue import Q
from skynet_desktop.engine.statedb import StateDB
from skynet_desktop.host.watch_limit import WatchLimit
from skynet_desktop.host.watch_use import InstanceLimit, WatchUse
from tests.doctor.conftest import Add, found, said

linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify")


def test_a_good_one(app: App, add: Add) -> None:
    folder = add()
    assert said(app, "Folder of m") == [
        ("ok", f"{folder} can be read (files: 1, size: 1 kB).")
    ]  # fmt: skip


def test_one_that_is_not_there(app: App, add: Add) -> None:
    shutil.rmtree(add())
    [finding] = found(app, "Folder of m")
    assert finding.level is Level.BAD
    assert "connect it" in finding.advice


def test_one_that_is_a_file(app: App, add: Add) -> None:
    folder = add()
    shutil.rmtree(folder)
    folder.write_text("x")
    assert said(app, "Folder of m") == [("bad", f"{folder} is a file.")]


def test_one_that_was_emptied(app: App, add: Add) -> None:
    """As by a disk that is not mounted: what is known of the destination tells."""
    folder = add()
    (folder / "a.jpg").unlink()
    assert said(app, "Folder of m")[0] == ("note", f"{folder} is empty.")
    db = StateDB(app.paths.mapping_state("m"))
    state = FileState(1, 2, 3)
    with db.transaction() as rows:
        rows.execute(
            "INSERT INTO files (path, size, mtime_ns, ctime_ns, sure) VALUES (?, ?, ?, ?, 1)",
            (b"a.jpg", state.size, state.mtime_ns, state.ctime_ns),
        )
    db.close()
    Q(app.paths.mapping_state("m")).close()
    assert said(app, "Folder of m")[0] == (
        "warning", f"{folder} is empty, but the destination holds files of it (1)."
    )  # fmt: skip


def test_folders_in_it_that_cannot_be_read(
    app: App, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    """root reads everything, so the system's refusal is made."""
    (add() / "closed").mkdir()
    scan = os.scandir

    def scandir(path: str) -> Iterator[os.DirEntry[str]]:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    [(level, text), _] = said(app, "Folder of m")
    assert (level, "1, such as closed/" in text) == ("warning", True)


def test_one_on_another_computer(app: App, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    add()
    monkeypatch.setattr(folders, "network_file_system", lambda _: "nfs4")
    [(level, text), _] = said(app, "Folder of m")
    assert (level, "(nfs4)" in text, "every 60 minutes" in text) == ("note", True, True)


def test_one_too_big_for_the_time(app: App, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = add()
    for number in range(500):
        (folder / str(number)).touch()
    monkeypatch.setattr(walks, "WALK_SECONDS", -1.0)
    monkeypatch.setattr(preview, "_REPORT_SECONDS", -1.0)
    [(level, text)] = said(app, "Folder of m")
    assert (level, "not looked through to its end" in text) == ("note", True)
    assert "Not all folders could be counted" in str(said(app, "Watching"))


def limits(monkeypatch: pytest.MonkeyPatch, watches: int, instances: int, used: WatchUse) -> None:
    monkeypatch.setattr(watching, "watch_limit", lambda folders: WatchLimit(watches, folders))
    monkeypatch.setattr(watching, "instance_limit", lambda n: InstanceLimit(instances, n))
    monkeypatch.setattr(watching, "watch_use", lambda _: used)


@linux
@pytest.mark.parametrize(
    ("watches", "instances", "levels"),
    [
        (1000, 100, ["ok"]),
        (18, 100, ["note"]),
        (10, 100, ["warning"]),
        (1000, 3, ["warning", "ok"]),
    ],
)
def test_watches(
    app: App, add: Add, monkeypatch: pytest.MonkeyPatch, watches: int, instances: int,
    levels: list[str],
) -> None:  # fmt: skip
    """Six folders here, beside ten watches of other programs."""
    folder = add()
    for name in "abcde":
        (folder / name).mkdir()
    limits(monkeypatch, watches, instances, WatchUse(10, 3))
    findings = found(app, "Watching", network=False)
    assert [finding.level for finding in findings] == levels
    for finding in findings:
        if finding.level is Level.WARNING:
            _, command = finding.advice.split("\n")
            assert command.startswith("echo fs.inotify.max_user_")
            assert "sudo sysctl -p /etc/sysctl.d/90-skynet" in command


@linux
def test_our_own_watches_are_not_others(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    besides: list[object] = []

    def use(processes: object) -> WatchUse:
        besides.append(processes)
        return WatchUse(0, 0)

    monkeypatch.setattr(watching, "watch_use", use)
    Path(app.paths.state / "pid").write_text("123\n")
    said(app, "Watching", network=False)
    assert besides == [(123,)]
