"""Whether there is a newer Skynet Desktop, and what is new in it. Nothing is ever installed.

    source.py    where the list of releases is, and whose signature counts: facts of the build
    versions.py  which of two versions is the newer
    addresses.py which web addresses may be opened
    signed.py    a text and the signatures over it
    releases.py  the list: its format, read strictly
    computer.py  which system this is, for which a file must be made
    news.py      what a list means for the version that runs
    fetching.py  the list from its address, by the person's proxy, bounded
    memory.py    what was seen before, when to look next, what the person skips
    checker.py   all of these together: look, once a day at most

Free of Qt: the terminal uses it as the desktop does. ``docs/updates.md`` tells how a list is
made and signed; ``tools/releases.py`` does it.
"""

from skynet_desktop.updates.checker import Checker, Known
from skynet_desktop.updates.computer import this_computer
from skynet_desktop.updates.news import News, download_for
from skynet_desktop.updates.releases import Download, Release

__all__ = [
    "Checker",
    "Download",
    "Known",
    "News",
    "Release",
    "download_for",
    "this_computer",
]
