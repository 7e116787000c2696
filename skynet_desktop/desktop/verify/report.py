"""A verification as a text file, to keep or to send to somebody. Blocks."""

from __future__ import annotations

from pathlib import Path

from skynet_desktop.core.errors import SkynetError
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.verify import verdict
from skynet_desktop.engine.mirror import Mirror

_AT_ONCE = 5_000


def write(mirror: Mirror, file: Path) -> None:
    """All differences of the last verification, a paragraph each. Raises ``SkynetError``."""
    found = mirror.verified
    if found is None:
        raise SkynetError("Nothing was verified yet.")
    try:
        with open(file, "w", encoding="utf-8", errors="backslashreplace") as text:
            head = [mirror.name, verdict.result(found), verdict.figures(found)]
            head += [verdict.manner(found.deep), *verdict.notes(found)]
            text.write("\n".join(head) + "\n")
            after = ""
            while rows := mirror.differences(_AT_ONCE, after):
                after = rows[-1].path
                for row in rows:
                    what = verdict.fault_name(row.fault)
                    text.write(f"\n{row.path}\n    {what}: {spoken(row.detail)}\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise SkynetError(f"The file {file} cannot be written: {reason}.") from error
