"""What is special about the bundle ``Skynet Desktop.app``: its name, and its Info.plist."""

from __future__ import annotations

import re
from typing import Any

from installer.macos import wording
from skynet_desktop.host.autostart.base import APPLICATION, NAME

BUNDLE = f"{NAME}.app"
IDENTIFIER = APPLICATION
"""The same that the agent at login names, or System Settings could not tell whose it is."""

MINIMUM = "13.0"
"""Of macOS: what PySide6's wheel is built for."""


def info(version: str) -> dict[str, Any]:
    """What Info.plist says besides name, identifier, program and icon, which PyInstaller writes.

    The keys are those of Apple's "Information Property List" reference.
    """
    numbers = re.match(r"\d+(\.\d+){0,2}", version)
    shown = numbers[0] if numbers else "0"  # Apple allows three numbers and nothing else
    return {
        "CFBundleShortVersionString": shown,
        "CFBundleVersion": shown,
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": list(wording.LANGUAGES.values()),
        "LSApplicationCategoryType": "public.app-category.utilities",
        "LSMinimumSystemVersion": MINIMUM,
        "LSUIElement": True,  # it lives in the menu bar: no icon in the Dock
        "LSAppNapIsDisabled": True,  # it works with all windows closed
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "AGPL-3.0-or-later",
        "NSPrincipalClass": "NSApplication",
        **wording.reasons("en"),
    }
