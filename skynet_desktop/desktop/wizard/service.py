"""The service: its kind, its details, its test. Nothing of it is kept before the last step."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services import (
    Choice,
    Draft,
    ServiceChooser,
    ServiceDetails,
    TrialView,
    connection_of,
)
from skynet_desktop.desktop.services.card import Card
from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.tokens import S
from skynet_desktop.desktop.wizard.page import Page, scrolled


class ChoosePage(Page):
    """Cards; one click on a card goes on."""

    def __init__(self, controller: Controller) -> None:
        super().__init__(self.tr("Where do your files go?"))
        self.primary = ""
        self.choice: Choice | None = None
        self._controller = controller
        self._chooser: ServiceChooser | None = None

    def enter(self) -> None:
        if self._chooser is None:
            self._chooser = ServiceChooser(self._controller)
            self._chooser.chosen.connect(self._on_chosen)
            self.column.addWidget(self._chooser, 1)
        self._chooser.focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the card in focus, as Space does."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, Card):
            focused.click()
        else:
            super().keyPressEvent(event)

    def _on_chosen(self, choice: Choice) -> None:
        self.choice = choice
        self.primary = self.tr("&Continue with {0}").format(choice.title.replace("&", "&&"))
        self.wentOn.emit()


class DetailsPage(Page):
    """Each kind keeps what was entered for it, whatever is chosen in between."""

    def __init__(self, controller: Controller) -> None:
        super().__init__("")
        self.primary = self.tr("&Test")
        self.details: ServiceDetails | None = None
        self._controller = controller
        self._forms: dict[str, ServiceDetails] = {}
        self._stack = QStackedWidget()
        self.column.addWidget(self._stack, 1)
        self._wanted = ""

    @property
    def draft(self) -> Draft:
        """What was entered; it was found right."""
        assert self.details is not None
        return self.details.draft()

    @property
    def is_changed(self) -> bool:
        """Whether leaving now would lose something."""
        return any(form.is_changed() for form in self._forms.values())

    def show_choice(self, choice: Choice) -> None:
        key = choice.preset.key if choice.preset else choice.cls.kind
        if key not in self._forms:
            self._forms[key] = form = ServiceDetails(self._controller, choice)
            form.changed.connect(self.changed)
            self._stack.addWidget(form)
        self.title.setText(choice.title)
        self.details = self._forms[key]
        self._stack.setCurrentWidget(self.details)

    def want(self, name: str) -> None:
        """The next time it is shown, the cursor is in this option's field."""
        self._wanted = name

    def trust(self, accept: Mapping[str, object]) -> None:
        """What the person decided about the server belongs to the service."""
        assert self.details is not None
        self.details.form.set_values(accept)

    def enter(self) -> None:
        assert self.details is not None
        if self._wanted:
            self.details.focus_on(self._wanted)
        else:
            self.details.focus_first()
        self._wanted = ""

    def go_on(self) -> None:
        if self.details is not None and self.details.is_right() and self.details.can_keep():
            self.wentOn.emit()


class TestPage(Page):
    """Tests when it is first shown, and whenever the details are others than those tested."""

    __test__ = False  # no test for pytest

    def __init__(self, controller: Controller, details: DetailsPage) -> None:
        super().__init__(
            self.tr("Does it work?"),
            self.tr("A small file is written there, read back and deleted again."),
        )
        self._controller = controller
        self._details = details
        self._good: Draft | None = None
        self.trial = TrialView(controller)
        self.trial.setContentsMargins(S, S, S, S)
        mark(self.trial, "page")
        self.trial.finished.connect(self._on_tested)
        self.trial.cancelled.connect(self._show_buttons)
        self.trial.trusted.connect(self._trust)
        self.trial.refused.connect(self._show_buttons)
        self.trial.fieldWanted.connect(self._mend)
        self.column.addWidget(scrolled(self.trial), 1)

    @property
    def works(self) -> bool:
        return self._good is not None and self._good == self._details.draft

    def enter(self) -> None:
        if self.works:
            self._show_buttons()
        else:
            self._test()

    def leave(self) -> None:
        self.trial.cancel(quietly=True)

    def go_on(self) -> None:
        if self.works:
            self.wentOn.emit()
        else:
            self._test()

    def go_other(self) -> None:
        """Without a test that went well: the service may be away for a while."""
        self.wentOn.emit()

    def _test(self) -> None:
        draft, app, form = self._details.draft, self._controller.app, self._details.details
        assert form is not None
        self.trial.start(lambda: connection_of(app, draft), form.shows)
        self._show_buttons()
        self.trial.stop_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_tested(self, works: bool) -> None:
        self._good = self._details.draft if works else None
        self._show_buttons()
        if self.trial.fix_button.isVisible():
            self.trial.fix_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _trust(self, accept: dict[str, object]) -> None:
        self._details.trust(accept)
        self._test()

    def _mend(self, name: str) -> None:
        self._details.want(name)
        self.wentBack.emit()

    def _show_buttons(self) -> None:
        running, asking = self.trial.is_running, self.trial.is_asking
        self.is_ready = not running
        if asking:  # which has buttons of its own
            self.primary, self.other = "", ""
        elif self.works or running:
            self.primary, self.other = self.tr("&Continue"), ""
        else:
            self.primary = self.tr("&Test again")
            self.other = self.tr("Continue &without test")
        self.changed.emit()
