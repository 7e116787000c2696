"""Settings > Mappings: which folder goes where."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from skynet_desktop.desktop.controller import Controller, Place
from skynet_desktop.desktop.mappings.banner import Banner
from skynet_desktop.desktop.mappings.delegate import MappingDelegate
from skynet_desktop.desktop.mappings.dialog import MappingDialog
from skynet_desktop.desktop.mappings.model import MappingRow, MappingsModel
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.tokens import XL, L, M, S
from skynet_desktop.settings import Settings, store


class MappingsPage(QWidget):
    """Follows the settings and the mappings' states by itself."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._dialog: MappingDialog | None = None
        self.model = MappingsModel()
        self._build()
        controller.settingsChanged.connect(self._show)
        controller.snapshotChanged.connect(self.model.follow)
        self._show(controller.settings)

    # --- what others ask for ------------------------------------------------------------

    def open_mapping(self, name: str) -> None:
        """Edit this one; one that is not there any more opens nothing."""
        row = self.model.row_of(name)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))
            self._edit()

    def add(self) -> None:
        self._open(MappingDialog(self._controller, None, self.window()))

    def may_close(self) -> bool:
        """Whether nothing that was entered would be lost; if something would, it is shown."""
        if self._dialog is not None and self._dialog.editor.is_changed:
            self._dialog.raise_()
            self._dialog.reject()  # which asks
            return False
        return True

    # --- the buttons --------------------------------------------------------------------

    def _edit(self) -> None:
        row = self._current()
        if row is not None:
            self._open(MappingDialog(self._controller, row.mapping, self.window()))

    def _open(self, dialog: MappingDialog) -> None:
        if self._dialog is not None:
            dialog.deleteLater()
            self._dialog.raise_()
            return
        self._dialog = dialog
        dialog.finished.connect(self._on_closed)
        dialog.open()

    def _remove(self) -> None:
        row = self._current()
        if row is None:
            return
        name = row.mapping.name
        box = QMessageBox(self.window())
        box.setObjectName("remove-mapping-question")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Stop mirroring {0}?").format(name))
        box.setInformativeText(
            self.tr("What is at the service stays there, and so does the folder.")
        )
        yes = box.addButton(self.tr("&Remove"), QMessageBox.ButtonRole.DestructiveRole)
        no = box.addButton(self.tr("&Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        box.setEscapeButton(no)
        box.buttonClicked.connect(lambda button: self._removed(name) if button is yes else None)
        box.open()

    def _removed(self, name: str) -> None:
        file = self._controller.settings_file
        self._trouble.say("")
        self._controller.change(
            lambda: store.remove_mapping(file, name),
            None,
            while_alive(self, lambda error: self._trouble.say(spoken(str(error)))),
        )

    # --- following ----------------------------------------------------------------------

    def _show(self, settings: Settings) -> None:
        before = self._current()
        self.model.show(settings, self._controller.snapshot)
        self._pages.setCurrentIndex(1 if settings.mappings else 0)
        self._add_button.setVisible(bool(settings.mappings))  # an empty page has its own
        has_service = bool(settings.services)
        self._first.setVisible(has_service)
        self._service.setVisible(not has_service)
        self._empty_words.setText(
            self.tr("A mapping mirrors one folder to one place on a service.")
            if has_service
            else self.tr("Add a service first: a mapping needs a place to go to.")
        )
        row = max(0, self.model.row_of(before.mapping.name) if before else 0)
        self.list.setCurrentIndex(self.model.index(row))
        self._enable()

    def _current(self) -> MappingRow | None:
        index = self.list.currentIndex()
        return index.data(MappingsModel.ROW) if index.isValid() else None

    def _enable(self) -> None:
        for button in (self._edit_button, self._remove_button):
            button.setEnabled(self._current() is not None)

    def _on_closed(self) -> None:
        self._dialog = None
        self.list.setFocus()

    # --- inside -------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, L, XL, L)
        column.setSpacing(M)
        heading = QLabel(self.tr("Mappings"))
        mark(heading, "title")
        self._add_button = self._button("add-mapping", self.tr("&Add…"), self.add)
        mark(self._add_button, "primary")
        head = QHBoxLayout()
        head.addWidget(heading, 1)
        head.addWidget(self._add_button)
        column.addLayout(head)
        self._trouble = Banner("trouble")
        column.addWidget(self._trouble)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty_page())
        self._pages.addWidget(self._list_page())
        column.addWidget(self._pages, 1)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(L)
        column.addStretch(1)
        title = QLabel(self.tr("Nothing is mirrored yet"))
        mark(title, "heading")
        self._empty_words = QLabel()
        mark(self._empty_words, "muted")
        for label in (title, self._empty_words):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        self._first = self._button("add-first-mapping", self.tr("&Add a mapping…"), self.add)
        self._service = self._button(
            "to-services",
            self.tr("&Go to services"),
            lambda: self._controller.show(Place.SERVICES),
        )
        for button in (self._first, self._service):
            mark(button, "primary")
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(2)
        return page

    def _list_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        self.list = QListView()
        self.list.setObjectName("mappings")
        self.list.setAccessibleName(self.tr("Mappings"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(MappingDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.selectionModel().currentChanged.connect(lambda: self._enable())
        self.list.activated.connect(lambda: self._edit())
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.setSpacing(S)
        self._edit_button = self._button("edit-mapping", self.tr("&Edit…"), self._edit)
        self._remove_button = self._button("remove-mapping", self.tr("&Remove…"), self._remove)
        row.addWidget(self._edit_button)
        row.addWidget(self._remove_button)
        row.addStretch(1)
        column.addLayout(row)
        return page

    def _button(self, name: str, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button
