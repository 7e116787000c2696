"""Turns a person's words into a connection: each declared option checked, then the class made.

Options come from a settings file (typed), from a form, or from the command line (all text).
The words of a secret never appear in an error.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from typing import Any

from skynet_desktop.connections.base import Connection, Option, TakesRoute
from skynet_desktop.connections.route import Route
from skynet_desktop.core.errors import SettingsError

_TRUTH = {"true": True, "false": False}


class _Unfit(Exception):
    """A value of the wrong type or range; holds the words for what is allowed."""


def build(
    cls: type[Connection],
    options: Mapping[str, object],
    secrets: Mapping[str, str],
    route: Route | None = None,
) -> Connection:
    """A connection that is not opened yet. ``route`` is for one that ``TakesRoute``; None
    leaves it the system's own.

    Raises :class:`SettingsError` for the first thing that is wrong; its sentence names the
    key and says what is allowed.
    """
    values = checked(cls, options)
    values.update(_checked_secrets(cls, secrets))
    try:
        connection = cls(**values)
    except SettingsError:
        raise
    except Exception as error:
        # Its message may quote what it was given, a secret among it.
        raise SettingsError(
            f"A {cls.kind} service cannot be made of these options ({type(error).__name__})."
        ) from None
    if route is not None and isinstance(connection, TakesRoute):
        connection.route = route
    return connection


def checked(cls: type[Connection], options: Mapping[str, object]) -> dict[str, Any]:
    """All options that are no secrets, converted and with their defaults filled in.

    Raises :class:`SettingsError` as :func:`build` does.
    """
    declared = {option.name: option for option in cls.options}
    for name in options:
        if name not in declared:
            raise SettingsError(_unknown(cls, name, (o.name for o in cls.options if not o.secret)))
        if declared[name].secret:
            raise SettingsError(f"{name!r} is a secret: it belongs in the keyring, not here.")
    return {
        option.name: _value(cls, option, options.get(option.name))
        for option in cls.options
        if not option.secret
    }


def _checked_secrets(cls: type[Connection], secrets: Mapping[str, str]) -> dict[str, str | None]:
    declared = {option.name: option for option in cls.options if option.secret}
    for name in secrets:
        if name not in declared:
            raise SettingsError(_unknown(cls, name, declared))
    values = {name: secrets.get(name) or option.default for name, option in declared.items()}
    for name, option in declared.items():
        if option.required and not values[name]:
            raise SettingsError(_missing(cls, option))
        if values[name] is not None and not isinstance(values[name], str):
            raise SettingsError(f"{name!r} must be text.")
    return values


def _value(cls: type[Connection], option: Option, given: object) -> object:
    """The converted value of one option; its default for one that was left out or empty."""
    if given is None or (given == "" and (option.required or option.kind != "text")):
        if option.required:
            raise SettingsError(_missing(cls, option))
        return option.default
    try:
        return _converted(option, given)
    except _Unfit as allowed:
        raise SettingsError(f"{option.name!r} must be {allowed}, not {given!r}.") from None


def _converted(option: Option, given: object) -> object:
    """Raises :class:`_Unfit`."""
    match option.kind:
        case "int":
            return _int(given)
        case "bool":
            return _bool(given)
        case "choice":
            if given not in option.choices:
                raise _Unfit(f"one of {', '.join(option.choices)}")
            return given
        case "file" | "folder":
            if not isinstance(given, str | os.PathLike):
                raise _Unfit("a path in quotes")
            return os.fspath(given)
        case _:
            if not isinstance(given, str):
                raise _Unfit("text in quotes")
            return _line(given)


def _line(given: str) -> str:
    """Text often ends up in a request's header, where a line break begins another one."""
    line = given.strip("\r\n")  # copied along with it
    if not {"\r", "\n", "\0"}.isdisjoint(line):
        raise _Unfit("one line of text")
    return line


def _int(given: object) -> int:
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    if isinstance(given, str):
        try:
            return int(given)
        except ValueError:
            pass
    raise _Unfit("a whole number")


def _bool(given: object) -> bool:
    if isinstance(given, bool):
        return given
    truth = _TRUTH.get(given.strip().lower()) if isinstance(given, str) else None
    if truth is None:
        raise _Unfit("true or false")
    return truth


def _missing(cls: type[Connection], option: Option) -> str:
    explained = f" {option.help}" if option.help else ""
    return f"A {cls.kind} service needs {option.name!r} ({option.label}).{explained}"


def _unknown(cls: type[Connection], name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    meant = f" Did you mean {near[0]!r}?" if near else ""
    return f"A {cls.kind} service knows no {name!r}, only {', '.join(names) or 'nothing'}.{meant}"
