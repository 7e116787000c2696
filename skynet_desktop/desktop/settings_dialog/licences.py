"""What Skynet Desktop is built from, and the licences of it all. Blocks: reads files.

A frozen program must ship ``LICENSE`` beside its ``resources`` folder, and the metadata of all
packages (``copy_metadata``), in which their licences lie.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution, requires

import skynet_desktop
from skynet_desktop.host import resources

OWN = "Skynet Desktop"

_NAMED = {
    "boto3": "Apache-2.0", "paramiko": "LGPL-2.1-or-later", "watchdog": "Apache-2.0",
    "persist-queue": "BSD-3-Clause", "keyring": "MIT", "platformdirs": "MIT", "tomlkit": "MIT",
    "pathspec": "MPL-2.0", "filelock": "MIT",
    "PySide6-Essentials": "LGPL-3.0-only",
}  # fmt: skip
_FILES = ("licen", "copying", "notice")


@dataclass(frozen=True, slots=True)
class Part:
    """``text`` is the whole licence, or where to read it."""

    name: str
    version: str
    licence: str
    text: str

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}"


def own_licence() -> str:
    """The licence of Skynet Desktop itself. Raises ``OSError`` where it was not shipped."""
    return resources.path("..", "LICENSE").read_text("utf-8")


def parts() -> list[Part]:
    """Ourselves first, then all others by name."""
    from PySide6 import __version__ as qt_version

    try:
        own = own_licence()
    except OSError:
        own = "https://www.gnu.org/licenses/agpl-3.0.txt"
    first = [
        Part(OWN, skynet_desktop.__version__, "AGPL-3.0-or-later", own),
        Part("Python", platform.python_version(), "PSF-2.0",
             "https://docs.python.org/3/license.html"),
        Part("Qt", qt_version, "LGPL-3.0-only", "https://www.gnu.org/licenses/lgpl-3.0.txt"),
    ]  # fmt: skip
    try:
        needed = requires("skynet-desktop") or []
    except PackageNotFoundError:
        needed = []
    names = sorted({line.split("==")[0].strip() for line in needed}, key=str.casefold)
    return [*first, *filter(None, map(_part, names))]


def _part(name: str) -> Part | None:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return None  # of another system
    said = found.metadata.json
    licence = _NAMED.get(name) or said.get("license_expression") or said.get("license") or ""
    first = str(licence).strip().split("\n")[0][:60]
    return Part(name, found.version, first, _text(found) or str(licence))


def _text(found: Distribution) -> str:
    """All licence files of a package, one after the other."""
    texts = []
    for file in found.files or ():
        if any(word in file.name.lower() for word in _FILES) and file.suffix not in (".py", ".pyc"):
            try:
                texts.append(file.read_text("utf-8"))
            except (OSError, UnicodeDecodeError):
                continue
    return "\n\n".join(texts)
