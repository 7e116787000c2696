"""What an object carries besides its content: the file's modification time.

User metadata ``mtime``: seconds since 1970, with up to nine decimals and no zeros at their
end. It is the key and the format of rclone (its ``backend/s3``, and ``TimeToFloatString``
of github.com/ncw/swift), so that either tool can read the other's mirror.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

MTIME = "mtime"


def mtime_text(mtime_ns: int) -> str:
    sign = "-" if mtime_ns < 0 else ""
    seconds, fraction = divmod(abs(mtime_ns), 1_000_000_000)
    return f"{sign}{seconds}.{fraction:09d}".rstrip("0").rstrip(".")


def with_mtime(mtime_ns: int) -> dict[str, str]:
    return {MTIME: mtime_text(mtime_ns)}


def mtime_of(metadata: Mapping[str, str]) -> int | None:
    """Nanoseconds since 1970; None if the object does not tell."""
    try:
        return int(Decimal(metadata[MTIME]) * 1_000_000_000)
    except (KeyError, InvalidOperation, ValueError, OverflowError):
        return None
