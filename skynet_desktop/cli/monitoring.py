"""skynet monitor ...: tell a web monitor how far this machine is."""

from __future__ import annotations

import getpass
import json
import sqlite3
import sys
import time
from argparse import Namespace
from dataclasses import replace

from skynet_desktop.app import App
from skynet_desktop.cli.asking import tell_running
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.words import counted
from skynet_desktop.credentials import register
from skynet_desktop.monitoring import keep_secret, try_out
from skynet_desktop.notifier.told import told
from skynet_desktop.settings import Monitor, store


def set_up(app: App, arguments: Namespace) -> int:
    app.paths.make()
    file = app.paths.settings_file
    before = store.load(file).monitor
    after = replace(
        before,
        enabled=True,
        url=before.url if arguments.url is None else arguments.url,
        machine_name=before.machine_name if arguments.name is None else arguments.name,
        hide_paths=before.hide_paths if arguments.hide is None else arguments.hide,
    )
    if not after.url:
        raise SettingsError("Name the monitor's address, such as https://skywatch.example.com.")
    secret = _secret(after, arguments.token == "-", asks=after.url != before.url)
    store.set_table(file, after)
    if secret is not None:
        keep_secret(app, secret)
    tell_running(app, {"command": "reload"})
    kept = f"; its secret is in {app.credentials.backend_name()}" if secret else ""
    print(f"The monitor is {after.url}{kept}. Try it with: skynet monitor test")
    return 0


def _secret(monitor: Monitor, from_stdin: bool, *, asks: bool) -> str | None:
    """None where nothing was entered."""
    if from_stdin:
        text = sys.stdin.readline().strip()
    elif asks and monitor.wants_secret and sys.stdin.isatty():
        what = "Token" if monitor.page else "Password"
        text = getpass.getpass(f"{what} (empty to keep what is stored): ").strip()
    else:
        return None
    register([text])
    return text or None


def test(app: App, arguments: Namespace) -> int:
    print(try_out(app, _monitor(app)))
    return 0


def show(app: App, arguments: Namespace) -> int:
    monitor = store.load(app.paths.settings_file).monitor
    try:
        state = told(app.paths.state)
    except sqlite3.Error as error:
        raise SettingsError(f"The monitor's outbox cannot be read: {error}.") from None
    if arguments.json:
        print(json.dumps({
            "url": monitor.url,
            "enabled": monitor.is_on,
            "hide_paths": monitor.hide_paths,
            "waiting_files": state.waiting.files if state else 0,
            "waiting_events": state.waiting.events if state else 0,
            "dropped_events": state.waiting.dropped if state else 0,
            "sent_at": state.sent_at if state else None,
            "problem": state.problem if state else "",
        }, indent=2))  # fmt: skip
        return 0
    if not monitor.url:
        print("No monitor is set up. See: skynet monitor set --help")
        return 0
    print(f"{monitor.url}{'' if monitor.enabled else ' (off)'}")
    if state is None or state.sent_at is None:
        print("  Nothing was told yet.")
    else:
        print(f"  Last told: {_when(state.sent_at)}")
    if state is not None:
        _show_waiting(state.waiting.files, state.waiting.events, state.waiting.dropped)
        if state.problem:
            print(f"  Since {_when(state.problem_since or 0)}: {state.problem}")
    return 0


def _show_waiting(files: int, events: int, dropped: int) -> None:
    print(f"  Waiting: {counted(files, 'file')}, {counted(events, 'line')} of the history")
    if dropped:
        print(f"  The history lost {counted(dropped, 'line')}: too many waited.")


def off(app: App, arguments: Namespace) -> int:
    file = app.paths.settings_file
    monitor = store.load(file).monitor
    if arguments.forget:
        keep_secret(app, "")
        monitor = replace(monitor, url="")
    store.set_table(file, replace(monitor, enabled=False))
    tell_running(app, {"command": "reload"})
    print("The monitor is told nothing from now on.")
    return 0


def _monitor(app: App) -> Monitor:
    monitor = store.load(app.paths.settings_file).monitor
    if not monitor.url:
        raise SettingsError("No monitor is set up. See: skynet monitor set --help")
    return monitor


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
