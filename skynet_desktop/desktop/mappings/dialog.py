"""A mapping in a window of its own: edited, tried in a dry run, then saved."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.desktop import theme, tokens
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings.dry_run import DryRun
from skynet_desktop.desktop.mappings.editor import MappingEditor
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.settings import MappingSettings, checks, store

_SIZE = QSize(640, 600)


class MappingDialog(QDialog):
    """A new mapping starts only after its dry run was shown; a changed one is saved at once."""

    def __init__(
        self,
        controller: Controller,
        existing: MappingSettings | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        title = self.tr("New mapping") if existing is None else existing.name
        self.setWindowTitle(title)
        self.resize(_SIZE)
        self._controller = controller
        self._existing = existing
        self._mapping: MappingSettings | None = None
        self.editor = MappingEditor(controller, existing)
        self._dry_run = DryRun(controller)
        self._dry_run.finished.connect(lambda _: self._next.setEnabled(True))
        # A service that is away is no reason not to save: sending begins when it is back.
        self._dry_run.failed.connect(lambda _: self._next.setEnabled(True))
        self._fault = QLabel()
        self._fault.setObjectName("fault")
        self._fault.setTextFormat(Qt.TextFormat.PlainText)
        self._fault.setWordWrap(True)
        theme.mark(self._fault, kind="banner", tone="danger")
        self._fault.hide()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.editor)
        self._pages.addWidget(self._dry_run)
        column = QVBoxLayout(self)
        column.setContentsMargins(tokens.L, tokens.L, tokens.L, tokens.L)
        column.setSpacing(tokens.M)
        column.addWidget(self._pages, 1)
        column.addWidget(self._fault)
        column.addLayout(self._buttons())
        self.editor.changed.connect(self._fault.hide)
        self._show_page(0)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._back = QPushButton(self.tr("Back"))
        self._back.setObjectName("back")
        self._back.clicked.connect(lambda: self._show_page(0))
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setObjectName("cancel")
        cancel.clicked.connect(self.reject)
        self._next = QPushButton()
        self._next.setObjectName("next")
        self._next.setDefault(True)
        theme.mark(self._next, kind="primary")
        self._next.clicked.connect(self._go_on)
        row.addWidget(self._back)
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(self._next)
        return row

    def _show_page(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        self._back.setVisible(page == 1)
        if self._existing is not None:
            self._next.setText(self.tr("Save"))
        else:
            self._next.setText(self.tr("Start mirroring") if page else self.tr("Look what it does"))
        self._next.setEnabled(page == 0)
        if page == 0:
            self._dry_run.stop()

    def _go_on(self) -> None:
        self._fault.hide()
        if self._pages.currentIndex() == 1 or self._existing is not None:
            self._save()
            return
        try:
            self._mapping = mapping = self.editor.mapping()
        except SettingsError as error:
            self._refuse(error)
            return
        settings = self._controller.settings
        self._controller.jobs.run(
            lambda: checks.check_mapping(settings, mapping),
            while_alive(self, lambda _: self._try()),
            while_alive(self, self._refuse),
        )

    def _try(self) -> None:
        assert self._mapping is not None
        service = self._controller.settings.services.get(self._mapping.service)
        if service is not None:
            self._show_page(1)
            self._dry_run.start(self._mapping, lambda: self._controller.app.connect(service))

    def _save(self) -> None:
        try:
            mapping = self.editor.mapping()
        except SettingsError as error:
            self._refuse(error)
            return
        file = self._controller.settings_file
        write = store.add_mapping if self._existing is None else store.update_mapping
        self._next.setEnabled(False)
        self._controller.change(
            lambda: write(file, mapping),
            while_alive(self, self._saved),
            while_alive(self, self._refuse),
        )

    def _saved(self) -> None:
        self._mapping = None
        self.editor.stop()
        self._dry_run.stop()
        self.accept()

    def _refuse(self, error: Exception) -> None:
        self._next.setEnabled(True)
        self._fault.setText(spoken(str(error)))
        self._fault.show()

    def reject(self) -> None:
        """Nothing that was entered is lost without a question."""
        if self.editor.is_changed and not self._may_discard():
            return
        self.editor.stop()
        self._dry_run.stop()
        super().reject()

    def _may_discard(self) -> bool:
        box = QMessageBox(
            QMessageBox.Icon.Question,
            self.windowTitle(),
            self.tr("Discard what you changed here?"),
            parent=self,
        )
        discard = box.addButton(self.tr("Discard"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("Keep editing"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.exec()
        return box.clickedButton() is discard
