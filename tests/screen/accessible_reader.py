"""Reads and operates the accessibility tree. Runs under the system's Python, where pyatspi is;
takes one JSON list (what to do, of which program, ...) a line and answers with one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pyatspi

STATES = ("enabled", "checked", "focused", "expanded", "selected", "showing", "editable")


def node(thing: Any) -> dict[str, Any]:
    states = [pyatspi.stateToString(state) for state in thing.getState().getStates()]
    return {
        "role": thing.getRoleName(),
        "name": thing.name,
        "description": thing.description,
        "text": text(thing),
        "states": [state for state in STATES if state in states],
        "children": [node(child) for child in thing if child is not None],
    }


def text(thing: Any) -> str:
    try:
        content = thing.queryText()
    except NotImplementedError:
        return ""
    return str(content.getText(0, content.characterCount))


def programs(pid: int) -> list[Any]:
    desktop = pyatspi.Registry.getDesktop(0)
    return [app for app in desktop if app is not None and app.get_process_id() == pid]


def showing(thing: Any) -> Iterator[Any]:
    for child in thing:
        if child is not None:
            if child.getState().contains(pyatspi.STATE_SHOWING):
                yield child
            yield from showing(child)


def one(pid: int, name: str, role: str) -> Any:
    things = [thing for app in programs(pid) for thing in showing(app)]
    found = [thing for thing in things if thing.name == name and role in ("", thing.getRoleName())]
    if len(found) != 1:
        there = sorted({(thing.getRoleName(), thing.name) for thing in things if thing.name})
        raise LookupError(f"{len(found)} of {role} {name!r} among {there}")
    return found[0]


def tree(pid: int) -> list[dict[str, Any]]:
    return [node(app) for app in programs(pid)]


def press(pid: int, name: str, role: str) -> bool:
    return bool(one(pid, name, role).queryAction().doAction(0))


def set_text(pid: int, name: str, role: str, content: str) -> bool:
    return bool(one(pid, name, role).queryEditableText().setTextContents(content))


def place(pid: int, name: str, role: str) -> list[int]:
    box = one(pid, name, role).queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
    return [box.x, box.y, box.width, box.height]


def main() -> None:
    known: dict[str, Callable[..., Any]] = {
        "tree": tree,
        "press": press,
        "set_text": set_text,
        "place": place,
    }
    for line in sys.stdin:
        what, *arguments = json.loads(line)
        pyatspi.Registry.getDesktop(0).clear_cache()  # else what changed meanwhile stays unseen
        try:
            answer = {"ok": known[what](*arguments)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
