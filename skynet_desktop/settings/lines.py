"""Which lines of a TOML file hold which key.

The parsers give values without places, and a person who must mend a file needs the line. This
does not judge: it is used on text that a parser has accepted already.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Strings first, so that nothing inside of them counts; then what opens, closes and ends.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[\]{}\n]",
    re.DOTALL,
)
_KEY = re.compile(r"""(?:"(?:\\.|[^"\\])*"|'[^']*'|[^"'=])+""")


@dataclass(frozen=True, slots=True)
class Entry:
    """A header or a key with its value. Lines count from 1; ``last`` is included."""

    keys: tuple[str, ...]
    first: int
    last: int
    is_header: bool


def entries(text: str) -> Iterator[Entry]:
    """All headers and keys of a valid TOML text, in order; each with its full dotted path."""
    table: tuple[str, ...] = ()
    for first, last, statement in _statements(text):
        if statement.startswith("["):
            table = _parts(statement[: statement.rindex("]")].strip("[] \t"))
            yield Entry(table, first, last, True)
        elif match := _KEY.match(statement):
            yield Entry(table + _parts(match.group()), first, last, False)


def line_numbers(text: str) -> dict[tuple[str, ...], int]:
    """The first line of every key and of every table that has a header."""
    found: dict[tuple[str, ...], int] = {}
    for entry in entries(text):
        found.setdefault(entry.keys, entry.first)
    return found


def _statements(text: str) -> Iterator[tuple[int, int, str]]:
    """First line, last line and text (comments cut off) of what is not blank."""
    line = first = 1
    depth = done = 0
    statement = ""
    for token in _TOKEN.finditer(text + "\n"):
        word = token.group()
        statement += text[done : token.start()]
        done = token.end()
        if word == "\n" and depth == 0:
            if statement.strip():
                yield first, line, statement.strip()
            statement, first = "", line + 1
        elif not word.startswith("#"):
            statement += word
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(word, 0)
        line += word.count("\n")


def _parts(dotted: str) -> tuple[str, ...]:
    """``a."b c".d`` taken apart; the parser itself knows best how keys are quoted."""
    found: list[str] = []
    value: Any = tomllib.loads(f"{dotted} = 0")
    while isinstance(value, dict):
        key, value = next(iter(value.items()))
        found.append(key)
    return tuple(found)
