"""Told to stop: SIGINT, SIGTERM, and what a console of Windows says, for commands that take
long."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from skynet_desktop.host import console


@contextmanager
def told_to_stop() -> Iterator[threading.Event]:
    """Set by SIGINT and SIGTERM; a second one ends the process the hard way.

    The event is set by a thread of its own: a handler runs in the midst of whatever the main
    thread does, and if that holds the event's lock just then, both would wait for ever. Of all
    that passes on a word, ``SimpleQueue.put`` alone may be called there.
    """
    stop = threading.Event()
    words: SimpleQueue[bool] = SimpleQueue()

    def on_signal(number: int, _: object) -> None:
        signal.signal(number, before[signal.Signals(number)])
        words.put(True)

    def listen() -> None:
        if words.get():
            stop.set()

    threading.Thread(target=listen, name="stop", daemon=True).start()
    before = {number: signal.signal(number, on_signal) for number in
              (signal.SIGINT, signal.SIGTERM)}  # fmt: skip
    try:
        with console.told(lambda: words.put(True)):
            yield stop
    finally:
        words.put(False)
        for number, handler in before.items():
            signal.signal(number, handler)
