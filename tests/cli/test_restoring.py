"""skynet restore in this process: what a person types, what is told, and the exit codes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from skynet_desktop.cli import main
from skynet_desktop.cli.restoring import before
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.reserved import trash_path
from skynet_desktop.settings import MappingSettings, Paths, ServiceSettings, store

NOW = datetime(2026, 11, 23, 12, 0, 30).astimezone()
T = 1_700_000_000
Run = Callable[..., tuple[int, str, str]]


def local(*parts: int) -> float:
    return datetime(*parts).astimezone().timestamp()  # type: ignore[arg-type]


# --- when -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("2026-11-22", local(2026, 11, 22)),
        ("2026-11-22T14:00", local(2026, 11, 22, 14)),
        ("2026-11-22 14:00:05", local(2026, 11, 22, 14, 0, 5)),
        ("2026-11-22T14:00:00+00:00", 1795356000),
        ("yesterday", local(2026, 11, 22, 12, 0, 30)),
        ("2h", local(2026, 11, 23, 10, 0, 30)),
        ("1d2h30m", local(2026, 11, 22, 9, 30, 30)),
        ("11:00", local(2026, 11, 23, 11)),
        ("12:00", local(2026, 11, 23, 12)),
        ("14:00", local(2026, 11, 22, 14)),
    ],
)
def test_moments_in_the_past(text: str, then: float) -> None:
    assert before(text, NOW) == then


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "25:00", "0h", "tomorrow", "-2h"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(SettingsError, match=f'"{text}" is not a time such as 2026-11-22, '):
        before(text, NOW)


def test_the_future_is_not_known() -> None:
    with pytest.raises(SettingsError, match="lies in the future"):
        before("2026-11-24", NOW)


# --- the command ------------------------------------------------------------------------


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The destination: a file, a folder, and one that was removed and one replaced."""
    folder = tmp_path / "there" / "x"
    put(folder / "a.txt", "new!")
    put(folder / "d" / "b", "b")
    put(folder / "d" / "e" / "c", "c")
    put(folder / trash_path("a.txt", T + 100), "old")
    put(folder / trash_path("gone", T + 100), "gone")
    return folder


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


@pytest.fixture
def skynet(tmp_path: Path, here: Path, there: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the terminal on a home with the mapping ``m``; exit code, output, errors."""
    home = tmp_path / "home"
    paths = Paths.of(home)
    paths.make()
    store.add_service(
        paths.settings_file, ServiceSettings("s", "local", {"path": str(there.parent)})
    )
    store.add_mapping(paths.settings_file, MappingSettings("m", str(here), "s", "x"))

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(["--home", str(home), "restore", *arguments])
        except SystemExit as end:
            code = int(str(end.code))
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def put(path: Path, data: str, mtime: float = T) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(data)
    os.utime(path, (mtime, mtime))


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*") if path.is_file()
    }  # fmt: skip


def at(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().isoformat()


def test_all_of_it_where_it_came_from(skynet: Run, here: Path) -> None:
    code, out, err = skynet("m")
    assert (code, err) == (0, "")
    assert out == f"m: 3 files brought back to {here}, 6 bytes.\n"
    assert files(here) == {"a.txt": "new!", "d/b": "b", "d/e/c": "c"}


@pytest.mark.parametrize("order", [0, 1, 2])
def test_some_of_it_to_elsewhere(skynet: Run, here: Path, tmp_path: Path, order: int) -> None:
    to = tmp_path / "a" / "new one"
    arguments = ["./d/e", str(here / "a.txt")]
    arguments[order:order] = ["--to", str(to)]
    assert skynet("m", *arguments)[0] == 0
    assert files(to) == {"d/e/c": "c", "a.txt": "new!"}
    assert files(here) == {}


def test_as_of_a_time(skynet: Run, here: Path) -> None:
    code, out, _ = skynet("m", "--at", at(T + 50), "a.txt", "gone")
    assert code == 0
    assert f"as of {datetime.fromtimestamp(T + 50):%Y-%m-%d %H:%M:%S}" in out
    assert files(here) == {"a.txt": "old", "gone": "gone"}


def test_as_json(skynet: Run, here: Path) -> None:
    put(here / "a.txt", "mine!")
    code, out, err = skynet("m", "--json")
    told = json.loads(out)
    assert (code, err) == (3, "")
    assert (told["files"], told["skipped"], told["to"], told["as_of"]) == (2, 1, str(here), None)
    code, out, _ = skynet("m", "--json", "--if-exists", "rename", "a.txt", "missing")
    told = json.loads(out)
    assert (code, told["renamed"]) == (3, 1)
    [failure] = told["failed"]
    assert failure["path"] == "missing"
    assert sorted(files(here).values()) == ["b", "c", "mine!", "new!"]


def test_listing(skynet: Run, here: Path) -> None:
    code, out, _ = skynet("m", "--list", "--json")
    entries = json.loads(out)["entries"]
    assert [(e["path"], e["folder"], e["size"], e["states"]) for e in entries] == [
        ("d", True, 0, 0), ("a.txt", False, 4, 2)
    ]  # fmt: skip
    assert datetime.fromisoformat(entries[1]["modified"]).timestamp() == T
    code, out, _ = skynet("m", "--list", "d", "a.txt")
    assert [line.split()[-1] for line in out.splitlines()] == ["d/e/", "d/b", "a.txt"]
    code, out, err = skynet("m", "--list", "gone")
    assert (code, out, err) == (3, "", "skynet: Nothing called gone is known at the destination.\n")
    code, out, _ = skynet("m", "--list", "gone", "--json", "--at", at(T + 50))
    [entry] = json.loads(out)["entries"]
    assert datetime.fromisoformat(entry["until"]).timestamp() == T + 100
    assert files(here) == {}


def test_history_tells_how_to_get_each_state(skynet: Run, here: Path) -> None:
    code, out, _ = skynet("m", "--history", "a.txt")
    now, old = out.splitlines()
    assert (code, now.split()[-1]) == (0, "now")
    assert skynet("m", "a.txt", *old.split()[-2:])[0] == 0
    assert files(here) == {"a.txt": "old"}
    code, _, err = skynet("m", "--history", "nothing")
    assert (code, "Nothing called nothing" in err) == (3, True)


def test_what_is_wrong_is_said_before_anything_begins(
    skynet: Run, here: Path, tmp_path: Path
) -> None:
    assert skynet("n")[0] == 1
    assert "There is no mapping 'n'. Known: m." in skynet("n")[2]
    assert "is not a time such as" in skynet("m", "--at", "soon")[2]
    assert "is not in the folder of this mapping" in skynet("m", "/etc/passwd")[2]
    assert skynet("m", "--list", "--history", "a.txt")[0] == 1
    (tmp_path / "file").write_text("")
    code, _, err = skynet("m", "--to", str(tmp_path / "file"))
    assert (code, "cannot be made" in err) == (1, True)
    here.rmdir()
    code, _, err = skynet("m")
    assert (code, "is not there. Is its disk plugged in?" in err) == (1, True)
    assert not here.exists()


def test_a_service_that_is_away(skynet: Run, there: Path, here: Path) -> None:
    there.parent.rename(there.parent.with_name("unplugged"))
    code, _, err = skynet("m")
    assert (code, err.startswith("skynet: ")) == (4, True)


def test_an_index_of_years(skynet: Run, here: Path, there: Path) -> None:
    """A file may claim any time; none of them stops a listing."""
    put(there / "odd", "x", -62_135_596_800 - 10 * 86_400 * 365)
    put(there / "far", "x", (datetime.now() + timedelta(days=90_000)).timestamp())
    assert skynet("m", "--list")[0] == 0
