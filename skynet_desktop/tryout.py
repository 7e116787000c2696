"""The try-out: two folders on this computer, one mirrored to the other. It needs no account.

Terminal and desktop offer the same one, so whoever began it in one finds it in the other.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.settings import MappingSettings, Paths, ServiceSettings, store

NAME = "try-out"
"""Of its service, and of its mapping."""
_LETTER = """This folder is mirrored. Put something into it, change it, rename it:
a moment later the other folder has it too.
"""


@dataclass(frozen=True)
class TryOut:
    """Making a value of it touches no disk."""

    source: Path
    dest: Path

    @classmethod
    def of(cls, paths: Paths) -> TryOut:
        """Where a person finds it: in the home folder, or in the one that was chosen instead."""
        folder = (paths.relocated or Path.home()) / f"Skynet {NAME}"
        return cls(folder / "from here", folder / "to here")

    @property
    def service(self) -> ServiceSettings:
        return ServiceSettings(NAME, "local", {"path": str(self.dest)})

    @property
    def mapping(self) -> MappingSettings:
        return MappingSettings(NAME, str(self.source), NAME, "", complete_sync=True)


def set_up(paths: Paths) -> None:
    """Make the folders, fill the first and write the settings; blocks for a moment.

    Raises :class:`SettingsError`; the settings are then as they were. Folders and files that
    are there already stay, but for those that the try-out itself puts there.
    """
    tryout, file = TryOut.of(paths), paths.settings_file
    try:
        for path in (tryout.source, tryout.dest):
            path.mkdir(parents=True, exist_ok=True)
        _fill(tryout.source)
    except OSError as error:
        raise SettingsError(
            f"The folders of the try-out cannot be made: {error.strerror or error}."
        ) from error
    paths.make()
    is_new = NAME not in store.load(file).services
    if is_new:
        store.add_service(file, tryout.service)
    try:
        store.add_mapping(file, tryout.mapping)
    except BaseException:
        if is_new:
            with suppress(SettingsError):  # the first error says more
                store.remove_service(file, NAME)
        raise


def _fill(folder: Path) -> None:
    (folder / "Read me.txt").write_text(_LETTER, encoding="utf-8")
    for number in range(1, 201):
        path = folder / f"album {1 + number % 8}" / f"picture {number:03d}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"picture {number}\n" * number, encoding="utf-8")
