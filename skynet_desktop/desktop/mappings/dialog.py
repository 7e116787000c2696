"""A mapping in a window of its own: edited, tried in a dry run, then saved."""

from __future__ import annotations

from dataclasses import fields, replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.desktop import theme, tokens
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings.banner import Banner
from skynet_desktop.desktop.mappings.dry_run import DryRun
from skynet_desktop.desktop.mappings.editor import MappingEditor
from skynet_desktop.desktop.mappings.folder_part import check
from skynet_desktop.desktop.room import open_at
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.settings import MappingSettings, store

_SIZE = QSize(680, 640)


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
        open_at(self, _SIZE)
        self._controller = controller
        self._existing = existing
        self._mapping: MappingSettings | None = None
        self.editor = MappingEditor(controller, existing)
        self._dry_run = DryRun(controller)
        self._dry_run.finished.connect(lambda _: self._next.setEnabled(True))
        # A service that is away is no reason not to save: sending begins when it is back.
        self._dry_run.failed.connect(lambda _: self._next.setEnabled(True))
        self._fault = Banner("fault")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.editor)
        self._pages.addWidget(self._dry_run)
        column = QVBoxLayout(self)
        column.setContentsMargins(tokens.L, tokens.L, tokens.L, tokens.L)
        column.setSpacing(tokens.M)
        column.addWidget(self._pages, 1)
        column.addWidget(self._fault)
        column.addLayout(self._buttons())
        self.editor.changed.connect(lambda: self._fault.say(""))
        self._show_page(0)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(tokens.S)
        self._back = QPushButton(self.tr("&Back"))
        self._back.setObjectName("back")
        self._back.clicked.connect(lambda: self._show_page(0))
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setObjectName("cancel")
        cancel.clicked.connect(self.reject)
        self._next = QPushButton()
        self._next.setObjectName("next")
        for button in (self._back, cancel, self._next):
            button.setAutoDefault(False)
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
            self._next.setText(self.tr("Sa&ve"))
        else:
            self._next.setText(self.tr("S&tart mirroring") if page else self.tr("Ne&xt: a dry run"))
        self._next.setEnabled(page == 0)
        if page == 0:
            self._dry_run.stop()
            self.editor.setFocus()

    def _go_on(self) -> None:
        self._fault.say("")
        if self._pages.currentIndex() == 1 or self._existing is not None:
            self._save()
            return
        try:
            self._mapping = mapping = self.editor.mapping()
        except SettingsError as error:
            self._refuse(error)
            return
        settings = self._controller.settings
        self._next.setEnabled(False)
        self._controller.jobs.run(
            lambda: check(settings, mapping),
            while_alive(self, lambda _: self._try()),
            while_alive(self, self._refuse),
        )

    def _try(self) -> None:
        assert self._mapping is not None
        service = self._controller.settings.services.get(self._mapping.service)
        if service is None:
            self._refuse(SettingsError("The service was removed meanwhile. Choose another one."))
            return
        app = self._controller.app
        self._show_page(1)
        self._dry_run.start(self._mapping, lambda: app.connect(service))

    def _save(self) -> None:
        try:
            mapping = self.editor.mapping()
        except SettingsError as error:
            self._refuse(error)
            return
        settings, existing = self._controller.settings, self._existing
        file = self._controller.settings_file

        def change() -> object:
            if existing is None:
                return store.add_mapping(file, mapping)
            present = store.load(file).mappings.get(existing.name)
            if present is None:
                raise SettingsError(
                    "This mapping was removed meanwhile. Close this window and add it anew."
                )
            merged = merge(existing, mapping, present)
            check(settings, merged)
            return store.update_mapping(file, merged)

        self._next.setEnabled(False)
        self._controller.change(
            change, while_alive(self, self._saved), while_alive(self, self._refuse)
        )

    def _saved(self) -> None:
        self._mapping = None
        self.editor.stop()
        self._dry_run.stop()
        self.accept()

    def _refuse(self, error: Exception) -> None:
        self._next.setEnabled(True)
        self._fault.say(spoken(str(error)))

    def reject(self) -> None:
        """Esc, Cancel and the window's own close button: nothing that was entered is lost
        without a question."""
        if not self.editor.is_changed:
            self._leave()
            return
        box = QMessageBox(self)
        box.setObjectName("discard")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Discard changes?"))
        box.setInformativeText(self.tr("What you entered here has not been saved."))
        discard = box.addButton(self.tr("&Discard"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("&Keep editing"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.buttonClicked.connect(lambda button: self._leave() if button is discard else None)
        box.open()

    def _leave(self) -> None:
        self.editor.stop()
        self._dry_run.stop()
        super().reject()


def merge(
    before: MappingSettings, edited: MappingSettings, present: MappingSettings
) -> MappingSettings:
    """What was edited here, on top of what was changed elsewhere meanwhile (a pause, say)."""
    names = [field.name for field in fields(MappingSettings)]
    edits = {n: getattr(edited, n) for n in names if getattr(edited, n) != getattr(before, n)}
    return replace(present, **edits)
