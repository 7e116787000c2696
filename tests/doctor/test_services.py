"""Services, tried for real: working ones, broken ones, and what they tell besides."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from skynet_desktop.app import App
from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.doctor import Level, services
from tests.doctor.conftest import Add, found, said
from tests.servers.seaweed import KEYS, Seaweed
from tests.servers.sshd import Sshd

TOPIC = "Service nas"


@pytest.fixture
def bucket(add: Add, s3_server: Seaweed, s3_bucket: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The service is a bucket, its keys come from the environment."""
    access, secret, _ = KEYS["admin"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", access)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    add("s3", bucket=s3_bucket, endpoint_url=s3_server.endpoint, region="us-east-1",
        auth="environment")  # fmt: skip
    return s3_bucket


@pytest.fixture
def host(add: Add, sftp_server: Sshd) -> Sshd:
    options = {key: value for key, value in sftp_server.options().items() if value is not None}
    add("sftp", **{**options, "auth": "environment"})
    return sftp_server


def shifted(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """For the doctor alone it is later than for everybody else."""

    class Later:
        @staticmethod
        def time() -> float:
            return time.time() + seconds

    monkeypatch.setattr(services, "time", Later)


def test_a_folder(app: App, add: Add, tmp_path: Path) -> None:
    add()
    [works, space] = said(app, TOPIC)
    assert works[0] == "ok" and "written, read and deleted" in works[1]
    assert space[1].endswith("are free there.")
    assert list((tmp_path / "disk").iterdir()) == [], "nothing is left behind"


def test_a_folder_that_is_not_there(app: App, add: Add, tmp_path: Path) -> None:
    add()
    (tmp_path / "disk").rmdir()
    [finding] = found(app, TOPIC)
    assert finding.level is Level.BAD
    assert "not there" in finding.text and "Plug in" in finding.advice


@pytest.mark.parametrize(("free", "level"), [(500_000_000, "warning"), (1_000, "bad")])
def test_little_space(
    app: App, add: Add, monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    add()
    monkeypatch.setattr(LocalConnection, "free_space", lambda *_: free)
    assert said(app, TOPIC)[1][0] == level


def test_a_bucket(app: App, bucket: str, s3_server: Seaweed) -> None:
    levels, texts = zip(*said(app, TOPIC), strict=True)
    assert (levels[0], "written, read and deleted" in texts[0]) == ("ok", True)
    assert "Its clock agrees with this computer's." in texts
    assert any(text.startswith("It keeps no versions") for text in texts)
    assert not s3_server.client().list_objects_v2(Bucket=bucket).get("Contents")
    assert sum(app.requests.today("nas").values()) < 40


def test_a_bucket_that_keeps_versions(app: App, s3_server: Seaweed, bucket: str) -> None:
    client = s3_server.client()
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    try:
        told = said(app, TOPIC, writes=False)
    finally:
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    words = "It keeps versions: what is replaced or removed there stays, and is billed."
    assert ("note", words) in told


def test_rules_for_abandoned_uploads(app: App, s3_server: Seaweed, bucket: str) -> None:
    client = s3_server.client()
    assert ("note", "No rule there removes uploads that were begun and never finished.") in said(
        app, TOPIC, writes=False
    )
    client.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "parts", "Status": "Enabled", "Filter": {"Prefix": ""},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                }
            ]
        },
    )  # fmt: skip
    try:
        told = said(app, TOPIC, writes=False)
    finally:
        client.delete_bucket_lifecycle(Bucket=bucket)
    assert ("ok", "A rule there removes uploads that were begun and never finished.") in told


def test_nothing_is_written_unless_it_may(
    app: App, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def writes(*_: object) -> None:
        raise AssertionError("it wrote")

    for name in ("send", "send_upload", "delete"):
        monkeypatch.setattr(S3Connection, name, writes)
    [(level, text), *_] = said(app, TOPIC, writes=False)
    assert (level, "answers and can be listed" in text) == ("ok", True)
    [(level, _)] = said(app, TOPIC)
    assert level == "bad"


def test_a_wrong_key(app: App, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-wrong-secret")
    [finding] = found(app, TOPIC)
    assert finding.level is Level.BAD
    assert "secret" in finding.advice
    assert "canary" not in str(finding)


@pytest.mark.parametrize(
    ("seconds", "span"), [(86_400, "24 hours"), (-200, "3 minutes"), (7 * 86_400, "7 days")]
)
def test_a_clock_that_is_off(
    app: App, bucket: str, monkeypatch: pytest.MonkeyPatch, seconds: float, span: str
) -> None:
    shifted(monkeypatch, seconds)
    clock = [f for f in found(app, TOPIC, writes=False) if "clock" in f.text]
    assert [f.level for f in clock] == [Level.BAD]
    assert f"{span} apart" in clock[0].text


def test_a_host(app: App, host: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    levels, texts = zip(*said(app, TOPIC), strict=True)
    assert set(levels) == {"ok"}
    assert "Its clock agrees with this computer's." in texts
    assert any(text.endswith("are free there.") for text in texts)
    login = Path(os.path.expanduser("~" + host.username))
    assert not list(login.glob(".skynet-test-*")) and not (login / "backup").exists()
    assert len(said(app, TOPIC, writes=False)) == len(texts) - 1, "its clock takes a file"
    shifted(monkeypatch, 3_600)
    assert ("bad", "Its clock and this computer's are 60 minutes apart.") in said(app, TOPIC)


def test_a_host_that_is_gone(app: App, host: Sshd, add: Add) -> None:
    host.stop()
    try:
        [finding] = found(app, TOPIC)
    finally:
        host.start()
    assert finding.level is Level.BAD
    assert "nothing answers" in finding.text and "running" in finding.advice


def test_a_host_that_is_unknown(app: App, host: Sshd, tmp_path: Path) -> None:
    text = app.paths.settings_file.read_text()
    nobody = tmp_path / "known_hosts"
    nobody.touch()
    known = next(line for line in text.splitlines() if line.startswith("known_hosts"))
    app.paths.settings_file.write_text(text.replace(known, f'known_hosts = "{nobody}"'))
    [finding] = found(app, TOPIC)
    assert finding.level is Level.BAD
    assert "SHA256:" in finding.text and "fingerprint" in finding.advice


def test_spans() -> None:
    assert services._apart(100.0, 99.0, 100.5) == 0
    assert services._apart(100.0, 110.0, 111.0) == 8
    assert services._apart(100.0, 80.0, 85.0) == 13
    assert services._span(130) == "2 minutes"
    assert services._span(119) == "119 seconds"
