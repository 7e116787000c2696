from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from skynet_desktop.core.filters import Filters
from skynet_desktop.desktop.window.ignoring import pattern_of

_LETTERS = st.one_of(
    st.sampled_from(list("ab*?[]!# \\.\t-^~$(){}|+")),
    st.characters(exclude_categories=["Cs"], exclude_characters="/\0"),
)
_NAMES = st.text(_LETTERS, min_size=1, max_size=8).filter(lambda name: name not in (".", ".."))
_PATHS = st.lists(_NAMES, min_size=1, max_size=3).map("/".join)


@settings(max_examples=600, deadline=None)
@given(_PATHS, _PATHS)
@example("IMG_1", "IMG_10")
@example("a b ", "a b")
@example("[a].txt", "a.txt")
@example("!x", "x")
@example("#x", "x")
@example("\f", "x")
def test_the_pattern_leaves_out_this_path_and_no_other(path: str, other: str) -> None:
    pattern = pattern_of(path)
    assume(pattern is not None)
    assert pattern is not None
    filters = Filters((pattern,))
    assert filters.leaves_out(path)
    assert not filters.leaves_out(f"{path}0")
    if other != path and not other.startswith(f"{path}/"):
        assert not filters.leaves_out(other)


@pytest.mark.parametrize("path", ["a\nb", "a\r", "\udcff.txt"])
def test_some_names_no_pattern_can_hold(path: str) -> None:
    assert pattern_of(path) is None
