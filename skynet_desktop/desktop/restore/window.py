"""Restore: choose what, choose where to, watch it come back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QProgressBar, QStackedWidget, QWidget

from skynet_desktop.desktop import words
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.restore.browser import Browser
from skynet_desktop.desktop.restore.errand import NOTHING, Errand, Order
from skynet_desktop.desktop.restore.outcome import OutcomePage
from skynet_desktop.desktop.restore.source import Source
from skynet_desktop.desktop.restore.target import TargetPage
from skynet_desktop.desktop.room import open_at
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import XL, L, M, S
from skynet_desktop.desktop.window.notice import Notice
from skynet_desktop.desktop.window.parts import button, column, label, row
from skynet_desktop.engine.restoring.tally import Restored
from skynet_desktop.host import opening
from skynet_desktop.settings import MappingSettings, Settings

_SIZE = QSize(900, 660)


class RestoreWindow(QWidget):
    """``ended`` carries the mapping's name and how it ended. What comes back goes on while the
    window is closed; it is deleted once it is closed and nothing comes back any more."""

    ended = Signal(str, object)

    def __init__(self, controller: Controller, name: str = "") -> None:
        super().__init__()
        self._controller = controller
        self._mapping: MappingSettings | None = None
        self._source = Source(controller, self)
        self._errand = Errand(controller, self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("restore-window")
        self.setWindowTitle(self.tr("Restore"))
        open_at(self, _SIZE)
        self._make_pages()
        self._lay_out()
        self._source.progressed.connect(self._on_reading)
        self._source.ready.connect(self._on_ready)
        self._source.failed.connect(self._on_source_failed)
        self._errand.progressed.connect(self.outcome.show_progress)
        self._errand.finished.connect(self._on_finished)
        self._errand.failed.connect(self._on_failed)
        controller.settingsChanged.connect(self._on_settings)
        self._on_settings(controller.settings)
        self.open_mapping(name or next(iter(controller.settings.mappings), ""))

    # --- parts --------------------------------------------------------------------------

    def _make_pages(self) -> None:
        self._count = label(kind="heading", name="reading", wraps=True)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setAccessibleName(self.tr("Reading the destination"))
        self._reading = QWidget()
        reading = column(self._count, bar, space=M)
        reading.insertStretch(0)
        reading.addStretch()
        self._reading.setLayout(reading)
        self._trouble = Notice(self.tr("The destination cannot be read"))
        self._trouble.show_glyph("cloud-off", "danger")
        self.browser = Browser(self._source)
        self.browser.chosenChanged.connect(self._enable)
        self.target = TargetPage()
        self.target.changed.connect(self._enable)
        self.outcome = OutcomePage()
        self._pages = QStackedWidget()
        for page in (self._reading, self._trouble, self.browser, self.target, self.outcome):
            self._pages.addWidget(page)

    def _lay_out(self) -> None:
        title = label(self.tr("&Mapping"))
        self._which = QComboBox()
        self._which.setObjectName("restore-mapping")
        self._which.setAccessibleName(self.tr("Mapping"))
        self._which.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._which.setMinimumContentsLength(20)
        self._which.activated.connect(self._on_which)
        title.setBuddy(self._which)
        self._head = QWidget()
        head = row(title, self._which, space=S)
        head.setContentsMargins(0, 0, 0, 0)
        head.addStretch()
        self._head.setLayout(head)
        self._back = button(self.tr("Bac&k"), "back")
        self._back.clicked.connect(self._on_back)
        self._again = button(self.tr("&Read anew"), "read-anew", "retry")
        self._again.clicked.connect(self._read)
        self._open = button(self.tr("&Open folder"), "open-target", "folder-open")
        self._open.clicked.connect(self._on_open)
        self._stop = button(self.tr("&Stop"), "stop-restoring")
        self._stop.clicked.connect(self._on_stop)
        self._close = button(self.tr("Close"), "close")
        self._close.clicked.connect(self.close)
        self._next = button("", "next", kind="primary")
        self._next.clicked.connect(self._on_next)
        foot = row(self._back, self._again, self._open, self._stop, self._close, self._next)
        foot.insertStretch(2)
        layout = column(self._head, self._pages, space=M, margins=(XL, L))
        layout.setStretch(1, 1)
        layout.addLayout(foot)
        self.setLayout(layout)

    # --- from page to page --------------------------------------------------------------

    def open_mapping(self, name: str) -> None:
        """Read this mapping's destination; not while something comes back."""
        mapping = self._controller.settings.mappings.get(name)
        if self._errand.is_under_way or (mapping is not None and mapping == self._mapping):
            return
        self._mapping = mapping
        self._which.setCurrentIndex(self._which.findData(name))
        self._read()

    @Slot()
    def _read(self) -> None:
        if self._mapping is None:
            self._on_source_failed(None)
            return
        self._count.setText(self.tr("Reading what is there…"))
        self._show(self._reading)
        self._source.open(self._mapping)

    @Slot(int)
    def _on_reading(self, count: int) -> None:
        self._count.setText(self.tr("Reading what is there: {0} so far").format(words.files(count)))

    @Slot()
    def _on_ready(self) -> None:
        assert self._mapping is not None
        self.browser.start(self._mapping.name)
        self._show(self.browser)
        self.browser.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_source_failed(self, error: Exception | None) -> None:
        self._trouble.say(
            spoken(str(error)) if error is not None
            else self.tr("There is no mapping, so there is nothing to bring back from.")
        )  # fmt: skip
        self._show(self._trouble)

    def _show(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self._enable()

    def _enable(self) -> None:
        page = self._pages.currentWidget()
        browsing, aiming = page is self.browser, page is self.target
        ended = page is self.outcome and not self._errand.is_under_way
        self._head.setVisible(page in (self._reading, self._trouble, self.browser))
        self._back.setVisible(aiming or ended)
        self._again.setVisible(browsing or page is self._trouble)
        self._open.setVisible(ended)
        self._stop.setVisible(page is self.outcome and self._errand.is_under_way)
        self._close.setVisible(not self._stop.isVisible())
        self._next.setVisible(browsing or aiming)
        self._next.setText(self.tr("&Continue…") if browsing else self.tr("&Restore"))
        amount = self.browser.amount
        some = amount is not None and amount.files > 0
        self._next.setEnabled(some and (browsing or bool(self.target.target)))

    @Slot()
    def _on_next(self) -> None:
        amount, mapping = self.browser.amount, self._mapping
        if amount is None or mapping is None:
            return
        if self._pages.currentWidget() is self.browser:
            what = self.tr("{0}, {1} will come back").format(
                words.files(amount.files), words.size(amount.bytes)
            )
            self.target.start(what, mapping.local)
            self._show(self.target)
            self.target.focus()
            return
        catalogue = self._source.catalogue
        if catalogue is None:
            return
        order = Order(
            mapping, self.browser.chosen.by_time(), self.target.target, self.target.if_exists,
            amount.files, amount.bytes,
        )  # fmt: skip
        self.outcome.start()
        self._errand.start(order, catalogue)
        if self._errand.is_under_way:
            self._show(self.outcome)
            self._stop.setFocus()

    @Slot()
    def _on_back(self) -> None:
        self._show(self.browser)
        self.browser.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- while it comes back, and then --------------------------------------------------

    @Slot()
    def _on_stop(self) -> None:
        self._stop.setEnabled(False)
        self._errand.stop()

    @Slot(object)
    def _on_finished(self, ended: Restored) -> None:
        self.outcome.show_ended(ended)
        self._end()
        self._tell(ended)

    @Slot(Exception)
    def _on_failed(self, error: Exception) -> None:
        self.outcome.show_failed(error)
        self._end()
        self.ended.emit(
            self._mapping.name if self._mapping else "", replace(NOTHING, complete=False)
        )

    def _tell(self, ended: Restored) -> None:
        self.ended.emit(self._mapping.name if self._mapping else "", ended)

    def _end(self) -> None:
        self._stop.setEnabled(True)
        self._show(self.outcome)
        self._close.setFocus()

    @Slot()
    def _on_open(self) -> None:
        folder = Path(self.target.target)
        self._controller.jobs.run(lambda: opening.open_folder(folder))

    # --- following, and the end ---------------------------------------------------------

    @Slot(object)
    def _on_settings(self, settings: Settings) -> None:
        name = self._which.currentData()
        if [self._which.itemData(n) for n in range(self._which.count())] != list(settings.mappings):
            self._which.clear()
            for each in settings.mappings:
                self._which.addItem(each, each)
            self._which.setCurrentIndex(self._which.findData(name))

    @Slot()
    def _on_which(self) -> None:
        self.open_mapping(str(self._which.currentData()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._errand.is_under_way:
            event.ignore()
            self.hide()
            return
        self._source.close()
        super().closeEvent(event)

    def stop(self) -> None:
        """The program ends: so does all that is under way."""
        self._errand.stop()
        self._source.close()
