"""skynet requests: how many were made, where a service charges for them."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping

from skynet_desktop.app import App
from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.core.words import counted


def run(app: App, arguments: Namespace) -> int:
    """By service and month, the latest first."""
    services = app.requests.services()
    if arguments.json:
        print(json.dumps({"services": {name: as_json(app, name) for name in services}}, indent=2))
        return 0
    if not services:
        print("No service that charges by request was asked for anything yet.")
    for name in services:
        print(name)
        print(f"  today    {_words(app.requests.today(name))}")
        for month, counts in app.requests.months(name).items():
            print(f"  {month}  {_words(counts)}")
    return 0


def as_json(app: App, service: str) -> dict[str, object]:
    return {
        "today": _plain(app.requests.today(service)),
        "months": {m: _plain(counts) for m, counts in app.requests.months(service).items()},
    }


def this_month(app: App) -> Iterator[str]:
    """A line for each service that was asked for anything."""
    for name in app.requests.services():
        if counts := app.requests.month(name):
            total = counted(sum(counts.values()), "request")
            yield f"{name}: {total} this month ({_kinds(counts)})"


def _words(counts: Mapping[RequestKind, int]) -> str:
    if not counts:
        return "none"
    return f"{counted(sum(counts.values()), 'request')} ({_kinds(counts)})"


def _kinds(counts: Mapping[RequestKind, int]) -> str:
    return ", ".join(f"{counts[kind]:,} {kind.value}" for kind in RequestKind if kind in counts)


def _plain(counts: Mapping[RequestKind, int]) -> dict[str, int]:
    return {kind.value: count for kind, count in counts.items()}
