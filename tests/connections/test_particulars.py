"""What services tell a check-up: clocks, free space, rules against abandoned uploads."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.connections.particulars import EndsAbandoned, TellsSpace, TellsTime
from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.connections.s3.particulars import _covers
from skynet_desktop.connections.sftp import SFTPConnection

ENDS = {"DaysAfterInitiation": 7}


def test_the_clock_of_a_bucket(s3: S3Connection) -> None:
    assert isinstance(s3, TellsTime)
    told = s3.server_time("backup", may_write=False)
    assert told is not None and abs(told - time.time()) < 5


def test_the_clock_of_a_host(sftp: SFTPConnection, sftp_root: Path) -> None:
    """Also where the folder is not there yet; nothing is left of it."""
    assert isinstance(sftp, TellsTime)
    for folder in (sftp_root, sftp_root / "none"):
        told = sftp.server_time(str(folder), may_write=True)
        assert told is not None and abs(told - time.time()) < 5
    assert sftp.server_time(str(sftp_root), may_write=False) is None
    assert list(sftp_root.iterdir()) == []


def test_free_space(sftp: SFTPConnection, sftp_root: Path, tmp_path: Path) -> None:
    local = LocalConnection(str(tmp_path))
    local.open()
    for connection, folder in ((sftp, sftp_root), (sftp, sftp_root / "none"), (local, tmp_path)):
        assert isinstance(connection, TellsSpace)
        told = connection.free_space(str(folder))
        free = shutil.disk_usage(os.path.dirname(folder)).free
        assert told is not None and abs(told - free) < 500_000_000


@pytest.mark.parametrize(
    ("rule", "covers"),
    [
        ({"Filter": {}}, True),
        ({"Filter": {"Prefix": ""}}, True),
        ({"Filter": {"Prefix": "mine/"}}, True),
        ({"Prefix": "mi"}, True),
        ({"Prefix": "other/"}, False),
        ({"Filter": {"Prefix": "mine/deeper/"}}, False),
        ({"Filter": {"Tag": {"Key": "a", "Value": "b"}}}, False),
        ({"Filter": {}, "Status": "Disabled"}, False),
        ({"Filter": {}, "AbortIncompleteMultipartUpload": None}, False),
    ],
)
def test_which_rules_cover_our_folder(rule: dict[str, Any], covers: bool) -> None:
    whole = {"Status": "Enabled", "AbortIncompleteMultipartUpload": ENDS, **rule}
    if whole["AbortIncompleteMultipartUpload"] is None:
        del whole["AbortIncompleteMultipartUpload"]
    assert _covers(whole, "mine/") is covers  # type: ignore[arg-type]


def test_rules_of_a_bucket(s3: S3Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(s3, EndsAbandoned)
    assert s3.ends_abandoned() is False
    denied = ClientError({"Error": {"Code": "AccessDenied"}}, "GetBucketLifecycleConfiguration")

    def refuse(**_: object) -> None:
        raise denied

    monkeypatch.setattr(s3._bucket.client, "get_bucket_lifecycle_configuration", refuse)
    assert s3.ends_abandoned() is None
