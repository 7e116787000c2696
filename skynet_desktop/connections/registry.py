"""Finds connection classes: ours, those of installed packages, and a person's own files.

Three places are looked at, in this order; the first to name a kind keeps it:

1. our own, by a table, so that a frozen app and a plain checkout need no package metadata;
2. entry points of the group ``skynet_desktop.connections``, named like the kind;
3. every ``*.py`` in the person's ``connections/`` folder, except names with a leading ``_``.

Nothing is imported before it is asked for; only a file must be run to learn its kinds. What
is broken is reported by :meth:`Registry.problems` and stands in nobody's way.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.options import build, checked
from skynet_desktop.core.errors import SettingsError

GROUP = "skynet_desktop.connections"

_OURS = {
    "local": "skynet_desktop.connections.local:LocalConnection",
    "s3": "skynet_desktop.connections.s3:S3Connection",
    "sftp": "skynet_desktop.connections.sftp:SFTPConnection",
}


class Problem(NamedTuple):
    """``where`` is a file or an entry point; ``why`` is one sentence for the person."""

    where: str
    why: str


class _Found(NamedTuple):
    where: str
    load: Callable[[], object]


class Registry:
    """Safe from any thread. A file that is added later is seen by a new registry only."""

    def __init__(self, user_folder: Path | None = None) -> None:
        self._user_folder = user_folder
        self._lock = threading.RLock()
        self._found: dict[str, _Found] | None = None
        self._classes: dict[str, type[Connection]] = {}
        self._problems: list[Problem] = []

    def kinds(self) -> list[str]:
        """All kinds by name, ours first. A package's class is not imported for that, so it
        may still turn out broken."""
        return list(self._all())

    def get(self, kind: str) -> type[Connection]:
        """The class. Raises :class:`SettingsError` for an unknown kind or a broken class."""
        with self._lock:
            if kind not in self._classes:
                self._classes[kind] = self._load(kind)
            return self._classes[kind]

    def problems(self) -> list[Problem]:
        """What could not be used, and why. Imports every foreign class to know."""
        with self._lock:
            for kind in self._all():
                if kind not in _OURS:
                    self._try(kind)
            return list(self._problems)

    def _try(self, kind: str) -> None:
        try:
            self.get(kind)
        except SettingsError as error:
            assert self._found is not None
            self._report(self._found[kind].where, str(error))

    def _load(self, kind: str) -> type[Connection]:
        # Ours come without a look at anybody else's code.
        found = _ours(_OURS[kind]) if kind in _OURS else self._all().get(kind)
        if found is None:
            known = ", ".join(self._all())
            raise SettingsError(f"There is no service of the kind {kind!r}, only {known}.")
        try:
            return _connection_class(found.load(), kind)
        except (Exception, SystemExit) as error:
            raise SettingsError(f"{found.where} cannot be used: {_words(error)}") from error

    def _all(self) -> dict[str, _Found]:
        with self._lock:
            if self._found is None:
                self._found = {kind: _ours(target) for kind, target in _OURS.items()}
                for kind, found in (*_from_packages(), *self._from_files()):
                    self._add(kind, found)
            return self._found

    def _add(self, kind: str, found: _Found) -> None:
        assert self._found is not None
        if kind in self._found:
            taken = self._found[kind].where
            self._report(found.where, f"The kind {kind!r} is taken by {taken}.")
        else:
            self._found[kind] = found

    def _from_files(self) -> Iterator[tuple[str, _Found]]:
        folder = self._user_folder
        for file in sorted(folder.glob("*.py")) if folder and folder.is_dir() else ():
            if file.name.startswith("_"):
                continue
            try:
                classes = _classes_of(_run(file))
            except (Exception, SystemExit) as error:
                self._report(str(file), f"The file cannot be loaded: {_words(error)}")
                continue
            if not classes:
                self._report(str(file), "The file holds no connection class with a kind.")
            for cls in classes:
                try:
                    _connection_class(cls, cls.kind)
                except TypeError as error:
                    self._report(str(file), f"The class {cls.__name__} cannot be used: {error}")
                else:
                    yield cls.kind, _Found(str(file), partial(_same, cls))

    def _report(self, where: str, why: str) -> None:
        problem = Problem(where, why)
        if problem not in self._problems:
            self._problems.append(problem)


def _ours(target: str) -> _Found:
    module, _, name = target.partition(":")
    return _Found(target, lambda: getattr(importlib.import_module(module), name))


def _from_packages() -> Iterator[tuple[str, _Found]]:
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        if _OURS.get(point.name) != point.value:
            yield point.name, _Found(f"{point.value} (a package's)", point.load)


def _run(file: Path) -> ModuleType:
    """Load a single file as a module under a name that no import can meet by chance."""
    digest = hashlib.sha256(str(file).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    name = f"_skynet_connection_{digest}_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError("it is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickle look a class's module up
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _classes_of(module: ModuleType) -> list[type[Connection]]:
    """The connection classes that the module itself defines, in the order of their names."""
    return [
        member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if issubclass(member, Connection)
        and member.__module__ == module.__name__
        and isinstance(getattr(member, "kind", None), str)
    ]


def _same(cls: type[Connection]) -> type[Connection]:
    return cls


def _connection_class(loaded: object, kind: str) -> type[Connection]:
    """Raises ``TypeError`` unless it is a class that can be used for this kind."""
    if not (isinstance(loaded, type) and issubclass(loaded, Connection)):
        raise TypeError("it is not a subclass of Connection.")
    if inspect.isabstract(loaded):
        missing = ", ".join(sorted(loaded.__abstractmethods__))
        raise TypeError(f"it lacks {missing}.")
    if getattr(loaded, "kind", None) != kind:
        raise TypeError(f"its kind is not {kind!r}.")
    return loaded


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


__all__ = ["GROUP", "Problem", "Registry", "build", "checked"]
