"""Pytest fixtures: one SeaweedFS for the whole run, an empty bucket for each test,
and an open connection to it."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator

import pytest

from skynet_desktop.connections.s3 import S3Connection
from tests.servers.seaweed import Seaweed


@pytest.fixture(scope="session")
def s3_server() -> Iterator[Seaweed]:
    with Seaweed() as server:
        yield server


@pytest.fixture(scope="session")
def s3_spare_buckets() -> list[str]:
    """Emptied ones. The first write to a new bucket takes SeaweedFS 0.2 s."""
    return []


@pytest.fixture
def s3_bucket(s3_server: Seaweed, s3_spare_buckets: list[str]) -> Iterator[str]:
    """The name of an empty bucket that no other test uses meanwhile."""
    if s3_spare_buckets:
        name = s3_spare_buckets.pop()
    else:
        name = f"test-{uuid.uuid4().hex[:12]}"
        s3_server.client().create_bucket(Bucket=name)
    yield name
    with contextlib.suppress(OSError):  # one that cannot be emptied is not used again
        s3_server.empty(name)
        s3_spare_buckets.append(name)


@pytest.fixture
def s3_versioned_bucket(s3_server: Seaweed) -> str:
    """The name of a new bucket that keeps all versions."""
    name = f"versioned-{uuid.uuid4().hex[:12]}"
    client = s3_server.client()
    client.create_bucket(Bucket=name)
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


@pytest.fixture
def s3(s3_server: Seaweed, s3_bucket: str) -> Iterator[S3Connection]:
    connection = S3Connection(**s3_server.options(s3_bucket))
    connection.open()
    yield connection
    connection.close()
