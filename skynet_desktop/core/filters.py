"""Filters: what of a folder is mirrored. gitignore syntax, by the pathspec library."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pathspec

from skynet_desktop.core.errors import SettingsError

# Names our connections give to files under way. A mirrored folder may itself be somebody's
# destination; what is under way there is never taken.
TEMPORARY = re.compile(r"(^|/)\.skynet-[^/]*\.part$")
_MARK = ".skynet-"  # looked for first: every file comes by here


class Filters:
    """Immutable; safe from any thread. Paths are relative, parted by ``/``.

    ``hidden`` are folders that are never mirrored, whatever the patterns say: our own state,
    whose every change would bring about the next.

    Raises :class:`SettingsError` for a pattern that is not gitignore syntax.
    """

    def __init__(self, ignore: Sequence[str] = (), hidden: Sequence[str] = ()) -> None:
        self._hidden = tuple(f"{folder}/" for folder in hidden)
        try:
            self._spec = pathspec.GitIgnoreSpec.from_lines(ignore) if ignore else None
        except (ValueError, TypeError) as error:
            raise SettingsError(f"An ignore pattern is not gitignore syntax: {error}") from error

    def ignores(self, path: str, *, folder: bool = False) -> bool:
        """Whether this file (or folder, with all below it) is left out.

        As in git, a file below an ignored folder is ignored whatever else matches it.
        """
        if _MARK in path and TEMPORARY.search(path):
            return not folder
        if self._hidden and f"{path}/".startswith(self._hidden):
            return True
        if self._spec is None:
            return False
        return bool(self._spec.match_file(path + "/" if folder else path))

    def leaves_out(self, path: str) -> bool:
        """Whether a file is left out by itself or with one of the folders above it."""
        if self.ignores(path):
            return True
        if self._spec is None:
            return False
        parts = path.split("/")
        return any(
            self.ignores("/".join(parts[:depth]), folder=True) for depth in range(1, len(parts))
        )
