"""What S3 charges for: a start with nothing to do costs a handful of requests, whatever the
number of files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.driver import Skynet
from tests.places import s3_place
from tests.servers.seaweed import Seaweed


@pytest.fixture
def skynet(tmp_path: Path, s3_server: Seaweed, s3_bucket: str) -> Skynet:
    (tmp_path / "home").mkdir()
    return Skynet(tmp_path / "home", s3_place(s3_server, s3_bucket))


def requests(skynet: Skynet) -> dict[str, int]:
    services = json.loads(skynet.must("requests", "--json"))["services"]
    counts: dict[str, int] = {}
    for month in services.get("there", {}).get("months", {}).values():
        for kind, count in month.items():
            counts[kind] = counts.get(kind, 0) + count
    return counts


def since(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {kind: count - before.get(kind, 0) for kind, count in after.items()}


def test_a_start_with_nothing_to_do(skynet: Skynet, source: Path) -> None:
    skynet.set_up(source)
    costs: list[dict[str, int]] = []
    for files in (20, 420):
        for number in range(files):
            (source / f"file {number}").write_text(str(number))
        before = requests(skynet)
        assert skynet.once().returncode == 0
        sent = since(before, requests(skynet))
        assert sent["put"] >= min(files, 400)
        before = requests(skynet)
        result = skynet.once()
        assert result.returncode == 0, result.stderr
        costs.append(since(before, requests(skynet)))
    few, many = costs
    assert few == many, "none of them is one per file"
    assert sum(many.values()) <= 10, many
    assert "requests this month" in skynet.must("status")
