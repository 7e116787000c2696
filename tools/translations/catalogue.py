"""All texts together: merged into the ``.ts`` files, and compiled for the program.

Beside the ``.qm`` files stands ``engine.json``, the templates of the engine's sentences, by
which ``desktop/spoken.py`` knows a sentence again.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tools.translations import declared, qt, sentences, ts, windows
from tools.translations.text import ROOT, Text

FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("de", "es", "fr", "hi", "zh_CN")
ENGLISH = "en"
"""Has plural forms only: "1 file", "2 files"."""

_MOST_NOTES = 2


class ToolFailed(Exception):
    """One of Qt's tools; the sentence is its own."""


def all_texts() -> list[Text]:
    """Each once; where one stands in several places the notes tell of the first ones."""
    found: dict[tuple[str, str, str], list[Text]] = {}
    for source in (windows, declared, sentences, qt):
        for text in source.texts():
            found.setdefault(text.key, []).append(text)
    return [_joined(same) for same in found.values()]


def _joined(same: list[Text]) -> Text:
    notes = list(dict.fromkeys(text.note for text in same))[:_MOST_NOTES]
    first = same[0]
    plural = any(text.plural for text in same)
    return Text(first.context, first.source, first.comment, "; ".join(notes), plural)


def merge(texts: Iterable[Text], file: Path, language: str) -> None:
    """Make the file hold these texts and no others, keeping translations. May raise
    :class:`ToolFailed`."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "texts.py")
        source.write_text("".join(map(_call, texts)), "utf-8")
        plural = ["-pluralonly"] if language == ENGLISH else []
        _tool(
            "lupdate", "-silent", "-no-obsolete", "-locations", "none", *plural,
            "-source-language", "en", "-target-language", language, str(source), "-ts", str(file),
        )  # fmt: skip
    # Made alike whatever wrote it last.
    ts.fill(file, english if language == ENGLISH else lambda _: None)


def _call(text: Text) -> str:
    words = [json.dumps(part, ensure_ascii=False) for part in (text.context, text.source)]
    if text.comment or text.plural:
        words.append(json.dumps(text.comment, ensure_ascii=False))
    words += ["1"] if text.plural else []  # lupdate knows a plural by a number alone
    note = f"#: {text.note}\n" if text.note else ""
    return f"{note}QCoreApplication.translate({', '.join(words)})\n"


def english(entry: ts.Entry) -> tuple[str, ...] | None:
    """The two forms of a plural that was not written by hand: ``%n file(s)``."""
    if entry.is_done:
        return None
    one = entry.source.replace("(s) are ", " is ").replace("(s)", "")
    return one, entry.source.replace("(s)", "s")


def update() -> None:
    """Bring every ``.ts`` file to what the code says now."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    texts = all_texts()
    for language in (ENGLISH, *LANGUAGES):
        merge(texts, FOLDER / f"skynet_{language}.ts", language)


def compile_all() -> None:
    """What the program loads, from the ``.ts`` files alone."""
    templates = set[str]()
    for file in sorted(FOLDER.glob("skynet_*.ts")):
        compile_one(file, file.with_suffix(".qm"))
        templates |= {entry.source for entry in ts.read(file) if entry.context == "engine"}
    known = json.dumps(sorted(templates), ensure_ascii=False, indent=0)
    (FOLDER / "engine.json").write_text(known, "utf-8")


def compile_one(file: Path, compiled: Path) -> None:
    """Without what is open: that may be lupdate's guess from a similar text."""
    _tool("lrelease", "-silent", "-nounfinished", str(file), "-qm", str(compiled))


def _tool(name: str, *arguments: str) -> None:
    """Run one of the tools that come with PySide6."""
    program = Path(sys.executable).with_name(f"pyside6-{name}")
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True)
    if done.returncode:
        raise ToolFailed(f"{name}: {done.stderr or done.stdout}")
