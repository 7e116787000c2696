from __future__ import annotations

import json

import pytest

from skynet_desktop.updates.computer import Computer, this_computer
from skynet_desktop.updates.news import News, download_for, news_of
from skynet_desktop.updates.releases import read
from skynet_desktop.updates.versions import Version
from tests.updates.made import Values, download, listed, release


def news(running: str, *releases: Values) -> News | None:
    found = read(json.dumps(listed(releases=list(releases))).encode())
    return news_of(found, Version.of(running))


def offered(running: str, *releases: Values) -> list[str]:
    found = news(running, *releases)
    return [str(each.version) for each in found.releases] if found else []


def test_only_what_is_newer_the_newest_first() -> None:
    some = [release(version) for version in ("0.9.0", "1.0.0", "1.1.0", "1.10.0", "1.2.0")]
    assert offered("1.0.0", *some) == ["1.10.0", "1.2.0", "1.1.0"]
    assert offered("1.10.0", *some) == offered("2.0.0", *some) == offered("1.0.0") == []


def test_a_candidate_only_to_who_runs_one() -> None:
    some = [release(version) for version in ("1.1.0", "1.2.0rc2", "1.2.0rc1")]
    assert offered("1.0.0", *some) == ["1.1.0"]
    assert offered("1.2.0rc1", *some) == ["1.2.0rc2"]
    assert offered("1.2.0rc2", *some, release("1.2.0")) == ["1.2.0"]


def test_what_was_withdrawn_is_offered_to_nobody() -> None:
    some = [release("1.1.0"), release("1.2.0", withdrawn=True)]
    assert offered("1.0.0", *some) == ["1.1.0"]
    found = news("1.2.0", *some)
    assert found is not None and found.withdrawn and found.urgent
    assert found.newest is None, "an older one is never offered"
    assert found.key == "withdrawn 1.2.0"
    newer = news("1.2.0", *some, release("1.2.1"))
    assert newer is not None and newer.newest is not None
    assert newer.key == "withdrawn 1.2.0, 1.2.1"


@pytest.mark.parametrize(("running", "urgent"), [("1.0.0", True), ("1.1.0", False)])
def test_urgent_for_who_has_an_older_one(running: str, urgent: bool) -> None:
    found = news(running, release("1.1.0", urgent=True), release("1.2.0"))
    assert found is not None and found.urgent is urgent and found.key == "1.2.0"


def test_the_file_for_this_computer() -> None:
    kinds = [("linux", "x86_64", "deb"), ("linux", "x86_64", "appimage"),
             ("linux", "arm64", "appimage"), ("macos", "any", "dmg"),
             ("windows", "x86_64", "setup")]  # fmt: skip
    files = [download(system=s, machine=m, kind=k) for s, m, k in kinds]
    found = news("1.0.0", release(downloads=files))
    assert found is not None and found.newest is not None

    def fitting(*computer: str) -> tuple[str, str, str] | None:
        assert found is not None and found.newest is not None
        one = download_for(found.newest, Computer(*computer))
        return (one.system, one.machine, one.kind) if one else None

    assert fitting("linux", "x86_64", "appimage") == kinds[1]
    assert fitting("linux", "x86_64", "deb") == kinds[0]
    assert fitting("linux", "arm64", "deb") == kinds[2], "another kind is better than none"
    assert fitting("macos", "arm64", "dmg") == kinds[3]
    assert fitting("windows", "arm64", "setup") is None


@pytest.mark.parametrize(
    ("platform_name", "machine", "computer"),
    [
        ("linux", "x86_64", Computer("linux", "x86_64", "deb")),
        ("linux", "aarch64", Computer("linux", "arm64", "deb")),
        ("win32", "AMD64", Computer("windows", "x86_64", "setup")),
        ("darwin", "arm64", Computer("macos", "arm64", "dmg")),
    ],
)
def test_which_computer_this_is(
    platform_name: str, machine: str, computer: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", platform_name)
    monkeypatch.setattr("platform.machine", lambda: machine)
    assert this_computer() == computer
