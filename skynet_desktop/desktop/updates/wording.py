"""What is said of new versions. No widgets here."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from skynet_desktop.desktop import words
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.updates import Known, News
from skynet_desktop.updates.checker import NOWHERE

_translate = QCoreApplication.translate


def headline(news: News) -> str:
    if news.newest is None:
        return _translate("updates", "The version you have was withdrawn")
    return _translate("updates", "Skynet Desktop {0} is available").format(news.newest.version)


def warning(news: News) -> str:
    """What is more than news; "" if it is no more than that."""
    if not news.urgent:
        return ""
    if not news.withdrawn:
        return _translate("updates", "It puts a serious fault right. Please do not wait.")
    if news.newest is None:
        return _translate(
            "updates", "A serious fault was found in {0}. The page of downloads tells what to do."
        ).format(news.running)
    return _translate(
        "updates",
        "The version you have, {0}, was withdrawn for a serious fault. Please do not wait.",
    ).format(news.running)


def toast(news: News) -> tuple[str, str]:
    """Title and text."""
    more = _translate("updates", "Click to see what is new. You have {0}.")
    return headline(news), warning(news) or more.format(news.running)


def entry(news: News) -> str:
    """In a menu."""
    if news.newest is None:
        return _translate("updates", "This version was withdrawn…")
    if news.urgent:
        return _translate("updates", "Update soon: version {0}…").format(news.newest.version)
    return _translate("updates", "Version {0} is available…").format(news.newest.version)


def standing(known: Known) -> str:
    """Whether there is a newer version, as far as we know."""
    news = known.news
    if news is None:
        if not known.looked_at:
            return _translate("updates", "Nobody has looked for a newer version yet.")
        return _translate("updates", "You have the newest version.")
    if news.newest is None:
        return _translate("updates", "The version you have was withdrawn.")
    if known.skipped:
        said = _translate("updates", "Version {0} is available; you chose to skip it.")
    else:
        said = _translate("updates", "Version {0} is available.")
    return said.format(news.newest.version)


def line(known: Known, *, possible: bool, looks_by_itself: bool) -> str:
    """How things stand, in a sentence or three."""
    if not possible:
        return spoken(NOWHERE)
    parts = [standing(known)]
    if known.looked_at:
        when = words.ago(datetime.fromtimestamp(known.looked_at, UTC).isoformat())
        parts.append(_translate("updates", "Looked {0}.").format(when))
    if not looks_by_itself:
        parts.append(_translate("updates", "Skynet looks only when you ask."))
    return " ".join(part for part in parts if part)
