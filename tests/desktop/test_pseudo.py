"""Every window in the pseudo language: nothing is left in English, nothing is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from skynet_desktop.connections.presets import BY_KEY, PRESETS
from skynet_desktop.connections.trial import Outcome, StageResult
from skynet_desktop.connections.trial_advice import Stage
from skynet_desktop.core.events import State
from skynet_desktop.desktop import theme
from skynet_desktop.desktop.controller import Place
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.mappings.dialog import MappingDialog
from skynet_desktop.desktop.services import ServiceDialog
from skynet_desktop.desktop.services.chooser import Choice
from skynet_desktop.desktop.services.details import ServiceDetails
from skynet_desktop.desktop.services.stage_row import StageRow
from skynet_desktop.desktop.settings_dialog.dialog import SettingsDialog
from skynet_desktop.desktop.tray.menu import Actions, TrayMenu
from skynet_desktop.desktop.window import MainWindow
from skynet_desktop.desktop.wizard import Wizard
from skynet_desktop.engine.status import Progress
from skynet_desktop.tryout import TryOut
from tests.desktop.made_controller import MadeController, MadeErrands, view
from tests.desktop.pseudo import (
    assert_fits,
    assert_translated,
    pseudo_files,
    pseudo_language,
    untranslated,
)
from tests.desktop.scenes.main_window import LONG
from tests.desktop.scenes.stage import Scenes
from tests.desktop.scenes.stage import Stage as Scenery
from tests.desktop.scenes.trust import check_up, questions, restoring, verification

__all__ = ["pseudo_files", "pseudo_language"]

pytestmark = pytest.mark.usefixtures("pseudo_language")

SHOWN = ("Photos", "Videos", "nas", "sftp", "backup/photos", "/home/anna/Pictures", "a.mov")
SETTINGS = (
    Place.GENERAL, Place.SERVICES, Place.MAPPINGS, Place.NOTIFICATIONS, Place.NETWORK,
    Place.MONITOR, Place.ADVANCED, Place.ABOUT,
)  # fmt: skip
PATTERNS = "*.iso private/ !private/letter.txt"
PAGES = (Place.OVERVIEW, Place.ACTIVITY, Place.ISSUES)


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path) -> Iterator[MadeController]:
    made = MadeController(tmp_path / "home")
    yield made
    assert made.jobs.stop(5)


@pytest.fixture
def look_at(
    qtbot: QtBot, qapp: QApplication, controller: MadeController
) -> Callable[[QWidget], QWidget]:
    """Show it, and wait until what it asked for has come."""

    def shown(widget: QWidget) -> QWidget:
        theme.apply(qapp, "light")
        qtbot.addWidget(widget)
        widget.show()
        qtbot.waitExposed(widget)
        for _ in range(3):  # what came may ask for more
            assert controller.jobs._pool.waitForDone(10_000)
            QApplication.processEvents()
        return widget

    return shown


def test_what_is_left_in_english_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    for text in ("[Ñàmé ~~~~]", "12 MB · [lêft]", "Photos: [[x] y]", "Hard-coded"):
        layout.addWidget(QLabel(text))
    with pytest.raises(AssertionError, match="Hard-coded") as failed:
        assert_translated(window, ["Photos"])
    assert "MB" not in str(failed.value) and "Photos" not in str(failed.value)


def test_what_is_cut_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 300)
    button = QPushButton("A text of some length", window)
    label = QLabel("a text of many words that needs some lines", window)
    label.setWordWrap(True)
    label.setGeometry(0, 50, 90, 200)
    window.show()
    assert_fits(window)
    button.setFixedWidth(40)
    label.setFixedHeight(12)
    with pytest.raises(AssertionError, match=r"(?s)A text of some.*high, has 12"):
        assert_fits(window)


@pytest.mark.parametrize("place", SETTINGS)
def test_settings(
    place: Place, controller: MadeController, look_at: Callable[[QWidget], QWidget]
) -> None:
    dialog = SettingsDialog(controller.typed, Errands(controller.typed))
    dialog.show_page(place)
    look_at(dialog)
    paths = controller.app.paths
    folders = map(str, (paths.settings_file, paths.state, paths.logs, paths.connections))
    assert_translated(dialog, [*folders, "https", "github.com"])
    assert_fits(dialog)


@pytest.mark.parametrize("place", PAGES)
def test_main_window(
    place: Place, controller: MadeController, look_at: Callable[[QWidget], QWidget]
) -> None:
    window = MainWindow(controller.typed, MadeErrands())  # type: ignore[arg-type]
    controller.show_views(
        view(state=State.UPLOADING, queued=3, bytes_left=5_000_000, files=12, bytes=10**9,
             speed=1e6, eta=90.0, progress=(Progress("a.mov", 1, 10),)),
        view("Videos", State.ACTION_REQUIRED, reason="The destination is full."),
    )  # fmt: skip
    window.show_page(place)
    window.resize(1060, 720)  # as on a usual screen; that of the tests is small
    look_at(window)
    assert_translated(window, SHOWN)
    assert_fits(window)


def test_broken_settings(controller: MadeController, look_at: Callable[[QWidget], QWidget]) -> None:
    window = MainWindow(controller.typed, MadeErrands())  # type: ignore[arg-type]
    look_at(window)
    window.show_broken("settings.toml, line 3: general.language is not a setting.")
    assert_translated(window, ("settings.toml, line 3: general.language",))


def test_tray_menu(qtbot: QtBot, controller: MadeController) -> None:
    def nothing(*_: object) -> None:
        pass

    menu = TrayMenu(
        controller.typed,
        Actions(
            open_folder=nothing, show_at_destination=nothing, snooze=nothing, open_log=nothing,
            save_diagnostics=nothing,
        ),
    )  # fmt: skip
    controller.show_views(view(), view("Videos", State.OFFLINE, reason="nas cannot be reached."))
    actions = [menu, *menu.findChildren(QMenu)]
    left = [
        action.text()
        for each in actions
        for action in each.actions()
        if untranslated(action.text(), (*SHOWN, "nas"))
    ]
    assert left == []


@pytest.mark.parametrize("preset", [preset.key for preset in PRESETS])
def test_service_forms(
    preset: str, controller: MadeController, look_at: Callable[[QWidget], QWidget]
) -> None:
    kind = controller.app.registry.get(BY_KEY[preset].kind)
    details = ServiceDetails(controller.typed, Choice(kind, BY_KEY[preset]))
    look_at(details)
    answers = [answer for question in BY_KEY[preset].questions for answer in question.known]
    assert_translated(details, answers)


def test_service_chooser(controller: MadeController, look_at: Callable[[QWidget], QWidget]) -> None:
    dialog = look_at(ServiceDialog(controller.typed))
    assert_translated(dialog)
    assert_fits(dialog)


def test_mapping_dialog(controller: MadeController, look_at: Callable[[QWidget], QWidget]) -> None:
    controller.show_views(view())
    dialog = look_at(MappingDialog(controller.typed))
    assert_translated(dialog, SHOWN)
    assert_fits(dialog)


def test_wizard(controller: MadeController, look_at: Callable[[QWidget], QWidget]) -> None:
    wizard = Wizard(controller.typed)
    look_at(wizard)
    stack = wizard.findChild(QStackedWidget)
    assert isinstance(stack, QStackedWidget)
    tryout = TryOut.of(controller.app.paths)
    for number in range(stack.count()):
        stack.setCurrentIndex(number)
        QApplication.processEvents()
        assert_translated(wizard, (*SHOWN, PATTERNS, str(tryout.source), str(tryout.dest)))
        assert_fits(wizard)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("stage", Stage)
def test_stages_of_a_test(
    stage: Stage, outcome: Outcome, look_at: Callable[[QWidget], QWidget]
) -> None:
    row = StageRow(stage)
    row.show_result(
        StageResult(stage, outcome, "The name nas is not known.", "Ask whoever runs the server.")
    )
    assert_translated(look_at(row))


@pytest.mark.parametrize("scenes", [questions, verification, restoring, check_up])
def test_windows_about_trust(
    scenes: Callable[[Scenery], Scenes], qapp: QApplication, tmp_path: Path
) -> None:
    theme.apply(qapp, "light")
    stage = Scenery(tmp_path / "stage")
    shown = (
        "Ask",
        "Fine",
        "Album",
        "Norway",
        "boat.jpg",
        str(stage.home / "Album"),
        *LONG.split("/"),
        *SHOWN,
    )
    for name, window in scenes(stage):
        try:
            assert_translated(window, shown)
            assert_fits(window)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None
    stage.end()
