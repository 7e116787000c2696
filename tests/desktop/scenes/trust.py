"""Windows about trust: a guard's question, a verification, restoring, the check-up."""

from __future__ import annotations

import os
from dataclasses import replace
from unittest.mock import patch

from PySide6.QtWidgets import QPushButton, QRadioButton

from skynet_desktop.core.events import State
from skynet_desktop.core.reserved import trash_path
from skynet_desktop.desktop.checkup import examining
from skynet_desktop.desktop.checkup.dialog import CheckupDialog
from skynet_desktop.desktop.questions.dialog import QuestionDialog
from skynet_desktop.desktop.restore.history import HistoryDialog
from skynet_desktop.desktop.restore.window import RestoreWindow
from skynet_desktop.desktop.verify.dialog import VerificationDialog
from skynet_desktop.doctor import Finding, Level
from skynet_desktop.engine.restoring.tally import Failure, Restored, Restoring
from skynet_desktop.engine.verifying.report import Difference, Fault, Verifying
from skynet_desktop.settings import MappingSettings, ServiceSettings, Settings, store
from tests.desktop.made_controller import MadeMirror, view
from tests.desktop.scenes.main_window import DIFFERING, LONG, VERIFIED
from tests.desktop.scenes.stage import Scene, Scenes, Stage, part, write

# As the engine says them, so that they are translated as its are.
_QUESTIONS = {
    "removals": "812 files were deleted here, 90 are left. Remove them at the destination too?",
    "changes": "700 of 902 files were changed at once that nobody had touched for a day. If you "
    "did not do this, a virus may be encrypting them. Send the changed files?",
    "place": "The destination is not the one that was mirrored to before: most of the 9 files "
    "that were sent there are missing. If a disk is unplugged, connect it. Send them all again?",
    "root": "The folder /x is not the one that was mirrored before: of 9 known files 0 are in it. "
    "Mirror this one from now on?",
}
_DIFFERENCES = (
    Difference(LONG, Fault.MISSING, "It is here and not at the destination."),
    Difference("a.txt", Fault.EXTRA, "It is gone here and still at the destination."),
    Difference("b.txt", Fault.UNREADABLE,
               "It cannot be read at the destination: A folder has this name here.",
               repairable=False),
)  # fmt: skip
_FINDINGS = (
    Finding("Program", Level.OK, "This system sets no limit that matters here."),
    Finding("Clock", Level.NOTE, "A program may have 1024 files open; Skynet may need 4096.",
            "Ask whoever runs this computer to raise the limit (nofile)."),
    Finding("Watching", Level.WARNING, "This system sets no limit that matters here.",
            "Raise the limit in the terminal that Skynet is started from."),
    Finding("Service nas", Level.OK, "A program may have as many files open as Skynet needs."),
    Finding("Service nas", Level.BAD, "This system sets no limit that matters here.",
            "Correct it in the settings, under Services."),
)  # fmt: skip


def questions(stage: Stage) -> Scenes:
    controller = stage.controller
    controller.mirrors["Ask"] = MadeMirror([LONG, *(f"pictures/{n:03}.jpg" for n in range(811))])
    for about, question in _QUESTIONS.items():
        controller.show_views(
            view("Ask", State.ACTION_REQUIRED, question=question, about=about, reason=question)
        )
        dialog = QuestionDialog(controller.typed, "Ask")
        stage.show(dialog)
        yield Scene(f"question-{about}", dialog)
        if about == "removals":
            controller.show_views(view("Ask"))
            stage.settle()
            yield Scene("question-settled", dialog)
        stage.strike(dialog)


def verification(stage: Stage) -> Scenes:
    controller = stage.controller
    controller.mirrors["Fine"] = MadeMirror(differences=_DIFFERENCES)
    dialog = VerificationDialog(controller.typed, "Fine")
    controller.show_views(view("Fine"))
    stage.show(dialog)
    yield Scene("verification-never", dialog)
    for name, verifying, verified in (
        ("running", Verifying(True, 1_234, 12_345, 5 * 10**9, 3), VERIFIED),
        ("starting", Verifying(False, 0, 0, 0, 0), VERIFIED),
        ("right", None, VERIFIED),
        ("mending", None, replace(DIFFERING, mapping="Fine", repaired=3)),
        ("wrong", None, replace(DIFFERING, mapping="Fine")),
        ("stopped", None, replace(VERIFIED, complete=False, reason="It was stopped.")),
    ):
        controller.show_views(view("Fine", verifying=verifying, verified=verified))
        stage.settle()
        yield Scene(f"verification-{name}", dialog)
    controller.show_views(view("Fine", verified=DIFFERING))
    stage.settle()
    part(dialog, QPushButton, "repair").click()
    stage.settle()
    yield Scene("verification-repairing", dialog)
    stage.strike(dialog)


def restoring(stage: Stage) -> Scenes:
    controller = stage.controller
    _fill(stage)
    window = RestoreWindow(controller.typed, "Album")
    stage.show(window)
    stage.until(lambda: window.browser.model.rowCount())
    yield Scene("restore-top", window)
    part(window, QPushButton, "choose-all").click()
    window.browser.go("2026/Norway")
    stage.until(lambda: window.browser.amount)
    yield Scene("restore-folder", window)
    window.browser.view.setCurrentIndex(window.browser.model.index(0, 0))
    part(window, QPushButton, "show-versions").click()
    stage.until(lambda: window.findChildren(HistoryDialog))
    [history] = window.findChildren(HistoryDialog)
    yield Scene("restore-versions", history)
    history.reject()
    write(window, "search-remote", "fjord")
    stage.until(lambda: not window.browser.crumbs.isVisible())
    yield Scene("restore-search", window)
    write(window, "search-remote", "nothing like it")
    stage.until(lambda: not window.browser.model.rowCount())
    yield Scene("restore-nothing-found", window)
    part(window, QPushButton, "next").click()
    stage.settle()
    part(window, QRadioButton, "to-another-folder").click()
    stage.settle()
    yield Scene("restore-target", window)
    window.outcome.start()
    window.outcome.show_progress(Restoring(12, 345, 10**9, 10**10, LONG))
    window._errand.is_under_way = True
    window._show(window.outcome)
    stage.settle()
    yield Scene("restore-running", window)
    failed = (
        Failure(LONG, "It is here and not at the destination."),
        Failure("a.txt", "A folder has this name here."),
    )  # fmt: skip
    ended = Restored(345, 10**10, 12, 3, 2, failed, False, "", 1, 1, 2)
    window._errand.is_under_way = False
    for name, how in (
        ("failed", ended),
        ("done", replace(ended, failed=(), complete=True, reason="", failures=0)),
    ):
        window._on_finished(how)
        stage.settle()
        yield Scene(f"restore-{name}", window)
    stage.strike(window)
    controller.load(Settings())
    empty = RestoreWindow(controller.typed)
    stage.show(empty)
    yield Scene("restore-without-a-mapping", empty)
    stage.strike(empty)


def check_up(stage: Stage) -> Scenes:
    with patch.object(examining, "checkup", lambda app, cancelled: iter(_FINDINGS)):
        dialog = CheckupDialog(stage.controller.typed)
        stage.show(dialog)
        stage.until(lambda: len(dialog.findings) == len(_FINDINGS))
    yield Scene("check-up", dialog)
    stage.strike(dialog)


def _fill(stage: Stage) -> None:
    """A mapping on a disk: what is there now, and what was kept of before."""
    there = stage.home / "archive"
    now = 1_790_000_000.0
    for path in ("2026/Norway/fjord.jpg", "2026/Norway/boat.jpg", "2026/Birthday/cake.jpg",
                 "notes.txt"):  # fmt: skip
        _write(there / path, 3_000)
    _write(there / trash_path("2026/Norway/fjord.jpg", now - 86_400), 2_500)
    _write(there / trash_path("2025/old fjord.jpg", now - 3_600), 9_000)
    controller, file = stage.controller, stage.controller.settings_file
    file.unlink(missing_ok=True)
    album = stage.home / "Album"
    album.mkdir(exist_ok=True)
    store.add_service(file, ServiceSettings("disk", "local", {"path": str(there)}))
    store.add_mapping(file, MappingSettings("Album", str(album), "disk", ""))
    controller.load(controller.app.settings())
    stage.settle()


def _write(file: os.PathLike[str], size: int) -> None:
    os.makedirs(os.path.dirname(file), exist_ok=True)
    with open(file, "wb") as made:
        made.write(b"x" * size)
