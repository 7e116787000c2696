"""Where this application keeps what belongs to one person on one machine."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from skynet_desktop.core.errors import SettingsError

_APP = "skynet-desktop"


@dataclass(frozen=True, slots=True)
class Paths:
    """Absolute paths of one home. Making a value of it touches no disk."""

    settings_file: Path
    state: Path
    logs: Path
    connections: Path
    """The folder for connection classes the person adds, one file each."""

    @classmethod
    def of(
        cls, home: str | os.PathLike[str] | None = None, environ: Mapping[str, str] = os.environ
    ) -> Paths:
        """All below ``home``, else below ``SKYNET_HOME``, else where this system keeps such."""
        chosen = home or environ.get("SKYNET_HOME")
        if chosen:
            root = Path(chosen).expanduser().absolute()
            return cls(root / "settings.toml", root / "state", root / "logs", root / "connections")
        config = Path(platformdirs.user_config_dir(_APP, appauthor=False))
        return cls(
            config / "settings.toml",
            Path(platformdirs.user_state_dir(_APP, appauthor=False)) / "state",
            Path(platformdirs.user_log_dir(_APP, appauthor=False)),
            config / "connections",
        )

    @property
    def relocated(self) -> Path | None:
        """The home that was chosen, to give to ``--home``; None for the system's own places."""
        home = self.settings_file.parent
        together = home == self.state.parent == self.logs.parent
        # Windows' own places lie in one folder, too.
        return home if together and self != Paths.of(environ={}) else None

    def make(self) -> None:
        """Make the folders, readable by their owner alone. Raises :class:`SettingsError`."""
        for folder in (self.settings_file.parent, self.state, self.logs, self.connections):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                detail = error.strerror or error
                raise SettingsError(
                    f"The folder {folder} cannot be made: {detail}. "
                    "Choose another place with --home or SKYNET_HOME."
                ) from error

    def mapping_state(self, name: str) -> Path:
        """The folder for the Q and the index of this mapping; a folder of its own for any name.

        The hash tells apart what some file systems take for the same (``A`` and ``a``), and
        keeps clear of names they reserve (``con``).
        """
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:10]
        readable = re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:32].strip("-")
        return self.state / "mappings" / f"{readable or 'mapping'}-{digest}"
