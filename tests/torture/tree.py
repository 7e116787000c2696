"""A tree of hostile files: what file systems allow and mirrors trip over."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

_SCRIPTS = [
    "plain", "Käse & Brötchen", "Ελληνικά", "русский", "中文文件", "日本語ファイル", "한국어",
    "हिन्दी", "العربية", "עברית", "ไทย", "emoji 🎞️📷", "combined e\u0301", "composed é",
    "zero\u200dwidth", "right\u202eleft",
]  # fmt: skip
_ODD = [
    "it's", 'double "quoted"', "new\nline", "tab\there", "-leading dash", "--help", "trailing dot.",
    "trailing space ", " leading space", "...", "$HOME", "`id`", "a;b|c&d", "per%cent%20", "plus+",
    "question?", "star*", "hash#", "[brackets]", "{braces}", "~tilde", "back\\slash", "colon:",
    "less<more>", "con", "nul.txt", "\x01control", "\x7fdelete", "comma,", "equals=", "at@", "!",
]  # fmt: skip
_UNDECODABLE = [b"latin1-\xe9t\xe9", b"\xff\xfe", b"half-\xc3"]


def hostile_names() -> list[str]:
    """Names for one folder, each legal here."""
    names = [*_SCRIPTS, *_ODD, "n" * 255, "ü" * 127]
    if sys.platform == "linux":
        names += [os.fsdecode(name) for name in _UNDECODABLE]
    return names


def make_tree(root: Path, files: int, *, seed: int, big: int = 0) -> None:
    """``files`` files of 0 to some thousand bytes, deep and oddly named; one of ``big`` bytes.

    Times lie in the past, so that no file seems to be under way.
    """
    rng = random.Random(seed)
    names = hostile_names()
    folders = [root]
    for _ in range(max(8, files // 60)):
        parent = rng.choice(folders[-40:])
        name = rng.choice(_SCRIPTS + _ODD[:12]) if rng.random() < 0.5 else f"d{rng.random()}"
        folder = parent / name
        if len(os.fsencode(folder)) < 600:
            folder.mkdir(exist_ok=True)
            folders.append(folder)
    deep = root
    for level in range(100):
        deep = deep / f"l{level}"
    deep.mkdir(parents=True)
    folders.append(deep)
    for number in range(files - bool(big)):
        folder = rng.choice(folders)
        stem = rng.choice(names)
        name = stem if rng.random() < 0.2 else f"{number} {stem}"[:80]
        path = folder / name
        if path.is_dir() or len(os.fsencode(name)) > 255:
            path = folder / f"f{number}"
        path.write_bytes(rng.randbytes(rng.choice([0, 1, 100, 1000, 4096, 10_000])))
        age = 1_600_000_000 + rng.random() * 1e8
        os.utime(path, ns=(0, int(age * 1e9)))
    if big:
        with open(root / "big video.bin", "wb") as file:
            for _ in range(big // 1_000_000):
                file.write(rng.randbytes(1_000_000))
