"""What the ledger holds of a multipart upload.

Written before the upload is begun (without an id: a crash right then leaves an upload that
only its key and time can find), again with its id, and once more with the ETag that the
object will have, right before it is completed (a crash right then must not send a whole
file again that is already there).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from skynet_desktop.core.files import FileState


@dataclass(frozen=True, slots=True)
class Record:
    """``begun`` in seconds since 1970; ``part_size`` in bytes. Size and times are those of
    the file's version."""

    key: str
    begun: float
    size: int = 0
    mtime_ns: int = 0
    ctime_ns: int = 0
    part_size: int = 0
    upload_id: str = ""
    etag: str = ""

    def to_ledger(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, stored: Mapping[str, Any] | None) -> Record | None:
        """None for what is not there or not ours."""
        try:
            return cls(**stored) if stored is not None else None
        except TypeError:
            return None

    def continues(self, key: str, state: FileState) -> bool:
        """Whether it is an upload of this very version of the file."""
        version = FileState(self.size, self.mtime_ns, self.ctime_ns)
        return bool(self.upload_id) and self.key == key and version == state
