"""skynet doctor: as a person sees it in a terminal, and a program in a pipe."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from skynet_desktop.cli.doctoring import _show
from skynet_desktop.doctor import Finding, Level
from tests.driver import Skynet
from tests.places import local_place

FINDINGS = [
    Finding("Clock", Level.OK, "It is noon."),
    Finding("Watching", Level.WARNING, "It is " + "very " * 30 + "much.", "Raise it.\necho a | b"),
    Finding("Watching", Level.NOTE, "There is more."),
    Finding("Service nas", Level.BAD, "It is gone.", "Look for it."),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(findings: list[Finding], out: io.StringIO) -> list[str]:
    _show(iter(findings), out)
    return out.getvalue().splitlines()


def test_in_a_pipe_each_sentence_is_one_line() -> None:
    assert shown(FINDINGS, io.StringIO()) == [
        "Clock",
        "  ok       It is noon.",
        "Watching",
        "  warning  It is " + "very " * 30 + "much.",
        "           -> Raise it.",
        "           echo a | b",
        "  note     There is more.",
        "Service nas",
        "  bad      It is gone.",
        "           -> Look for it.",
        "",
        "1 thing that does not work, 1 warning, 1 note.",
    ]


def test_in_a_terminal_it_is_wrapped_and_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.delenv("NO_COLOR", raising=False)
    command = Finding("", Level.NOTE, "Long.", "Do.\n" + "word " * 30)
    lines = shown([*FINDINGS, command], Terminal())
    assert "  \x1b[1;31mbad      \x1b[0mIt is gone." in lines
    plain = [line for line in lines if "\x1b" not in line and "word" not in line]
    assert max(map(len, plain)) <= 60
    assert "           " + "word " * 30 in lines, "a command stays whole"
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in "".join(shown(FINDINGS, Terminal()))


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ((Level.OK,), "All is well."),
        ((Level.OK, Level.NOTE, Level.NOTE), "All is well (2 notes)."),
        ((Level.BAD, Level.BAD), "2 things that do not work."),
        ((Level.WARNING,), "1 warning."),
    ],
)
def test_what_it_amounts_to(levels: tuple[Level, ...], words: str) -> None:
    assert shown([Finding("", level, "") for level in levels], io.StringIO())[-1] == words


@pytest.fixture
def skynet(tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Skynet]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    home = tmp_path / "home"
    home.mkdir()
    program = Skynet(home, local_place(tmp_path / "there"))
    program.set_up(source, "x")
    yield program
    program.kill()


def test_the_program_itself(skynet: Skynet, source: Path) -> None:
    """Beside a running app; then with something broken."""
    skynet.start()
    skynet.wait_for("up-to-date")
    done = skynet.run("doctor")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert f"Skynet runs (process {skynet._process.pid if skynet._process else 0})" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("All is well")
    assert "\x1b" not in done.stdout
    skynet.stop()
    source.rmdir()
    done = skynet.run("doctor", "--json", "--offline")
    assert done.returncode == 3
    answer = json.loads(done.stdout)
    assert answer["level"] == "bad"
    [bad] = [f for f in answer["findings"] if f["level"] == "bad"]
    assert (bad["topic"], "is not there" in bad["text"]) == ("Folder of m", True)
    assert not any(f["topic"].startswith("Service") for f in answer["findings"])


def test_settings_that_cannot_be_read(skynet: Skynet) -> None:
    """That is when it is needed most."""
    with (skynet.home / "settings.toml").open("a") as file:
        file.write("broken = \n")
    done = skynet.run("doctor", "--no-write")
    assert (done.returncode, done.stderr) == (3, "")
    assert "line " in done.stdout and "Service there" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo terminal")
def test_in_a_real_terminal(skynet: Skynet) -> None:
    ours, theirs = pty.openpty()
    env = {**os.environ, "SKYNET_HOME": str(skynet.home), "COLUMNS": "80"}
    env.pop("NO_COLOR", None)
    done = subprocess.run(
        [sys.executable, "-m", "skynet_desktop", "doctor"], env=env, stdout=theirs, timeout=120
    )
    os.close(theirs)
    text = b""
    while True:
        try:
            block = os.read(ours, 65_536)
        except OSError:
            break
        if not block:
            break
        text += block
    os.close(ours)
    assert done.returncode == 0
    assert b"\x1b[1mClock\x1b[0m" in text and b"\x1b[32mok" in text


def test_a_damaged_state_does_not_keep_issues_from_being_shown(skynet: Skynet) -> None:
    skynet.once()
    [index] = skynet.home.glob("state/mappings/*/index.db")
    index.write_bytes(b"this is no database" * 100)
    done = skynet.run("issues")
    assert (done.returncode, done.stdout) == (0, "No issues.\n")
    assert done.stderr == "skynet: the state of m is damaged; the next start rebuilds it.\n"
    assert index.read_bytes() == b"this is no database" * 100, "it only looked"


def test_a_report_with_what_the_doctor_found(skynet: Skynet, tmp_path: Path) -> None:
    for arguments, tried in (((), False), (("--services",), True)):
        skynet.must("diagnostics", str(tmp_path / "report.zip"), *arguments)
        with zipfile.ZipFile(tmp_path / "report.zip") as bundle:
            findings = json.loads(bundle.read("doctor.json"))
        topics = {finding["topic"] for finding in findings}
        assert "Folder of m" in topics
        assert ("Service there" in topics) is tried
