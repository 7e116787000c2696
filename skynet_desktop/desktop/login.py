"""Starting at login, as far as the desktop is concerned: with the window closed."""

from __future__ import annotations

import logging

from skynet_desktop.host.autostart import Autostart, AutostartError, State, own_entry
from skynet_desktop.settings import Paths

log = logging.getLogger(__name__)


def login_entry(paths: Paths) -> Autostart:
    """The entry that starts this program on this home. Reading and writing it may block."""
    return own_entry(paths.relocated)


def verify(paths: Paths) -> State | None:
    """At each start: point an entry that starts another copy of Skynet, since this one was
    moved or updated, at this one. What was switched off stays off.

    There is one entry whatever the number of homes, so a relocated home leaves it alone: two
    homes would take it from each other for ever. Blocks for milliseconds and raises nothing:
    how the entry stands now, or None if that cannot be read or mended.
    """
    found = login_entry(paths)
    try:
        if paths.relocated is None:
            found.repair()
        return found.state()
    except AutostartError as error:
        log.warning("%s", error)
        return None
