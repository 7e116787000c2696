"""Filters: gitignore's rules, our own files under way, and our own state (promise 3)."""

from __future__ import annotations

import pytest

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.filters import Filters


@pytest.mark.parametrize(
    ("patterns", "path", "left_out"),
    [
        (["*.tmp"], "a.tmp", True),
        (["*.tmp"], "deep/er/a.tmp", True),
        (["*.tmp"], "a.tmp.txt", False),
        (["/top.txt"], "top.txt", True),
        (["/top.txt"], "sub/top.txt", False),
        (["build/"], "build/x", True),
        (["build/"], "src/build/x/y", True),
        (["build/"], "build", False),
        (["a/**/z"], "a/b/c/z", True),
        (["*.log", "!keep.log"], "x.log", True),
        (["*.log", "!keep.log"], "keep.log", False),
        (["build/", "!build/keep"], "build/keep", True),
        (["# comment", ""], "# comment", False),
        (["\\#odd"], "#odd", True),
        (["IMG_1"], "IMG_10", False),
        ([], "anything", False),
    ],
)
def test_gitignore_rules(patterns: list[str], path: str, left_out: bool) -> None:
    assert Filters(patterns).leaves_out(path) is left_out


def test_a_folder_pattern_leaves_out_the_folder_and_not_a_file_of_that_name() -> None:
    filters = Filters(["cache/"])
    assert filters.ignores("x/cache", folder=True)
    assert not filters.ignores("x/cache")


@pytest.mark.parametrize("path", [".skynet-abc.part", "a/b/.skynet-12.part"])
def test_files_under_way_are_never_taken(path: str) -> None:
    """Somebody else's Skynet may be writing into this folder."""
    assert Filters().leaves_out(path)


@pytest.mark.parametrize("path", ["skynet-abc.part", ".skynet-abc.part.txt", "x.skynet-a.part"])
def test_names_that_only_look_alike_are_taken(path: str) -> None:
    assert not Filters().leaves_out(path)


def test_a_folder_named_like_a_file_under_way_is_a_folder() -> None:
    filters = Filters()
    assert not filters.ignores(".skynet-a.part", folder=True)
    assert not filters.leaves_out(".skynet-a.part/photo")


def test_our_own_state_is_hidden_whatever_the_patterns_say() -> None:
    filters = Filters(["!state", "!state/queue.db"], hidden=["state"])
    assert filters.leaves_out("state/queue.db")
    assert filters.ignores("state", folder=True)
    assert not filters.leaves_out("state2/x")
    assert not filters.leaves_out("statement")


def test_undecodable_names_can_be_matched() -> None:
    assert Filters(["*.tmp"]).leaves_out("\udcff.tmp")
    assert not Filters(["*.tmp"]).leaves_out("\udcff")


def test_a_broken_pattern_is_the_settings_fault() -> None:
    with pytest.raises(SettingsError, match="gitignore"):
        Filters(["!"])
