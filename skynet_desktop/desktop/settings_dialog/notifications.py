"""Settings > Notifications: a small matrix, each class shown, heard, both or neither."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QVBoxLayout

from skynet_desktop.desktop import theme, tokens
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.settings_dialog.page import Page
from skynet_desktop.desktop.toasts.policy import Kind
from skynet_desktop.settings import Notifications
from skynet_desktop.settings.declaring import declared

_WORDS = {(True, True): "both", (True, False): "toast", (False, True): "sound"}


class NotificationsPage(Page):
    def __init__(self, controller: Controller) -> None:
        super().__init__(
            controller, QCoreApplication.translate("NotificationsPage", "Notifications")
        )
        self.note(self.tr("One message a burst of changes, never one a file."))
        self._boxes: dict[tuple[Kind, str], QCheckBox] = {}
        self.column.addWidget(self._matrix())
        self.column.addSpacing(tokens.S)
        self.table("notifications", ("grace_seconds",), {"grace_seconds": self.tr("At once")})
        self.column.addStretch(1)
        self.show_settings()
        controller.settingsChanged.connect(self.show_settings)

    @Slot()
    def show_settings(self) -> None:
        present = self.controller.settings.notifications
        for (kind, way), box in self._boxes.items():
            box.setChecked(getattr(present, kind.value) in (way, "both"))

    def _matrix(self) -> QFrame:
        card = QFrame()
        theme.mark(card, kind="card")
        grid = QGridLayout(card)
        grid.setContentsMargins(tokens.L, tokens.L, tokens.L, tokens.L)
        grid.setHorizontalSpacing(tokens.XL)
        grid.setVerticalSpacing(tokens.M)
        grid.setColumnStretch(0, 1)
        ways = {"toast": self.tr("On screen"), "sound": self.tr("Sound")}
        for column, way_name in enumerate(ways.values(), 1):
            label = QLabel(way_name)
            theme.mark(label, kind="caption")
            grid.addWidget(label, 0, column, Qt.AlignmentFlag.AlignHCenter)
        for row, kind in enumerate(Kind, 1):
            about = declared(Notifications)[kind.value]
            name = QCoreApplication.translate("settings", about.label)
            help_ = QCoreApplication.translate("settings", about.help)
            grid.addLayout(_words(name, help_), row, 0)
            for column, (way, way_name) in enumerate(ways.items(), 1):
                box = QCheckBox()
                box.setObjectName(f"{kind.value}-{way}")
                box.setAccessibleName(f"{name}: {way_name}")
                box.setAccessibleDescription(help_)
                box.setToolTip(f"{name}: {way_name}")
                box.clicked.connect(lambda _, kind=kind: self._changed(kind))
                grid.addWidget(box, row, column, Qt.AlignmentFlag.AlignCenter)
                self._boxes[kind, way] = box
        return card

    def _changed(self, kind: Kind) -> None:
        ticked = (self._boxes[kind, "toast"].isChecked(), self._boxes[kind, "sound"].isChecked())
        self.write("notifications", **{kind.value: _WORDS.get(ticked, "off")})


def _words(name: str, help_: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(0)
    below = QLabel(help_)
    theme.mark(below, kind="caption")
    for label in (QLabel(name), below):
        label.setWordWrap(True)
        column.addWidget(label)
    return column
