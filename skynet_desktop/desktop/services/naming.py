"""A name for a service that nobody has named yet."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import PurePath

from skynet_desktop.settings.declaring import check_name

_TELLING = ("bucket", "host", "path")  # what a person knows their storage by
_LONGEST = 40


def suggested(values: Mapping[str, object], title: str, taken: Collection[str]) -> str:
    """By the bucket, server or folder as soon as it is known, else by the kind's ``title``; a
    number behind it keeps it apart from those that are taken."""
    found = next((str(values[name]) for name in _TELLING if values.get(name)), "")
    words = PurePath(found).name if "path" in values else found
    name = _clean(words) or _clean(title) or "service"
    if name not in taken:
        return name
    return next(f"{name} {n}" for n in range(2, len(taken) + 3) if f"{name} {n}" not in taken)


def _clean(text: str) -> str:
    name = re.sub(r"[^\w. -]+", "-", text)
    if len(name) > _LONGEST:
        name = name[:_LONGEST].rpartition(" ")[0] or name[:_LONGEST]
    name = name.strip(" -.")
    try:
        check_name(name)
    except ValueError:
        return ""
    return name
