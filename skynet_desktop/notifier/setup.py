"""What the settings say of the monitor, as the Notifier takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from skynet_desktop.notifier.targets import Target


@dataclass(frozen=True)
class Setup:
    """``places`` are, by mapping, the kind of service and the folder there, such as
    ``sftp:backup/photos``. ``connect`` makes a target; it may block on the keyring, and raises
    as targets do."""

    url: str
    machine_name: str
    version: str
    hide_paths: bool
    places: Mapping[str, str]
    connect: Callable[[], Target] = field(compare=False)

    @property
    def audience(self) -> str:
        """Who is told, and how: to another one all is told from the beginning."""
        return f"{'hidden ' if self.hide_paths else ''}{self.url}"
