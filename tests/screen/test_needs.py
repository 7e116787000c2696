from __future__ import annotations

import pytest

from tests.screen.needs import need


def test_what_is_missing_skips_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    need("sh", "/bin/sh")
    with pytest.raises(pytest.skip.Exception, match="no-such-tray, /no/such/file"):
        need("sh", "no-such-tray", "/no/such/file")


def test_where_nobody_sees_a_skip_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-tray"):
        need("no-such-tray")
