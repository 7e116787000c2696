"""A service as it is written down in the forms, and how it is kept: secrets first, then
settings, and nothing half done. Everything here blocks; none of it is for the GUI thread."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from skynet_desktop.app import App
from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.registry import build
from skynet_desktop.connections.route import Route
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.credentials import CredentialsError, register
from skynet_desktop.settings import ServiceSettings, store


@dataclass(frozen=True)
class Draft:
    """``entered`` are new secrets; those of ``secret_names`` that are not among them stay as
    the keyring has them. Others are forgotten: no choice needs them any more."""

    service: ServiceSettings
    secret_names: tuple[str, ...] = ()
    entered: Mapping[str, str] = field(default_factory=dict, repr=False)

    def secrets(self, kept: Mapping[str, str]) -> dict[str, str]:
        """All that belong to the service now."""
        found = {**kept, **self.entered}
        return {name: found[name] for name in self.secret_names if found.get(name)}


def kept_secrets(app: App, name: str) -> dict[str, str]:
    """What the keyring holds for the service of this name; nothing if it cannot be asked."""
    try:
        return app.credentials.get(name)
    except CredentialsError:
        return {}


def connection_of(app: App, draft: Draft) -> Connection:
    """What the draft amounts to, not opened yet. Raises :class:`SettingsError`."""
    missing = set(draft.secret_names) - set(draft.entered)
    kept = kept_secrets(app, draft.service.name) if missing else {}
    cls = app.registry.get(draft.service.type)
    route = Route(store.load(app.paths.settings_file).network.proxy)
    register(route.passwords())
    return build(cls, draft.service.options, draft.secrets(kept), route)


def save(app: App, draft: Draft, *, is_new: bool) -> None:
    """Keep secrets and settings. Raises :class:`SettingsError` or :class:`CredentialsError`;
    both are then as they were before."""
    file, name = app.paths.settings_file, draft.service.name
    if is_new and name in store.load(file).services:  # before its secrets could be overwritten
        raise SettingsError(f'There is a service "{name}" already. Choose another name.')
    before = {} if is_new else kept_secrets(app, name)
    after = draft.secrets(before)
    if after != before:
        _replace(app, name, before, after)
    try:
        (store.add_service if is_new else store.update_service)(file, draft.service)
    except BaseException:
        if after != before:
            app.credentials.set(name, before)
        raise


def remove(app: App, name: str) -> None:
    """Forget the service and its secrets. Raises :class:`SettingsError` while it is used, and
    :class:`CredentialsError` if its secrets could not be looked for."""
    store.remove_service(app.paths.settings_file, name)
    app.credentials.delete(name)


def _replace(app: App, name: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    try:
        app.credentials.set(name, after)
    except CredentialsError:
        with suppress(CredentialsError):  # the first error says more
            if before:
                app.credentials.set(name, before)
        raise
