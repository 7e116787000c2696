"""skynet requests, and its line in skynet status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from skynet_desktop.app import App
from skynet_desktop.cli import main
from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.settings import Paths


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(home: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["--home", str(home), *arguments]) == 0
    return capsys.readouterr().out


def counted(home: Path) -> None:
    app = App(Paths.of(home))
    for kind, times in (
        (RequestKind.GET, 2_300),
        (RequestKind.PUT, 10_000),
        (RequestKind.LIST, 45),
    ):
        counter = app.requests.counter("photos-s3")
        for _ in range(times):
            counter(kind)
    app.requests.flush()


def test_a_line_for_each_service_that_charges(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "photos-s3: 12,345 requests this month (10,000 put, 45 list, 2,300 get)"
    assert "requests" not in run(home, capsys, "status")
    counted(home)
    assert line in run(home, capsys, "status").splitlines()


def test_all_of_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, capsys, "requests").startswith("No service")
    counted(home)
    service, today, month = run(home, capsys, "requests").splitlines()
    assert service == "photos-s3"
    assert today == "  today    12,345 requests (10,000 put, 45 list, 2,300 get)"
    assert month.endswith("  12,345 requests (10,000 put, 45 list, 2,300 get)")


@pytest.mark.parametrize("command", ["requests", "status"])
def test_for_programs(home: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    counted(home)
    answer = json.loads(run(home, capsys, command, "--json"))
    services = answer["services"] if command == "requests" else answer["requests"]
    counts = {"put": 10_000, "list": 45, "get": 2_300}
    [month] = services["photos-s3"]["months"].values()
    assert month == services["photos-s3"]["today"] == counts
