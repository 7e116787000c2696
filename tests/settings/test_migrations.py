from __future__ import annotations

import pytest
import tomlkit

from skynet_desktop.settings.migrations import current, migrated


def rename(document: tomlkit.TOMLDocument) -> None:
    document["new"] = document.pop("old")


def double(document: tomlkit.TOMLDocument) -> None:
    document["new"] = int(str(document["new"])) * 2


STEPS = (rename, double)


def test_steps_run_in_order_from_where_the_file_stands() -> None:
    text = migrated("version = 1 # first\nold = 2\n", 1, STEPS)
    assert tomlkit.parse(text).unwrap() == {"version": 3, "new": 4}
    assert "# first" in text
    assert tomlkit.parse(migrated("version = 2\nnew = 2\n", 2, STEPS)).unwrap()["new"] == 4


def test_the_present_version_is_left_alone() -> None:
    assert current() == 1
    text = "anything"
    assert migrated(text, 1) is text


def test_a_newer_file_is_refused() -> None:
    with pytest.raises(
        ValueError, match="4 was written by a newer Skynet Desktop; this one knows 3"
    ):
        migrated("", 4, STEPS)
    for odd in (0, -1, True, "1", 1.0):
        with pytest.raises(ValueError, match="whole number from 1 to 3"):
            migrated("", odd, STEPS)
