"""Settings > Services: which there are, and all that can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
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

from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.services.delegate import ServiceDelegate
from skynet_desktop.desktop.services.dialog import ServiceDialog, TestDialog
from skynet_desktop.desktop.services.model import ServiceRow, ServicesModel, described, state_of
from skynet_desktop.desktop.services.secrets import remove
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.threads import Job
from skynet_desktop.desktop.tokens import XL, L, M, S


class ServicesPage(QWidget):
    """Follows the settings and the mappings' states by itself."""

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._dialog: ServiceDialog | TestDialog | None = None
        self._wanted = ""
        self._looking: Job | None = None
        self.model = ServicesModel()
        self._build()
        controller.settingsChanged.connect(self._look)
        controller.snapshotChanged.connect(self.model.follow)
        self._look()

    # --- what others ask for ------------------------------------------------------------

    def open_service(self, name: str) -> None:
        """Edit this service with the cursor in its password field, as a click on a message
        about it wants. A name that is not there any more opens nothing."""
        service = self._controller.settings.services.get(name)
        if service is None:
            return
        self._select(name)
        if dialog := self._edit(name):
            dialog.editor.focus_secret()

    def add(self) -> None:
        self._open_editor(ServiceDialog(self._controller, parent=self.window()))

    def may_close(self) -> bool:
        """Whether nothing that was entered would be lost; if something would, it is shown."""
        dialog = self._dialog
        if isinstance(dialog, ServiceDialog) and dialog.editor.is_changed:
            dialog.raise_()
            dialog.reject()  # which asks
            return False
        return True

    # --- the buttons --------------------------------------------------------------------

    def _edit(self, name: str, option: str = "") -> ServiceDialog | None:
        if self._dialog is not None:
            self._dialog.raise_()
            return None
        service = self._controller.settings.services[name]
        dialog = ServiceDialog(self._controller, service, self.window())
        self._open_editor(dialog)
        if option:
            dialog.editor.focus_on(option)
        return dialog

    def _open_editor(self, dialog: ServiceDialog) -> None:
        dialog.saved.connect(self._on_saved)
        self._open(dialog)

    def _open(self, dialog: ServiceDialog | TestDialog) -> None:
        self._dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._on_closed)
        dialog.open()

    def _test(self) -> None:
        row = self._current()
        if row is None:
            return
        name = row.service.name
        dialog = TestDialog(self._controller, row.service, self.window())
        dialog.fieldWanted.connect(lambda option: self._edit(name, option))
        self._open(dialog)

    def _remove(self) -> None:
        row = self._current()
        if row is None:
            return
        name = row.service.name
        box = QMessageBox(self.window())
        box.setObjectName("remove-service")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        if row.users:
            box.setIcon(QMessageBox.Icon.Information)
            box.setText(self.tr("{0} is still in use.").format(name))
            box.setInformativeText(
                self.tr("Remove these mappings first, or give them another service:")
                + "\n\n"
                + "\n".join(row.users)
            )
            box.addButton(QMessageBox.StandardButton.Ok)
        else:
            box.setIcon(QMessageBox.Icon.Question)
            box.setText(self.tr("Remove {0}?").format(name))
            box.setInformativeText(
                self.tr(
                    "Its password or keys are deleted from the keyring too. Files that were sent "
                    "there stay where they are."
                )
            )
            yes = box.addButton(self.tr("&Remove"), QMessageBox.ButtonRole.DestructiveRole)
            no = box.addButton(self.tr("&Keep"), QMessageBox.ButtonRole.RejectRole)
            box.setDefaultButton(no)
            box.setEscapeButton(no)
            box.buttonClicked.connect(lambda button: self._removed(name) if button is yes else None)
        box.open()

    def _removed(self, name: str) -> None:
        app = self._controller.app
        self._say("")
        self._controller.change(lambda: remove(app, name), None, while_alive(self, self._refused))

    def _refused(self, error: Exception) -> None:
        self._say(spoken(str(error)))
        self._controller.reload()  # the service may be gone all the same

    # --- following ----------------------------------------------------------------------

    def _look(self) -> None:
        app, settings = self._controller.app, self._controller.settings
        if self._looking is not None:
            self._looking.forget()  # or what it saw before could come after what is seen now
        self._looking = self._controller.jobs.run(
            lambda: described(app, settings), while_alive(self, self._show)
        )

    def _show(self, rows: Sequence[ServiceRow]) -> None:
        before = self._current()
        snapshot = self._controller.snapshot
        self.model.set_rows(
            [replace(row, state=state_of(row.service.name, snapshot)) for row in rows]
        )
        self._pages.setCurrentIndex(1 if rows else 0)
        self._add_button.setVisible(bool(rows))  # an empty page has one of its own
        self._select(self._wanted or (before.service.name if before else ""))
        self._wanted = ""
        self._enable()

    def _select(self, name: str) -> None:
        row = max(0, self.model.row_of(name))
        self.list.setCurrentIndex(self.model.index(row))

    def _current(self) -> ServiceRow | None:
        index = self.list.currentIndex()
        return index.data(ServicesModel.ROW) if index.isValid() else None

    def _on_saved(self, name: str) -> None:
        self._wanted = name
        self._look()

    def _on_closed(self) -> None:
        self._dialog = None
        self.list.setFocus()

    def _enable(self) -> None:
        row = self._current()
        for button in (self._edit_button, self._test_button, self._remove_button):
            button.setEnabled(row is not None)
        self._password_button.setEnabled(row is not None and row.needs_secrets)

    # --- inside -------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(XL, L, XL, L)
        column.setSpacing(M)
        heading = QLabel(self.tr("Services"))
        mark(heading, "title")
        self._add_button = self._button("add", self.tr("&Add…"), self.add)
        mark(self._add_button, "primary")
        head = QHBoxLayout()
        head.addWidget(heading, 1)
        head.addWidget(self._add_button)
        column.addLayout(head)
        self._trouble = QLabel()
        self._trouble.setObjectName("trouble")
        self._trouble.setTextFormat(Qt.TextFormat.PlainText)
        self._trouble.setWordWrap(True)
        mark(self._trouble, tone="danger")
        self._trouble.hide()
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
        title = QLabel(self.tr("No service yet"))
        mark(title, "heading")
        words = QLabel(
            self.tr("A service is a place your files go to: a bucket, a server, another disk.")
        )
        mark(words, "muted")
        for label in (title, words):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        add = self._button("add-first", self.tr("&Add a service…"), self.add)
        mark(add, "primary")
        column.addWidget(add, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(2)
        return page

    def _list_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        self.list = QListView()
        self.list.setObjectName("services")
        self.list.setAccessibleName(self.tr("Services"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(ServiceDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.selectionModel().currentChanged.connect(lambda: self._enable())
        self.list.activated.connect(lambda: self._with_current(self._edit))
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.setSpacing(S)
        self._edit_button = self._button(
            "edit", self.tr("&Edit…"), lambda: self._with_current(self._edit)
        )
        self._test_button = self._button("test", self.tr("&Test…"), self._test)
        self._password_button = self._button(
            "password", self.tr("Change &password…"), lambda: self._with_current(self.open_service)
        )
        self._remove_button = self._button("remove", self.tr("&Remove…"), self._remove)
        for button in (
            self._edit_button,
            self._test_button,
            self._password_button,
            self._remove_button,
        ):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        return page

    def _with_current(self, act: Callable[[str], object]) -> None:
        if row := self._current():
            act(row.service.name)

    def _button(self, name: str, text: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: act())
        return button

    def _say(self, words: str) -> None:
        self._trouble.setText(words)
        self._trouble.setVisible(bool(words))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()
