from __future__ import annotations

import pytest

from skynet_desktop.credentials import redaction


@pytest.fixture(autouse=True)
def forget_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test registers must not blank out the logs of another."""
    monkeypatch.setattr(redaction, "_known", ())
