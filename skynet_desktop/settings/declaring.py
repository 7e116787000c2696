"""How a setting is declared and checked: its type, range and the words a form shows for it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, get_type_hints


@dataclass(frozen=True, slots=True)
class About:
    """What a form shows of a setting, and what it allows. Kept in a field's metadata."""

    label: str
    help: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    may_be_empty: bool = False
    check: Callable[[Any], object] | None = None
    """Looks closer at a value of the right type; its ``ValueError`` says what is allowed."""


def about(label: str, help: str = "", **limits: Any) -> dict[str, About]:
    return {"about": About(label, help, **limits)}


def quoted(value: object) -> str:
    """The value as TOML shows it, cut to what fits a sentence."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "..."


def declared(table: type) -> dict[str, About]:
    """The settings of a table, in the order of its form."""
    return {f.name: f.metadata["about"] for f in fields(table) if "about" in f.metadata}


def checked(table: type, name: str, value: object) -> object:
    """The value of one setting as its type asks, or ``ValueError`` saying what is allowed.

    Nothing is taken for something else: the text "False" is not the value false.
    """
    shape = get_type_hints(table)[name]
    about_it = declared(table)[name]
    check, allowed = _CHECKS[shape]
    good = check(value)
    if good is None or not _within(good, about_it):
        raise ValueError(f"must be {_allowed(allowed, about_it)}, not {quoted(value)}")
    if about_it.check is not None:
        try:
            about_it.check(good)
        except ValueError as error:
            raise ValueError(f"cannot be understood: {error}") from None
    return good


def check_name(name: str) -> None:
    """Raises ``ValueError`` unless services and mappings may be called this."""
    proper = all(c in "-_. " or unicodedata.category(c)[0] in "LMN" for c in name)
    if not (proper and 1 <= len(name) <= 64 and name == name.strip() and name.strip(".")):
        raise ValueError(
            f"The name {quoted(name)} cannot be used: a name has 1 to 64 letters, digits, "
            "spaces, dots, '-' or '_', and no space at its ends."
        )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: object) -> float | None:
    whole = _whole(value)
    return float(whole) if whole is not None else value if isinstance(value, float) else None


def _texts(value: object) -> tuple[str, ...] | None:
    good = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
    return tuple(value) if good and isinstance(value, list | tuple) else None


_CHECKS: dict[object, tuple[Callable[[object], object], str]] = {
    bool: (lambda value: value if isinstance(value, bool) else None, "true or false"),
    int: (_whole, "a whole number"),
    float: (_number, "a number"),
    str: (lambda value: value if isinstance(value, str) else None, "text in quotes"),
    tuple[str, ...]: (_texts, 'a list of texts such as ["one", "two"]'),
}


def _within(value: object, about_it: About) -> bool:
    if isinstance(value, str):
        if about_it.choices:
            return value in about_it.choices
        return "\0" not in value and (about_it.may_be_empty or bool(value))
    if isinstance(value, int | float) and about_it.least is not None and about_it.most is not None:
        return about_it.least <= value <= about_it.most  # false for "not a number" too
    return True


def _allowed(allowed: str, about_it: About) -> str:
    if about_it.choices:
        return "one of " + ", ".join(quoted(choice) for choice in about_it.choices)
    if about_it.least is not None:
        return f"{allowed} from {about_it.least} to {about_it.most}"
    return (
        allowed if about_it.may_be_empty or allowed != "text in quotes" else f"{allowed}, not empty"
    )
