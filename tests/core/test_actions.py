"""Actions survive the Q's text form, whatever the names hold (promises 2 and 9)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet_desktop.core.actions import Action, Kind, delete, move, send

NAMES = st.binary(max_size=30).map(lambda b: b.decode("utf-8", "surrogateescape")) | st.text()
ACTIONS = st.builds(send, NAMES) | st.builds(delete, NAMES) | st.builds(move, NAMES, NAMES)


@given(ACTIONS)
def test_text_and_back(action: Action) -> None:
    text = action.to_json()
    assert Action.from_json(text) == action
    assert text.isascii()


@given(ACTIONS, ACTIONS)
def test_one_text_for_one_action(one: Action, other: Action) -> None:
    assert (one.to_json() == other.to_json()) == (one == other)


def test_the_seeds_field_names() -> None:
    assert json.loads(move("a", "b").to_json()) == {
        "action": "move",
        "src_path": "a",
        "dest_path": "b",
    }


def test_paths() -> None:
    assert send("a").paths == ("a",)
    assert move("a", "b").paths == ("a", "b")
    assert Action(Kind.DELETE, "a").paths == ("a",)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '"x"', "{}", '{"action": "send"}', '{"action": "x"}', "7"]
)
def test_what_is_no_action_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        Action.from_json(text)
