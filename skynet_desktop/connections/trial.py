"""A trial: does this service work, stage by stage, before anything is saved?

Each stage tells when it begins and how it ended; the first that fails says why and what to
change, and ends the trial. A small file is written, read back and deleted. Whatever was
written is removed again, after a failure and after a cancel too.
"""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.introduction import ServerDoubted
from skynet_desktop.connections.trial_advice import Stage, advice_for
from skynet_desktop.connections.trial_stages import NotNeeded, Stages, stages_of
from skynet_desktop.core.errors import sorted_error

_LOOK_SECONDS = 0.05
_GRACE_SECONDS = 0.4
"""How long a cancelled stage may take to end by itself."""


class Outcome(StrEnum):
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class StageResult:
    """How one stage stands. ``words`` say what was found, ``advice`` what to change.

    After a failed SECURE stage ``accept`` may hold the option values by which a person
    decides to trust the server: merge them into the service's options and try again.
    ``changed`` warns that the server is not the one that was known.
    """

    stage: Stage
    outcome: Outcome
    words: str = ""
    advice: str = ""
    seconds: float = 0.0
    accept: Mapping[str, str] = field(default_factory=dict)
    changed: bool = False

    @property
    def host_key(self) -> str:
        """The fingerprint (``SHA256:...``) to show before it is accepted; "" if there is none."""
        return self.accept.get("host_key", "")


Report = Callable[[StageResult], None]


class Trial:
    """Tries the connection that ``connect`` makes: fresh and not opened. (It may be asked
    for a second one, to clean up.) ``remote_folder`` is where the mapping will go, "" for
    the service's top. Without ``writes`` the stages that write, and read that back, are left
    out."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        remote_folder: str = "",
        *,
        writes: bool = True,
    ) -> None:
        self._connect = connect
        self._writes = writes
        self._folder = remote_folder if remote_folder == "/" else remote_folder.rstrip("/")
        self._thread: threading.Thread | None = None

    def run(self, report: Report, cancelled: threading.Event) -> list[StageResult]:
        """Blocks; call it off the GUI thread. Returns how each stage ended.

        ``report`` is called in this thread. Once ``cancelled`` is set this returns within a
        second, even from a connection that hangs: the rest is SKIPPED, and what was written
        is removed in the background as soon as the service answers. Raises what ``connect``
        raises (settings, keyring).
        """
        attempt = _Attempt(self._connect, self._folder, self._writes, cancelled)
        self._thread = threading.Thread(target=attempt.run, name="trial", daemon=True)
        self._thread.start()
        ended: dict[Stage, StageResult] = {}
        for news in attempt.news_until(cancelled):
            report(news)
            if news.outcome is not Outcome.RUNNING:
                ended[news.stage] = news
        for stage in attempt.stages:
            if stage not in ended:
                ended[stage] = StageResult(stage, Outcome.SKIPPED, "Cancelled.")
                report(ended[stage])
        return [ended[stage] for stage in attempt.stages]

    def settle(self, seconds: float) -> bool:
        """Wait until a cancelled run has removed what it wrote; whether it has by now."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()


class _Attempt:
    """The trial's own thread, and what it tells."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        folder: str,
        writes: bool,
        cancelled: threading.Event,
    ) -> None:
        self.stages: list[Stage] = []
        self._news: queue.SimpleQueue[StageResult | Exception | None] = queue.SimpleQueue()
        self._connect = connect
        self._folder = folder
        self._writes = writes
        self._cancelled = cancelled
        self._connection: Connection | None = None

    # --- in the caller's thread -----------------------------------------------------------

    def news_until(self, cancelled: threading.Event) -> Iterator[StageResult]:
        """Ends with the trial, or soon after a cancel. Raises what making the connection
        raised."""
        deadline: float | None = None
        while True:
            if cancelled.is_set():
                deadline = deadline or time.monotonic() + _GRACE_SECONDS
                if time.monotonic() > deadline:
                    self._abandon()
                    return
            try:
                news = self._news.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue
            if news is None:
                return
            if isinstance(news, Exception):
                raise news
            yield news

    def _abandon(self) -> None:
        """A closed connection ends the call that waits on it; closing may itself take time."""
        if self._connection is not None:
            threading.Thread(target=self._connection.close, daemon=True).start()

    # --- in the trial's thread ------------------------------------------------------------

    def run(self) -> None:
        try:
            self._connection = self._connect()
        except Exception as error:
            self._news.put(error)
            return
        try:
            with tempfile.TemporaryDirectory(prefix="skynet-test-") as scratch:
                self._try(self._connection, Path(scratch))
        except Exception as error:
            self._news.put(error)
        finally:
            self._connection.close()
            self._news.put(None)

    def _try(self, connection: Connection, scratch: Path) -> None:
        stages = Stages(connection, self._folder, scratch, self._cancelled)
        self.stages = stages_of(connection, writes=self._writes)
        try:
            for number, stage in enumerate(self.stages):
                if self._cancelled.is_set():
                    return
                self._news.put(StageResult(stage, Outcome.RUNNING))
                result = self._tried(stages, stage, connection)
                if self._cancelled.is_set():
                    return
                self._news.put(result)
                if result.outcome is Outcome.FAILED:
                    for rest in self.stages[number + 1 :]:
                        self._news.put(StageResult(rest, Outcome.SKIPPED))
                    return
        finally:
            stages.clean_up(self._connect)

    @staticmethod
    def _tried(stages: Stages, stage: Stage, connection: Connection) -> StageResult:
        started = time.monotonic()
        try:
            words, outcome = stages.run(stage), Outcome.PASSED
        except NotNeeded as why:
            words, outcome = str(why), Outcome.SKIPPED
        except Exception as raised:
            error = sorted_error(raised)
            doubted = error if isinstance(error, ServerDoubted) else None
            return StageResult(
                stage,
                Outcome.FAILED,
                doubted.finding if doubted else error.reason,
                advice_for(stage, error, connection),
                time.monotonic() - started,
                doubted.accept if doubted else {},
                doubted.changed if doubted else False,
            )
        return StageResult(stage, outcome, words, seconds=time.monotonic() - started)
