"""The licences of libraries that came along, asked of this system's packages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from installer.job import JobError
from installer.linux import notices

if not shutil.which("dpkg-query"):
    pytest.skip("asks Debian", allow_module_level=True)


@pytest.fixture
def libraries(tmp_path: Path) -> Path:
    folder = tmp_path / "_internal"
    folder.mkdir()
    for name in ("libc.so.6", "libshiboken-of-no-package.so.6"):
        (folder / name).touch()
    (folder / "libz.so.1").symlink_to("elsewhere")  # what it leads to is told by itself
    return folder


def test_each_library_brings_its_packages_words(libraries: Path, tmp_path: Path) -> None:
    assert notices.put(libraries, tmp_path / "doc") == ["libc6"]
    names = {file.name for file in (tmp_path / "doc").iterdir()}
    assert names == {"libc6.copyright", *notices._NAMED}
    assert "GNU C Library" in (tmp_path / "doc" / "libc6.copyright").read_text()


def test_where_nobody_knows_nothing_is_built(tmp_path: Path) -> None:
    (tmp_path / "libof-no-package.so").touch()
    with pytest.raises(JobError, match="Build there"):
        notices.put(tmp_path, tmp_path / "doc")
