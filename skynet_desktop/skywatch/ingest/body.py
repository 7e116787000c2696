"""A request's body, bounded before and after unpacking, as JSON."""

from __future__ import annotations

import json
import zlib
from typing import Any, BinaryIO, NoReturn, cast

from django.http import HttpRequest

MOST_SENT = 4 * 1024 * 1024
MOST_UNPACKED = 16 * 1024 * 1024
GZIP = 16 + zlib.MAX_WBITS


class TooBig(Exception):
    """More than we take, packed or unpacked."""


class Malformed(ValueError):
    """Not what was agreed; the sentence says where."""


def read(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body. Raises :class:`TooBig` or :class:`Malformed`.

    Never holds more than the bounds, whatever the sender claims of the length.
    """
    claimed = request.META.get("CONTENT_LENGTH") or "0"
    if not claimed.isdecimal():
        raise Malformed("The length makes no sense.")
    if int(claimed) > MOST_SENT:
        raise TooBig
    data = cast(BinaryIO, request).read(MOST_SENT + 1)
    if len(data) > MOST_SENT:
        raise TooBig
    packing = request.META.get("HTTP_CONTENT_ENCODING", "identity").lower()
    if packing == "gzip":
        data = _unpacked(data)
    elif packing != "identity":
        raise Malformed("Only gzip is understood.")
    try:
        found = json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Malformed("That is not JSON.") from None
    if not isinstance(found, dict):
        raise Malformed("That is not a JSON object.")
    return found


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(GZIP)
    try:
        whole = unpacker.decompress(data, MOST_UNPACKED)
    except zlib.error:
        raise Malformed("That is not gzip.") from None
    if unpacker.unconsumed_tail:
        raise TooBig
    if not unpacker.eof or unpacker.unused_data:
        raise Malformed("The gzip stream is not whole.")
    return whole


def _no_number(word: str) -> NoReturn:
    raise Malformed(f"{word} is not JSON.")
