"""The window: the way from step to step, back, and out. Nothing is written before its end, but
for a person's decision about the keyring, which holds at once and is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
)

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.room import open_at
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import L, M, S
from skynet_desktop.desktop.window.parts import button, label, row
from skynet_desktop.desktop.wizard.arrival import ArrivalPage
from skynet_desktop.desktop.wizard.destination import DestinationPage
from skynet_desktop.desktop.wizard.filters import FiltersPage
from skynet_desktop.desktop.wizard.folder import FolderPage
from skynet_desktop.desktop.wizard.page import Page
from skynet_desktop.desktop.wizard.plan import MirrorStart, Start, Target, TryOutStart
from skynet_desktop.desktop.wizard.progress import Progress
from skynet_desktop.desktop.wizard.ready import ReadyPage
from skynet_desktop.desktop.wizard.rehearsal import RehearsalPage
from skynet_desktop.desktop.wizard.service import ChoosePage, DetailsPage, TestPage
from skynet_desktop.desktop.wizard.tryout import TryOutPage
from skynet_desktop.desktop.wizard.welcome import WelcomePage
from skynet_desktop.settings import MappingSettings

_SIZE = QSize(760, 640)


class Wizard(QDialog):
    """``finished`` says that it closed, with a mirror that runs or with nothing changed."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self.setObjectName("wizard")
        self.setWindowTitle(self.tr("Set up Skynet"))
        open_at(self, _SIZE)
        self._controller = controller
        self._kept_service = ""
        self._keyring = controller.settings.general.keyring
        self._is_writing = False
        self.welcome = WelcomePage(controller)
        self.choose = ChoosePage(controller)
        self.details = DetailsPage(controller)
        self.test = TestPage(controller, self.details)
        self.folder = FolderPage(controller)
        self.destination = DestinationPage(controller)
        self.filters = FiltersPage(controller)
        self.rehearsal = RehearsalPage(controller)
        self.ready = ReadyPage(controller)
        self.tryout = TryOutPage(controller)
        self.arrival = ArrivalPage(controller)
        mapping: list[Page] = [
            self.folder, self.destination, self.filters, self.rehearsal, self.ready,
        ]  # fmt: skip
        self._steps: list[Page] = [self.choose, self.details, self.test, *mapping]
        self._by_way: dict[str, Sequence[Page]] = {
            "mirror": (self.welcome, *self._steps, self.arrival),
            "kept": (self.welcome, *mapping, self.arrival),
            "try-out": (self.welcome, self.tryout, self.arrival),
        }
        self._way: Sequence[Page] = self._by_way["mirror"]
        self._build()
        self._wire()
        self._show(self.welcome)

    @property
    def page(self) -> Page:
        """The step that is shown."""
        page = self._stack.currentWidget()
        assert isinstance(page, Page)
        return page

    @property
    def is_changed(self) -> bool:
        """Whether closing now would lose something that was entered."""
        if self.page is self.arrival:
            return False
        return self.details.is_changed or bool(self.folder.local)

    # --- from step to step --------------------------------------------------------------

    def _begin(self, way: str, service: str = "") -> None:
        self._kept_service = service
        self._way = self._by_way[way]
        self._go_on()

    def _go_on(self) -> None:
        """The step that is shown is done."""
        page = self.page
        if page in (self.ready, self.tryout):
            self._start()
        elif page is self.arrival:
            self.accept()
            self._controller.show(Place.OVERVIEW)
        else:
            self._show(self._way[self._way.index(page) + 1])

    def _go_back(self) -> None:
        if self.page is self.arrival:
            self.accept()
        elif self.page is not self.welcome and not self._is_writing:
            self._show(self._way[self._way.index(self.page) - 1])

    def _show(self, page: Page) -> None:
        self.page.leave()
        self._prepare(page)
        self._refuse("")
        self._stack.setCurrentWidget(page)
        self._progress.setVisible(page in self._steps)
        if page in self._steps:
            self._progress.show_step(self._steps.index(page))
        page.enter()
        self._show_buttons()

    def _prepare(self, page: Page) -> None:
        """Tell the step what was decided before it."""
        if page is self.details and self.choose.choice is not None:
            self.details.show_choice(self.choose.choice)
        elif page is self.destination:
            self.destination.follow(self.folder.local, self._target)
        elif page is self.filters:
            self.filters.follow(self.folder.local)
        elif page is self.rehearsal:
            self.rehearsal.follow(self._mapping, self._target)
        elif page is self.ready:
            self.ready.follow(self._mapping, self._target)

    @property
    def _target(self) -> Target:
        if self._kept_service:
            return Target(self._controller.settings.services[self._kept_service])
        draft = self.details.draft
        return Target(draft.service, draft)

    @property
    def _mapping(self) -> MappingSettings:
        return replace(self.destination.mapping(), ignore=self.filters.ignore)

    # --- the end ------------------------------------------------------------------------

    def _start(self) -> None:
        app, page = self._controller.app, self.page
        start: Start = TryOutStart(app)
        if page is self.ready:
            start = MirrorStart(app, self._target, self._mapping, at_login=self.ready.at_login)
        self._set_writing(True)
        self._controller.change(
            start.write,
            while_alive(self, lambda: self._started(start)),
            while_alive(self, lambda error: self._failed(start, error)),
        )

    def _started(self, start: Start) -> None:
        self._set_writing(False)
        self.arrival.follow(start.mapping, start.refusal)
        self._show(self.arrival)

    def _failed(self, start: Start, error: Exception) -> None:
        """Also if all was written and the engine would not have it: then it is taken back."""

        def said() -> None:
            self._set_writing(False)
            self._refuse(spoken(str(error)))

        self._controller.change(
            start.undo, while_alive(self, said), while_alive(self, lambda _: said())
        )

    def _set_writing(self, writing: bool) -> None:
        self._is_writing = writing
        self.ready.set_busy(writing)
        self.tryout.set_busy(writing)
        self._show_buttons()

    # --- closing ------------------------------------------------------------------------

    def reject(self) -> None:
        """Esc, and the window's own close button."""
        if self._is_writing:
            return  # a moment, and there is something to see
        if not self.is_changed:
            super().reject()
            return
        box = QMessageBox(self)
        box.setObjectName("leave")
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Leave without setting up the mirror?"))
        box.setInformativeText(self.tr("What you entered here is forgotten."))
        leave = box.addButton(self.tr("&Leave"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(self.tr("&Stay here"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        box.buttonClicked.connect(
            lambda pressed: self.done(QDialog.DialogCode.Rejected) if pressed is leave else None
        )
        box.open()

    def done(self, result: int) -> None:
        self.page.leave()
        super().done(result)

    # --- inside -------------------------------------------------------------------------

    def _build(self) -> None:
        self._progress = Progress(
            [
                self.tr("Service"),
                self.tr("Credentials"),
                self.tr("Test"),
                self.tr("Folder"),
                self.tr("Destination"),
                self.tr("Filters"),
                self.tr("Dry run"),
                self.tr("Start"),
            ]
        )
        self._stack = QStackedWidget()
        for page in (*self._by_way["mirror"], self.tryout):
            self._stack.addWidget(page)
        self._fault = label(name="fault", wraps=True)
        banner = QFrame()
        theme.mark(banner, kind="banner", tone="danger")
        inside = QVBoxLayout(banner)
        inside.setContentsMargins(M, M, M, M)
        inside.addWidget(self._fault)
        self._banner = banner
        self._quiet = label(name="nothing-changed", kind="caption", wraps=True)
        self._back = button(self.tr("&Back"), "back")
        self._other = button("", "other")
        self._primary = button("", "primary", kind="primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(L, L, L, L)
        column.setSpacing(L)
        buttons = row(self._back, self._quiet, self._other, self._primary)
        buttons.setStretch(1, 1)
        top, fault = row(self._progress), row(banner)
        for line in (top, fault, buttons):
            line.setContentsMargins(S, 0, S, 0)  # as pages have it, for the rings of focus
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        column.addLayout(fault)
        column.addLayout(buttons)

    def _wire(self) -> None:
        for page in (*self._by_way["mirror"], self.tryout):
            page.wentOn.connect(self._go_on)
            page.wentBack.connect(self._go_back)
            page.changed.connect(self._show_buttons)
            page.refused.connect(self._refuse)
        self.welcome.mirrorWanted.connect(lambda: self._begin("mirror"))
        self.welcome.tryOutWanted.connect(lambda: self._begin("try-out"))
        self.welcome.serviceWanted.connect(lambda name: self._begin("kept", name))
        self._back.clicked.connect(self._go_back)
        self._other.clicked.connect(lambda: self.page.go_other())
        self._primary.clicked.connect(lambda: self.page.go_on())
        for each in (self._back, self._other):
            each.setAutoDefault(False)
        self._primary.setDefault(True)
        self._controller.settingsChanged.connect(self._show_quiet)

    def _show_buttons(self) -> None:
        page = self.page
        self._back.setVisible(page not in (self.welcome, self.arrival))
        self._back.setEnabled(not self._is_writing)
        was_ready = self._primary.isEnabled()
        self._show_button(self._primary, page.primary)
        self._primary.setEnabled(page.is_ready)
        self._show_button(self._other, page.other)
        if page.is_ready and not was_ready and self.focusWidget() in (self._back, self._other):
            self._primary.setFocus()  # where it was before there was something to wait for
        self._show_quiet()

    @staticmethod
    def _show_button(each: QPushButton, text: str) -> None:
        each.setText(text)
        each.setVisible(bool(text))

    @Slot()
    def _show_quiet(self) -> None:
        if self._controller.settings.general.keyring == self._keyring:
            words = self.tr("If you close now, nothing has been changed.")
        else:
            words = self.tr(
                "If you close now, nothing has been changed but where secrets are kept."
            )
        self._quiet.setText(words if self.page is not self.arrival else "")
        self._quiet.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def _refuse(self, words: str) -> None:
        self._fault.setText(words)
        self._banner.setVisible(bool(words))
