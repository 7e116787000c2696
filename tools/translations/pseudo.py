"""A language that nobody speaks: every text in brackets, with accents, and much longer.

A text on the screen without brackets is not translated; one that is cut has no room to grow.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from tools.translations import catalogue, ts

_ACCENTS = str.maketrans("aceinouyACEINOUY", "àçéîñöûýÀÇÉÎÑÖÛÝ")
_KEPT = re.compile(r"(\{\w+\}|%L?n|%\d|&\w|<[^>]+>)")
_LONGER = 0.4


def pseudo(text: str) -> str:
    """Fields, mnemonics and the blanks around stay as they are."""
    words = text.strip()
    if not words:
        return text
    parts = _KEPT.split(words)
    accented = "".join(
        part if number % 2 else part.translate(_ACCENTS) for number, part in enumerate(parts)
    )
    longer = " ~~~~" * max(1, round(len(words) * _LONGER / 5))
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}[{accented}{longer}]{after}"


def make(folder: Path) -> Path:
    """``skynet_pseudo.qm`` and ``engine.json`` in this folder; returns the former."""
    file = folder / "skynet_pseudo.ts"
    texts = catalogue.all_texts()
    catalogue.merge(texts, file, "de")
    ts.fill(file, lambda entry: tuple(pseudo(entry.source) for _ in entry.forms))
    compiled = file.with_suffix(".qm")
    catalogue.compile_one(file, compiled)
    templates = sorted(text.source for text in texts if text.context == "engine")
    (folder / "engine.json").write_text(json.dumps(templates), "utf-8")
    return compiled
