"""What all tests share: the real servers, started once for a whole run."""

from __future__ import annotations

import sys

pytest_plugins = [
    "tests.servers.fixtures_s3",
    "tests.servers.fixtures_sftp",
    "tests.servers.fixtures_postgres",
    "tests.whole_runs",
    *(["tests.screen.fixtures"] if sys.platform.startswith("linux") else []),
]
