"""A new version: its window, and what Settings says of it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.settings_dialog import SettingsDialog
from skynet_desktop.desktop.updates.dialog import UpdateDialog
from skynet_desktop.settings import Settings
from skynet_desktop.updates import Checker, signed
from skynet_desktop.updates.memory import Memory
from skynet_desktop.updates.source import Source
from tests.desktop.scenes.stage import Scene, Scenes, Stage
from tests.updates.made import PAGE, download, listed, release

_NOTES = {
    "en": [
        "Folders are mirrored to WebDAV servers, too.",
        (
            "A file that is renamed while it is sent is no longer sent twice, whatever program "
            "renames it and however large it is."
        ),
        "The tray icon is sharp on screens of any scale.",
    ],
    "de": [
        "Ordner werden auch auf WebDAV-Server gespiegelt.",
        (
            "Eine Datei, die während des Sendens umbenannt wird, wird nicht mehr zweimal gesendet, "
            "welches Programm sie auch umbenennt und wie groß sie auch ist."
        ),
        "Das Symbol in der Leiste ist auf Bildschirmen jeder Auflösung scharf.",
    ],
}
_FILES = [
    download(system=system, machine="any", kind=kind, size=55_800_000,
             url="https://example.org/files/skynet-desktop-1.2.0-x86_64.AppImage")
    for system, kind in (("linux", "appimage"), ("windows", "setup"), ("macos", "dmg"))
]  # fmt: skip
_NEWER = release("1.2.0", notes=_NOTES, downloads=_FILES)
_STANDINGS = {
    "news": (_NEWER, release("1.1.1", notes={"en": _NOTES["en"][2:], "de": _NOTES["de"][2:]})),
    "urgent": ({**_NEWER, "urgent": True, "downloads": []},),
    "withdrawn": (release("1.1.0", withdrawn=True), _NEWER),
    "withdrawn-alone": (release("1.1.0", withdrawn=True),),
    "newest": (release("1.1.0"),),
}


def updates(stage: Stage) -> Scenes:
    stage.controller.load(Settings())
    for name, releases in _STANDINGS.items():
        _know(stage, *releases)
        dialog = UpdateDialog(stage.controller.typed)
        stage.show(dialog)
        yield Scene(f"update-{name}", dialog)
        stage.strike(dialog)
        yield from _page(stage, Place.ABOUT, f"update-{name}-about")
    yield from _page(stage, Place.GENERAL, "update-switch")


def _page(stage: Stage, place: Place, name: str) -> Scenes:
    controller = stage.controller.typed
    settings = SettingsDialog(controller, Errands(controller))
    settings.show_page(place)
    stage.show(settings)
    yield Scene(name, settings)
    stage.strike(settings)


def _know(stage: Stage, *releases: dict[str, Any]) -> None:
    """As after a look, by who runs 1.1.0."""
    key = Ed25519PrivateKey.generate()
    state = stage.home / "updates"
    body = json.dumps(listed(releases=list(releases))).encode()
    memory = Memory(state)
    memory.keep_list(signed.sign(body, [key]))
    memory.note(lambda notes: replace(notes, looked_at=time.time() - 10_000))
    source = Source("https://example.org/releases.txt", (key.public_key(),), PAGE)
    made = stage.controller.updates
    made.checker = Checker(state, source, "1.1.0")
    made._show(made.checker.known())
    stage.settle()
