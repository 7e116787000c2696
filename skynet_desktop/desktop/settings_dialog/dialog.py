"""The frame of the settings dialog."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QWidget,
)

from skynet_desktop.desktop import icons, theme
from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.errands import Errands
from skynet_desktop.desktop.mappings import MappingsPage
from skynet_desktop.desktop.services import ServicesPage
from skynet_desktop.desktop.settings_dialog.about import AboutPage
from skynet_desktop.desktop.settings_dialog.advanced import AdvancedPage
from skynet_desktop.desktop.settings_dialog.general import GeneralPage
from skynet_desktop.desktop.settings_dialog.network import NetworkPage
from skynet_desktop.desktop.settings_dialog.notifications import NotificationsPage

_SIZE = QSize(860, 620)


class SettingsDialog(QDialog):
    """Not modal: mirroring goes on, and so does the window. Pages are made when first shown."""

    def __init__(
        self, controller: Controller, errands: Errands, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.resize(_SIZE)
        self._made: dict[Place, QWidget] = {}
        self._makers: dict[Place, tuple[str, str, Callable[[], QWidget]]] = {
            Place.GENERAL: (self.tr("General"), "settings", lambda: GeneralPage(controller)),
            Place.SERVICES: (self.tr("Services"), "server", lambda: ServicesPage(controller)),
            Place.MAPPINGS: (self.tr("Mappings"), "folder", lambda: MappingsPage(controller)),
            Place.NOTIFICATIONS: (
                self.tr("Notifications"), "bell", lambda: NotificationsPage(controller)
            ),
            Place.NETWORK: (self.tr("Network"), "network", lambda: NetworkPage(controller)),
            Place.ADVANCED: (
                self.tr("Advanced"), "gear", lambda: AdvancedPage(controller, errands)
            ),
            Place.ABOUT: (self.tr("About"), "info", lambda: AboutPage(controller)),
        }  # fmt: skip
        self._list = QListWidget()
        self._list.setObjectName("pages")
        self._list.setAccessibleName(self.tr("Pages of the settings"))
        theme.mark(self._list, kind="sidebar")
        self._pages = QStackedWidget()
        for place, (title, _, _) in self._makers.items():
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, place)
            self._list.addItem(item)
        self._draw_icons()
        theme.signals.changed.connect(self._draw_icons)
        self._list.setFixedWidth(
            self._list.sizeHintForColumn(0) + 4 * self._list.iconSize().width()
        )
        self._list.currentItemChanged.connect(self._chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list)
        row.addWidget(self._pages, 1)

    def show_page(self, place: Place, name: str = "") -> None:
        """``name`` is the service or mapping to open there, or ""."""
        self._list.setCurrentRow(list(self._makers).index(place))
        page = self._made[place]
        if name and isinstance(page, ServicesPage):
            page.open_service(name)
        if name and isinstance(page, MappingsPage):
            page.open_mapping(name)

    @Slot(QListWidgetItem, QListWidgetItem)
    def _chosen(self, item: QListWidgetItem, _: QListWidgetItem | None = None) -> None:
        place = Place(item.data(Qt.ItemDataRole.UserRole))
        if place not in self._made:
            self._made[place] = page = self._makers[place][2]()
            self._pages.addWidget(page)
        self._pages.setCurrentWidget(self._made[place])

    @Slot()
    def _draw_icons(self) -> None:
        for row, (_, icon, _) in enumerate(self._makers.values()):
            self._list.item(row).setIcon(icons.symbol(icon, self.palette()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Pages keep what is written; an editor within one asks before it loses anything."""
        asking = [page for page in self._made.values() if hasattr(page, "may_close")]
        if all(page.may_close() for page in asking):
            event.accept()
        else:
            event.ignore()
