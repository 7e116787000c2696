"""Every window in every language on the smallest screen: full HD at 200 %, so 960 x 540."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from skynet_desktop.desktop.translations import LANGUAGES
from skynet_desktop.host import resources

_SECONDS = 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_window_fits(language: str, person: Path) -> None:
    assert resources.path("translations", f"skynet_{language}.qm").exists(), "compile them first"
    found = subprocess.run(
        [sys.executable, "-m", "tests.desktop.speaking", language, str(person)],
        env={**os.environ, "QT_SCALE_FACTOR": "2"},
        cwd=Path(__file__).parents[2],
        capture_output=True, text=True, encoding="utf-8", timeout=_SECONDS, check=True,
    )  # fmt: skip
    assert not found.stdout, found.stdout
    assert not found.stderr, found.stderr
