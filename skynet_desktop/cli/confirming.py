"""``skynet confirm``: answer what a guard asks, or see first what it is about."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from skynet_desktop.app import App
from skynet_desktop.cli.asking import ask_running
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.engine.guard import CHANGES, PLACE
from skynet_desktop.engine.mirror import answer_stopped, stopped_would_go

_PAGE = 1_000


def run(app: App, arguments: Namespace) -> int:
    known = app.settings().mappings
    if arguments.name not in known:
        names = ", ".join(known) or "none"
        raise SettingsError(f"There is no mapping {arguments.name!r}. Known: {names}.")
    return _list(app, arguments.name) if arguments.list else _answer(app, arguments)


def _list(app: App, name: str) -> int:
    """One path a line, as in the folder."""
    after = ""
    while paths := _page(app, name, after):
        for path in paths:
            print(path)
        after = paths[-1]
    return 0


def _page(app: App, name: str, after: str) -> list[str]:
    request = {"command": "would-go", "name": name, "limit": _PAGE, "after": after}
    answer = ask_running(app, request)
    if answer is not None:
        return [str(path) for path in answer["paths"]]
    return stopped_would_go(_spec(app, name), _PAGE, after)


def _answer(app: App, arguments: Namespace) -> int:
    request = {"command": "confirm", "name": arguments.name, "yes": arguments.yes}
    answer = ask_running(app, request)
    if answer is not None:
        about = str(answer["about"])
    else:
        about = answer_stopped(_spec(app, arguments.name), arguments.yes)
    if not about:
        print(f"Nothing is asked about {arguments.name}.")
    elif arguments.yes:
        print("Yes: it goes on.")
    elif about in (PLACE, CHANGES):
        print("No: nothing of it is sent, and it asks until all is as it was or you say yes.")
    else:
        print("No: the remote copies stay as they are.")
    return 0


def _spec(app: App, name: str) -> Any:
    return next(spec for spec in app.specs(app.settings()) if spec.name == name)
