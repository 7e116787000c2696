from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QApplication

ROOT = Path(__file__).resolve().parents[2]

BAD_MANNERS = """
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QWidget

def test_fine(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    widget.raise_()
    widget.setWindowOpacity(0.5)

def test_warning(qapp):
    qWarning("badly done")

def test_exception_in_a_slot(qtbot):
    QTimer.singleShot(0, lambda: 1 / 0)
    qtbot.wait(50)
"""


def test_no_screen_and_nobodys_home(qapp: QApplication, person: Path) -> None:
    assert qapp.platformName() == "offscreen"
    assert Path.home() == person
    config = QStandardPaths.StandardLocation.GenericConfigLocation
    assert QStandardPaths.writableLocation(config).startswith(str(person))
    assert os.environ["SKYNET_HOME"].startswith(str(person))


def test_bad_manners_fail(tmp_path: Path) -> None:
    file = tmp_path / "test_manners.py"
    file.write_text(BAD_MANNERS)
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "-rA"]
    (tmp_path / "conftest.py").write_text("from tests.desktop.conftest import *\n")
    command = [sys.executable, "-m", "pytest", *options, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    outcomes = [line.split()[0] for line in done.stdout.splitlines() if "test_manners.py::" in line]
    assert outcomes == ["PASSED", "FAILED", "FAILED"], done.stdout + done.stderr
    assert "badly done" in done.stdout
    assert "ZeroDivisionError" in done.stdout
