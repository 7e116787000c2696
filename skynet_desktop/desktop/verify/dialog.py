"""The last verification of a mapping in a window, or the one that runs: what differs, and what
can be done about it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSize, QStandardPaths, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QStackedWidget,
    QWidget,
)

from skynet_desktop.desktop import theme, words
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings.banner import Banner
from skynet_desktop.desktop.paged_list import PagedList
from skynet_desktop.desktop.room import open_at
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.snapshot import Snapshot
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import XL, L, M, S
from skynet_desktop.desktop.verify import report, verdict
from skynet_desktop.desktop.verify.menu import VerifyMenu
from skynet_desktop.desktop.verify.model import DifferenceColumn, DifferencesModel
from skynet_desktop.desktop.window.notice import Notice
from skynet_desktop.desktop.window.parts import button, column, label, row
from skynet_desktop.engine.mirror import Mirror
from skynet_desktop.engine.verifying.report import Verified, Verifying
from skynet_desktop.host import opening

_SIZE = QSize(820, 620)
_STEPS = 1_000

T = TypeVar("T")


class VerificationDialog(QDialog):
    """Follows the mapping: what runs, what ended, also if it was begun elsewhere."""

    def __init__(self, controller: Controller, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._name = name
        self._shown: Verified | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName(f"verification-{name}")
        self.setWindowTitle(self.tr("Verification of {0}").format(name))
        open_at(self, _SIZE)
        self._pages = QStackedWidget()
        self._running = self._make_running()
        self._never = self._make_never()
        self._right = Notice(self.tr("Everything is right"))
        self._right.show_glyph("check-circle", "success")
        self._mending = Notice(self.tr("What differed is being put right"))
        self._mending.show_glyph("verify", "info")
        self._wrong = self._make_wrong()
        for page in (self._never, self._running, self._right, self._mending, self._wrong):
            self._pages.addWidget(page)
        self._said = Banner("verification-said", "info")
        layout = column(self._pages, self._said, space=M, margins=(XL, L))
        layout.setStretch(0, 1)
        layout.addLayout(self._make_buttons())
        self.setLayout(layout)
        controller.snapshotChanged.connect(self._on_snapshot)
        self._on_snapshot(controller.snapshot)

    # --- parts --------------------------------------------------------------------------

    def _make_never(self) -> Notice:
        notice = Notice(self.tr("Not verified yet"))
        notice.say(
            self.tr("A verification proves that the destination holds just what is here. It "
                    "changes nothing.")
        )  # fmt: skip
        notice.show_glyph("verify", "info")
        return notice

    def _make_running(self) -> QWidget:
        self._course = label(kind="heading", name="course", wraps=True)
        self._manner = label(kind="muted", wraps=True)
        self._bar = QProgressBar()
        self._bar.setMaximum(_STEPS)
        self._bar.setAccessibleName(self.tr("Progress of the verification"))
        self._read = label(kind="caption")
        page = QWidget()
        layout = column(self._course, self._manner, self._bar, self._read, space=M)
        layout.insertStretch(0)
        layout.addStretch()
        page.setLayout(layout)
        return page

    def _make_wrong(self) -> QWidget:
        self._result = label(kind="heading", name="result", wraps=True)
        self._figures = label(kind="muted", wraps=True)
        self._notes = label(kind="muted", wraps=True)
        model = DifferencesModel(self._controller, self._name, self)
        self.list = PagedList("differences", self.tr("What differs"), model)
        header = self.list.view.horizontalHeader()
        header.setSectionResizeMode(DifferenceColumn.DETAIL, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(DifferenceColumn.WHAT, QHeaderView.ResizeMode.ResizeToContents)
        page = QWidget()
        layout = column(self._result, self._figures, self._notes, self.list, space=S)
        layout.setStretch(3, 1)
        page.setLayout(layout)
        return page

    def _make_buttons(self) -> QHBoxLayout:
        self._verify = button(self.tr("&Verify"), "verify", "verify")
        self._verify.setMenu(VerifyMenu(self._on_verify, self._verify))
        self._stop = button(self.tr("&Stop"), "stop")
        self._stop.clicked.connect(lambda: self._controller.stop_verifying(self._name))
        self._save = button(self.tr("Save as &text…"), "save-report")
        self._save.clicked.connect(self._on_save)
        self._repair = button(self.tr("&Repair"), "repair", kind="primary")
        self._repair.clicked.connect(self._on_repair)
        self._close = button(self.tr("&Close"), "close")
        self._close.clicked.connect(self.reject)
        buttons = (self._verify, self._stop, self._save, self._close, self._repair)
        for each in buttons:
            each.setAutoDefault(False)
        line = row(*buttons)
        line.insertStretch(3)
        return line

    # --- what it shows ------------------------------------------------------------------

    @Slot(object)
    def _on_snapshot(self, snapshot: Snapshot) -> None:
        view = snapshot.find(self._name)
        now = view.verifying if view is not None else None
        found = view.verified if view is not None else None
        self._stop.setVisible(now is not None)
        self._verify.setVisible(now is None)
        self._save.setVisible(now is None and found is not None)
        if now is not None:
            self._show_course(now)
        elif found is None:
            self._pages.setCurrentWidget(self._never)
        elif found != self._shown or self._pages.currentWidget() is self._running:
            self._show_result(found)
        self._repair.setVisible(now is None and self._pages.currentWidget() is self._wrong)

    def _show_course(self, now: Verifying) -> None:
        share = verdict.share(now)
        self._said.say("")
        self._course.setText(verdict.course(now))
        self._manner.setText(verdict.manner_now(now.deep))
        self._bar.setMaximum(_STEPS if share is not None else 0)
        self._bar.setValue(int((share or 0.0) * _STEPS))
        self._read.setText(words.size(now.bytes))
        self._pages.setCurrentWidget(self._running)

    def _show_result(self, found: Verified) -> None:
        self._shown = found
        facts = "\n".join([verdict.figures(found), verdict.manner(found.deep)])
        notes = "\n".join(verdict.notes(found))
        if found.good:
            page = self._mending if found.differences else self._right
            said = (f"{verdict.result(found)}.", facts, notes)
            page.say("\n\n".join(part for part in said if part))
            self._pages.setCurrentWidget(page)
            return
        self._result.setText(verdict.result(found))
        self._figures.setText(facts)
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))
        self.list.setVisible(found.differences > 0)
        self._repair.setEnabled(found.differences > 0)
        self._pages.setCurrentWidget(self._wrong)
        if found.differences:
            self.list.start()

    # --- what the person does -----------------------------------------------------------

    def _on_verify(self, deep: bool) -> None:
        self._said.say("")
        self._controller.verify(self._name, deep)

    @Slot()
    def _on_repair(self) -> None:
        self._repair.setEnabled(False)
        self._ask(lambda mirror: mirror.repair(), self._repaired)

    def _repaired(self, count: int) -> None:
        if not count:
            self._say(
                self.tr("None of these can be put right from here: each line says why."), "warning"
            )
            return
        said = self.tr(
            "%Ln file(s) are put right now, as the overview shows. Verify again afterwards.",
            "",
            count,
        )
        self._say(said)

    @Slot()
    def _on_save(self) -> None:
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        dialog = QFileDialog(self, self.tr("Save as text"), documents, "TXT (*.txt)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(f"skynet-{self._name}-{datetime.now():%Y-%m-%d}.txt")
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, chosen: str) -> None:
        """Write the differences into this file, and show it."""
        file = Path(chosen)

        def work(mirror: Mirror) -> None:
            report.write(mirror, file)
            opening.show_file(file)

        self._ask(work, lambda _: self._say(self.tr("Saved as {0}.").format(file)))

    def _ask(self, work: Callable[[Mirror], T], done: Callable[[T], None]) -> None:
        self._controller.ask(
            self._name,
            work,
            while_alive(self, done),
            while_alive(self, lambda error: self._say(spoken(str(error)), "danger")),
        )

    def _say(self, text: str, tone: str = "info") -> None:
        theme.mark(self._said, tone=tone)
        self._said.say(text)

    def done(self, result: int) -> None:
        self.list.stop()
        super().done(result)
