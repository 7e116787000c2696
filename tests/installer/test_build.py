"""The one command, without building."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import skynet_desktop
from installer import ROOT, build
from installer.job import Job, Kind


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind whose making is writing a line."""

    def make(job: Job) -> Path:
        file = job.out / f"made-{job.version}"
        file.write_text(str(job.epoch))
        return file

    monkeypatch.setattr(build, "_kinds", lambda: [Kind("made-up", "a line in a file", {}, make)])


def test_it_needs_nothing_but_python() -> None:
    """Isolated: without the packages of this environment."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "installer" / "build.py"), "--list"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    if sys.platform == "linux":
        kinds = [line.split()[0] for line in done.stdout.splitlines()]
        assert kinds == ["appimage", "deb", "setup", "sbom"]


@pytest.mark.usefixtures("made_up")
def test_what_it_made_is_summed_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1234")
    assert build.main(["--out", str(tmp_path)]) == 0
    name = f"made-{skynet_desktop.__version__}"
    digest = hashlib.sha256(b"1234").hexdigest()
    assert (tmp_path / build.SUMS).read_text() == f"{digest}  {name}\n"
    assert name in capsys.readouterr().out


@pytest.mark.usefixtures("made_up")
def test_a_kind_of_another_system_is_no_choice(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        build.main(["--out", str(tmp_path), "--only", "somewhere-else"])


def test_what_failed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(job: Job) -> Path:
        raise subprocess.CalledProcessError(3, ["gcc"])

    monkeypatch.setattr(build, "_kinds", lambda: [Kind("bad", "no more", {}, fails)])
    assert build.main(["--out", str(tmp_path)]) == 1
    assert "Not built" in capsys.readouterr().err


def test_the_time_is_the_last_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert 1_700_000_000 < build._epoch() < 4_000_000_000


def test_the_version_is_said_once() -> None:
    """Everything else asks the package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["dynamic"] == ["version", "dependencies"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {
        "attr": "skynet_desktop.__version__"
    }
    for file in (ROOT / "skynet.spec", *(ROOT / "installer").rglob("*.py")):
        assert skynet_desktop.__version__ not in file.read_text("utf-8"), file


def test_it_builds_by_pinned_packages() -> None:
    for line in (ROOT / "installer" / "requirements.txt").read_text().splitlines():
        words = line.split("#")[0].split(";")[0].strip()
        assert not words or words.startswith("-r ") or "==" in words, line


def test_of_what_is_for_another_system_nothing_is_made_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def kind(name: str, only_if_asked: bool) -> Kind:
        def make(job: Job) -> Path:
            made.append(name)
            (job.out / name).touch()
            return job.out / name

        return Kind(name, "", {}, make, only_if_asked)

    monkeypatch.setattr(build, "_kinds", lambda: [kind("ours", False), kind("theirs", True)])
    assert build.main(["--out", str(tmp_path)]) == 0
    assert made == ["ours"]
    assert build.main(["--out", str(tmp_path), "--only", "theirs"]) == 0
    assert made == ["ours", "theirs"]
