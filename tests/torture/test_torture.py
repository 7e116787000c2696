"""The torture of the whole program, short; in full behind the mark ``torture``.

python3 dev.py torture --help
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.torture.churn import Taste
from tests.torture.figures import Plan
from tests.torture.report import replay, table
from tests.torture.trial import Trial

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="it looks at processes by /proc"),
    pytest.mark.parametrize("service", ["s3", "sftp"]),
]
_MIB = 1 << 20
SEED = 4


def _torture(plan: Plan, folder: Path) -> None:
    figures = Trial(plan, folder, print).run()
    print(table([figures]))
    assert figures.failures == [], f"again: {replay(plan.service, plan)}"


def test_a_short_one(service: str, tmp_path: Path) -> None:
    taste = Taste(files=100, folders=20, big=(16 * _MIB, 24 * _MIB), big_files=1)
    plan = Plan(
        service, SEED, kills=4, faults=4, rounds=4, rest_seconds=60, taste=taste, tight_limits=False
    )
    _torture(plan, tmp_path)


@pytest.mark.torture
@pytest.mark.timeout(3600)
def test_a_long_one(service: str, tmp_path: Path) -> None:
    _torture(Plan(service, SEED, kills=250, faults=250), tmp_path)
