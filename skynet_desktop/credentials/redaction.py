"""A second net below careful code: secrets that are known never reach a log.

Every secret that comes from a person or from the keyring is registered here. Safe from any
thread.
"""

from __future__ import annotations

import json
import logging
import threading
import traceback
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

HIDDEN = "[hidden]"

# Shorter ones would blank out half of every line, and so tell where they occur.
_SHORTEST = 4

_lock = threading.Lock()
_known: tuple[str, ...] = ()  # longest first, or the rest of a longer one would show


def register(secrets: Iterable[str]) -> None:
    """From now on these values are hidden; kept until the process ends."""
    global _known
    forms = _all_forms(secrets)
    with _lock:
        _known = _in_order(forms.union(_known))


def redacted(text: str, also: Iterable[str] = ()) -> str:
    """The text with every known secret replaced, also as URLs, JSON and ``repr`` show it;
    those of ``also`` for this once."""
    for secret in _in_order({*_known, *_all_forms(also)}) if also else _known:
        text = text.replace(secret, HIDDEN)
    return text


class RedactingFilter(logging.Filter):
    """Put it on every handler: it hides secrets in message, arguments, traceback and stack.

    The record is changed for all handlers that come later.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redacted(_message(record)), None
        if record.exc_info:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            record.exc_info = None  # or a formatter of its own mind could show it again
        if record.exc_text:
            record.exc_text = redacted(record.exc_text)
        if record.stack_info:
            record.stack_info = redacted(record.stack_info)
        return True


def _in_order(forms: set[str]) -> tuple[str, ...]:
    return tuple(sorted(forms, key=len, reverse=True))


def _all_forms(secrets: Iterable[str]) -> set[str]:
    return {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}


def _forms(secret: str) -> set[str]:
    safe = secret.encode("utf-8", "surrogatepass")
    return {
        secret,
        quote(safe, safe=""),
        quote_plus(safe),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
    }


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # logging would print the arguments to standard error, secrets and all
        return f"{record.msg} {record.args!r}"
