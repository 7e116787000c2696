"""The frame of the settings dialog."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from skynet_desktop.desktop import icons, theme, tokens
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.mappings import MappingsPage
from skynet_desktop.desktop.mappings.banner import Banner
from skynet_desktop.desktop.room import open_at
from skynet_desktop.desktop.services import ServicesPage
from skynet_desktop.desktop.settings_dialog.about import AboutPage
from skynet_desktop.desktop.settings_dialog.advanced import AdvancedPage
from skynet_desktop.desktop.settings_dialog.general import GeneralPage
from skynet_desktop.desktop.settings_dialog.monitor import MonitorPage
from skynet_desktop.desktop.settings_dialog.network import NetworkPage
from skynet_desktop.desktop.settings_dialog.notifications import NotificationsPage
from skynet_desktop.desktop.settings_dialog.page import Page
from skynet_desktop.desktop.spoken import spoken

_SIZE = QSize(880, 640)
_ICON = 20


class SettingsDialog(QDialog):
    """Not modal: mirroring goes on, and so does the window. Pages are made when first shown."""

    def __init__(
        self, controller: Controller, errands: Errands, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settings-dialog")
        self.setWindowTitle(self.tr("Settings"))
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        open_at(self, _SIZE)
        self._made: dict[Place, QWidget] = {}
        self._makers: dict[Place, tuple[str, str, Callable[[], QWidget]]] = {
            Place.GENERAL: (self.tr("General"), "settings", lambda: GeneralPage(controller)),
            Place.SERVICES: (self.tr("Services"), "server", lambda: ServicesPage(controller)),
            Place.MAPPINGS: (self.tr("Mappings"), "folder", lambda: MappingsPage(controller)),
            Place.NOTIFICATIONS: (
                self.tr("Notifications"), "bell", lambda: NotificationsPage(controller)
            ),
            Place.NETWORK: (self.tr("Network"), "network", lambda: NetworkPage(controller)),
            Place.MONITOR: (self.tr("Monitor"), "monitor", lambda: MonitorPage(controller)),
            Place.ADVANCED: (
                self.tr("Advanced"), "gear", lambda: AdvancedPage(controller, errands)
            ),
            Place.ABOUT: (self.tr("About"), "info", lambda: AboutPage(controller)),
        }  # fmt: skip
        self._pages = QStackedWidget()
        self._broken = Banner("broken")
        self._build()
        theme.signals.changed.connect(self._draw_icons)
        controller.settingsBroken.connect(self._show_broken)
        controller.settingsChanged.connect(self._show_mended)

    def show_page(self, place: Place, name: str = "") -> None:
        """``name`` is the service or mapping to open there, or ""."""
        self._list.setCurrentRow(list(self._makers).index(place))
        page = self._made[place]
        if name and isinstance(page, ServicesPage):
            page.open_service(name)
        if name and isinstance(page, MappingsPage):
            page.open_mapping(name)

    def reject(self) -> None:
        """Esc, and the window's own close button. What is typed and right is applied; what is
        wrong is lost only after a question."""
        for place, page in self._made.items():
            if isinstance(page, ServicesPage | MappingsPage) and not page.may_close():
                self.show_page(place)
                return
        wrong = [
            (place, page)
            for place, page in self._made.items()
            if isinstance(page, Page) and not page.finish()
        ]
        if not wrong:
            super().reject()
            return
        place, page = wrong[0]
        self.show_page(place)
        page.finish()  # the focus goes where it is wrong
        self._ask(page)

    def _ask(self, page: Page) -> None:
        box = QMessageBox(self)
        box.setObjectName("discard")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Discard the value that is not right?"))
        box.setInformativeText(self.tr("It cannot be used as it stands. It says why."))
        discard = box.addButton(self.tr("&Discard"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("&Keep editing"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)

        def decided(button: object) -> None:
            if button is discard:
                page.discard()
                self.reject()

        box.buttonClicked.connect(decided)
        box.open()

    def _build(self) -> None:
        self._list = QListWidget()
        self._list.setObjectName("pages")
        self._list.setAccessibleName(self.tr("Pages of the settings"))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setIconSize(QSize(_ICON, _ICON))
        theme.mark(self._list, kind="sidebar")
        for place, (title, _, _) in self._makers.items():
            item = QListWidgetItem(title, self._list)
            item.setData(Qt.ItemDataRole.UserRole, place)
        self._draw_icons()
        metrics = self.fontMetrics()
        widest = max(metrics.horizontalAdvance(title) for title, _, _ in self._makers.values())
        self._list.setFixedWidth(widest + _ICON + 2 * tokens.XXL + tokens.S)
        self._list.currentItemChanged.connect(self._chosen)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        holder = QVBoxLayout()
        holder.setContentsMargins(tokens.L, 0, tokens.L, 0)
        holder.addWidget(self._broken)
        right.addLayout(holder)
        right.addWidget(self._pages, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, tokens.S, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list)
        row.addLayout(right, 1)

    @Slot(QListWidgetItem, QListWidgetItem)
    def _chosen(self, item: QListWidgetItem, _: QListWidgetItem | None = None) -> None:
        place = Place(item.data(Qt.ItemDataRole.UserRole))
        if place not in self._made:
            self._made[place] = page = self._makers[place][2]()
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(self._made[place])

    @Slot(str)
    def _show_broken(self, sentence: str) -> None:
        self._broken.say(spoken(sentence))

    @Slot()
    def _show_mended(self) -> None:
        self._broken.say("")

    @Slot()
    def _draw_icons(self) -> None:
        for row, (_, icon, _) in enumerate(self._makers.values()):
            self._list.item(row).setIcon(icons.symbol(icon, self.palette()))
