"""Pytest fixtures: one SeaweedFS for the whole run, a fresh bucket for each test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.servers.seaweed import Seaweed


@pytest.fixture(scope="session")
def s3_server() -> Iterator[Seaweed]:
    with Seaweed() as server:
        yield server


@pytest.fixture
def s3_bucket(s3_server: Seaweed) -> Iterator[str]:
    """The name of an empty bucket; it is removed with all in it."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    client = s3_server.client()
    client.create_bucket(Bucket=name)
    yield name
    client.delete_bucket(Bucket=name)
    client.close()
