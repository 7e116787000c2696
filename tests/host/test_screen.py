from __future__ import annotations

import sys

import pytest

from skynet_desktop.host import screen


@pytest.mark.parametrize(
    ("environ", "there"),
    [({}, False), ({"DISPLAY": ""}, False), ({"DISPLAY": ":0"}, True),
     ({"WAYLAND_DISPLAY": "wayland-0"}, True)],
)  # fmt: skip
def test_a_linux_session(
    environ: dict[str, str], there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert screen.has_screen(environ) is there


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_have_one(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert screen.has_screen({})
