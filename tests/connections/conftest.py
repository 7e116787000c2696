"""A small source file and an empty destination folder, for the local connection's tests."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def src(tmp_path: Path) -> Path:
    path = tmp_path / "source.bin"
    path.write_bytes(b"content")
    return path


@pytest.fixture
def there(tmp_path: Path) -> Path:
    folder = tmp_path / "there"
    folder.mkdir()
    return folder
