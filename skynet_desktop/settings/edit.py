"""Small changes to the text of a TOML file that leave every other character where it was.

The caller reads the new text again and compares it with what it meant (``store``), so nothing
here needs to know the rare ways of writing TOML: it only must not guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import tomlkit

from skynet_desktop.settings.lines import entries

Keys = tuple[str, ...]


def append_table(text: str, keys: Keys, values: Mapping[str, object]) -> str:
    """A new table at the end. Raises ``ValueError`` for a value that TOML cannot hold."""
    body = [f"[{_dotted(keys)}]"]
    body += [
        f"{_dotted((key,))} = {tomlkit.item(value).as_string()}" for key, value in values.items()
    ]
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


def set_flag(text: str, keys: Keys, value: bool) -> str:
    """With this key true or false, added to its table if it is not there yet."""
    word = "true" if value else "false"
    lines = text.split("\n")
    for entry in entries(text):
        if entry.keys == keys and not entry.is_header:
            row = lines[entry.last - 1]
            lines[entry.last - 1] = re.sub(r"(=\s*)(true|false)\b", rf"\g<1>{word}", row, count=1)
            return "\n".join(lines)
    if after := _end_of_table(text, keys[:-1]):
        lines.insert(after, f"{_dotted(keys[-1:])} = {word}")
    return "\n".join(lines)


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
