"""Programs in the background, each with its output in a file and ended by its own id."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")


def wait_until(
    condition: Callable[[], T],
    what: str | Callable[[], str],
    timeout: float = 10.0,
    pause: float = 0.02,
) -> T:
    """What the condition gave when it became true; seconds.

    Raises ``AssertionError`` with ``what`` (a function may tell how far it came) in the end.
    """
    deadline = time.monotonic() + timeout
    while not (found := condition()):
        if time.monotonic() > deadline:
            words = what if isinstance(what, str) else what()
            raise AssertionError(f"not within {timeout:g} s: {words}")
        time.sleep(pause)
    return found


class Part:
    """A piece of the stage: a context that closes itself.

    ``env`` is what a program needs in its environment to stand on it.
    """

    env: dict[str, str]

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()


class Program(Part):
    """One running program. ``output()`` is all it said so far, on both channels."""

    def __init__(
        self,
        command: Sequence[str],
        env: dict[str, str],
        log: Path,
        *,
        stdin: bytes = b"",
        keep_open: Sequence[int] = (),
    ) -> None:
        self.env = env
        self.name = Path(command[0]).name
        self._log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                command, env=env, stdin=subprocess.PIPE, stdout=out, stderr=out, pass_fds=keep_open
            )
        assert self._process.stdin is not None
        with self._process.stdin as pipe:
            pipe.write(stdin)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def output(self) -> str:
        return self._log.read_text(errors="replace")

    def wait_until(self, condition: Callable[[], T], what: str, timeout: float = 10.0) -> T:
        """As :func:`wait_until`; ends early, with its last words, if the program does."""

        def met() -> T:
            found = condition()
            assert found or self.alive, f"{self.name} has ended: {self.output()[-3000:]}"
            return found

        return wait_until(met, lambda: f"{what}\n{self.output()[-3000:]}", timeout)

    def wait(self, timeout: float = 10.0) -> int:
        """Its exit code; raises ``subprocess.TimeoutExpired``."""
        return self._process.wait(timeout)

    def stop(self, timeout: float = 10.0) -> int:
        """SIGTERM; its exit code."""
        self._process.terminate()
        return self.wait(timeout)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Politely, then not."""
        try:
            self.stop(2)
        except subprocess.TimeoutExpired:
            self.kill()
