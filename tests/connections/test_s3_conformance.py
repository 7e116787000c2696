"""S3Connection passes the public suite."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skynet_desktop.connections.conformance import ConnectionConformance
from skynet_desktop.connections.s3 import S3Connection
from tests.servers.seaweed import Seaweed


class TestS3(ConnectionConformance):
    @pytest.fixture
    def make_connection(self, s3_server: Seaweed, s3_bucket: str) -> Callable[[], S3Connection]:
        return lambda: S3Connection(**s3_server.options(s3_bucket))
