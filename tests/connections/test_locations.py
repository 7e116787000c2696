"""Where a person finds what was sent: texts and addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from skynet_desktop.connections.introduction import Location
from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.connections.locations import location
from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.connections.sftp import SFTPConnection
from tests.connections.third_party.shelf import ShelfConnection


def test_a_local_folder(tmp_path: Path) -> None:
    found = location(LocalConnection, {"path": str(tmp_path)}, "a b/ü")
    assert found == Location(str(tmp_path / "a b/ü"), (tmp_path / "a b/ü").as_uri())


@pytest.mark.parametrize(
    ("options", "remote", "text", "url"),
    [
        ({}, "pictures", "anna@nas:22 pictures", "sftp://anna@nas/~/pictures"),
        ({}, "", "anna@nas:22 ~", "sftp://anna@nas/~"),
        ({}, "/srv/a b?", "anna@nas:22 /srv/a b?", "sftp://anna@nas/srv/a%20b%3F"),
        ({"port": 2222}, "/", "anna@nas:2222 /", "sftp://anna@nas:2222/"),
        ({"host": "fd00::1"}, "/x", "anna@fd00::1:22 /x", "sftp://anna@[fd00::1]/x"),
        ({"username": "a@b"}, "/x", "a@b@nas:22 /x", "sftp://a%40b@nas/x"),
        ({}, "/\udcff", "anna@nas:22 /\udcff", "sftp://anna@nas/%FF"),
    ],
)
def test_sftp(options: dict[str, object], remote: str, text: str, url: str) -> None:
    all_options = {"host": "nas", "username": "anna", **options}
    assert location(SFTPConnection, all_options, remote) == Location(text, url)


AWS = "https://eu-west-1.console.aws.amazon.com/s3/buckets/b?region=eu-west-1"
DASH = "https://dash.cloudflare.com/0a1b/r2"


@pytest.mark.parametrize(
    ("options", "remote", "text", "url"),
    [
        ({"region": "eu-west-1"}, "", "s3://b", AWS),
        ({"region": "eu-west-1"}, "a b/c", "s3://b/a b/c", f"{AWS}&prefix=a%20b%2Fc%2F"),
        ({"prefix": "p/"}, "x", "s3://b/p/x",
         "https://s3.console.aws.amazon.com/s3/buckets/b?prefix=p%2Fx%2F"),
        ({"region": "cn-north-1"}, "", "s3://b",
         "https://console.amazonaws.cn/s3/buckets/b?region=cn-north-1"),
        ({"endpoint_url": "https://0a1b.r2.cloudflarestorage.com"}, "x", "s3://b/x",
         f"{DASH}/default/buckets/b?prefix=x%2F"),
        ({"endpoint_url": "https://0a1b.eu.r2.cloudflarestorage.com"}, "", "s3://b",
         f"{DASH}/eu/buckets/b"),
        ({"endpoint_url": "https://s3.us-west-004.backblazeb2.com"}, "x", "s3://b/x",
         "https://secure.backblaze.com/b2_buckets.htm"),
        ({"endpoint_url": "http://nas:9000"}, "x", "s3://b/x", ""),
        ({"endpoint_url": "http://[nonsense"}, "x", "s3://b/x", ""),
    ],
)  # fmt: skip
def test_s3(options: dict[str, object], remote: str, text: str, url: str) -> None:
    assert location(S3Connection, {"bucket": "b", **options}, remote) == Location(text, url)


def test_no_place_is_known() -> None:
    assert location(ShelfConnection, {"path": "/tmp/x"}, "a") is None
    assert location(SFTPConnection, {"port": "nonsense"}, "a") is None
