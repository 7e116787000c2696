"""Pages of long lists by key: the next page begins after the last row shown, so page 1,000
costs what page 1 costs. A cursor is that row's key, as text for a URL."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)

PAGE = 50
MOST_PAGE = 500


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    rows: list[M]
    next: str
    """The cursor of the next page; empty on the last."""


def page(rows: QuerySet[M], order: Sequence[str], after: str = "", size: int = PAGE) -> Page[M]:
    """One page of ``rows``, falling in ``order``: columns that together are unique."""
    rows = rows.order_by(*(f"-{column}" for column in order))
    if place := _place(after, len(order)):
        rows = rows.filter(_below(order, place))
    found = list(rows[: size + 1])
    more = found[size:]
    last = found[size - 1] if more else None
    cursor = _cursor([getattr(last, column) for column in order]) if last else ""
    return Page(found[:size], cursor)


def _below(order: Sequence[str], place: list[Any]) -> Q:
    """Rows after the place. The first condition alone lets the index find where to begin."""
    wanted = Q(**{f"{order[0]}__lte": place[0]})
    steps = Q()
    for depth, column in enumerate(order):
        same = {order[i]: place[i] for i in range(depth)}
        steps |= Q(**same, **{f"{column}__lt": place[depth]})
    return wanted & steps


def _cursor(place: list[Any]) -> str:
    data = json.dumps(place, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _place(cursor: str, length: int) -> list[Any] | None:
    """None for no cursor, and for one that nobody here has made."""
    if not cursor:
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    if not isinstance(place, list) or len(place) != length:
        return None
    fits = all(isinstance(value, str | int | float) for value in place)
    return place if fits and isinstance(place[0], int | float) else None
