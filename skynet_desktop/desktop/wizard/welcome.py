"""The first step: what this is, and which way to go."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QVBoxLayout, QWidget

from skynet_desktop.desktop import icons, theme
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services.card import Card
from skynet_desktop.desktop.services.chooser import kind_icon
from skynet_desktop.desktop.tokens import XL, XXL, M, S
from skynet_desktop.desktop.window.parts import label, row
from skynet_desktop.desktop.window.state_look import pixmap
from skynet_desktop.desktop.wizard.page import Page
from skynet_desktop.settings import Settings
from skynet_desktop.tryout import NAME

_PICTURE = 96


class WelcomePage(Page):
    mirrorWanted = Signal()
    """Begin with a new service."""
    serviceWanted = Signal(str)
    """Begin with the service of this name, which is there already."""
    tryOutWanted = Signal()

    def __init__(self, controller: Controller) -> None:
        super().__init__(
            self.tr("Welcome to Skynet"),
            self.tr("Choose a folder and where it goes. Whatever you put into it is on your own "
                    "storage seconds later."),
        )  # fmt: skip
        self.primary = ""
        picture = QLabel()
        picture.setPixmap(pixmap(icons.app_icon(), picture, _PICTURE))
        for part in (picture, self.title, self.about):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.column.insertWidget(0, picture)
        self.column.setContentsMargins(0, XXL, 0, 0)
        self._mirror = _FirstCard(
            "folder",
            self.tr("Set up a mirror"),
            self.tr("To S3 storage, a server or NAS over SFTP, or another disk. You need what "
                    "you sign in with there."),
        )  # fmt: skip
        self._mirror.setObjectName("set-up")
        self._mirror.clicked.connect(self.mirrorWanted)
        self._tryout = Card(
            "play",
            self.tr("Try it with a local folder"),
            self.tr("Mirrors one folder of this computer to another. Needs no account."),
        )
        self._tryout.setObjectName("try-out")
        self._tryout.clicked.connect(self.tryOutWanted)
        self._kept = _KeptServices()
        self._kept.wanted.connect(self.serviceWanted)
        for card in (self._mirror, self._tryout):
            card.setAutoDefault(True)  # Enter presses the one in focus
        self.put(self._mirror, self._tryout, self._kept)
        self._follow(controller.settings)
        controller.settingsChanged.connect(self._follow)

    def enter(self) -> None:
        self._mirror.setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow(self, settings: Settings) -> None:
        self._tryout.setVisible(NAME not in settings.mappings)
        self._kept.show_services(settings)


class _FirstCard(Card):
    """The choice that most people come for, in the colours of a primary button."""

    def _draw(self) -> None:
        theme.mark(self, kind="primary")
        light = theme.current().on_accent
        self._picture.setPixmap(icons.tinted(self._glyph, light).pixmap(self._picture.size()))
        for words in self.findChildren(QLabel):
            words.setStyleSheet(f"color: {light};")


class _KeptServices(QWidget):
    """Where a service is there already, one need not set it up again."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._names = QComboBox()
        self._names.setObjectName("kept-service")
        title = label(self.tr("Or use a ser&vice you have already"))
        title.setBuddy(self._names)
        self._names.setAccessibleName(self.tr("Service"))
        use = QPushButton(self.tr("&Use it"))
        use.setObjectName("use-service")
        use.clicked.connect(lambda: self.wanted.emit(self._names.currentData()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, XL - M, 0, 0)
        column.setSpacing(S)
        column.addWidget(title)
        line = row(self._names, use)
        line.setStretch(0, 1)
        column.addLayout(line)

    def show_services(self, settings: Settings) -> None:
        chosen = self._names.currentData()
        self._names.clear()
        for name, service in settings.services.items():
            icon = icons.symbol(kind_icon(service.type), self.palette())
            self._names.addItem(icon, name, name)
        self._names.setCurrentIndex(max(0, self._names.findData(chosen)))
        self.setVisible(bool(settings.services))
