"""skynet status, issues, pause, resume, sync, show, quit: of a running or a stopped app."""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from argparse import Namespace
from datetime import datetime
from typing import Any

from skynet_desktop.app import App, issue_json
from skynet_desktop.cli import moments, requests, running
from skynet_desktop.cli.asking import ask_running, tell_running
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.events import State
from skynet_desktop.core.words import amount, counted
from skynet_desktop.engine.issues import Issue
from skynet_desktop.engine.status import stored_issues, stored_status, worst
from skynet_desktop.settings import Settings, store


def status(app: App, arguments: Namespace) -> int:
    settings = app.settings()
    answer = ask_running(app, {"command": "status"})
    mappings = answer["mappings"] if answer is not None else stored(app, settings)
    for mapping in mappings:
        of = settings.mappings.get(mapping["name"])
        if of is not None:
            mapping |= {"local": of.local, "service": of.service, "remote": of.remote,
                        "complete_sync": of.complete_sync}  # fmt: skip
    state = worst([State(mapping["state"]) for mapping in mappings])
    if arguments.json:
        counts = {name: requests.as_json(app, name) for name in app.requests.services()}
        print(json.dumps({"running": answer is not None, "state": state.value,
                          "mappings": mappings, "requests": counts}, indent=2))  # fmt: skip
        return 0
    if not mappings:
        print("Nothing to mirror yet: add a service and a mapping first (skynet --help).")
    elif answer is None:
        print("Skynet is not running; this is how it ended.")
    for mapping in mappings:
        _print(mapping)
    for line in requests.this_month(app):
        print(line)
    return 0


def stored(app: App, settings: Settings) -> list[dict[str, Any]]:
    """How the mappings of a stopped app ended."""
    return [
        stored_status(
            m.name,
            app.paths.mapping_state(m.name),
            paused=m.is_paused(time.time()),
            paused_until=m.pause_ends,
        ).as_json()
        for m in settings.mappings.values()
    ]


def _print(mapping: dict[str, Any]) -> None:
    as_of = f" (compared {mapping['last_reconcile']})" if mapping["last_reconcile"] else ""
    print(f"{mapping['name']}: {mapping['state']}{as_of}")
    if mapping["reason"]:
        print(f"  {mapping['reason']}")
    if mapping["question"]:
        print(f"  Answer with: skynet confirm {mapping['name']} --yes | --no")
    print(
        f"  {counted(mapping['files'], 'file')}, {amount(mapping['bytes'])} at the destination, "
        f"{mapping['queued']} queued, {mapping['in_flight']} in flight, "
        f"{counted(mapping['issues'], 'issue')}"
    )
    for item in mapping["progress"]:
        share = 100 * item["done"] // max(1, item["size"])
        print(f"  {share:3d} %  {item['path']}  ({amount(item['size'])})")


def issues(app: App, arguments: Namespace) -> int:
    settings = app.settings()
    answer = ask_running(app, {"command": "issues"})
    found = answer["mappings"] if answer is not None else {
        name: [issue_json(issue) for issue in _stored_issues(app, name)]
        for name in settings.mappings
    }  # fmt: skip
    if arguments.json:
        print(json.dumps({"mappings": [{"name": name, "issues": listed}
                                       for name, listed in found.items()]}, indent=2))  # fmt: skip
        return 0
    if not any(found.values()):
        print("No issues.")
    for name, listed in found.items():
        for issue in listed:
            print(f"{name}: {issue['path']}\n  {issue['reason']}")
    return 0


def _stored_issues(app: App, name: str) -> list[Issue]:
    try:
        return stored_issues(app.paths.mapping_state(name))
    except sqlite3.Error:
        print(f"skynet: the state of {name} is damaged; the next start rebuilds it.",
              file=sys.stderr)  # fmt: skip
        return []


def pause(app: App, arguments: Namespace) -> int:
    now = datetime.now().astimezone()
    end: datetime | None = None
    if arguments.span is not None:
        end = moments.after(arguments.span, now)
    elif arguments.until is not None:
        end = moments.until(arguments.until, now)
    names = _chosen(app, arguments)
    _set_paused(app, names, True, end.isoformat(timespec="seconds") if end else "")
    until = f" until {end:%Y-%m-%d %H:%M}" if end else ""
    print(f"Paused{until}: {', '.join(names) or 'nothing'}.")
    return 0


def resume(app: App, arguments: Namespace) -> int:
    names = _chosen(app, arguments)
    _set_paused(app, names, False)
    print(f"Resumed: {', '.join(names) or 'nothing'}.")
    tell_running(app, {"command": "resume", "name": arguments.name})
    return 0


def _chosen(app: App, arguments: Namespace) -> list[str]:
    every = arguments.all or (arguments.name is None and arguments.name_optional)
    if not every and arguments.name is None:
        raise SettingsError("Name a mapping, or say --all.")
    return list(app.settings().mappings) if every else [arguments.name]


def _set_paused(app: App, names: list[str], paused: bool, until: str = "") -> None:
    for name in names:
        store.set_paused(app.paths.settings_file, name, paused, until)
    tell_running(app, {"command": "reload"})


def sync(app: App, arguments: Namespace) -> int:
    """In the running app; without one, mirror this mapping once, here."""
    _known(app, arguments.name)
    if tell_running(app, {"command": "sync", "name": arguments.name}):
        print(f"{arguments.name} is compared and sent now; see: skynet status")
        return 0
    return running.run_once(app, only=arguments.name)


def _known(app: App, name: str) -> None:
    known = app.settings().mappings
    if name not in known:
        raise SettingsError(f"There is no mapping {name!r}. Known: {', '.join(known) or 'none'}.")


def show(app: App, arguments: Namespace) -> int:
    if not tell_running(app, {"command": "show"}):
        raise SettingsError("Skynet is not running. Start it with: skynet")
    return 0


def quit(app: App, arguments: Namespace) -> int:
    if not tell_running(app, {"command": "quit"}):
        print("Skynet is not running.")
    return 0
