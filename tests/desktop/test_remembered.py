from __future__ import annotations

from pathlib import Path

import pytest

from skynet_desktop.desktop.remembered import recall, remember


def test_what_was_remembered_is_recalled(tmp_path: Path) -> None:
    remember(tmp_path, {"one": "1", "two": "2"})
    remember(tmp_path, {"two": "3"})
    assert recall(tmp_path) == {"one": "1", "two": "3"}
    assert [file.name for file in tmp_path.iterdir()] == ["windows.json"]


@pytest.mark.parametrize(
    "garbage", [b"", b"{", b"[1]", b"null", b"\xff\xfe", b'{"a": 1, "b": "x"}', b"[" * 90_000]
)
def test_garbage_is_nothing(tmp_path: Path, garbage: bytes) -> None:
    (tmp_path / "windows.json").write_bytes(garbage)
    assert recall(tmp_path) in ({}, {"b": "x"})
    remember(tmp_path, {"c": "y"})
    assert recall(tmp_path)["c"] == "y"


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    assert recall(tmp_path / "none") == {}
    remember(tmp_path / "none", {"a": "b"})
