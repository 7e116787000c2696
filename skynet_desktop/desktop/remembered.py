"""What windows remember from one time to the next: sizes and places, never settings.

One small JSON file in the state folder. It may be lost, cut off or edited: then the windows
open as they did the first time.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

_NAME = "windows.json"
_MOST_BYTES = 100_000
_writing = threading.Lock()


def recall(folder: Path) -> dict[str, str]:
    """All that is remembered, by name; nothing if there is nothing good. Raises nothing; reads
    a file, so not on the thread of a window."""
    try:
        with open(folder / _NAME, encoding="utf-8") as file:
            found = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: value for name, value in found.items() if isinstance(value, str)}


def remember(folder: Path, values: dict[str, str]) -> None:
    """Add these to what is remembered. Raises nothing: it is not worth a word if it fails.
    Writes a file; safe from any thread."""
    with _writing:
        new = {**recall(folder), **values}
        draft = folder / f"{_NAME}.{os.getpid()}.new"
        try:
            draft.write_text(json.dumps(new, indent=1), encoding="utf-8")
            os.replace(draft, folder / _NAME)
        except OSError as error:
            log.info("the places of windows could not be kept: %s", error)
            with suppress(OSError):
                draft.unlink()
