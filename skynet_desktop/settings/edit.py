"""Small changes to the text of a TOML file that leave every other character where it was.

The caller reads the new text again and compares it with what it meant (``store``), so nothing
here needs to know the rare ways of writing TOML: it only must not guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.items import Table

from skynet_desktop.settings.lines import entries

Keys = tuple[str, ...]


def append_table(text: str, keys: Keys, values: Mapping[str, object]) -> str:
    """A new table at the end. Raises ``ValueError`` for a value that TOML cannot hold."""
    body = [f"[{_dotted(keys)}]", *_statements(values)]
    before = text.rstrip()
    return (before + "\n\n" if before else "") + "\n".join(body) + "\n"


def remove_table(text: str, keys: Keys) -> str:
    """Without this table, the tables below it, and the comments between their keys.

    A comment above the header stays, and so does one below the last key: they may belong to
    a neighbour.
    """
    lines = text.split("\n")
    for first, last in reversed(_stretches(text, keys)):
        while last < len(lines) and _blank(lines, last) and _blank(lines, first - 2):
            last += 1
        del lines[first - 1 : last]
    return "\n".join(lines)


def change_table(text: str, keys: Keys, values: Mapping[str, object | None]) -> str:
    """With these values in the table; None takes a key out.

    A key stays where it is and keeps the comment behind its value; new keys go to the end of
    the table, a new table to the end of the text. Raises ``ValueError`` for a value that TOML
    cannot hold.
    """
    new: dict[str, object] = {}
    for name, value in values.items():
        lines = text.split("\n")
        entry = next((e for e in entries(text) if e.keys == (*keys, name)), None)
        if entry is None and value is not None:
            new[name] = value
        elif entry is not None:
            stated = (
                [] if value is None else [_restated(lines[entry.first - 1 : entry.last], value)]
            )
            lines[entry.first - 1 : entry.last] = stated
            text = "\n".join(lines)
    if new and not (after := _end_of_table(text, keys)):
        return append_table(text, keys, new)
    if new:
        lines = text.split("\n")
        lines[after:after] = _statements(new)
        text = "\n".join(lines)
    return text


def _restated(lines: list[str], value: object) -> str:
    """The statement on these lines with another value, its comment kept."""
    document = tomlkit.parse("\n".join(lines) + "\n")
    table: Any = document
    key = next(iter(table))
    while isinstance(table[key], Table):  # a dotted key
        table = table[key]
        key = next(iter(table))
    table[key] = value
    return tomlkit.dumps(document).removesuffix("\n")


def _statements(values: Mapping[str, object]) -> list[str]:
    return [
        f"{_dotted((key,))} = {tomlkit.item(value).as_string()}" for key, value in values.items()
    ]


def _stretches(text: str, keys: Keys) -> list[tuple[int, int]]:
    """First and last lines of the neighbouring entries that belong to this table."""
    found: list[tuple[int, int]] = []
    joined = False
    for entry in entries(text):
        ours = entry.keys[: len(keys)] == keys
        if ours and joined:
            found[-1] = (found[-1][0], entry.last)
        elif ours:
            found.append((entry.first, entry.last))
        joined = ours
    return found


def _end_of_table(text: str, keys: Keys) -> int:
    """The last line of what directly belongs to the table with this header; 0 if none has it."""
    end = 0
    inside = False
    for entry in entries(text):
        if entry.is_header:
            inside = entry.keys == keys
        if inside:
            end = entry.last
    return end


def _blank(lines: list[str], number: int) -> bool:
    """Whether there is nothing in this line, counted from 0, or no such line above."""
    return number < 0 or not lines[number].strip()


def _dotted(keys: Keys) -> str:
    return ".".join(tomlkit.key(key).as_string() for key in keys)
