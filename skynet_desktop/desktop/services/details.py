"""Name, options and secrets of one service."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from skynet_desktop.connections.registry import checked
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.forms import OptionForm
from skynet_desktop.desktop.forms.field import Field, declared
from skynet_desktop.desktop.forms.inputs import TextInput
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.services.chooser import Choice
from skynet_desktop.desktop.services.keyring import KeyringBanner
from skynet_desktop.desktop.services.naming import suggested
from skynet_desktop.desktop.services.questions import QuestionForm
from skynet_desktop.desktop.services.secrets import Draft, kept_secrets
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.tokens import L, S
from skynet_desktop.settings import ServiceSettings
from skynet_desktop.settings.declaring import check_name

_RENEWED = ("password", "secret_access_key")  # what a person is asked for anew, as a rule


class ServiceDetails(QScrollArea):
    """For a new service made from a preset, or for one that exists: its name then stays."""

    changed = Signal()

    def __init__(
        self,
        controller: Controller,
        choice: Choice,
        existing: ServiceSettings | None = None,
    ) -> None:
        super().__init__()
        self._controller = controller
        self._choice = choice
        self._cls = cls = choice.cls
        self._existing = existing
        self._is_named = existing is not None
        self._start: tuple[object, ...] = ()
        values = existing.options if existing else choice.plain
        options = [option for option in cls.options if option.name not in choice.asked]
        preset = choice.preset
        answers = preset.answers(values) if preset and existing else None
        self.name = TextInput()
        self._name = Field(
            "name",
            self.tr("Name"),
            "" if existing else self.tr("What you want to call it."),
            self.name,
            self._check_name,
        )
        self.questions = QuestionForm(preset.questions if preset else (), answers or {})
        first = preset.first if preset else tuple(values)
        self.form = OptionForm(options, values, first=first)
        self.keyring = KeyringBanner(controller)
        self._trouble = _text("", "trouble")
        mark(self._trouble, tone="danger")
        self._trouble.hide()
        self._build()
        if existing:
            self.name.set_value(existing.name)
            self.name.line.setReadOnly(True)
            self.name.line.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self._ask_for_kept(existing.name)
        else:
            self._suggest()
        self.form.changed.connect(self._on_form)
        self.questions.changed.connect(self._on_form)
        self.name.line.textEdited.connect(self._on_named)
        self._on_form()
        self._start = self._answers()

    # --- answers ------------------------------------------------------------------------

    def draft(self) -> Draft:
        """Check with :meth:`is_right` first."""
        service = ServiceSettings(self.name.value(), self._cls.kind, self._options())
        names = tuple(self.form.secret_names())
        return Draft(service, names, self.form.secrets())

    def is_changed(self) -> bool:
        return self._answers() != self._start

    def is_right(self) -> bool:
        """Check everything; the first that is wrong is said and gets the focus."""
        self.show_trouble("")
        name_is_right = self._name.is_right()
        if not self.questions.is_right() or not self.form.is_right():
            return False
        if not name_is_right:
            self._name.focus()
            return False
        try:
            checked(self._cls, self._options())
        except SettingsError as error:
            self.show_trouble(spoken(str(error)))
            return False
        return True

    def can_keep(self) -> bool:
        """Whether there is a keyring for the secrets that were entered; else it is shown what
        may be decided."""
        if not self.form.secrets() or self.keyring.is_usable:
            return True
        if self.keyring.is_known:
            words = self.tr("Please decide first where the secrets are to be kept.")
        else:
            words = self.tr("The keyring has not answered yet. Try again in a moment.")
        self.show_trouble(words)
        self.ensureWidgetVisible(self.keyring)
        self.keyring.focus_decision()
        return False

    # --- what others ask for ------------------------------------------------------------

    def show_trouble(self, words: str) -> None:
        self._trouble.setText(words)
        self._trouble.setVisible(bool(words))
        if words:
            self.ensureWidgetVisible(self._trouble)

    def shows(self, name: str) -> bool:
        """Whether there is a field for this option or question."""
        return self.questions.shows(name) or self.form.shows(name)

    def focus_first(self) -> None:
        for name in (*self.questions.names(), *self.form.order())[:1]:
            self.focus_on(name)

    def focus_secret(self) -> None:
        """To the password, or whatever it is called there. Of an access key it is the second
        of two secrets, of a key file the only one that is asked for first."""
        names = [name for name in self.form.order() if name in self.form.secret_names()]
        wanted = next((name for name in names if name in _RENEWED), "") or (names or [""])[0]
        if wanted:
            self.focus_on(wanted)
        else:
            self.focus_first()

    def focus_on(self, name: str) -> None:
        if self.questions.shows(name):
            self.questions.focus_on(name)
        elif self.form.shows(name):
            self.form.focus_on(name)

    # --- inside -------------------------------------------------------------------------

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        page = QWidget()
        mark(page, "page")
        self._column = column = QVBoxLayout(page)
        column.setContentsMargins(S, S, S, S)
        column.setSpacing(L)
        column.addWidget(self._trouble)
        column.addWidget(self._name)
        if self.questions.names():
            column.addWidget(self.questions)
        column.addWidget(self.form)
        preset = self._choice.preset
        if preset and (preset.fixed or not self._existing):  # else it is merely like a preset
            hint = _text(declared(preset.keys), "where-keys-are")
            mark(hint, "caption")
            column.addWidget(hint)
        column.addStretch(1)
        self.keyring.changed.connect(self._place_keyring)
        self._place_keyring()
        self.setWidget(page)

    def _place_keyring(self) -> None:
        """What is to be decided stands above all; what is merely said, below."""
        self._column.removeWidget(self.keyring)
        last = self._column.count() - 1  # the stretch
        self._column.insertWidget(0 if self.keyring.asks else last, self.keyring)

    def _ask_for_kept(self, name: str) -> None:
        app = self._controller.app
        self._controller.jobs.run(
            lambda: tuple(kept_secrets(app, name)), while_alive(self, self.form.set_kept)
        )

    def _on_form(self) -> None:
        if not self._is_named:
            self._suggest()
        self.keyring.setVisible(bool(self.form.secret_names()))
        self.show_trouble("")
        self.changed.emit()

    def _on_named(self) -> None:
        self._is_named = bool(self.name.value())
        self.changed.emit()

    def _suggest(self) -> None:
        self.name.set_value(suggested(self.form.values(), self._choice.title, self._taken()))

    def _taken(self) -> Collection[str]:
        return self._controller.settings.services

    def _check_name(self, value: object) -> str:
        name = str(value)
        if self._existing is not None:
            return ""
        if not name:
            return self.tr("This is needed.")
        if name in self._taken():
            return self.tr("There is a service of this name already.")
        try:
            check_name(name)
        except ValueError as error:
            return spoken(str(error))
        return ""

    def _answers(self) -> tuple[object, ...]:
        name = self.name.value() if self._is_named else ""
        answers = self.questions.answers()
        return name, answers, self.form.values(), bool(self.form.secrets())

    def _options(self) -> dict[str, object]:
        """The form's, and those that follow from the answers."""
        preset = self._choice.preset
        fixed = preset.options(self.questions.answers()) if preset else {}
        asked = {name: fixed[name] for name in self._choice.asked if fixed[name]}
        return {**asked, **self.form.values()}


def _text(words: str, name: str) -> QLabel:
    label = QLabel(words)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
