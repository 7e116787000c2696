"""Windows: what a console tells the programs in it: Ctrl-C and Ctrl-Break, that its window
closes, that the person logs off.

Python hears of Ctrl-C alone, and acts on it when its main thread runs code again. One that waits
for a lock, as ours do, is not woken there, as it is on other systems.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_KEYS = (0, 1)  # CTRL_C_EVENT, CTRL_BREAK_EVENT; the others end the process once they are answered
_FAREWELL_SECONDS = 4.0  # the system waits for five
_INTERRUPTED = 130


@contextmanager
def told(told: Callable[[], None]) -> Iterator[None]:
    """Meanwhile ``told`` is called, on a thread of the system's, by whatever wants this program
    to end. A second Ctrl-C ends it the hard way. On other systems, where signals say all this,
    nothing is done."""
    if sys.platform != "win32":
        yield
        return
    import ctypes
    from ctypes.wintypes import BOOL, DWORD

    ended, wanted = threading.Event(), threading.Event()

    def on_event(event: int) -> bool:
        if event in _KEYS and wanted.is_set():
            os._exit(_INTERRUPTED)
        wanted.set()
        told()
        if event not in _KEYS:
            ended.wait(_FAREWELL_SECONDS)
        return True

    handler = ctypes.WINFUNCTYPE(BOOL, DWORD)(on_event)
    set_handler = ctypes.windll.kernel32.SetConsoleCtrlHandler
    set_handler(handler, True)
    try:
        yield
    finally:
        set_handler(handler, False)
        ended.set()
