"""What all tests share: the real servers, started once for a whole run."""

from __future__ import annotations

pytest_plugins = [
    "tests.servers.fixtures_s3",
    "tests.servers.fixtures_sftp",
    "tests.whole_runs",
]
