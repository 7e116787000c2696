"""Starting at login, as far as the desktop is concerned: with the window closed."""

from __future__ import annotations

import logging

from skynet_desktop.host.autostart import Autostart, AutostartError, entry
from skynet_desktop.host.program import own_program
from skynet_desktop.settings import Paths

log = logging.getLogger(__name__)


def login_entry(paths: Paths) -> Autostart:
    """The entry that starts this program on this home. Reading and writing it may block."""
    home = ["--home", str(paths.relocated)] if paths.relocated else []
    return entry([*own_program(), *home, "start", "--minimized"])


def verify(paths: Paths) -> None:
    """At each start: an entry that still names where this program was before names it anew.
    One that is off stays off. Blocks; what the system refuses is logged."""
    try:
        login_entry(paths).repair()
    except AutostartError as error:
        log.info("the entry that starts Skynet at login was left as it is: %s", error)
