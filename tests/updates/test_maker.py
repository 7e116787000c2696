"""From a folder of downloads to what an installed copy is told: with the maker's own tool."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from skynet_desktop.connections.route import Route
from skynet_desktop.updates import Checker, source
from skynet_desktop.updates.computer import Computer
from skynet_desktop.updates.news import download_for
from tests.updates.made import Site
from tools.releases import KEY_VARIABLE, changes, main

CHANGELOG = """\
# Changelog

## Unreleased

- Not yet.

## 1.2.0 - 2026-11-23

Some words before.

- A first thing, with `code` and **more**
  over two lines.
- A second thing.

## 1.1.0

- An old thing.
"""
FILES = {
    "skynet-desktop-1.2.0-x86_64.AppImage": ("linux", "x86_64", "appimage"),
    "skynet-desktop_1.2.0_amd64.deb": ("linux", "x86_64", "deb"),
    "skynet-desktop-1.2.0-aarch64.AppImage": ("linux", "arm64", "appimage"),
    "Skynet Desktop 1.2.0.dmg": ("macos", "any", "dmg"),
    "skynet-desktop-1.2.0-setup.exe": ("windows", "any", "setup"),
}
ADDRESS = "https://example.org/files/v1.2.0/"


class Makers:
    """``run`` is the tool, which must succeed; ``fails`` returns what it objects."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self.files = folder / "files"
        self.files.mkdir()
        for name in FILES:
            (self.files / name).write_bytes(name.encode() * 100)
        (self.files / "SHA256SUMS").write_text("...")
        (folder / "CHANGELOG.md").write_text(CHANGELOG)
        self.public = self.key("key.pem")

    def key(self, name: str) -> str:
        return self.run("key", self.folder / name).strip()

    def run(self, *arguments: object) -> str:
        assert main([str(each) for each in arguments]) == 0, self._capsys.readouterr().err
        return self._capsys.readouterr().out

    def fails(self, *arguments: object) -> str:
        assert main([str(each) for each in arguments]) == 1
        return self._capsys.readouterr().err

    def listing(self, version: str, *more: object) -> list[object]:
        return [
            "list", self.folder / "list.json", "--version", version, "--files", self.files,
            "--address", ADDRESS, "--changelog", self.folder / "CHANGELOG.md", *more,
        ]  # fmt: skip

    def sign(self, *keys: str) -> Path:
        options = [word for key in keys or ("key.pem",) for word in ("--key", self.folder / key)]
        out = self.folder / "releases.txt"
        self.run("sign", self.folder / "list.json", out, *options)
        return out


@pytest.fixture
def makers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Makers:
    return Makers(tmp_path, capsys)


def test_all_the_way(makers: Makers, site: Site, tmp_path: Path) -> None:
    german = tmp_path / "de.txt"
    german.write_text("- Ein erstes Ding.\n\nEin zweites.\n")
    makers.run(*makers.listing("1.2.0", "--notes", f"de={german}", "--urgent"))
    out = makers.sign()
    assert "1.2.0" in makers.run("verify", out, "--public", makers.public)

    shipped = tmp_path / "shipped.json"
    makers.run("source", shipped, "--url", f"{site.url}/list", "--page", "https://example.org/",
               "--public", makers.public)  # fmt: skip
    site.body = out.read_bytes()
    known = Checker(tmp_path / "state", source.shipped(shipped), "1.1.0").look(Route("none"))
    assert known.news is not None and known.news.urgent and known.news.newest is not None
    newest = known.news.newest
    assert newest.notes_in("en") == (
        "A first thing, with code and more over two lines.", "A second thing.",
    )  # fmt: skip
    assert newest.notes_in("de") == ("Ein erstes Ding.", "Ein zweites.")
    assert {(each.system, each.machine, each.kind) for each in newest.downloads} == set(
        FILES.values()
    )
    file = download_for(newest, Computer("macos", "arm64", "dmg"))
    assert file is not None
    assert file.url == "https://example.org/files/v1.2.0/Skynet%20Desktop%201.2.0.dmg"
    content = (makers.files / "Skynet Desktop 1.2.0.dmg").read_bytes()
    assert (file.sha256, file.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_a_release_after_another_and_one_issued_anew(makers: Makers, tmp_path: Path) -> None:
    makers.run(*makers.listing("1.1.0"))
    before = makers.sign()
    more = ("--before", before, "--public", makers.public)
    makers.run(*makers.listing("1.2.0", *more))
    values = json.loads((tmp_path / "list.json").read_text())
    assert [each["version"] for each in values["releases"]] == ["1.2.0", "1.1.0"]
    again = makers.sign()
    makers.run("list", tmp_path / "anew.json", "--before", again, "--public", makers.public)
    anew = json.loads((tmp_path / "anew.json").read_text())
    assert anew["releases"] == values["releases"] and anew["issued"] >= values["issued"]
    assert "no part with the heading: ## 1.3.0" in makers.fails(*makers.listing("1.3.0"))
    other = makers.key("other.pem")
    assert "not signed" in makers.fails(
        "list", tmp_path / "no.json", "--before", again, "--public", other
    )
    assert not (tmp_path / "no.json").exists()


def test_keys_that_change(makers: Makers, monkeypatch: pytest.MonkeyPatch) -> None:
    following = makers.key("next.pem")
    makers.run(*makers.listing("1.2.0"))
    out = makers.sign("key.pem", "next.pem")
    for public in (makers.public, following):
        makers.run("verify", out, "--public", public)
    stranger = makers.key("stranger.pem")
    assert "not signed" in makers.fails("verify", out, "--public", stranger)
    monkeypatch.setenv(KEY_VARIABLE, (makers.folder / "next.pem").read_text())
    makers.run("sign", makers.folder / "list.json", out)
    makers.run("verify", out, "--public", following)
    assert "not signed" in makers.fails("verify", out, "--public", makers.public)


def test_a_private_key_is_for_its_owner_and_never_lost(makers: Makers) -> None:
    file = makers.folder / "key.pem"
    before = file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    makers.fails("key", file)
    assert file.read_bytes() == before


def test_what_cannot_be_read_is_not_signed(makers: Makers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    makers.run(*makers.listing("1.2.0"))
    file, out = makers.folder / "list.json", makers.folder / "out"
    key = ("--key", makers.folder / "key.pem")
    assert "give an Ed25519 key" in makers.fails("sign", file, out)
    good = file.read_text()
    for wrong, why in (
        (good.replace('"version": "1.2.0"', '"version": "1.2"'), "no version"),
        (good.replace("https://", "http://"), "no address"),
        (good.replace('"valid_until": "2', '"valid_until": "1'), "expired"),
        ("{}", "missing"),
    ):
        file.write_text(wrong)
        assert why in makers.fails("sign", file, out, *key)
        assert not out.exists()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--address", "http://example.org/"), "no address"),
        (("--version", "1.2"), "no version"),
        (("--files", "/nonexistent"), "nonexistent"),
    ],
)
def test_a_list_that_is_wrong_is_not_made(makers: Makers, more: tuple[str, ...], why: str) -> None:
    assert why in makers.fails(*makers.listing("1.2.0", *more))
    assert not (makers.folder / "list.json").exists()


def test_a_source_that_is_wrong_is_not_made(makers: Makers, tmp_path: Path) -> None:
    out = tmp_path / "source.json"
    words = makers.fails("source", out, "--url", "http://example.org/list", "--page",
                         "https://example.org/", "--public", makers.public)  # fmt: skip
    assert "https://" in words and not out.exists()


def test_the_part_of_the_changelog() -> None:
    assert list(changes(CHANGELOG, "1.1.0")) == ["An old thing."]
    with pytest.raises(ValueError, match="no part"):
        list(changes(CHANGELOG, "1.1"))
    with pytest.raises(ValueError, match="says nothing"):
        list(changes("## 1.1.0\n\nwords\n\n## 1.0.0\n\n- old\n", "1.1.0"))
