"""Old settings made new: numbered steps, each from one version of the file to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import tomlkit

Step = Callable[[tomlkit.TOMLDocument], None]

# The step at place n takes a document of version n + 1 to version n + 2, in place. A step is
# never changed once it was released.
STEPS: Sequence[Step] = ()


def current(steps: Sequence[Step] = STEPS) -> int:
    return len(steps) + 1


def migrated(text: str, version: object, steps: Sequence[Step] = STEPS) -> str:
    """The text in the current version; the same text if it is that already.

    Raises ``ValueError``, with words to follow the key's name, for a version that nobody wrote
    or that a newer Skynet wrote.
    """
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ValueError(f"must be a whole number from 1 to {current(steps)}.")
    if version > current(steps):
        raise ValueError(
            f"{version} was written by a newer Skynet Desktop; this one knows "
            f"{current(steps)}. Install the newer one, or take back the file it replaced."
        )
    if version == current(steps):
        return text
    document = tomlkit.parse(text)
    for step in steps[version - 1 :]:
        step(document)
    document["version"] = current(steps)
    return tomlkit.dumps(document)
