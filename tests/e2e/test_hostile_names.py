"""Ten thousand hostile names on every kind of destination: each arrives byte for byte under
exactly its own name, or is listed with a reason; nothing is anywhere else (promises 1, 4, 6, 8).
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import time
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from tests.driver import Skynet
from tests.engine.hostile import content, files_below, hostile_paths, is_ours, make_files
from tests.places import Place
from tests.servers.seaweed import Seaweed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse the names")
REMOTE = "outer/backup/here"
Listing = dict[bytes, str]
"""Path -> MD5 of its content."""


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def listing(place: Place) -> Listing:
    """All there is at the whole destination, by means that are not the product's."""
    if isinstance(place.server, Seaweed):
        client, found, last = place.server.client(), {}, b""
        # Not by the server's token for the next page: SeaweedFS's forgets control characters.
        while items := client.list_objects_v2(
            Bucket=place.options["bucket"], EncodingType="url", StartAfter=last.decode()
        ).get("Contents"):
            for item in items:
                last = unquote_to_bytes(item["Key"].replace("+", " "))
                found[last] = item["ETag"].strip('"')
        client.close()
        return found
    root = place.options["path"] if place.kind == "local" else place.rclone.rpartition(":")[2]
    return {path: md5(data) for path, data in files_below(Path(root)).items()}


def mirrored(place: Place, prefix: str = REMOTE) -> Listing:
    """Of those, the person's files; all else must be ours."""
    base, found = prefix.encode() + b"/", {}
    for path, digest in listing(place).items():
        assert path.startswith(base), f"{path!r} escaped"
        below = path.removeprefix(base)
        if not below.startswith(b".skynet/"):
            found[below] = digest
    return found


def assert_all_accounted_for(skynet: Skynet, place: Place, source: Path) -> list[dict[str, str]]:
    """The remote is exactly what is here, but for what the issues list."""
    wanted = {path: md5(data) for path, data in files_below(source).items() if not is_ours(path)}
    issues = skynet.issues()
    refused = {os.fsencode(issue["path"]) for issue in issues}
    there = mirrored(place)
    assert {p for p in wanted if p not in there} == refused & set(wanted), "neither there nor told"
    assert there == {path: digest for path, digest in wanted.items() if path not in refused}
    assert all(issue["kind"] == "PathImpossible" for issue in issues), issues
    if place.kind == "s3":
        reasons = ("no text", "a backslash", "S3 takes 1,024")
        assert all(any(words in issue["reason"] for words in reasons) for issue in issues)
    else:
        assert not issues, "a file system can hold what a file system held"
    return issues


def change(source: Path, rng: random.Random) -> None:
    """Some go, some change their names among each other, some their content."""
    base = os.fsencode(source)
    paths = sorted(path for path in files_below(source) if not is_ours(path))
    rng.shuffle(paths)
    tenth = len(paths) // 10
    for path in paths[:tenth]:
        os.unlink(os.path.join(base, path))
    for old, new in zip(paths[tenth : 2 * tenth], paths[2 * tenth : 3 * tenth], strict=True):
        os.replace(os.path.join(base, old), os.path.join(base, new))
    for path in paths[3 * tenth : 4 * tenth]:
        with open(os.path.join(base, path), "wb") as file:
            file.write(b"edited " + content(path))


@pytest.mark.parametrize(
    "number",
    [1_000, pytest.param(10_000, marks=[pytest.mark.torture, pytest.mark.timeout(3_600)])],
)
def test_every_name_arrives_or_is_told(
    skynet: Skynet, place: Place, source: Path, tmp_path: Path, number: int
) -> None:
    paths = hostile_paths(number, seed=number)
    make_files(source, paths)
    (tmp_path / "witness").write_bytes(b"untouched")
    skynet.set_up(source, REMOTE)
    began = time.monotonic()
    result = skynet.once(timeout=3_000)
    took = time.monotonic() - began
    assert "Traceback" not in result.stderr, result.stderr
    issues = assert_all_accounted_for(skynet, place, source)
    assert result.returncode == (3 if issues else 0), result.stderr
    print(f"\n{place.kind}: {len(paths)} names in {took:.0f} s, {len(issues)} refused", end="")

    change(source, random.Random(number))
    result = skynet.once(timeout=3_000)
    assert result.returncode == (3 if skynet.issues() else 0), result.stderr
    assert_all_accounted_for(skynet, place, source)
    assert (tmp_path / "witness").read_bytes() == b"untouched"
    beside = {entry.name for entry in tmp_path.iterdir()}
    assert beside <= {"witness", "home", "source", "destination"}, beside
