"""Recognises a sentence by the template it was made from: ``The folder {0} is not there.``

Pure: it knows nothing of languages, nor of where the templates come from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

_FIELD = re.compile(r"\{(\d+)\}")
_QUOTED = r'"(?:[^"\\]|\\.)*"' + "|" + r"'(?:[^'\\]|\\.)*'"
_BOUNDARY = re.compile(r"(?<=[.?!:]) ")
_LONGEST = 1_000
"""Characters; what is longer is no sentence of ours."""
_LEAST = 8
"""Letters that a piece must have to be recognised after a subject."""


class Known(NamedTuple):
    """``values`` are what the fields of the template held, by their number."""

    template: str
    values: dict[int, str]


class _Template(NamedTuple):
    text: str
    anchor: str
    pattern: re.Pattern[str]


class Templates:
    """Safe from any thread."""

    def __init__(self, texts: Iterable[str]) -> None:
        texts = sorted(set(texts), key=_by_weight)
        self._plain = {text for text in texts if not _FIELD.search(text)}
        self._templates = [_template(text) for text in texts if text not in self._plain]
        # A piece goes on where something else named the subject: "... must be a number".
        self._pieces = {
            text.split(maxsplit=1)[0]
            for text in texts
            if text[0].islower() and " " in text and _weight(text) >= _LEAST
        }
        self.find = lru_cache(maxsize=2_048)(self._find)

    def _find(self, sentence: str) -> Known | None:
        """What the sentence was made from; the template with the most words of its own."""
        if sentence in self._plain:
            return Known(sentence, {})
        for template in self._templates if len(sentence) <= _LONGEST else ():
            if template.anchor in sentence:
                match = template.pattern.fullmatch(sentence)
                if match is not None:
                    values = match.groupdict()
                    return Known(template.text, {int(n[1:]): v for n, v in values.items()})
        return None

    def divide(self, text: str) -> tuple[str, str, str] | None:
        """What stands before a known sentence, that sentence, and what follows; None if there
        is none in it. For sentences that were put one after another, and for "name: sentence".
        """
        if len(text) > _LONGEST:
            return None
        if text.endswith(".") and self.find(text[:-1]):
            return "", text[:-1], "."
        cuts = [match.start() for match in _BOUNDARY.finditer(text)]
        for cut in cuts:
            if self.find(text[:cut]):
                return "", text[:cut], text[cut:]
        for cut in sorted((*cuts, *self._piece_cuts(text))):
            for end in (len(text), len(text) - text.endswith(".")):
                if self.find(text[cut + 1 : end]):
                    return text[: cut + 1], text[cut + 1 : end], text[end:]
        return None

    def _piece_cuts(self, text: str) -> Iterator[int]:
        for match in re.finditer(r" (\w+)", text):
            if match[1] in self._pieces:
                yield match.start()


def fill(template: str, values: dict[int, str]) -> str:
    """Never raises: a field without a value stays."""
    return _FIELD.sub(lambda field: values.get(int(field[1]), field[0]), template)


def _weight(text: str) -> int:
    return len(_FIELD.sub("", text))


def _by_weight(text: str) -> tuple[int, str]:
    return -_weight(text), text


def _template(text: str) -> _Template:
    parts = _FIELD.split(text)
    anchor = max(parts[::2], key=len)
    seen = set[str]()
    pattern = ""
    for number, part in enumerate(parts):
        if number % 2 == 0:
            pattern += re.escape(part)
        elif part in seen:
            pattern += f"(?P=f{part})"
        else:
            seen.add(part)
            pattern += f"(?P<f{part}>{_QUOTED}|.*?)"
    return _Template(text, anchor, re.compile(pattern, re.DOTALL))
