"""S3Connection passes the public suite."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skynet_desktop.connections.conformance import ConnectionConformance

# The suite comes first: it has pytest explain the asserts of the checks.
# isort: split
from skynet_desktop.connections.checks.basics import Deletes, Moves
from skynet_desktop.connections.checks.keeping import KeepingReplaced, Versions
from skynet_desktop.connections.checks.reading import Reading
from skynet_desktop.connections.checks.trees import Listing
from skynet_desktop.connections.s3 import S3Connection
from tests.servers.seaweed import Seaweed


class TestS3(ConnectionConformance):
    @pytest.fixture
    def make_connection(self, s3_server: Seaweed, s3_bucket: str) -> Callable[[], S3Connection]:
        return lambda: S3Connection(**s3_server.options(s3_bucket))


class TestS3WithVersions(Versions, KeepingReplaced, Reading, Deletes, Moves, Listing):
    @pytest.fixture
    def make_connection(
        self, s3_server: Seaweed, s3_versioned_bucket: str
    ) -> Callable[[], S3Connection]:
        return lambda: S3Connection(**s3_server.options(s3_versioned_bucket))
