"""Amounts, times and names as people read them. Whatever a machine reported, these never raise:
one machine's nonsense must not take a page away from everybody."""

from __future__ import annotations

import functools
import hashlib
import re
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from skynet_desktop.skywatch.reading import states

register = template.Library()

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_NEXT_UNIT = 1.9  # "100 min" says more than "2 h", "3 h" more than "180 min"
# Unseen characters, and those that turn the direction of what follows them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@register.filter
def size(amount: float) -> str:
    """Bytes in decimal units, as drives and providers count them."""
    value, unit = float(amount), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return (
        f"{value:,.0f} {_UNITS[unit]}"
        if unit < 2 or value >= 99.95
        else (f"{value:,.1f} {_UNITS[unit]}")
    )


@register.filter
def rate(speed: float) -> str:
    """Bytes a second; a dash for none."""
    return f"{size(speed)}/s" if speed >= 1 else "–"


@register.filter
def number(count: float) -> str:
    return f"{int(count):,}"


@register.filter
def duration(seconds: float) -> str:
    """About how long, in one unit."""
    if seconds < _MINUTE:
        return f"{max(1, round(seconds))} s"
    if seconds < _NEXT_UNIT * _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    if seconds < _NEXT_UNIT * _DAY:
        return f"{round(seconds / _HOUR)} h"
    return f"{round(seconds / _DAY):,} days"


@register.filter
def moment(seconds: float | None) -> SafeString:
    """A time in the person's zone."""
    return _time(seconds)


@register.filter
def ago(seconds: float | None) -> SafeString:
    """A time as how long ago: the browser counts on, so the page need not be sent again."""
    return _time(seconds, counts_on=True)


def _time(seconds: float | None, *, counts_on: bool = False) -> SafeString:
    when = _local(seconds)
    if when is None:
        return format_html("<span>{}</span>", "never")
    return format_html(
        '<time{} datetime="{}" title="{}">{}</time>',
        SafeString(' class="ago"' if counts_on else ""),
        when.isoformat(timespec="seconds"),
        when.strftime("%A, %d %B %Y, %H:%M:%S %Z"),
        _clock(when),
    )


def _local(seconds: float | None) -> datetime | None:
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(seconds, timezone.get_current_timezone())
    except (OverflowError, OSError, ValueError):
        return None


def _clock(when: datetime) -> str:
    return when.strftime("%H:%M") if _is_today(when) else when.strftime("%d %b %Y, %H:%M")


def _is_today(when: datetime) -> bool:
    return when.date() == timezone.localtime().date()


@register.filter
def plain(name: object) -> str:
    """A name with what cannot be seen made visible. Templates escape it, and set it apart in
    <bdi>, as it may run in any direction."""
    return _UNSEEN.sub("\ufffd", str(name))


@register.simple_tag
def path(file: Any) -> SafeString:
    """A path of a file or event: folder quiet, name plain; a hidden one by its key."""
    if not file.path:
        if not file.path_key:
            return SafeString("")
        return format_html('<span class="path hidden">hidden · {}</span>', file.path_key[:12])
    folder, slash, name = plain(file.path).rpartition("/")
    return format_html(
        '<bdi class="path"><span class="folder">{}</span><span class="name">{}</span></bdi>',
        folder + slash,
        name,
    )


@register.simple_tag
def file_link(file: Any) -> SafeString:
    """The path of a file or event, as a link to the file's page."""
    url = reverse("file", args=[file.machine, file.path_key])
    return format_html(
        '<a href="{}?mapping={}">{}</a>', url, quote(file.mapping, safe=""), path(file)
    )


@register.simple_tag
def mapping_url(machine: str, name: str) -> str:
    return f"{reverse('mapping', args=[machine])}?name={quote(name, safe='')}"


@register.simple_tag
def of_mapping(row: Any) -> str:
    """What in a query names this mapping."""
    return f"machine={quote(row.machine, safe='')}&mapping={quote(row.name, safe='')}"


@register.simple_tag(takes_context=True)
def page_link(
    context: dict[str, Any], name: str, sign: str, label: str, *below: str, look: str = ""
) -> SafeString:
    """A link of the menus, marked on its page and on those ``below`` it."""
    match = context["request"].resolver_match
    here = match is not None and match.url_name in (name, *below)
    return format_html(
        '<a class="{}" href="{}"{}>{}<bdi>{}</bdi></a>',
        look,
        reverse(name),
        SafeString(' aria-current="page"' if here else ""),
        icon(sign),
        plain(label),
    )


@register.filter
def percent(part: float, whole: float) -> int:
    return min(100, int(100 * part / whole)) if whole > 0 else 0


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        extra,
        asset("icons.svg"),
        name,
    )


@register.simple_tag
def badge(word: str) -> SafeString:
    """A state of a machine or mapping."""
    return _badge(states.look(word))


@register.simple_tag
def file_badge(word: str) -> SafeString:
    return _badge(states.file_look(word))


def _badge(look: states.Look) -> SafeString:
    return format_html(
        '<span class="badge {}">{}{}</span>', look.tone, icon(look.icon), plain(look.label)
    )


@register.simple_tag
@functools.cache
def asset(name: str) -> str:
    """The URL of a static file; it changes with the content, so browsers may keep it."""
    data: bytes = (settings.WHITENOISE_ROOT / f"assets/{name}").read_bytes()
    return f"/assets/{name}?v={hashlib.sha256(data).hexdigest()[:12]}"


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: object) -> str:
    """This page's query with some values changed; the cursor begins anew unless it is given."""
    values = context["request"].GET.copy()
    values.pop("after", None)
    for name, value in changes.items():
        if value in ("", None):
            values.pop(name, None)
        else:
            values[name] = str(value)
    text: str = values.urlencode()
    return f"?{text}"


@register.simple_tag
def percent_done(view: Any) -> int:
    """How much of the files of a machine or mapping is at the destination, with the parts of
    those on their way; 100 only when nothing waits."""
    done = percent(view.files + view.parts, view.files + view.waiting_files)
    return min(done, 99) if view.waiting_files else done


@register.simple_tag
def event_badge(kind: str) -> SafeString:
    """What happened: a file's state, or ``state:`` and a mapping's new one."""
    word, _, state = kind.partition(":")
    return _badge(states.look(state) if word == "state" and state else states.file_look(word))
