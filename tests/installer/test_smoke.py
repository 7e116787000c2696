"""The trial of an installed program: this checkout passes, and what does not work does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import skynet_desktop
from installer import ROOT, smoke

LIAR = """\
import sys
if "--version" in sys.argv:
    print({version!r})
sys.exit({code})
"""


def tried(*command: str) -> subprocess.CompletedProcess[str]:
    script = str(ROOT / "installer" / "smoke.py")
    return subprocess.run(
        [sys.executable, "-S", script, *command], capture_output=True, text=True, timeout=150
    )


def test_a_checkout_passes() -> None:
    done = tried(sys.executable, "-m", "skynet_desktop")
    assert done.returncode == 0, done.stdout + done.stderr
    passed = [line.split()[0] for line in done.stdout.splitlines() if line[8:12] == " ok "]
    assert passed == ["version", "mirror", "doctor", "start"]


@pytest.mark.parametrize(
    ("version", "code", "told"),
    [
        ("0.0.1", 0, "version  FAILED: it says that it is '0.0.1'"),
        (skynet_desktop.__version__, 7, "version  FAILED"),
        (skynet_desktop.__version__, 0, "mirror   FAILED"),  # it says yes and does nothing
    ],
)
def test_what_does_not_work_fails(tmp_path: Path, version: str, code: int, told: str) -> None:
    liar = tmp_path / "liar.py"
    liar.write_text(LIAR.format(version=version, code=code))
    done = tried(sys.executable, str(liar))
    assert done.returncode == 1
    assert told in done.stdout


def test_what_ends_too_early_is_told(tmp_path: Path) -> None:
    liar = tmp_path / "liar.py"
    liar.write_text("raise SystemExit(3)")
    with pytest.raises(smoke.SmokeError, match=r"before it answers, it ended with 3"):
        ended = subprocess.Popen([sys.executable, str(liar)])
        ended.wait(30)
        smoke._until("it answers", lambda: False, ended)


def test_help_tries_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert smoke.main([]) == smoke.main(["--help"]) == 2
    assert "PROGRAM" in capsys.readouterr().out
