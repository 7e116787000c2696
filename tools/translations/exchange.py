"""Hands the open texts of a language to a translator as JSON, and takes them back.

The file is a list of ``{"context", "source", "comment", "note", "similar", "forms"}``; the
translator fills ``forms``, one or as many as the language has plurals. ``similar`` is how a text
much like it was translated, if there is one. On the way back each is checked:
fields, plurals, mnemonics and the blanks around must be as in the source.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from tools.translations import ts
from tools.translations.text import FIELD

_PLACES = re.compile(r"\{\w+\}|%L?n|%\d|<[^>]+>")


def export(file: Path, out: Path) -> int:
    """Write what is open in the ``.ts`` file; returns how many."""
    open_ones = [entry for entry in ts.read(file) if not entry.is_done]
    rows = [
        {
            "context": entry.context,
            "source": entry.source,
            "comment": entry.comment,
            "note": entry.note,
            "similar": entry.forms[0],
            "forms": [""] * len(entry.forms),
        }
        for entry in open_ones
    ]
    out.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return len(rows)


def take(file: Path, given: Path) -> tuple[int, list[str]]:
    """Put what is good into the ``.ts`` file; returns how many, and what is wrong with the
    rest."""
    rows = json.loads(given.read_text("utf-8"))
    forms = {(r["context"], r["source"], r.get("comment", "")): tuple(r["forms"]) for r in rows}
    wrong: list[str] = []

    def translated(entry: ts.Entry) -> tuple[str, ...] | None:
        mine = forms.pop(entry.key, None)
        faults = faults_of(entry, mine) if mine is not None and any(mine) else []
        wrong.extend(f"{entry.context}: {entry.source!r}: {fault}" for fault in faults)
        return None if faults or mine is None or not any(mine) else mine

    count = ts.fill(file, translated)
    wrong += [f"{context}: {source!r}: there is no such text" for context, source, _ in forms]
    return count, wrong


def faults_of(entry: ts.Entry, forms: tuple[str, ...]) -> list[str]:
    """What is wrong with a translation, in a few words each."""
    if len(forms) != len(entry.forms):
        return [f"{len(entry.forms)} forms are needed"]
    if not all(forms):
        return ["a form is empty"]
    faults = []
    for form in forms:
        if not _same_places(entry, form):
            faults.append(f"other fields than in the source: {form!r}")
        if _blanks(form) != _blanks(entry.source):
            faults.append(f"other blanks around than in the source: {form!r}")
        if _has_mnemonic(form) != _has_mnemonic(entry.source):
            faults.append(f"a mnemonic (&) too many or too few: {form!r}")
    return faults


def _same_places(entry: ts.Entry, form: str) -> bool:
    """A plural may say its number in words; sentences of the engine may repeat a field."""
    here, there = (Counter(_PLACES.findall(text)) for text in (entry.source, form))
    if entry.plural:
        for number in ("%n", "%Ln"):
            here.pop(number, None)
            there.pop(number, None)
    return set(here) == set(there) if FIELD.search(entry.source) else here == there


def _blanks(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _has_mnemonic(text: str) -> bool:
    return re.search(r"&\w", text.replace("&&", "")) is not None
