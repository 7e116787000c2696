"""Looks at every window in one language, as a process of its own: Qt is scaled only at start.

``python -m tests.desktop.speaking LANGUAGE HOME [PICTURES APPEARANCE]`` prints what is wrong,
a line each; with a folder for pictures it takes them too.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

_SCREEN = 1920, 1080


def look(language: str, home: Path, pictures: Path | None, appearance: str) -> list[str]:
    from PySide6.QtCore import qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from skynet_desktop.desktop import theme, translations
    from tests.desktop.scenes import Stage, every_scene
    from tests.desktop.sight import faults

    wrong: list[str] = []

    def heard(_kind: object, _where: object, words: str) -> None:
        if not words.startswith("This plugin does not support"):  # there is no real screen
            wrong.append(f"Qt: {words}")

    qInstallMessageHandler(heard)
    app = QApplication(["skynet-desktop"])
    assert translations.install(app, language) == language
    theme.apply(app, appearance)
    stage = Stage(home / "stage")
    for name, window in every_scene(stage):
        wrong += [f"{name}: {fault}" for fault in faults(window)]
        if pictures is not None:
            window.grab().save(str(pictures / f"{name}.png"))
    stage.end()
    return wrong


def _main(language: str, home: str, pictures: str = "", appearance: str = "light") -> None:
    screen = {"name": "made", "x": 0, "y": 0, "width": _SCREEN[0], "height": _SCREEN[1]}
    file = Path(home, "screen.json")
    file.write_text(json.dumps({"screens": [{**screen, "logicalDpi": 96, "dpr": 1}]}))
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"
    wrong = look(language, Path(home), Path(pictures) if pictures else None, appearance)
    sys.stdout.write("\n".join(wrong))
    sys.stdout.flush()
    os._exit(0)  # windows need not be taken down one by one


if __name__ == "__main__":
    _main(*sys.argv[1:])
