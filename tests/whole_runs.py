"""Fixtures: homes, sources and destinations for whole runs of the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.driver import Skynet
from tests.places import Place, local_place, s3_place, sftp_place


@pytest.fixture(params=["local", "s3", "sftp"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Each kind of destination in turn, empty."""
    if request.param == "local":
        return local_place(tmp_path / "destination")
    if request.param == "s3":
        server, bucket = (request.getfixturevalue(name) for name in ("s3_server", "s3_bucket"))
        return s3_place(server, bucket)
    server, root = (request.getfixturevalue(name) for name in ("sftp_server", "sftp_root"))
    return sftp_place(server, root)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


@pytest.fixture
def skynet(tmp_path: Path, place: Place) -> Iterator[Skynet]:
    """The program on a home of its own; whatever runs at the end is ended."""
    home = tmp_path / "home"
    home.mkdir()
    program = Skynet(home, place)
    yield program
    program.kill()
