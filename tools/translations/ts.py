"""Reads and writes Qt's ``.ts`` files: what is translated, and what is still open."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'


@dataclass(frozen=True)
class Entry:
    """``forms`` are the translations: one, or of a plural as many as the language has.
    ``state`` is "" (done), "unfinished", or "vanished" or "obsolete" (no longer in the code)."""

    context: str
    source: str
    comment: str
    note: str
    plural: bool
    forms: tuple[str, ...]
    state: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.context, self.source, self.comment

    @property
    def is_done(self) -> bool:
        return not self.state and all(self.forms)


def read(file: Path) -> list[Entry]:
    return [
        _entry(context, message)
        for context in ET.parse(file).getroot().iter("context")
        for message in context.iter("message")
    ]


def fill(file: Path, translated: Callable[[Entry], tuple[str, ...] | None]) -> int:
    """Set the translations of the entries for which there is one; returns how many."""
    root = ET.parse(file).getroot()
    count = 0
    for context in root.iter("context"):
        for message in context.iter("message"):
            forms = translated(_entry(context, message))
            if forms is not None:
                _set(message, forms)
                count += 1
    ET.indent(root, "    ")
    text = ET.tostring(root, "unicode", short_empty_elements=False)
    file.write_text(f"{_HEAD}{text}\n", "utf-8")
    return count


def _entry(context: ET.Element, message: ET.Element) -> Entry:
    translation = message.find("translation")
    assert translation is not None
    plural = message.get("numerus") == "yes"
    elements = translation.findall("numerusform") if plural else [translation]
    return Entry(
        context=context.findtext("name", ""),
        source=message.findtext("source", ""),
        comment=message.findtext("comment", ""),
        note=message.findtext("extracomment", ""),
        plural=plural,
        forms=tuple(element.text or "" for element in elements),
        state=translation.get("type", ""),
    )


def _set(message: ET.Element, forms: tuple[str, ...]) -> None:
    translation = message.find("translation")
    assert translation is not None
    translation.attrib.pop("type", None)
    for child in list(translation):
        translation.remove(child)
    translation.text = None
    if message.get("numerus") == "yes":
        for form in forms:
            ET.SubElement(translation, "numerusform").text = form
    else:
        (translation.text,) = forms
