"""Settings > About: who made this, under which licence, and what it is built from."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, distribution, requires

from PySide6 import __version__ as qt_version
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit

import skynet_desktop
from skynet_desktop.desktop import icons
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.settings_dialog.page import Page

_LICENCES = {
    "boto3": "Apache-2.0", "paramiko": "LGPL-2.1-or-later", "watchdog": "Apache-2.0",
    "persist-queue": "BSD-3-Clause", "keyring": "MIT", "platformdirs": "MIT", "tomlkit": "MIT",
    "pathspec": "MPL-2.0", "filelock": "MIT",
    "PySide6-Essentials": "LGPL-3.0-only",
}  # fmt: skip
_ICON_SIZE = 64


class AboutPage(Page):
    def __init__(self, controller: Controller) -> None:
        super().__init__(
            controller, QCoreApplication.translate("AboutPage", "About Skynet Desktop")
        )
        icon = QLabel()
        icon.setPixmap(icons.app_icon().pixmap(_ICON_SIZE, _ICON_SIZE))
        icon.setAccessibleName(self.tr("The icon of Skynet Desktop"))
        self.column.addWidget(icon)
        version = QLabel(self.tr("Version {0}").format(skynet_desktop.__version__))
        version.setObjectName("version")
        version.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column.addWidget(version)
        self.note(
            self.tr(
                "Skynet Desktop mirrors your folders to storage you own. It is free software "
                "under the GNU Affero General Public License, version 3 or later, and comes "
                "with no warranty."
            )
        )
        self.section(self.tr("Built from"))
        self.column.addWidget(self._parts())
        self.column.addStretch()

    def _parts(self) -> QPlainTextEdit:
        text = QPlainTextEdit(parts())
        text.setObjectName("parts")
        text.setReadOnly(True)
        text.setTabChangesFocus(True)
        text.setAccessibleName(self.tr("What Skynet Desktop is built from, with licences"))
        return text


def parts() -> str:
    """A line for each package: name, version, licence."""
    lines = [f"Python {platform.python_version()} (PSF-2.0)", f"Qt {qt_version} (LGPL-3.0-only)"]
    try:
        needed = requires("skynet-desktop") or []
    except PackageNotFoundError:
        needed = []
    names = sorted({line.split("==")[0].strip() for line in needed}, key=str.casefold)
    return "\n".join([*lines, *filter(None, map(_line, names))])


def _line(name: str) -> str:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return ""  # of another system
    said = found.metadata.json
    licence = _LICENCES.get(name) or said.get("license_expression") or said.get("license") or ""
    first = str(licence).strip().split("\n")[0][:60]
    return f"{name} {found.version}" + (f" ({first})" if first else "")
