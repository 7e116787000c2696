"""Versions of Skynet Desktop: ``1.2.3``, and ``1.2.3rc1`` before it. Nothing else is one."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"(0|[1-9]\d{0,4})"
_SHAPE = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:rc([1-9]\d{{0,4}}))?", re.ASCII)
_FINAL = 100_000  # above any candidate's number


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """Compared as they follow each other. Each number has five digits at most."""

    major: int
    minor: int
    patch: int
    candidate: int = _FINAL

    @classmethod
    def of(cls, text: str) -> Version:
        """Raises ``ValueError`` for anything that is not exactly a version."""
        found = _SHAPE.fullmatch(text)
        if found is None:
            raise ValueError(f"{text[:40]!r} is no version such as 1.2.3 or 1.2.3rc1")
        major, minor, patch, candidate = found.groups()
        return cls(int(major), int(minor), int(patch), int(candidate or _FINAL))

    @property
    def is_candidate(self) -> bool:
        return self.candidate != _FINAL

    def __str__(self) -> str:
        behind = f"rc{self.candidate}" if self.is_candidate else ""
        return f"{self.major}.{self.minor}.{self.patch}{behind}"
