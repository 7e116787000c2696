"""Every name is stored under exactly itself, or refused with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from skynet_desktop.connections.s3 import S3Connection
from skynet_desktop.connections.s3.names import Prober, is_probe, key_of
from skynet_desktop.core.errors import PathBlocked, PathImpossible, RemoteMissing
from tests.servers.seaweed import Seaweed

KEPT = [
    "a b", "a+b", "a%20b", "a%2Fb", "100%", "a?b", "a#b", "a&b=c", "it's", 'a"b', "a\nb", "a\rb",
    "a\r\nb", "a\tb", "a\x01b", "a\x7fb", "dot.", "space ", " lead", "-dash", "--", "...", "~",
    "e\u0301", "\u00e9", "\U0001f600", "\u05e9\u05dc\u05d5\u05dd", "a:b|c*d<e>f", "a;b,c@d",
    "$HOME", "[x]{y}^`", ".hidden", "con", "\u2028", "\ufffe", "\x85", "\xa0", "x" * 255,
    "file.versions", ".uploads", "/".join(["d" * 200] * 5),
]  # fmt: skip


@pytest.fixture
def hello(tmp_path: Path) -> str:
    (tmp_path / "hello").write_bytes(b"hello")
    return str(tmp_path / "hello")


def listed(connection: S3Connection, folder: str = "") -> list[str]:
    return sorted(file.path for file in connection.list(folder))


def test_odd_names_are_kept(s3: S3Connection, hello: str, tmp_path: Path) -> None:
    paths = [f"odd/{name}" for name in KEPT]
    for path in paths:
        s3.send(hello, path)
    assert listed(s3) == sorted(paths)
    for number, path in enumerate(paths):
        s3.copy(path, f"{path}2" if len(path) < 200 else "odd/2")
        s3.set_time(path, 1)
        s3.fetch(path, str(tmp_path / str(number)))
    for path in paths[::2]:
        s3.delete(path)
    assert [error for _, error in s3.delete_batch(paths[1::2]) if error] == []
    assert sorted(listed(s3)) == sorted(
        {f"{path}2" if len(path) < 200 else "odd/2" for path in paths}
    )


def test_a_folder_of_any_name_is_listed(s3: S3Connection, hello: str) -> None:
    for folder in ("a b+c%", "n\nl", "q?#&", "..."):
        s3.send(hello, f"{folder}/x")
        assert listed(s3, folder) == ["x"]


def test_a_key_of_1024_bytes_fits_and_one_more_does_not(s3: S3Connection, hello: str) -> None:
    path = "/".join(["d" * 203] * 5) + "é\u00e9"
    assert len(path.encode()) + 1 == 1024
    s3.send(hello, path + "x")
    assert listed(s3) == [path + "x"]
    with pytest.raises(PathImpossible, match="1,025 bytes"):
        s3.send(hello, path + "xy")
    s3.delete(path + "xy")


def test_undecodable_names_are_refused(s3: S3Connection, hello: str) -> None:
    with pytest.raises(PathImpossible, match="bytes that are no text"):
        s3.send(hello, "bad\udcff")
    s3.delete("bad\udcff")


@pytest.mark.parametrize(
    "name", ["d\\x", "d\\..\\x", ".uploads/x", "old.versions/x", "y/.versions/x"]
)
def test_names_the_server_alters_or_hides_are_refused(
    s3: S3Connection, s3_server: Seaweed, s3_bucket: str, hello: str, name: str
) -> None:
    s3.send(hello, "in/d/x")
    for _ in range(2):
        with pytest.raises(PathImpossible, match=r"^This storage (turns|hides)"):
            s3.send(hello, f"in/{name}")
    s3.delete(f"in/{name}")
    assert list(s3.delete_batch([f"in/{name}"])) == [(f"in/{name}", None)]
    with pytest.raises(RemoteMissing):
        s3.move(f"in/{name}", "in/z")
    assert listed(s3) == ["in/d/x"], "it took what the server takes it for, or left a probe"
    everything = s3_server.client().list_objects_v2(Bucket=s3_bucket)
    assert [item["Key"] for item in everything["Contents"]] == ["in/d/x"]


def test_a_backslash_in_the_folder_to_list(s3: S3Connection, hello: str) -> None:
    s3.send(hello, "a/b/c")
    assert listed(s3, "a\\b") == []


def test_folders_and_files_of_one_name(s3: S3Connection, hello: str) -> None:
    s3.send(hello, "a/b")
    s3.send(hello, "a")
    s3.delete("a")
    assert listed(s3) == ["a/b"]


@pytest.mark.parametrize("path", ["", "/", "a/", "a/b/"])
def test_a_folder_is_no_file(s3: S3Connection, hello: str, path: str) -> None:
    with pytest.raises(PathBlocked):
        s3.delete(path)
    with pytest.raises(PathBlocked):
        s3.send(hello, path)


@pytest.mark.parametrize("path", ["a/../b", "./a", "a//b", ".."])
def test_what_is_no_name_is_no_key(path: str) -> None:
    with pytest.raises(PathImpossible):
        key_of("", path)


def test_a_probe_is_made_once_beside_the_odd_name() -> None:
    asked: list[tuple[str, str]] = []

    def survives(probe: str, stem: str) -> bool:
        asked.append((probe, stem))
        return True

    prober = Prober(survives)
    for key in ("p/a\\b", "p/c\\d", "p/q/.uploads/x", "p/q/z.versions/x", "\\"):
        prober.check(key)
    assert [stem.rpartition("/")[0] for _, stem in asked] == ["p", "p/q", "p/q"]
    assert [probe.removeprefix(stem) for probe, stem in asked] == [
        "\\x",
        "/.uploads/x",
        ".versions/x",
    ]
    assert all(is_probe(probe) for probe, _ in asked)
    assert not is_probe("p/a.skynet-probe-x")
