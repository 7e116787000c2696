"""Settings > Mappings: which folder goes where."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from skynet_desktop.desktop import icons, theme, tokens, words
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings.dialog import MappingDialog
from skynet_desktop.desktop.snapshot import Snapshot
from skynet_desktop.settings import Settings, store

_ICON = QSize(24, 24)


class MappingsPage(QWidget):
    """Follows settings and states by itself."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._dialog: MappingDialog | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(tokens.L, tokens.L, tokens.L, tokens.L)
        column.setSpacing(tokens.M)
        heading = QLabel(self.tr("Mappings"))
        theme.mark(heading, kind="title")
        column.addWidget(heading)
        note = QLabel(self.tr("A mapping mirrors one folder to one place on a service."))
        note.setWordWrap(True)
        theme.mark(note, kind="caption")
        column.addWidget(note)
        self._list = QListWidget()
        self._list.setObjectName("mappings")
        self._list.setAccessibleName(self.tr("Mappings"))
        self._list.setIconSize(_ICON)
        self._list.setSpacing(2)
        self._list.setWordWrap(True)
        self._list.itemActivated.connect(lambda _: self._edit())
        self._list.currentItemChanged.connect(lambda *_: self._enable())
        column.addWidget(self._list, 1)
        self._empty = QLabel()
        self._empty.setWordWrap(True)
        theme.mark(self._empty, kind="muted")
        column.addWidget(self._empty)
        column.addLayout(self._buttons())
        controller.settingsChanged.connect(self._fill)
        controller.snapshotChanged.connect(self._follow)
        self._fill(controller.settings)

    def open_mapping(self, name: str) -> None:
        """Edit this one; one that is not there any more opens nothing."""
        for row in range(self._list.count()):
            if self._list.item(row).data(Qt.ItemDataRole.UserRole) == name:
                self._list.setCurrentRow(row)
                self._edit()

    def may_close(self) -> bool:
        """Whether nothing that was entered would be lost; if something would, it is shown."""
        if self._dialog is not None and self._dialog.editor.is_changed:
            self._dialog.raise_()
            self._dialog.reject()  # which asks
            return False
        return True

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._add_button = QPushButton(self.tr("Add…"))
        theme.mark(self._add_button, kind="primary")
        self._edit_button = QPushButton(self.tr("Edit…"))
        self._remove_button = QPushButton(self.tr("Remove…"))
        for name, button, act in (
            ("add-mapping", self._add_button, self._add),
            ("edit-mapping", self._edit_button, self._edit),
            ("remove-mapping", self._remove_button, self._remove),
        ):
            button.setObjectName(name)
            button.clicked.connect(lambda _=False, act=act: act())
            row.addWidget(button)
        row.addStretch()
        return row

    # --- what is shown ------------------------------------------------------------------

    def _fill(self, settings: Settings) -> None:
        chosen = self._chosen
        self._list.clear()
        for name in settings.mappings:
            item = QListWidgetItem(icons.symbol("folder", self.palette()), "")
            item.setData(Qt.ItemDataRole.UserRole, name)
            self._list.addItem(item)
            if name == chosen:
                self._list.setCurrentItem(item)
        self._list.setVisible(bool(settings.mappings))
        self._empty.setText(
            self.tr("Nothing is mirrored yet.")
            if settings.services
            else self.tr("Add a service first: a mapping needs a place to go to.")
        )
        self._empty.setVisible(not settings.mappings)
        self._follow(self._controller.snapshot)
        self._enable()

    def _follow(self, snapshot: Snapshot) -> None:
        for row in range(self._list.count()):
            item = self._list.item(row)
            name = item.data(Qt.ItemDataRole.UserRole)
            mapping = self._controller.settings.mappings.get(name)
            if mapping is None:
                continue
            view = snapshot.find(name)
            state = words.state_name(view.state) if view else ""
            place = f"{mapping.service}: {mapping.remote}" if mapping.remote else mapping.service
            head = f"{name} · {state}" if state else name
            text = f"{head}\n{mapping.local} → {place}"
            if item.text() != text:
                item.setText(text)

    def _enable(self) -> None:
        self._add_button.setEnabled(bool(self._controller.settings.services))
        for button in (self._edit_button, self._remove_button):
            button.setEnabled(bool(self._chosen))

    @property
    def _chosen(self) -> str:
        item = self._list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    # --- the buttons --------------------------------------------------------------------

    def _add(self) -> None:
        self._open(MappingDialog(self._controller, None, self.window()))

    def _edit(self) -> None:
        mapping = self._controller.settings.mappings.get(self._chosen)
        if mapping is not None:
            self._open(MappingDialog(self._controller, mapping, self.window()))

    def _open(self, dialog: MappingDialog) -> None:
        if self._dialog is not None:
            dialog.deleteLater()
            self._dialog.raise_()
            return
        self._dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self._dialog = None

    def _remove(self) -> None:
        name = self._chosen
        box = QMessageBox(
            QMessageBox.Icon.Question,
            self.tr("Remove mapping"),
            self.tr("Stop mirroring {0}?").format(name),
            parent=self.window(),
        )
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(
            self.tr("What is at the service stays there, and so does the folder.")
        )
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("Keep it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.exec()
        if box.clickedButton() is remove:
            file = self._controller.settings_file
            self._controller.change(lambda: store.remove_mapping(file, name))
