"""The workflows of the public CI, read: they were written where none of its runners is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from installer import ROOT
from tests.screen.needs import need

FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
Job = dict[str, Any]


def read(name: str) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load((FOLDER / name).read_text("utf-8"))
    return found


def jobs() -> Iterator[tuple[str, Job]]:
    for file in FILES:
        for name, job in read(file.name)["jobs"].items():
            yield f"{file.stem}: {name}", job


def scripts(job: Job) -> str:
    return "\n".join(step.get("run", "") for step in job["steps"])


JOBS = dict(jobs())
RELEASE = read("release.yml")["jobs"]


def test_zizmor_finds_nothing() -> None:
    """It refuses what is no workflow, what may be injected, and permissions that are too wide."""
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [str(zizmor), "--offline", "--no-progress", "--persona=pedantic", str(FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_actions_are_pinned_by_commit_and_each_by_one(file: Path) -> None:
    uses = re.findall(r"uses: *(\S+)@(\S+)(?: # (v[\d.]+))?$", file.read_text(), re.MULTILINE)
    assert uses and len(uses) == file.read_text().count("uses:")
    for name, commit, version in uses:
        assert re.fullmatch(r"[0-9a-f]{40}", commit) and version, name
    assert len(set(uses)) == len({name for name, _, _ in uses})


def test_only_the_draft_may_write() -> None:
    assert read("ci.yml")["permissions"] == {"contents": "read"}
    assert read("release.yml")["permissions"] == {}
    for name, job in RELEASE.items():
        wanted = "write" if name == "draft" else "read"
        assert job["permissions"] == {"contents": wanted}, name


@pytest.mark.parametrize("name", JOBS)
def test_a_job_is_bounded_and_waits_for_jobs_that_are_there(name: str) -> None:
    job, siblings = JOBS[name], read(f"{name.split(':')[0]}.yml")["jobs"]
    needs = job.get("needs", [])
    assert set([needs] if isinstance(needs, str) else needs) <= siblings.keys()
    assert 0 < job["timeout-minutes"] <= 90


@pytest.mark.parametrize("name", JOBS)
def test_secrets_are_for_guarded_jobs_and_in_no_script(name: str) -> None:
    job = JOBS[name]
    assert "${{" not in scripts(job)
    if "secrets." in str(job):
        # Started by hand, from any branch, a job gets another environment, which holds no secret.
        by_tag = "${{ github.ref_type == 'tag' && 'release' || 'trial' }}"
        assert job["environment"] == ("release" if "if" in job else by_tag)
        assert job.get("if", "github.ref_type == 'tag'") == "github.ref_type == 'tag'"


@pytest.mark.parametrize("name", JOBS)
def test_what_is_run_of_ours_is_there(name: str) -> None:
    found = re.findall(r"\b(?:dev\.py|installer[/\\]\w+\.py|tests/\w+)", scripts(JOBS[name]))
    for path in found:
        assert (ROOT / path.replace("\\", "/")).exists(), path


@pytest.mark.parametrize("system", ["linux", "windows", "macos"])
def test_each_system_builds_tries_and_hands_over(system: str) -> None:
    job = RELEASE[system]
    assert job["runs-on"].startswith(("ubuntu-", "windows-", "${{ matrix.system }}"))
    script = scripts(job)
    built, tried = script.index("build.py"), re.search(r"installer[/\\]smoke\.py", script)
    assert tried and built < tried.start()
    assert job["steps"][-1]["with"]["if-no-files-found"] == "error"
    assert system in RELEASE["draft"]["needs"]


def test_the_signers_get_what_they_read() -> None:
    """Names of variables are said twice: here, and where they are read."""
    signing = (ROOT / "installer" / "macos" / "signing.py").read_text()
    script = scripts(RELEASE["macos"])
    told = set(re.findall(r"SKYNET_\w+(?==)", script))
    assert told == set(re.findall(r"SKYNET_(?:MAC|NOTARY)_\w+", signing))


@pytest.mark.parametrize("name", [name for name in JOBS if "windows" not in name])
def test_scripts_are_sound(name: str, tmp_path: Path) -> None:
    need("shellcheck")
    job = JOBS[name]
    for number, step in enumerate(job["steps"]):
        if "run" in step:
            script = tmp_path / f"{number}.sh"
            script.write_text(step["run"], "utf-8")
            shell = "sh" if "container" in job else "bash"
            command = [str(shutil.which("shellcheck")), f"--shell={shell}", str(script)]
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout
