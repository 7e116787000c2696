"""skynet updates, from a played site of the makers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import skynet_desktop
from skynet_desktop.cli import main
from skynet_desktop.updates import checker, source
from skynet_desktop.updates.computer import Computer
from tests.updates.made import PAGE, Site, listed, made_site, release

OWN = skynet_desktop.__version__


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """What this build was told of."""
    with made_site() as site:
        monkeypatch.setattr(source, "shipped", lambda: site.source)
        here = Computer("linux", "x86_64", "appimage")
        monkeypatch.setattr("skynet_desktop.cli.updating.this_computer", lambda: here)
        yield site


def valid(*releases: dict[str, Any], **values: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    until = (now + timedelta(days=1)).isoformat()
    return listed(*releases, **{"issued": now.isoformat(), "valid_until": until, **values})


def run(home: Path, *arguments: str) -> int:
    return main(["--home", str(home), "updates", *arguments])


def test_a_newer_version(tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.show(valid(release("99.2.0", notes={"en": ["One <b>thing</b>."]}), release("99.1.0")))
    assert run(tmp_path) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"Skynet Desktop 99.2.0 is available; you have {OWN}.", "",
        "99.2.0 (2026-11-20)", "  - One <b>thing</b>.", "",
        "99.1.0 (2026-11-20)", "  - What is new in 99.1.0.", "",
        "Download: https://example.org/skynet-desktop-1.2.0-x86_64.AppImage (52.1 MB)",
        f"SHA-256:  {'ab' * 32}",
    ]  # fmt: skip
    assert checker.Checker.of(tmp_path / "state").known().told, "no toast about it any more"


def test_the_newest_one(tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.show(valid(release(OWN)))
    assert run(tmp_path) == 0
    assert capsys.readouterr().out == f"You have the newest version, {OWN}.\n"


def test_what_must_not_wait(tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.show(valid(release("99.0.0", urgent=True, downloads=[]), release(OWN, withdrawn=True)))
    assert run(tmp_path) == 0
    said = capsys.readouterr().out
    assert f"The version you have, {OWN}, was withdrawn" in said
    assert "It puts a serious fault right: please do not wait." in said
    assert f"Downloads: {PAGE}" in said


def test_for_programs(tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.show(valid(release("99.2.0", urgent=True)))
    assert run(tmp_path, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert datetime.fromisoformat(answer.pop("looked_at")) > datetime.now(UTC) - timedelta(hours=1)
    [found] = answer.pop("releases")
    assert answer == {
        "possible": True, "version": OWN, "withdrawn": False, "urgent": True, "page": PAGE,
    }  # fmt: skip
    assert found["version"] == "99.2.0" and found["download"]["kind"] == "appimage"


def test_a_list_of_somebody_else(
    tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.show(valid(release("99.2.0")), Ed25519PrivateKey.generate())
    assert run(tmp_path) == 4
    out, err = capsys.readouterr()
    assert not out and "not signed by the makers of Skynet Desktop" in err


def test_nobody_answers(tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    site.close()
    assert run(tmp_path) == 4
    assert "127.0.0.1 cannot be reached" in capsys.readouterr().err


def test_a_checkout_says_that_it_looks_for_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path) == 0
    assert capsys.readouterr().out == (
        "This copy of Skynet Desktop comes from no release, so it looks for no new versions.\n"
    )
    assert run(tmp_path, "--json") == 0
    assert json.loads(capsys.readouterr().out)["possible"] is False
