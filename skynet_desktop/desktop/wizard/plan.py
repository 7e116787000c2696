"""What was decided in the wizard, and how it is written: all of it, or nothing. Writing blocks
and is not for the GUI thread."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from skynet_desktop.app import App
from skynet_desktop.connections.base import Connection
from skynet_desktop.core.errors import SkynetError
from skynet_desktop.desktop.login import login_entry
from skynet_desktop.desktop.services import Draft, connection_of, save
from skynet_desktop.host.autostart import AutostartError, State
from skynet_desktop.settings import MappingSettings, ServiceSettings, Settings, store
from skynet_desktop.tryout import NAME, set_up


@dataclass(frozen=True)
class Target:
    """Where files go: a service that is there, or with ``draft`` one that is not yet."""

    service: ServiceSettings
    draft: Draft | None = None

    def connection(self, app: App) -> Connection:
        """Not opened yet. Raises ``SettingsError`` or ``CredentialsError``; may block."""
        return connection_of(app, self.draft) if self.draft else app.connect(self.service)

    def added_to(self, settings: Settings) -> Settings:
        """The settings as they would be with this service, to check a mapping against."""
        services = {**settings.services, self.service.name: self.service}
        return replace(settings, services=services, file="")


class Start(Protocol):
    """Something that is written in one go."""

    mapping: str
    refusal: str
    """What the system said against starting at login; it spoils nothing else."""

    def write(self) -> None:
        """Raises ``SkynetError``; nothing is then half done."""

    def undo(self) -> None:
        """Take back what was written, if it was."""


class MirrorStart:
    """Secrets, service, mapping, and whether Skynet starts at login."""

    def __init__(
        self, app: App, target: Target, mapping: MappingSettings, *, at_login: bool
    ) -> None:
        self.mapping = mapping.name
        self.refusal = ""
        self._app = app
        self._target = target
        self._settings = mapping
        self._at_login = at_login
        self._added: list[str] = []

    def write(self) -> None:
        app, draft = self._app, self._target.draft
        if draft is not None:
            save(app, draft, is_new=True)
            self._added.append("service")
        try:
            store.add_mapping(app.paths.settings_file, self._settings)
        except BaseException:
            self.undo()
            raise
        self._added.append("mapping")
        self.refusal = _set_login(app, on=self._at_login)

    def undo(self) -> None:
        file, draft = self._app.paths.settings_file, self._target.draft
        with suppress(SkynetError):  # what led here says more
            if "mapping" in self._added:
                store.remove_mapping(file, self.mapping)
            if draft is not None and "service" in self._added:
                store.remove_service(file, draft.service.name)
                if draft.entered:
                    self._app.credentials.delete(draft.service.name)
        self._added.clear()


class TryOutStart:
    """The try-out's folders, service and mapping; nothing about the login."""

    mapping = NAME
    refusal = ""

    def __init__(self, app: App) -> None:
        self._paths = app.paths
        self._is_written = False

    def write(self) -> None:
        set_up(self._paths)
        self._is_written = True

    def undo(self) -> None:
        file = self._paths.settings_file
        if self._is_written:
            with suppress(SkynetError):
                store.remove_mapping(file, NAME)
                store.remove_service(file, NAME)
        self._is_written = False


def _set_login(app: App, *, on: bool) -> str:
    """What stands against it; "" if it is as it was wanted."""
    entry = login_entry(app.paths)
    try:
        if on:
            entry.turn_on()
            if entry.state() is not State.ON:
                return "This system does not start Skynet at login. Add it in its own settings."
        elif entry.state() is State.ON:  # one of another copy is not ours to remove
            entry.turn_off()
    except AutostartError as error:
        return str(error)
    return ""
