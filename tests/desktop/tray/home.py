"""A home with the mapping Notes, for the app on the stage."""

from __future__ import annotations

import os
from pathlib import Path

from skynet_desktop.settings import MappingSettings, Paths, ServiceSettings, store


class TrayHome:
    def __init__(self, folder: Path, home: Path) -> None:
        self.source, self.target = folder / "source", folder / "target"
        self.source.mkdir()
        self.target.mkdir()
        paths = Paths.of(home)
        paths.make()
        self.file = paths.settings_file
        store.add_service(self.file, ServiceSettings("disk", "local", {"path": str(self.target)}))
        self.add("Notes", self.source)

    def add(self, name: str, source: Path) -> None:
        store.add_mapping(self.file, MappingSettings(name, str(source), "disk", name.lower()))


def processor_seconds(pid: int) -> float:
    """What the process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
