"""Names: which paths of the destination may be written on this computer, and what a file is
called that finds its name taken. Pure.

Whoever can write to the destination chooses these names, so nothing in them is trusted. What a
system would not refuse but bend in silence is refused here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from skynet_desktop.core.errors import PathImpossible
from skynet_desktop.core.filters import TEMPORARY
from skynet_desktop.core.names import is_possible, refusal_by_windows
from skynet_desktop.core.reserved import is_reserved

WINDOWS = sys.platform == "win32"
_LONGEST = 255
"""Bytes of a name on POSIX systems, UTF-16 units on Windows and macOS; never more."""


def parts_of(path: str, *, windows: bool = WINDOWS, drops_tails: bool = False) -> list[str]:
    """The names of a path relative to the target, each fit to be opened below the one before.

    ``drops_tails`` says that the file system cuts dots and spaces off the end of names. Raises
    :class:`PathImpossible` with the reason.
    """
    if is_reserved(path):
        raise PathImpossible("Names of this form are kept for Skynet itself.")
    if TEMPORARY.search(path):
        raise PathImpossible("Names of this form are kept for unfinished copies.")
    parts = path.split("/")
    for part in parts:
        _check(part, windows=windows, drops_tails=windows or drops_tails)
    return parts


def _check(name: str, *, windows: bool, drops_tails: bool) -> None:
    if name in ("", ".", ".."):
        raise PathImpossible("Such a path could lead out of the folder, so it is not restored.")
    if not is_possible(name):
        raise PathImpossible("No file on this computer can have this name.")
    if drops_tails and name[-1] in ". ":
        raise PathImpossible("This computer would drop the dot or space at the end of this name.")
    if windows and (why := refusal_by_windows(name)):
        raise PathImpossible(why)


def marked(name: str, mark: str) -> Iterator[str]:
    """Names for a second file beside ``name``, best first: ``a (restored 2026-11-22 14-05).jpg``,
    then ``... 14-05, 2).jpg`` and so on."""
    stem, dot, ending = _split(name)
    number = 1
    while True:
        added = f" ({mark})" if number == 1 else f" ({mark}, {number})"
        yield _shortened(stem, added + dot + ending)
        number += 1


def is_marked(candidate: str, name: str, word: str) -> bool:
    """Whether ``candidate`` is one of those names, with any mark that begins with ``word``."""
    stem, dot, ending = _split(name)
    begin, found, rest = candidate.rpartition(f" ({word} ")
    if not found or not rest.endswith(f"){dot}{ending}"):
        return False
    shortened = len(os.fsencode(candidate)) > _LONGEST - 4 and stem.startswith(begin)
    return begin == stem or shortened


def _split(name: str) -> tuple[str, str, str]:
    stem, dot, ending = name.rpartition(".")
    if not stem.strip(".") or " " in ending or len(ending) > 16:  # ".profile", a sentence
        return name, "", ""
    return stem, dot, ending


def _shortened(stem: str, tail: str) -> str:
    while len(stem) > 1 and len(os.fsencode(stem + tail)) > _LONGEST:
        stem = stem[:-1]
    return stem + tail
