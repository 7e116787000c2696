"""Groups of ignore patterns that a person can tick instead of writing them.

The patterns are gitignore syntax, as in ``filters.py``. A group says nothing about a file that
anybody made by hand: what programs make anew by themselves, and half-finished files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class IgnorePreset:
    """``label`` and ``help`` are for the form: what it is, and why one may leave it out."""

    key: str
    label: str
    help: str
    patterns: tuple[str, ...]
    usual: bool = False
    """Whether a new mapping begins with it."""


IGNORE_PRESETS: tuple[IgnorePreset, ...] = (
    IgnorePreset(
        "temporary",
        "Temporary files",
        "What programs write while they work and remove when they are done.",
        ("*.tmp", "*.temp", "~$*", ".~lock.*#", ".fuse_hidden*", ".nfs[0-9]*"),
        usual=True,
    ),
    IgnorePreset(
        "system",
        "System files",
        "Thumbnails, folder views and waste bins that the system makes by itself.",
        (
            "Thumbs.db",
            "ehthumbs.db",
            "[Dd]esktop.ini",
            "$RECYCLE.BIN/",
            "System Volume Information/",
            ".DS_Store",
            "._*",
            ".Spotlight-V100/",
            ".Trashes/",
            ".fseventsd/",
            ".directory",
            ".Trash-[0-9]*/",
            "lost+found/",
        ),
        usual=True,
    ),
    IgnorePreset(
        "editors",
        "Backups and swap files of editors",
        "Copies that text editors keep beside the file that is open.",
        ("*~", ".*.sw[a-p]", ".#*", r"\#*#", "*.bak", "*.orig"),
    ),
    IgnorePreset(
        "developers",
        "Developers' caches",
        "Installed packages and built files that a command makes anew.",
        (
            "node_modules/",
            "__pycache__/",
            "*.py[co]",
            ".venv/",
            ".tox/",
            ".mypy_cache/",
            ".pytest_cache/",
            ".ruff_cache/",
            ".gradle/",
            ".cache/",
        ),
    ),
    IgnorePreset(
        "downloads",
        "Unfinished downloads",
        "What browsers and other programs have fetched only in part.",
        ("*.part", "*.partial", "*.crdownload", "*.download", "*.opdownload", "*.!qB", "*.aria2"),
        usual=True,
    ),
)


def ticked(ignore: Sequence[str]) -> list[IgnorePreset]:
    """The groups whose patterns are all among these."""
    return [preset for preset in IGNORE_PRESETS if set(preset.patterns) <= set(ignore)]


def with_preset(ignore: Sequence[str], preset: IgnorePreset) -> tuple[str, ...]:
    """The patterns with this group in front, where a person's own ``!pattern`` wins over it."""
    return (*preset.patterns, *(p for p in ignore if p not in preset.patterns))


def without_preset(ignore: Sequence[str], preset: IgnorePreset) -> tuple[str, ...]:
    """The patterns without this group's, but with those that another ticked group needs."""
    others = {p for other in ticked(ignore) if other != preset for p in other.patterns}
    return tuple(p for p in ignore if p not in preset.patterns or p in others)
