"""Pictures for the README, of the real windows over made-up mappings.

QT_QPA_PLATFORM=offscreen python -m tests.desktop.pictures docs/pictures
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from skynet_desktop.core.actions import Kind
from skynet_desktop.core.events import Done, PartDone, Started, State
from skynet_desktop.desktop import icons, theme, translations
from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.window import MainWindow
from skynet_desktop.desktop.wizard import Wizard
from skynet_desktop.engine.meter import Meter
from skynet_desktop.engine.status import Progress
from tests.desktop.made_controller import MadeController, MadeErrands, view

_SIZE = QSize(1080, 760)
_FOLDERS = ("2026/Norway", "2026/Birthday", "Drone/Take 3", "Raw")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    translations.install(app, "en")
    for appearance in ("light", "dark"):
        theme.apply(app, appearance)
        app.setWindowIcon(icons.app_icon())
        with tempfile.TemporaryDirectory() as home:
            controller = _scene(Path(home))
            window = MainWindow(controller.typed, MadeErrands())  # type: ignore[arg-type]
            window.resize(_SIZE)
            _fill(controller)
            for place in (Place.OVERVIEW, Place.ACTIVITY):
                window.show_page(place)
                _take(window, folder / f"{place.value}-{appearance}.png")
            _take(Wizard(controller.typed), folder / f"wizard-{appearance}.png")


def _scene(home: Path) -> MadeController:
    controller = MadeController(home)
    controller.meter = _past()
    now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() - 180))
    controller.show_views(
        view("Photos", State.UPLOADING, local="/home/anna/Photos", service="photo-archive",
             kind="s3", remote="anna", speed=9_400_000.0, eta=410.0, queued=112, in_flight=4,
             files=48_210, bytes=612_400_000_000, bytes_left=3_850_000_000, last_reconcile=now,
             progress=(Progress("Drone/Take 3/DJI_0042.MP4", 712_000_000, 1_930_000_000),)),
        view("Projects", State.UP_TO_DATE, local="/home/anna/Projects", service="nas",
             kind="sftp", remote="backup/projects", files=8_204, bytes=5_130_000_000,
             last_reconcile=now),
    )  # fmt: skip
    return controller


def _past() -> Meter:
    """Four minutes of sending at a speed that sways as a line does."""
    chance = random.Random(3)
    ago = 240.0
    meter = Meter(lambda: time.monotonic() - ago)
    speed = 9.0e6
    while ago > 0:
        speed = min(11.5e6, max(4e6, speed + chance.uniform(-1.2e6, 1.2e6)))
        meter.on_event(Done("Photos", Kind.SEND, "before", int(speed)))
        ago -= 1
    return meter


def _fill(controller: MadeController) -> None:
    chance = random.Random(7)
    for number in range(260, 0, -1):
        path = f"{chance.choice(_FOLDERS)}/IMG_{4_000 + number}.jpg"
        size = chance.randrange(2_000_000, 9_000_000)
        controller.events.emit([Done("Photos", Kind.SEND, path, size, size / 8e6)])
    film = "Drone/Take 3/DJI_0042.MP4"
    controller.events.emit(
        [
            Started("Photos", Kind.SEND, film, 1_930_000_000),
            PartDone("Photos", film, 712_000_000, 1_930_000_000),
        ]
    )


def _take(widget: QWidget, file: Path) -> None:
    widget.show()
    QTest.qWait(1_200)
    widget.grab().save(str(file))
    widget.hide()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
