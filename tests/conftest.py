"""What all tests share: the real servers, started once for a whole run."""

from __future__ import annotations

import sys

import pytest

pytest_plugins = [
    "tests.servers.fixtures_s3",
    "tests.servers.fixtures_sftp",
    "tests.servers.fixtures_postgres",
    "tests.whole_runs",
    *(["tests.screen.fixtures"] if sys.platform.startswith("linux") else []),
]

_LONG = ("tests/e2e/", "tests/torture/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes comes first: at the end it would keep one worker busy and others idle."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))
