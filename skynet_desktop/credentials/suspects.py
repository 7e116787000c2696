"""Hides what looks like a secret in text that leaves this computer.

Known secrets are hidden by ``redaction``. This is for those nobody told us of: written into the
settings by hand, or quoted by a library. It hides too much rather than too little.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from skynet_desktop.credentials.redaction import HIDDEN, redacted

_NAME = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|credential|signature|bearer"
    r"|(?:access|account|api|auth|private|shared)[_-]?key)"
)
_SUSPECT = re.compile(_NAME, re.IGNORECASE)

# What follows a name is bounded, or a long line of nothing but names would take for ever.
_REST = r"[\w-]{0,40}"

# name = value, as TOML, JSON, URLs, command lines and people write it
_PAIR = re.compile(
    rf"""({_NAME}{_REST}\\*["']?[ \t]*[=:][ \t]*)"""
    r"""(\\+["'][^"'\n]*["']?|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|[^\s,;&"']+)""",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"""\\*["']""")
_HEADER = re.compile(r"(authorization\\?[\"']?[ \t]*[=:][ \t]*)[^\n\"']+", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(://[^/\s:@\"']*:)[^/\s@\"']+@")
_KEY_BLOCK = re.compile(
    r"-----BEGIN [^-\n]*KEY-----(?:[\w+/=\s\\:,.-]{0,20000}?-----END [^-\n]*-----|[\w+/=\s\\]*)"
)

# The parts of a settings file, which may be a broken one: no parser could read it.
_TABLE = re.compile(r"\s*\[")
_STATEMENT = re.compile(r"""\s*(?:\[|(?:[.\w \t-]++|"[^"\n]*+"|'[^'\n]*+')++=)""")
_SECRET_KEY = re.compile(rf"""{_NAME}{_REST}["']?[ \t]*(?:=|[ \t](?=["']))""", re.IGNORECASE)
_WHOLE_VALUE = re.compile(r"""\s*(?:"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\[{]+)\s*(?:#.*)?""")
_STRING = re.compile(r'"((?:\\.|[^"\\])*)"|\'([^\']*)\'')
_KEY_LIKE = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_SHORTEST_GIVEN = 8
_HEX = re.compile(r"[0-9a-fA-F]{32,}")
_FEWEST_CHANGES = 0.45  # of a letter's kind to the next one's; words change far less often


_SHELLS_OWN = {"PWD", "OLDPWD"}


def cleaned(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """Without known secrets, those in the environment, and whatever a name gives away."""
    text = redacted(text, _given(environ))
    text = _KEY_BLOCK.sub(HIDDEN, text)
    text = _IN_ADDRESS.sub(rf"\1{HIDDEN}@", text)
    text = _HEADER.sub(rf"\1{HIDDEN}", text)
    return _PAIR.sub(_hidden_value, text)


def cleaned_settings(text: str) -> str:
    """A settings file, broken or not; also without values that are random as keys are."""
    lines: list[str] = []
    closing = ""  # what ends the text of several lines that we are in
    within = False  # a value that goes on below its first line
    table = ""
    for line in text.split("\n"):
        if closing:
            closing = "" if closing in line else closing
            continue
        if within and not _STATEMENT.match(line):
            continue
        within = False
        if _TABLE.match(line):
            table = line
        if secret := _secret_key(line, table):
            value = line[secret.end() :]
            closing = next((mark for mark in ('"""', "'''") if value.count(mark) == 1), "")
            within = not _WHOLE_VALUE.fullmatch(value)
            line = f'{line[: secret.end()]} "{HIDDEN}"'
        elif "mappings" not in table:  # they hold paths, which may look like anything
            line = _STRING.sub(_hidden_key, line)
        lines.append(line)
    return cleaned("\n".join(lines))


def _given(environ: Mapping[str, str]) -> Iterator[str]:
    """Secrets in variables; not those that say no more than "true", nor the shell's folders,
    which are called PWD as passwords are elsewhere."""
    for name, value in environ.items():
        if name not in _SHELLS_OWN and _SUSPECT.search(name) and len(value) >= _SHORTEST_GIVEN:
            yield value


def _secret_key(line: str, table: str) -> re.Match[str] | None:
    """Up to where a value follows that is not to be shown."""
    if _SUSPECT.search(table) and not _TABLE.match(line):
        return re.match(r"[^=]*=", line)
    return _SECRET_KEY.search(line)


def _hidden_value(pair: re.Match[str]) -> str:
    name, value = pair.groups()
    if HIDDEN in value:
        return pair.group()
    quote = _QUOTE.match(value)
    mark = quote.group() if quote else ""
    return f"{name}{mark}{HIDDEN}{mark}"


def _hidden_key(string: re.Match[str]) -> str:
    value = string[1] or string[2] or ""
    return f'"{HIDDEN}"' if _looks_random(value) else string.group()


def _looks_random(value: str) -> bool:
    if _HEX.fullmatch(value):
        return True
    if not _KEY_LIKE.fullmatch(value):
        return False
    kinds = [(c.islower(), c.isupper(), c.isdigit()) for c in value]
    changes = sum(kind != after for kind, after in pairwise(kinds))
    return changes >= _FEWEST_CHANGES * len(value)
