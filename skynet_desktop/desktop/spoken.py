"""The engine's English sentences in the person's language.

The engine knows no screen and says what happened in plain English sentences, which are also
kept in its databases. A sentence is recognised by the template it was made from, and the
template is translated: ``The folder {0} is not there.`` What fills a field may be a sentence
itself, and is treated alike.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from skynet_desktop.desktop.sentences import Templates, fill

log = logging.getLogger(__name__)

_DEEPEST = 8

_templates = Templates(())


def know(templates: Iterable[str]) -> None:
    """From now on sentences made from these are recognised; none at first, as English needs
    none."""
    global _templates
    _templates = Templates(templates)


def know_file(file: Path) -> None:
    """The templates of a JSON list; without the file sentences stay English."""
    try:
        know(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError) as error:
        log.warning("sentences of the engine stay English: %s", error)


def spoken(sentence: str) -> str:
    """The sentence in the person's language; what nobody translated, as it is. Never raises."""
    return _spoken(sentence, _DEEPEST)


def _spoken(text: str, depth: int) -> str:
    words = text.strip()
    if not words or not depth:
        return text
    return text.replace(words, _said(words, depth - 1), 1)


def _said(words: str, depth: int) -> str:
    declared = _declared(words)
    if declared != words:
        return declared
    known = _templates.find(words)
    if known is not None:
        values = {number: _spoken(value, depth) for number, value in known.values.items()}
        return fill(QCoreApplication.translate("engine", known.template), values)
    divided = _templates.divide(words)
    if divided is None:
        return words
    before, sentence, after = divided
    return before + _spoken(sentence, depth) + _spoken(after, depth)


def _declared(words: str) -> str:
    """What a setting says of itself may stand in a sentence; a single word is a name."""
    try:
        return QCoreApplication.translate("settings", words) if " " in words else words
    except UnicodeEncodeError:  # a path that is no text
        return words
