"""The person's settings: one TOML file, checked whole, edited without losing a comment."""

from skynet_desktop.settings.monitor import Monitor
from skynet_desktop.settings.paths import Paths
from skynet_desktop.settings.schema import (
    General,
    MappingSettings,
    Network,
    Notifications,
    ServiceSettings,
    Settings,
)

__all__ = [
    "General",
    "MappingSettings",
    "Monitor",
    "Network",
    "Notifications",
    "Paths",
    "ServiceSettings",
    "Settings",
]
