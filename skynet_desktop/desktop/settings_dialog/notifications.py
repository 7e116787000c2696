"""Settings > Notifications: a small matrix, each class shown, heard, both or neither."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QSpinBox, QWidget

from skynet_desktop.desktop import theme, tokens
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.settings_dialog.page import Page
from skynet_desktop.desktop.toasts.policy import Kind
from skynet_desktop.settings import Notifications
from skynet_desktop.settings.schema import declared


class NotificationsPage(Page):
    def __init__(self, controller: Controller) -> None:
        super().__init__(
            controller, QCoreApplication.translate("NotificationsPage", "Notifications")
        )
        self.note(self.tr("One message a burst of changes, never one a file."))
        self._boxes: dict[tuple[Kind, str], QCheckBox] = {}
        self.column.addWidget(self._matrix())
        self._grace = QSpinBox()
        self.column.addWidget(self._grace_row())
        self.column.addStretch()
        self.show_settings()
        controller.settingsChanged.connect(lambda _: self.show_settings())

    def show_settings(self) -> None:
        present = self.controller.settings.notifications
        for (kind, way), box in self._boxes.items():
            box.blockSignals(True)
            box.setChecked(getattr(present, kind.value) in (way, "both"))
            box.blockSignals(False)
        if not self._grace.hasFocus():
            self._grace.blockSignals(True)
            self._grace.setValue(present.grace_seconds)
            self._grace.blockSignals(False)

    def _matrix(self) -> QWidget:
        card = QWidget()
        grid = QGridLayout(card)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(tokens.XL)
        grid.setVerticalSpacing(tokens.S)
        ways = {"toast": self.tr("On screen"), "sound": self.tr("Sound")}
        for column, way_name in enumerate(ways.values(), 1):
            label = QLabel(way_name)
            theme.mark(label, kind="caption")
            grid.addWidget(label, 0, column, Qt.AlignmentFlag.AlignHCenter)
        for row, kind in enumerate(Kind, 1):
            about = declared(Notifications)[kind.value]
            name = QCoreApplication.translate("settings", about.label)
            help_ = QCoreApplication.translate("settings", about.help)
            title = QLabel(name)
            title.setToolTip(help_)
            grid.addWidget(title, row, 0)
            for column, (way, way_name) in enumerate(ways.items(), 1):
                box = QCheckBox()
                box.setObjectName(f"{kind.value}-{way}")
                box.setAccessibleName(f"{name}: {way_name}")
                box.setAccessibleDescription(help_)
                box.toggled.connect(partial(self._changed, kind))
                grid.addWidget(box, row, column, Qt.AlignmentFlag.AlignHCenter)
                self._boxes[kind, way] = box
        grid.setColumnStretch(0, 1)
        return card

    def _grace_row(self) -> QWidget:
        about = declared(Notifications)["grace_seconds"]
        row = QWidget()
        grid = QGridLayout(row)
        grid.setContentsMargins(0, 0, 0, 0)
        label = QLabel(QCoreApplication.translate("settings", about.label))
        label.setWordWrap(True)
        label.setBuddy(self._grace)
        self._grace.setObjectName("grace")
        self._grace.setAccessibleName(label.text())
        self._grace.setRange(int(about.least or 0), int(about.most or 0))
        self._grace.setSuffix(self.tr(" s"))
        self._grace.editingFinished.connect(
            lambda: self.write("notifications", grace_seconds=self._grace.value())
        )
        grid.addWidget(label, 0, 0)
        grid.addWidget(self._grace, 0, 1)
        grid.setColumnStretch(0, 1)
        return row

    def _changed(self, kind: Kind, _: bool) -> None:
        toast = self._boxes[kind, "toast"].isChecked()
        sound = self._boxes[kind, "sound"].isChecked()
        word = {(True, True): "both", (True, False): "toast", (False, True): "sound"}
        self.write("notifications", **{kind.value: word.get((toast, sound), "off")})
