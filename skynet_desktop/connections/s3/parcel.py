"""What a PUT brings: where to, and a body that is opened when its turn comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from skynet_desktop.connections.s3.body import CheckedBytes, Stretch

Body = CheckedBytes | Stretch


@dataclass(slots=True, eq=False)
class Parcel:
    """``headers`` by names in small letters, values without blanks at their ends; ``query`` as
    it is signed: escaped, names in order."""

    key: str
    open: Callable[[], Body]
    """May raise a ``SkynetError``, as may reading the body. A ``PathError`` is this parcel's
    own."""
    headers: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    crc32: str = ""
    """Of the content, as S3 writes it; known once it was read."""
