"""From the text of the settings file to :class:`Settings`, refusing whatever is not meant so."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NoReturn, TypeVar

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.settings import migrations
from skynet_desktop.settings.declaring import check_name, checked, declared, quoted
from skynet_desktop.settings.lines import line_numbers
from skynet_desktop.settings.monitor import Monitor
from skynet_desktop.settings.schema import (
    General,
    Keys,
    MappingSettings,
    Network,
    Notifications,
    ServiceSettings,
    Settings,
)

T = TypeVar("T")
TABLES: dict[str, type] = {
    "general": General,
    "notifications": Notifications,
    "network": Network,
    "monitor": Monitor,
}
_TOP = ("version", *TABLES, "services", "mappings")


def read(text: str, file: str) -> Settings:
    """The settings in ``text``; ``file`` is the name for messages.

    Raises :class:`SettingsError` that names file, line and key, and says what is allowed.
    """
    text = current_text(text, file)
    return _Reader(Settings(file=file, lines=line_numbers(text))).settings(_parsed(text, file))


def current_text(text: str, file: str) -> str:
    """The text, taken to the present version if an older Skynet wrote it.

    Version 1 is understood where none is given. Raises :class:`SettingsError`.
    """
    version = _parsed(text, file).get("version", 1)
    try:
        return migrations.migrated(text, version)
    except ValueError as error:
        where = Settings(file=file, lines=line_numbers(text)).where("version")
        raise SettingsError(f"{where} {error}") from None


def nearest(word: str, known: Iterable[str]) -> str:
    """`` Did you mean "x"?`` where something similar is known, else nothing."""
    found = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean {quoted(found[0])}?" if found else ""


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, line = str(error), text.count("\n") + 1
        if match := re.search(r" \(at line (\d+), column \d+\)$", message):
            message, line = message[: match.start()], int(match[1])
        message = message.removesuffix(" (at end of document)")
        raise SettingsError(f"{file}, line {line}: this is not valid TOML: {message}.") from None


class _Reader:
    """Reads one parsed document; ``place`` knows where its keys stand."""

    def __init__(self, place: Settings) -> None:
        self.place = place

    def settings(self, document: dict[str, Any]) -> Settings:
        self._known(document, _TOP, ())
        tables: dict[str, Any] = {
            name: kind(**self._values(kind, document.get(name, {}), (name,)))
            for name, kind in TABLES.items()
        }
        return replace(
            self.place,
            **tables,
            services=self._named(document, "services", self._service),
            mappings=self._named(document, "mappings", self._mapping),
        )

    def _named(
        self, document: dict[str, Any], kind: str, make: Callable[[str, dict[str, Any], Keys], T]
    ) -> dict[str, T]:
        tables = self._table(document.get(kind, {}), (kind,))
        return {name: self._one(kind, name, table, make) for name, table in tables.items()}

    def _one(
        self, kind: str, name: str, table: Any, make: Callable[[str, dict[str, Any], Keys], T]
    ) -> T:
        try:
            check_name(name)
        except ValueError as error:
            self._refuse((kind, name), f": {error}")
        return make(name, self._table(table, (kind, name)), (kind, name))

    def _service(self, name: str, table: dict[str, Any], keys: Keys) -> ServiceSettings:
        type_ = table.get("type")
        if not isinstance(type_, str) or not type_:
            self._refuse((*keys, "type"), ' must name the kind of service, such as "s3".')
        return ServiceSettings(name, type_, {k: v for k, v in table.items() if k != "type"})

    def _mapping(self, name: str, table: dict[str, Any], keys: Keys) -> MappingSettings:
        for needed in ("local", "service", "remote"):
            if needed not in table:
                self._refuse((*keys, needed), f" is missing. {self._help(needed)}")
        values = self._values(MappingSettings, table, keys)
        values["local"] = os.path.expanduser(values["local"])
        return MappingSettings(name=name, **values)

    @staticmethod
    def _help(name: str) -> str:
        return declared(MappingSettings)[name].help

    def _values(self, kind: type, table: Any, keys: Keys) -> dict[str, Any]:
        table = self._table(table, keys)
        self._known(table, declared(kind), keys)
        values: dict[str, Any] = {}
        for name, value in table.items():
            try:
                values[name] = checked(kind, name, value)
            except ValueError as error:
                self._refuse((*keys, name), f" {error}.")
        return values

    def _known(self, table: dict[str, Any], known: Iterable[str], keys: Keys) -> None:
        for name in table:
            if name not in known:
                self._refuse((*keys, name), f" is not a setting.{nearest(name, known)}")

    def _table(self, value: Any, keys: Keys) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._refuse(keys, f" must be a table of its own: [{'.'.join(keys)}].")
        return value

    def _refuse(self, keys: Keys, words: str) -> NoReturn:
        raise SettingsError(self.place.where(*keys) + words)
