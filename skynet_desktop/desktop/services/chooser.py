"""What kind of service: a card for each preset, and for each kind somebody else wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from skynet_desktop.app import App
from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.presets import PRESETS, Preset
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.forms.field import declared
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.services.card import Card
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.tokens import M, S

_COLUMNS = 2
_ICONS = {"s3": "bucket", "sftp": "server", "local": "drive"}


@dataclass(frozen=True)
class Choice:
    """A kind of service and how its form begins. ``preset`` is None for a foreign kind."""

    cls: type[Connection]
    preset: Preset | None

    @property
    def title(self) -> str:
        return self._words[0]

    @property
    def about(self) -> str:
        """What else belongs to the title."""
        if self.preset is None:
            return QCoreApplication.translate("ServiceChooser", "Added to this computer by you.")
        return self._words[1]

    @property
    def asked(self) -> tuple[str, ...]:
        """The options that follow from the answers to the preset's questions."""
        fixed = self.preset.fixed if self.preset else {}
        return tuple(name for name, value in fixed.items() if "{" in value)

    @property
    def plain(self) -> dict[str, object]:
        """The options that the preset sets, whatever is answered."""
        fixed = self.preset.fixed if self.preset else {}
        return {name: value for name, value in fixed.items() if "{" not in value}

    @property
    def _words(self) -> tuple[str, str]:
        """A preset's title may say more in brackets."""
        text = declared(self.preset.title if self.preset else self.cls.title or self.cls.kind)
        title, _, more = text.partition(" (")
        return title, more.removesuffix(")")


def kind_icon(kind: str) -> str:
    """The name of the symbol for services of this kind."""
    return _ICONS.get(kind, "cloud")


def choices(app: App) -> list[Choice]:
    """All there are, presets first. Imports what others wrote: not for the GUI thread. What is
    broken is left out; the registry tells of it elsewhere."""
    found = [Choice(app.registry.get(preset.kind), preset) for preset in PRESETS]
    known = {preset.kind for preset in PRESETS}
    for kind in app.registry.kinds():
        if kind not in known:
            try:
                found.append(Choice(app.registry.get(kind), None))
            except SettingsError:
                continue
    return found


class ServiceChooser(QScrollArea):
    """The cards appear when all kinds are known, a moment later."""

    chosen = Signal(object)
    """A :class:`Choice`."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        page = QWidget()
        mark(page, "page")
        column = QVBoxLayout(page)
        column.setContentsMargins(S, S, S, S)
        column.setSpacing(M)
        self._trouble = QLabel()
        self._trouble.setWordWrap(True)
        mark(self._trouble, tone="danger")
        self._trouble.hide()
        column.addWidget(self._trouble)
        self._grid = QGridLayout()
        self._grid.setSpacing(M)
        for number in range(_COLUMNS):
            self._grid.setColumnStretch(number, 1)
        column.addLayout(self._grid)
        column.addStretch(1)
        self.setWidget(page)
        app = controller.app
        controller.jobs.run(
            lambda: choices(app), while_alive(self, self._fill), while_alive(self, self._failed)
        )

    def _fill(self, found: Sequence[Choice]) -> None:
        for number, choice in enumerate(found):
            card = Card(kind_icon(choice.cls.kind), choice.title, choice.about)
            card.setObjectName(f"preset-{choice.preset.key if choice.preset else choice.cls.kind}")
            card.clicked.connect(lambda _=False, choice=choice: self.chosen.emit(choice))
            self._grid.addWidget(card, *divmod(number, _COLUMNS))
            card.show()  # at once: what is not seen yet cannot get the focus
        self.focus_first()

    def focus_first(self) -> None:
        """To the first card, if they are there yet."""
        if card := self.findChild(Card):
            card.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: Exception) -> None:
        self._trouble.setText(spoken(str(error)))
        self._trouble.show()
