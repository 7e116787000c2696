"""LocalConnection passes the public suite, and the suite catches connections that are sloppy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.connections.conformance import ConnectionConformance, conformance
from skynet_desktop.connections.local import LocalConnection
from tests.connections import sloppy, sloppy_recovery

TestLocal = conformance(lambda folder: LocalConnection(path=str(folder)))

_PATIENT = pytest.mark.timeout(1_800)
_ITS_OWN_MISTAKE = re.compile(r"\b(Type|Attribute|Name|Import)Error\b")
"""Red for the wrong reason: the sloppy connection is not even able to be sloppy."""
_WIDE = {**os.environ, "COLUMNS": "1000"}
"""Else pytest leaves the reasons out of its summary."""
_SUITES = """
from skynet_desktop.connections.conformance import conformance
from {module} import CAUGHT_BY

def read(connection, remote_path):
    path = connection.folder / remote_path
    return path.read_bytes() if path.is_file() else None

for cls in CAUGHT_BY:
    suite = conformance(lambda folder, cls=cls: cls(str(folder)), read)
    globals()["Test" + cls.__name__] = suite
"""


@pytest.mark.parametrize(
    "module",
    [
        pytest.param(sloppy, id="basics"),
        # Big files to read back and to keep, wrongly in 25 ways: takes minutes.
        pytest.param(sloppy_recovery, id="recovery", marks=[pytest.mark.torture, _PATIENT]),
    ],
)
def test_sloppy_connections_go_red(tmp_path: Path, module: Any) -> None:
    file = tmp_path / "test_sloppy_suites.py"
    file.write_text(_SUITES.format(module=module.__name__))
    wanted = {(f"Test{cls.__name__}", check) for cls, check in module.CAUGHT_BY.items()}
    root = Path(__file__).parents[2]
    output = ""
    for _ in range(3):  # some faults are races, which a busy machine may not show at once
        command = [sys.executable, "-m", "pytest", "--rootdir", str(root), "--tb=no", "-rf"]
        command += [f"{file}::{cls}::{check}" for cls, check in sorted(wanted)]
        run = subprocess.run(
            command, cwd=root, env=_WIDE, capture_output=True, text=True, timeout=600
        )
        output += run.stdout + run.stderr
        assert not _ITS_OWN_MISTAKE.search(output), output
        wanted -= set(re.findall(r"^FAILED \S*::(\w+)::(\w+)", run.stdout, re.MULTILINE))
        if not wanted:
            return
    raise AssertionError(f"never red: {wanted}\n{output}")


def test_no_check_hides_another_one() -> None:
    """The suite is put together of many classes: a name used twice would be run once."""
    own = [vars(cls) for cls in ConnectionConformance.__mro__]
    checks = [name for names in own for name in names if name.startswith("test_")]
    assert len(checks) == len(set(checks)) > 50
