"""Live progress: one line rewritten in a terminal, a line now and then in a pipe."""

from __future__ import annotations

import shutil
import threading
import time
from typing import TextIO

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.events import (
    AttentionNeeded,
    Done,
    Event,
    Failed,
    PartDone,
    State,
    StateChanged,
)
from skynet_desktop.core.words import amount, counted
from skynet_desktop.engine.engine import Engine

_TERMINAL_SECONDS, _PIPE_SECONDS = 0.2, 5.0


class Progress:
    """Counts events (from any thread) and shows them from a thread of its own."""

    def __init__(self, engine: Engine, out: TextIO) -> None:
        self._engine = engine
        self._out = out
        self._live = out.isatty()
        self._lock = threading.Lock()
        self._lines: list[str] = []
        self._sent = self._removed = self._moved = 0
        self._bytes = 0
        self._partial: dict[tuple[str, str], int] = {}
        self._states: dict[str, State] = {}
        self._rate = 0.0
        self._rated = (time.monotonic(), 0)
        self._changed = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Show the last state of things; ends at once."""
        self._stopping.set()
        self._thread.join(1.0)
        self._show(final=True)

    def on_event(self, event: Event) -> None:
        with self._lock:
            self._changed = True
            match event:
                case Done(mapping=mapping, action=action, path=path, size=size):
                    self._bytes += size - self._partial.pop((mapping, path), 0)
                    self._sent += action is Kind.SEND
                    self._removed += action is Kind.DELETE
                    self._moved += action is Kind.MOVE
                case PartDone(mapping=mapping, path=path, done=done):
                    self._bytes += done - self._partial.get((mapping, path), 0)
                    self._partial[(mapping, path)] = done
                case Failed(mapping=mapping, path=path, reason=reason):
                    self._partial.pop((mapping, path), None)
                    self._lines.append(f"{mapping}: {_shown(path)}: {reason}")
                case StateChanged(mapping=mapping, state=state, reason=reason):
                    self._states[mapping] = state
                    because = f" ({reason})" if reason else ""
                    self._lines.append(f"{mapping}: {state.value}{because}")
                case AttentionNeeded(mapping=mapping, question=question):
                    self._lines.append(f"{mapping}: {question} "
                                       f"Answer with: skynet confirm {mapping}")  # fmt: skip
                case _:
                    pass

    def _run(self) -> None:
        while not self._stopping.wait(_TERMINAL_SECONDS if self._live else _PIPE_SECONDS):
            self._show(final=False)

    def _show(self, *, final: bool) -> None:
        # Asked before the lock: the engine publishes events with its own locks held.
        waiting = self._engine.waiting()
        with self._lock:
            lines, self._lines = self._lines, []
            changed, self._changed = self._changed, False
            summary = self._summary(waiting)
        try:
            clear = "\r\x1b[K" if self._live else ""
            for line in lines:
                self._out.write(f"{clear}{line}\n")
            if self._live:
                width = shutil.get_terminal_size().columns - 1
                self._out.write(f"{clear}{summary[:width]}" + ("\n" if final else ""))
            elif changed or final:
                self._out.write(f"{summary}\n")
            self._out.flush()
        except (OSError, ValueError):
            self._stopping.set()  # nobody reads any more; the mirroring goes on

    def _summary(self, waiting: int) -> str:
        now = time.monotonic()
        then, bytes_then = self._rated
        if now - then >= 1.0:
            self._rate = (self._bytes - bytes_then) / (now - then)
            self._rated = (now, self._bytes)
        parts = [f"{counted(self._sent, 'file')} sent", amount(self._bytes)]
        if self._moved:
            parts.append(f"{self._moved:,} moved")
        if self._removed:
            parts.append(f"{self._removed:,} removed")
        if self._rate >= 1:
            parts.append(f"{amount(self._rate)}/s")
        if waiting:
            parts.append(f"{waiting:,} to go")
        return ", ".join(parts)


def _shown(path: str) -> str:
    """A path on one line, whatever is in it."""
    return path if path.isprintable() else ascii(path)
