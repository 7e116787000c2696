"""Listings that leave our own folder out without paying for it; and the versions of a bucket."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.connections.s3.direct import Direct
from skynet_desktop.connections.s3.line import Answer
from skynet_desktop.core.errors import ConnectionLost
from tests.servers.seaweed import LIMITED_BUCKET, Seaweed

PAGE = 10
TRASH = [f".skynet/trash/2026-01-02/03-04-05/f{n:03}" for n in range(60)]
FILES = [".skynet-notes", ".skynet0", "a", "d/.skynet/x", *(f"z/{n:02}" for n in range(25))]


def opened(server: Seaweed, bucket: str, who: str = "admin", prefix: str = "") -> S3Connection:
    connection = S3Connection(**server.options(bucket, who), prefix=prefix)
    connection.open()
    return connection


def fill(server: Seaweed, bucket: str, paths: list[str]) -> None:
    for path in paths:
        server.client().put_object(Bucket=bucket, Key=f"base/{path}", Body=b"x")


def by_small_pages(s3: S3Connection, operation: str) -> list[dict[str, Any]]:
    """The requests that leave from now on; each is answered with few keys."""
    requests: list[dict[str, Any]] = []

    def narrow(params: dict[str, Any], **_: Any) -> None:
        params["MaxKeys"] = PAGE
        requests.append(dict(params))

    name = f"provide-client-params.s3.{operation}"
    s3._bucket.client.meta.events.register(name, narrow)
    return requests


def by_small_pages_directly(s3: S3Connection, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The prefixes that are asked for."""
    way, prefixes = s3._bucket.direct, []
    assert way is not None
    ask = way.ask

    def narrow(query: str, kind: RequestKind, key: str = "") -> Answer | None:
        prefixes.append(parse_qs(query)["prefix"][0])
        return ask(query.replace("list-type=2", f"list-type=2&max-keys={PAGE}"), kind, key)

    monkeypatch.setattr(way, "ask", narrow)
    return prefixes


@pytest.mark.parametrize("directly", [False, True])
@pytest.mark.parametrize("trash", [[], TRASH[:1], TRASH[:8], TRASH])
def test_our_own_folder_costs_at_most_one_request(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, trash: list[str], directly: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    fill(s3_server, s3_bucket, [*FILES, *trash])
    if directly:
        prefixes = by_small_pages_directly(s3, monkeypatch)
        assert sorted(file.path for file in s3.list("base")) == FILES
    else:
        s3._bucket.direct = None
        requests = by_small_pages(s3, "ListObjectsV2")
        assert sorted(file.path for file in s3.list("base")) == FILES
        prefixes = [request["Prefix"] for request in requests]
    assert 0 < len(prefixes) <= -(-len(FILES) // PAGE) + 2
    assert set(prefixes) == {"base/"}
    assert len(list(s3.list("base/.skynet"))) == len(trash)


def test_a_server_that_sorts_by_bytes(s3: S3Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Amazon does; the server of the tests sorts folder by folder."""
    keys = sorted(f"base/{path}" for path in [*FILES, *TRASH])
    asked: list[str] = []

    def answer(request: Any, **_: Any) -> None:
        raise AssertionError(request.url)

    def list_objects_v2(**arguments: Any) -> dict[str, Any]:
        after = arguments.get("StartAfter", "")
        asked.append(after)
        left = [key for key in keys if key > after]
        page = left[:PAGE]
        rows = [{"Key": key, "Size": 1, "ETag": '"x"'} for key in page]
        return {"Name": "b", "Contents": rows, "IsTruncated": len(left) > PAGE}

    s3._bucket.direct = None
    s3._bucket.client.meta.events.register("before-send.s3", answer)
    monkeypatch.setattr(s3._bucket.client, "list_objects_v2", list_objects_v2)
    assert sorted(file.path for file in s3.list("base")) == FILES
    assert len(asked) <= -(-len(FILES) // PAGE) + 2
    assert len([key for key in asked if key.startswith("base/.skynet/t")]) == 0


def test_versions_page_by_page(s3_server: Seaweed, s3_versioned_bucket: str) -> None:
    """Without one name that this server itself loses: it walks ``x/`` before ``x-``, and begins
    each page of versions behind the last key by bytes (``x-`` is before ``x/``)."""
    s3 = opened(s3_server, s3_versioned_bucket)
    files = [path for path in FILES if path != ".skynet-notes"]
    fill(s3_server, s3_versioned_bucket, [*files, *files, *TRASH])
    s3_server.client().put_object(Bucket=s3_versioned_bucket, Key="base2/a")
    s3.delete("base/a")
    requests = by_small_pages(s3, "ListObjectVersions")
    found = list(s3.versions("base"))
    assert sorted(version.path for version in found) == sorted([*files, *files, "a"])
    assert [version.path for version in found if version.gone] == ["a"]
    assert len(requests) <= -(-(2 * len(files) + 1) // PAGE) + 2
    assert {request["Prefix"] for request in requests} == {"base/"}
    assert {version.path for version in s3.versions("base/.skynet/trash")} == {
        path.removeprefix(".skynet/trash/") for path in TRASH
    }
    s3.close()


def test_names_in_versions_arrive_unharmed(
    s3_server: Seaweed, s3_versioned_bucket: str, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(b"content")
    names = ["a b", "a+b", "a%20b", "\u00e9\U0001f600", "a&b<c>", "tab\tline"]
    s3 = opened(s3_server, s3_versioned_bucket, prefix="deep er")
    for name in names:
        s3.send(str(tmp_path / "a"), f"d/{name}")
    found = {version.path: version for version in s3.versions("d")}
    assert sorted(found) == sorted(names)
    for name, version in found.items():
        with s3.read(f"d/{name}", version=version.version) as content:
            assert b"".join(content.blocks) == b"content"
    s3.close()


def test_what_was_there_before_versions_were_kept(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, tmp_path: Path
) -> None:
    """The bucket is a new one, as it can never forget that it kept versions."""
    client = s3_server.client()
    bucket = f"{s3_bucket}-turned"
    client.create_bucket(Bucket=bucket)
    connection = opened(s3_server, bucket)
    assert connection.keeps_versions() is False
    (tmp_path / "a").write_bytes(b"before")
    connection.send(str(tmp_path / "a"), "a")
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert connection.keeps_versions() is True
    (tmp_path / "a").write_bytes(b"after it")
    connection.send(str(tmp_path / "a"), "a")
    contents = set()
    for version in connection.versions(""):
        with connection.read("a", version=version.version) as content:
            contents.add(b"".join(content.blocks))
    assert contents == {b"before", b"after it"}
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    assert connection.keeps_versions() is False
    connection.close()


def test_who_may_not_ask_keeps_no_versions(s3_server: Seaweed) -> None:
    limited = opened(s3_server, LIMITED_BUCKET, "prefix", prefix="mine/")
    assert limited.keeps_versions() is False
    assert list(limited.versions("")) == []
    limited.close()


def test_a_lost_server_is_no_no(s3: S3Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a mapping would believe that nothing is kept, because of one bad moment."""

    def lost(**_: Any) -> None:
        raise ConnectionLost("gone")

    ask: Callable[..., Any] = lost
    monkeypatch.setattr(Direct, "ask", lambda *_: None)
    monkeypatch.setattr(s3._bucket.client, "get_bucket_versioning", ask)
    with pytest.raises(ConnectionLost):
        s3.keeps_versions()


def test_pages_of_keys_with_control_characters(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str
) -> None:
    """The server's own token for the next page is wrong for these; nothing may be left out."""
    names = [f"b\x08c/{n:02}" for n in range(35)]
    fill(s3_server, s3_bucket, names)
    by_small_pages(s3, "ListObjectsV2")
    assert sorted(file.path for file in s3.list("base")) == names


def test_pages_that_end_within_a_folder_beside_names_like_it(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str
) -> None:
    """``x-`` is before ``x/`` by bytes and behind it for this server: no page begins too late."""
    names = sorted(
        [*(f"x/{n:02}" for n in range(25)), "x", "x-a", "x-b", "x.b", "x/00-", "x0", "w"]
    )
    names.remove("x")
    fill(s3_server, s3_bucket, names)
    by_small_pages(s3, "ListObjectsV2")
    assert sorted(file.path for file in s3.list("base")) == names
