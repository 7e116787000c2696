"""The stage's own tests play with an actor of a few lines instead of the app."""

from __future__ import annotations

import sys

import pytest

if not sys.platform.startswith("linux"):
    collect_ignore_glob = ["*"]


@pytest.fixture
def program() -> tuple[str, ...]:
    return (sys.executable, "-m", "tests.screen.trial_app")
