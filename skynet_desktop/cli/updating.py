"""skynet updates: whether there is a newer version, and what is new in it."""

from __future__ import annotations

import json
import textwrap
from argparse import Namespace
from datetime import UTC, datetime

from skynet_desktop.app import App
from skynet_desktop.core.words import amount
from skynet_desktop.updates import Checker, Download, Known, Release, download_for, this_computer
from skynet_desktop.updates.checker import NOWHERE

_WIDTH = 100


def run(app: App, arguments: Namespace) -> int:
    """0 whether or not there is one: a failure to look is an error."""
    checker = Checker.of(app.paths.state)
    if checker.is_possible:
        known = checker.look(app.route())
        if known.news is not None:
            checker.tell(known.news)
    else:
        known = Known()
    if arguments.json:
        print(json.dumps(_as_json(checker, known), indent=2))
    else:
        _show(checker, known)
    return 0


def _show(checker: Checker, known: Known) -> None:
    news = known.news
    if checker.source is None:
        print(NOWHERE)
        return
    if news is None:
        print(f"You have the newest version, {checker.running}.")
        return
    if news.withdrawn:
        print(f"The version you have, {news.running}, was withdrawn: it should not be used.")
    if news.newest is not None:
        print(f"Skynet Desktop {news.newest.version} is available; you have {news.running}.")
        if news.urgent:
            print("It puts a serious fault right: please do not wait.")
    for release in news.releases:
        print(f"\n{release.version} ({release.date})")
        for note in release.notes_in("en"):
            print(textwrap.fill(note, _WIDTH, initial_indent="  - ", subsequent_indent="    "))
    file = download_for(news.newest, this_computer()) if news.newest else None
    if file is None:
        print(f"\nDownloads: {checker.source.page}")
    else:
        print(f"\nDownload: {file.url} ({amount(file.size)})\nSHA-256:  {file.sha256}")


def _as_json(checker: Checker, known: Known) -> dict[str, object]:
    news = known.news
    return {
        "possible": checker.is_possible,
        "version": str(checker.running),
        "looked_at": _time(known.looked_at),
        "withdrawn": bool(news and news.withdrawn),
        "urgent": bool(news and news.urgent),
        "releases": [_release(release) for release in news.releases] if news else [],
        "page": checker.source.page if checker.source else None,
    }


def _release(release: Release) -> dict[str, object]:
    return {
        "version": str(release.version),
        "date": release.date.isoformat(),
        "urgent": release.urgent,
        "notes": list(release.notes_in("en")),
        "download": _download(download_for(release, this_computer())),
    }


def _download(file: Download | None) -> dict[str, object] | None:
    if file is None:
        return None
    return {"kind": file.kind, "url": file.url, "sha256": file.sha256, "size": file.size}


def _time(seconds: float) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else None
