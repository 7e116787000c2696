"""The stage's own tests play with an actor of a few lines instead of the app."""

from __future__ import annotations

import sys

import pytest

if sys.platform == "linux":
    from tests.screen.fixtures import (  # noqa: F401 - fixtures are found by name
        accessible,
        bus,
        desktop_app,
        first_screen,
        keyring,
        make_screen,
        panel,
        screen,
        system_bus,
        toasts,
        trayer,
    )
else:
    collect_ignore_glob = ["*"]


@pytest.fixture
def program() -> tuple[str, ...]:
    return ("-m", "tests.screen.trial_app")
