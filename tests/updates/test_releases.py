"""The list, read strictly: what is signed may still be wrong."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from skynet_desktop.updates.releases import Release, read
from skynet_desktop.updates.versions import Version
from tests.updates.made import NOW, download, listed, release


def of(values: object) -> list[Release]:
    return list(read(json.dumps(values).encode()).releases)


def test_a_good_one() -> None:
    found = read(json.dumps(listed(release("1.1.0"), release("1.2.0", urgent=True))).encode())
    assert (found.issued, found.valid_until) == (NOW, NOW + timedelta(days=90))
    newest, older = found.releases
    assert (newest.version, newest.urgent, newest.withdrawn) == (Version.of("1.2.0"), True, False)
    assert (older.version, older.urgent, older.date) == (
        Version.of("1.1.0"), False, date(2026, 11, 20)
    )  # fmt: skip
    assert newest.downloads[0].name == "skynet-desktop-1.2.0-x86_64.AppImage"
    assert newest.notes_in("de") == ("Neu in 1.2.0.",)
    assert newest.notes_in("hi") == newest.notes_in("en") == ("What is new in 1.2.0.",)


def test_what_a_later_version_may_add_is_passed_over() -> None:
    values = release(mood="good", downloads=[download(kind="flatpak", arch_level=3)])
    [found] = of(listed(values, hint={"a": 1}))
    assert found.downloads[0].kind == "flatpak"


def test_neither_notes_nor_files_nor_releases_need_be_there() -> None:
    [found] = of(listed({"version": "1.2.0", "date": "2026-11-20", "downloads": []}))
    assert found.notes_in("en") == () and found.downloads == ()
    assert of(listed(releases=[])) == []


LIST: list[tuple[dict[str, Any], str]] = [
    ({"product": "another"}, "of another product"),
    ({"product": None}, "product"),
    ({"format": 2}, "newer version"),
    ({"format": "1"}, "format"),
    ({"format": True}, "format"),
    ({"issued": "2026-11-23T12:00:00"}, "no offset"),
    ({"issued": 1_790_000_000}, "issued"),
    ({"issued": "yesterday"}, "isoformat"),
    ({"valid_until": None}, "valid_until"),
    ({"releases": {}}, "releases"),
    ({"releases": ["1.2.0"]}, "object"),
    ({"releases": [release(f"1.2.{n}") for n in range(500)]}, "too long"),
    ({"releases": [release(), release()]}, "twice"),
]
RELEASE: list[tuple[dict[str, Any], str]] = [
    ({"version": "1.2"}, "is no version"),
    ({"version": 1.2}, "version"),
    ({"date": "today"}, "isoformat"),
    ({"urgent": "false"}, "urgent"),
    ({"urgent": 1}, "urgent"),
    ({"withdrawn": None}, "withdrawn"),
    ({"notes": ["new"]}, "object"),
    ({"notes": {"en": "new"}}, "en"),
    ({"notes": {"../en": ["new"]}}, "not allowed"),
    ({"notes": {"en": [1]}}, "no line"),
    ({"notes": {"en": ["x" * 2_000]}}, "no line"),
    ({"notes": {"en": ["new"] * 200}}, "too long"),
    ({"notes": {"en": ["\x1b[2Jnew"]}}, "control"),
    ({"notes": {"en": ["one\ntwo"]}}, "control"),
    ({"notes": {"en": ["one\u2028two"]}}, "control"),
    ({"notes": {"en": ["\ud800"]}}, "control"),
    ({"downloads": None}, "downloads"),
    ({"downloads": [1]}, "object"),
]
DOWNLOAD: list[tuple[dict[str, Any], str]] = [
    *(
        ({"url": url}, "no address")
        for url in (
            "", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://a/b",
            "http://example.org/x", "http://127.0.0.1/x", "//example.org/x", "example.org/x",
            "https://", "https:///x", "https://user@example.org/x", "https://u:p@example.org/x",
            "https://example.org:port/x", "https://example.org/a b", "https://example.org/\n",
            'https://example.org/"x', "https://example.org/`x`", "https://exämple.org/",
            "https://[::1", "https://example.org/" + "x" * 3_000, "HTTPS ://example.org",
            "\x00https://example.org", "https://example.org\\@evil.org/",
        )
    ),
    ({"url": None}, "url"),
    ({"url": ["https://example.org"]}, "url"),
    ({"sha256": "ab" * 31}, "not allowed"),
    ({"sha256": "AB" * 32}, "not allowed"),
    ({"sha256": "xy" * 32}, "not allowed"),
    ({"size": 0}, "bytes"),
    ({"size": -1}, "bytes"),
    ({"size": True}, "size"),
    ({"size": 1.5}, "size"),
    ({"size": 10**15}, "bytes"),
    ({"system": "Linux; rm"}, "not allowed"),
    ({"machine": ""}, "not allowed"),
    ({"kind": 3}, "kind"),
]  # fmt: skip


def refused(values: object) -> str:
    with pytest.raises(ValueError) as caught:
        of(values)
    return str(caught.value)


@pytest.mark.parametrize(("wrong", "why"), LIST)
def test_a_wrong_list(wrong: dict[str, Any], why: str) -> None:
    assert why in refused({**listed(), **wrong})


@pytest.mark.parametrize(("wrong", "why"), RELEASE)
def test_a_wrong_release(wrong: dict[str, Any], why: str) -> None:
    assert why in refused(listed(release(**wrong)))


@pytest.mark.parametrize(("wrong", "why"), DOWNLOAD)
def test_a_wrong_download(wrong: dict[str, Any], why: str) -> None:
    assert why in refused(listed(release(downloads=[download(**wrong)])))


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"3", b"{", b"\xff\xfe", b"[" * 100_000, b'{"format": 1e999}',
     b'{"product": "skynet-desktop", "format": ' + b"9" * 5_000 + b"}"],
)  # fmt: skip
def test_no_list_at_all(body: bytes) -> None:
    with pytest.raises(ValueError):
        read(body)


@pytest.mark.parametrize("name", ["format", "product", "issued", "valid_until", "releases"])
def test_what_must_be_there(name: str) -> None:
    values = listed()
    del values[name]
    assert f'"{name}" is missing' in refused(values)
