from __future__ import annotations

import tomllib
from typing import Any

import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from skynet_desktop.settings.lines import line_numbers

TEXT = '''\
# [not.a.header]
version = 1   # one = two

[general]
note = """
[services.fake]
x = 1
"""
more = \'\'\'it's
[also.fake]\'\'\'
[services."my nas"] # [x]
type = "sf\\"tp # = ["
"quoted key" = 1
\'literal.key\' = 2
dotted . "ke y" = 3

[ mappings . a ]
ignore = [
  "a]", # ]
  "b = [",
]
local = { x = 1, y = [2,
3] }
remote = ""
'''


def test_every_kind_of_line_is_found() -> None:
    tomllib.loads(TEXT)
    assert line_numbers(TEXT) == {
        ("version",): 2,
        ("general",): 4,
        ("general", "note"): 5,
        ("general", "more"): 9,
        ("services", "my nas"): 11,
        ("services", "my nas", "type"): 12,
        ("services", "my nas", "quoted key"): 13,
        ("services", "my nas", "literal.key"): 14,
        ("services", "my nas", "dotted", "ke y"): 15,
        ("mappings", "a"): 17,
        ("mappings", "a", "ignore"): 18,
        ("mappings", "a", "local"): 22,
        ("mappings", "a", "remote"): 24,
    }
    assert line_numbers(TEXT.replace("\n", "\r\n")) == line_numbers(TEXT)


_KEYS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=8)
_VALUES = st.one_of(
    st.booleans(),
    st.integers(-9, 9),
    st.text(st.sampled_from("ab\"'#=[]{}\n\\ ,"), max_size=12),
    st.lists(st.text(st.sampled_from("a\"'#=[]\n"), max_size=5), max_size=3),
)
_DOCUMENTS = st.dictionaries(_KEYS, st.one_of(_VALUES, st.dictionaries(_KEYS, _VALUES)))


@given(_DOCUMENTS)
def test_all_keys_of_any_document_are_found_in_their_lines(document: dict[str, Any]) -> None:
    text = tomlkit.dumps(document)
    rows = text.split("\n")
    found = line_numbers(text)
    assert set(found) == set(_paths(document))
    for keys, line in found.items():
        assert tomlkit.key(keys[-1]).as_string() in rows[line - 1]


def _paths(table: dict[str, Any], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for key, value in table.items():
        found.append((*above, key))
        if isinstance(value, dict):
            found += _paths(value, (*above, key))
    return found
