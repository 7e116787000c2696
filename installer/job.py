"""One run of the builder: where things go, what time it is, and the frozen program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import skynet_desktop
from installer import ROOT
from installer.freezing import Environment

WORK = ROOT / "build"


class JobError(Exception):
    """Something cannot be built; the sentence says why, and what to do."""


@dataclass
class Job:
    """``epoch``, in seconds, is the time that files get; ``runtime`` is what an AppImage starts
    with, or None for ours."""

    out: Path
    epoch: int
    runtime: Path | None = None
    version: str = field(default=skynet_desktop.__version__)

    def __post_init__(self) -> None:
        self.out.mkdir(parents=True, exist_ok=True)

    @cached_property
    def environment(self) -> Environment:
        """Pinned packages, made ready at the first use. Raises ``CalledProcessError``."""
        return Environment(WORK / "venv", self.epoch)

    @cached_property
    def frozen(self) -> Path:
        """The folder with the program, made at the first use: half a minute. Raises
        ``CalledProcessError``."""
        return self.environment.freeze(WORK)

    def folder(self, name: str) -> Path:
        """Of one's own, to work in. What an earlier run left there is still there."""
        folder = WORK / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@dataclass(frozen=True)
class Kind:
    """A kind of installer. ``tools`` is what it needs of the system, as ``dev.system_packages``
    takes it; ``make`` returns the file, and raises :class:`JobError` or
    ``CalledProcessError``. One that is made ``only_if_asked`` is not among "all of them"."""

    name: str
    what: str
    tools: Mapping[str, tuple[str, str]]
    make: Callable[[Job], Path]
    only_if_asked: bool = False
