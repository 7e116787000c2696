"""Setting up a service from beginning to end: its kind, its details, the test, saving."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from skynet_desktop.connections.presets import preset_of
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.services.chooser import Choice, ServiceChooser
from skynet_desktop.desktop.services.details import ServiceDetails
from skynet_desktop.desktop.services.secrets import connection_of, save
from skynet_desktop.desktop.services.test_view import TrialView
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.tokens import L, M, S
from skynet_desktop.settings import ServiceSettings


class ServiceEditor(QWidget):
    """For a new service, or for ``existing``. Nothing is written before it is saved, but for a
    decision about the keyring."""

    saved = Signal(str)
    """The service of this name is kept; its secrets too."""
    cancelWanted = Signal()

    def __init__(self, controller: Controller, existing: ServiceSettings | None = None) -> None:
        super().__init__()
        self._controller = controller
        self._existing = existing
        self._saving = False
        self._kind = ""
        self.chooser: ServiceChooser | None = None
        self.details: ServiceDetails | None = None
        self.trial = TrialView(controller)
        self.trial.finished.connect(self._on_tested)
        self.trial.cancelled.connect(self._show_buttons)
        self.trial.trusted.connect(self._trust)
        self.trial.refused.connect(self._show_buttons)
        self.trial.fieldWanted.connect(self._mend)
        self._works = False
        self._build()
        if existing:
            cls = controller.app.registry.get(existing.type)  # loaded with the settings
            choice = Choice(cls, preset_of(existing.type, existing.options))
            self._show_details(ServiceDetails(controller, choice, existing))
        else:
            self.chooser = ServiceChooser(controller)
            self.chooser.chosen.connect(self._on_chosen)
            self._pages.addWidget(self.chooser)
            self._show(self.chooser)

    @property
    def is_changed(self) -> bool:
        """Whether closing now would lose something."""
        return self.details is not None and self.details.is_changed()

    def focus_secret(self) -> None:
        """Lead straight to the password."""
        if self.details is not None:
            self._show(self.details)
            self.details.focus_secret()

    def focus_on(self, name: str) -> None:
        """Lead straight to this option."""
        if self.details is not None:
            self._show(self.details)
            self.details.focus_on(name)

    def stop(self) -> None:
        """Nobody looks any more: end a test."""
        self.trial.cancel()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._primary.setDefault(True)

    # --- from page to page --------------------------------------------------------------

    def _on_chosen(self, choice: Choice) -> None:
        self._kind = choice.title
        self._show_details(ServiceDetails(self._controller, choice))

    def _show_details(self, details: ServiceDetails) -> None:
        if self.details is not None:
            self._pages.removeWidget(self.details)
            self.details.deleteLater()
        self.details = details
        details.changed.connect(self._show_buttons)
        self._pages.addWidget(details)
        self._show(details)
        details.focus_first()

    def _back(self) -> None:
        if self._pages.currentWidget() is self._trial_page and self.details is not None:
            self._show(self.details)
            self.details.focus_first()
        elif self.chooser is not None:
            self._show(self.chooser)
            self.chooser.focus_first()

    def _mend(self, name: str) -> None:
        assert self.details is not None
        self._show(self.details)
        self.details.focus_on(name)

    def _trust(self, accept: dict[str, object]) -> None:
        assert self.details is not None
        self.details.form.set_values(accept)
        self._test()

    # --- testing and saving -------------------------------------------------------------

    def _test(self) -> None:
        details = self.details
        if details is None or not details.is_right():
            return
        draft, app = details.draft(), self._controller.app
        self._works = False
        self._show(self._trial_page)
        self.trial.start(lambda: connection_of(app, draft), details.shows)
        self._show_buttons()
        self.trial.stop_button.setFocus()

    def _on_tested(self, works: bool) -> None:
        self._works = works
        self._show_buttons()
        if works:
            self._primary.setFocus()
        elif self.trial.fix_button.isVisible():
            self.trial.fix_button.setFocus()

    def _save(self) -> None:
        details = self.details
        if self._saving or details is None or not details.is_right():
            return
        if not details.can_keep():
            self._show(details)
            return
        draft, app, is_new = details.draft(), self._controller.app, self._existing is None
        self._saving = True
        self._show_buttons()
        self._controller.change(
            lambda: save(app, draft, is_new=is_new),
            while_alive(self, lambda: self._on_saved(draft.service.name)),
            while_alive(self, self._on_refused),
        )

    def _on_saved(self, name: str) -> None:
        self._saving = False
        users = [m.name for m in self._controller.settings.mappings.values() if m.service == name]
        if users:
            self._controller.sync(users)  # who was refused before tries again at once
        self.details = None  # nothing is left to lose
        self.saved.emit(name)

    def _on_refused(self, error: Exception) -> None:
        self._saving = False
        assert self.details is not None
        self._show(self.details)
        self.details.show_trouble(spoken(str(error)))
        self.details.keyring.look()

    # --- inside -------------------------------------------------------------------------

    def _build(self) -> None:
        self._pages = QStackedWidget()
        self._trial_page = QScrollArea()
        self._trial_page.setWidgetResizable(True)
        self._trial_page.setFrameShape(QScrollArea.Shape.NoFrame)
        mark(self.trial, "page")
        self.trial.setContentsMargins(S, S, S, S)
        self._trial_page.setWidget(self.trial)
        self._pages.addWidget(self._trial_page)
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._title.setContentsMargins(S, 0, S, 0)
        mark(self._title, "title")
        column = QVBoxLayout(self)
        column.setContentsMargins(L, L, L, L)
        column.setSpacing(M)
        column.addWidget(self._title)
        column.addWidget(self._pages, 1)
        self._back_button = self._button("back", self.tr("&Back"), self._back)
        cancel = self._button("cancel", self.tr("Cancel"), self.cancelWanted.emit)
        self._other = self._button("save-untested", self.tr("&Save without test"), self._save)
        self._primary = self._button("primary", "", self._go_on)
        mark(self._primary, "primary")
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self._back_button)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self._other)
        row.addWidget(self._primary)
        column.addLayout(row)

    def _button(self, name: str, text: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button

    def _go_on(self) -> None:
        if self._is_testing_page and self._works:
            self._save()
        else:
            self._test()

    @property
    def _is_testing_page(self) -> bool:
        return self._pages.currentWidget() is self._trial_page

    def _show(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self._title.setText(self._title_of(page))
        self._show_buttons()
        self._primary.setDefault(True)  # a dialog forgets it of a button that was hidden

    def _title_of(self, page: QWidget) -> str:
        if page is self.chooser:
            return self.tr("Where do your files go?")
        if self._existing is not None:
            return self._existing.name
        return self._kind

    def _show_buttons(self) -> None:
        testing = self._is_testing_page
        choosing = self._pages.currentWidget() is self.chooser
        busy = self._saving or (testing and self.trial.is_running)
        self._back_button.setVisible(testing or (self.chooser is not None and not choosing))
        self._back_button.setEnabled(not self._saving)
        asking = testing and self.trial.is_asking  # which has buttons of its own
        self._primary.setVisible(not choosing and not asking)
        self._primary.setEnabled(not busy)
        self._other.setVisible(not choosing and not asking and not (testing and self._works))
        self._other.setEnabled(not busy)
        if not testing:
            self._primary.setText(self.tr("&Test"))
        else:
            self._primary.setText(self.tr("&Save") if self._works else self.tr("&Test again"))
