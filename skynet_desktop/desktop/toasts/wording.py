"""What a toast says."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from skynet_desktop.desktop import words
from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.toasts.policy import Kind, Notice, Topic
from skynet_desktop.desktop.updates import wording as updates
from skynet_desktop.updates import News

_translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Toast:
    """``stays`` until it is seen; a click leads to ``place``."""

    kind: Kind
    title: str
    text: str
    place: Place
    name: str
    stays: bool = False


def toast(notice: Notice) -> Toast:
    kind, mapping = notice.kind, notice.mapping
    if notice.topic is Topic.RESTORING:
        return _restored(notice)
    if notice.topic is Topic.VERIFICATION:
        title = _translate("toasts", "%Ln file(s) differ at the destination", None, notice.count)
        text = _translate("toasts", "{0}: see what can be done.").format(mapping)
        return Toast(kind, title, text, Place.VERIFICATION, mapping, stays=True)
    if kind is Kind.COMPLETED:
        title = _translate("toasts", "%Ln file(s) are on {0}", None, notice.count)
        details = [mapping, words.size(notice.size)]
        if notice.seconds >= 1:
            details.append(words.duration(notice.seconds))
        text = " · ".join(details)
        return Toast(kind, title.format(notice.service), text, Place.ACTIVITY, mapping)
    if kind is Kind.DISCONNECTED:
        title = _translate("toasts", "{0} cannot be reached").format(notice.service)
        text = _translate("toasts", "Changes are noted and sent as soon as it is back.")
        return Toast(kind, title, text, Place.OVERVIEW, mapping)
    if kind is Kind.RECONNECTED:
        title = _translate("toasts", "{0} is back").format(notice.service)
        return Toast(kind, title, _translate("toasts", "Going on."), Place.OVERVIEW, mapping)
    if kind is Kind.ISSUE:
        title = _translate("toasts", "%Ln file(s) could not be mirrored", None, notice.count)
        text = _translate("toasts", "{0}: see what can be done.").format(mapping)
        return Toast(kind, title, text, Place.ISSUES, mapping, stays=True)
    title = _translate("toasts", "{0} needs you").format(mapping)
    place = Place.QUESTION if notice.topic is Topic.QUESTION else Place.OVERVIEW
    return Toast(kind, title, spoken(notice.reason), place, mapping, stays=True)


def update(news: News) -> Toast:
    """What must not wait stays until it is seen."""
    title, text = updates.toast(news)
    return Toast(Kind.UPDATE, title, text, Place.UPDATE, "", stays=news.urgent)


def _restored(notice: Notice) -> Toast:
    mapping = notice.mapping
    if notice.kind is Kind.COMPLETED:
        title = _translate("toasts", "%Ln file(s) are back", None, notice.count)
        text = f"{mapping} · {words.size(notice.size)}"
        return Toast(notice.kind, title, text, Place.RESTORE, mapping)
    title = _translate("toasts", "Not everything came back")
    text = _translate("toasts", "{0}: see what can be done.").format(mapping)
    return Toast(notice.kind, title, text, Place.RESTORE, mapping, stays=True)
