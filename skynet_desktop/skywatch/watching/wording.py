"""What a notice says. A machine's name comes from a machine: here it becomes plain, so that it
starts no header, link, mention or formatting wherever the words end up."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from skynet_desktop.skywatch.models import Kind, Notice

LONGEST_NAME = 80
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_MARKS = str.maketrans({"<": "‹", ">": "›", "@": "＠", "`": "'", "&": "＆", "|": "¦"})
_MARKDOWN = re.compile(r"[*_~\[\](){}#!\\]|:/{2}")


def plain(name: str) -> str:
    """A name in one line without anything that a mail program or a chat would act on."""
    name = _UNSEEN.sub(" ", name).translate(_MARKS)
    name = " ".join(_MARKDOWN.sub(" ", name).split())
    return name[:LONGEST_NAME] or "(no name)"


def subject(notice: Notice) -> str:
    if notice.kind == Kind.TEST:
        return "Skywatch: a test"
    return f"{plain(notice.name)} {Kind(notice.kind).label}"


def text(notice: Notice, url: str) -> str:
    """A few sentences with a link to the machine; ``url`` is where Skywatch is."""
    if notice.kind == Kind.TEST:
        return f"This is a test of Skywatch's alerts. They arrive.\n\n{url}/\n"
    when = datetime.fromtimestamp(notice.last_seen, UTC).strftime("%d %B %Y, %H:%M UTC")
    what = {
        Kind.SILENT.value: f"was last heard of on {when}. Its files may not be mirrored meanwhile.",
        Kind.BACK.value: f"reports again. It had been silent since {when}.",
    }[notice.kind]
    return f'The machine "{plain(notice.name)}" {what}\n\n{url}/machines/{notice.machine}/\n'
