"""All scenes, one after the other."""

from __future__ import annotations

from tests.desktop.scenes.main_window import main_window, tray_menu
from tests.desktop.scenes.settings import mapping_dialog, service_dialog, settings_dialog
from tests.desktop.scenes.stage import Scenes, Stage
from tests.desktop.scenes.trust import check_up, questions, restoring, verification
from tests.desktop.scenes.updates import updates
from tests.desktop.scenes.wizard import wizard


def every_scene(stage: Stage) -> Scenes:
    """The wizard first: it is for somebody who has nothing yet."""
    for scenes in (
        wizard, main_window, tray_menu, settings_dialog, mapping_dialog, service_dialog,
        questions, verification, restoring, check_up, updates,
    ):  # fmt: skip
        yield from scenes(stage)
