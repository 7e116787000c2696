"""skynet mapping ..."""

from __future__ import annotations

import os
import shutil
import sys
import time
from argparse import Namespace

from skynet_desktop.app import App
from skynet_desktop.cli.asking import tell_running
from skynet_desktop.connections.base import CleansUp
from skynet_desktop.core.errors import SettingsError, SkynetError
from skynet_desktop.core.filters import Filters
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.engine.ledger import DiskLedger
from skynet_desktop.engine.statedb import DATABASE, StateDB
from skynet_desktop.settings import MappingSettings, Settings, checks, store


def add(app: App, arguments: Namespace) -> int:
    app.paths.make()
    Filters(arguments.ignore)
    mapping = MappingSettings(
        name=arguments.name,
        local=os.path.abspath(os.path.expanduser(arguments.local)),
        service=arguments.service,
        remote=arguments.remote,
        complete_sync=arguments.complete_sync,
        ignore=tuple(arguments.ignore),
    )
    checks.check_folder(Settings(), mapping)
    store.add_mapping(app.paths.settings_file, mapping)
    running = tell_running(app, {"command": "reload"})
    kind = "complete sync: local deletions reach it" if mapping.complete_sync else "keeps deletions"
    print(f"Added the mapping {mapping.name}: {mapping.local} -> "
          f"{mapping.service}:{mapping.remote} ({kind}).")  # fmt: skip
    if not running:
        print("It starts with: skynet run")
    return 0


def show(app: App, arguments: Namespace) -> int:
    mappings = app.settings().mappings
    if not mappings:
        print("No mappings yet. Add one with: skynet mapping add NAME --local DIR "
              "--service NAME --remote PATH")  # fmt: skip
    for mapping in mappings.values():
        notes = [
            *(["complete sync"] if mapping.complete_sync else []),
            *(["paused"] if mapping.is_paused(time.time()) else []),
            *(f"sends {hours}" for hours in mapping.hours),
            *(f"leaves out {pattern}" for pattern in mapping.ignore),
        ]
        noted = f"  ({', '.join(notes)})" if notes else ""
        print(f"{mapping.name}  {mapping.local} -> {mapping.service}:{mapping.remote}{noted}")
    return 0


def remove(app: App, arguments: Namespace) -> int:
    """Remote copies stay; what only half arrived is cleared away."""
    settings = store.load(app.paths.settings_file)
    store.remove_mapping(app.paths.settings_file, arguments.name)
    tell_running(app, {"command": "reload"})
    folder = app.paths.mapping_state(arguments.name)
    if (folder / DATABASE).exists():
        _clear_unfinished(app, settings, arguments.name)
        shutil.rmtree(folder, ignore_errors=True)
    print(f"Removed the mapping {arguments.name}. What it mirrored stays at the destination.")
    return 0


def _clear_unfinished(app: App, settings: Settings, name: str) -> None:
    """Uploads that were never finished cost money at some services."""
    mapping = settings.mappings[name]
    service = settings.services.get(mapping.service)
    db = StateDB(app.paths.mapping_state(name))
    try:
        ledger = DiskLedger(db)
        if not ledger.records():
            return
        if service is None:
            raise SettingsError(f"The service {mapping.service!r} is gone.")
        connection = app.connect(service)
        try:
            connection.open()
            if isinstance(connection, CleansUp):
                base = Mapper.of(mapping.local, mapping.remote).remote_base
                connection.clean_up(base, ledger, lambda _: False)
        finally:
            connection.close()
    except SkynetError as error:
        print(f"skynet: unfinished uploads could not be cleared away: {error}", file=sys.stderr)
    finally:
        db.close()
