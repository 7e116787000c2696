"""Which folder goes where: folder, service, place there, and a live line that shows one real
file and the exact name it gets.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from skynet_desktop.core.errors import SettingsError, SkynetError
from skynet_desktop.core.filters import Filters
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.desktop import theme, tokens
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.threads import Job
from skynet_desktop.settings import MappingSettings, Settings, checks

_LOOK_MS = 300
_MOST_FOLDERS = 1_000  # that are looked through for an example


class FolderPart(QWidget):
    """``changed`` comes with every edit. Looks at the disk off the GUI thread only."""

    changed = Signal()

    def __init__(
        self,
        controller: Controller,
        *,
        with_folder: bool = True,
        with_service: bool = True,
        with_place: bool = True,
    ) -> None:
        """What is False is chosen elsewhere, and told by :meth:`set_values`."""
        super().__init__()
        self._controller = controller
        self._with_service = with_service
        self._job: Job | None = None
        self._name = ""
        self._ignore: tuple[str, ...] = ()
        self._folder = QLineEdit()
        self._folder.setObjectName("local")
        self._service = QComboBox()
        self._service.setObjectName("service")
        self._remote = QLineEdit()
        self._remote.setObjectName("remote")
        self._remote.setPlaceholderText(self.tr("the top of the service"))
        self._example = QLabel()
        self._example.setObjectName("example")
        self._example.setTextFormat(Qt.TextFormat.PlainText)
        self._example.setWordWrap(True)
        theme.mark(self._example, kind="caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.XS)
        browse = self._browse_button()
        for wanted, text, field, button in (
            (with_folder, self.tr("&Folder on this computer"), self._folder, browse),
            (with_service, self.tr("&Service"), self._service, None),
            (with_place, self.tr("&Place there"), self._remote, None),
        ):
            line = self._line(text, field, button)
            line.setVisible(wanted)
            column.addWidget(line)
        column.addWidget(self._example)
        self._example.setVisible(with_place)
        self._timer = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._fill_services(controller.settings)
        controller.settingsChanged.connect(self._fill_services)
        for signal in (self._folder.textChanged, self._remote.textChanged):
            signal.connect(self._on_changed)
        self._service.currentIndexChanged.connect(self._on_changed)

    # --- values -------------------------------------------------------------------------

    @property
    def local(self) -> str:
        text = self._folder.text().strip()
        return os.path.expanduser(text) if text else ""

    @property
    def service(self) -> str:
        return str(self._service.currentData() or "")

    @property
    def remote(self) -> str:
        return self._remote.text().strip()

    def set_values(self, local: str, service: str, remote: str) -> None:
        self._folder.setText(local)
        self.set_service(service)
        self._remote.setText(remote)

    def set_service(self, name: str) -> None:
        """Also one that the settings do not hold yet."""
        if name and self._service.findData(name) < 0:
            self._service.addItem(name, name)
        self._service.setCurrentIndex(self._service.findData(name))

    def suggest_remote(self, remote: str) -> None:
        """Only where nothing was written yet."""
        if not self._remote.text():
            self._remote.setText(remote)

    def set_mapping(self, name: str, ignore: Sequence[str]) -> None:
        """What the mapping is called and leaves out: for its check and its example."""
        self._name = name
        if tuple(ignore) != self._ignore:
            self._ignore = tuple(ignore)
            self._timer.start()

    def focus(self) -> None:
        self._folder.setFocus()

    def focus_service(self) -> None:
        self._service.setFocus()

    def stop(self) -> None:
        """End a look that is under way: the window closes."""
        self._timer.stop()
        if self._job is not None:
            self._job.forget()

    def focus_place(self) -> None:
        self._remote.setFocus()

    # --- inside -------------------------------------------------------------------------

    def _line(self, text: str, field: QWidget, button: QWidget | None) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, tokens.S)
        column.setSpacing(tokens.XS)
        label = QLabel(text)
        label.setBuddy(field)
        field.setAccessibleName(text.replace("&", ""))
        column.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(tokens.S)
        row.addWidget(field, 1)
        if button is not None:
            row.addWidget(button)
        column.addLayout(row)
        return line

    def _browse_button(self) -> QPushButton:
        button = QPushButton(self.tr("Choose…"))
        button.setObjectName("choose-folder")
        button.setAccessibleName(self.tr("Choose the folder"))
        button.setAutoDefault(False)
        button.clicked.connect(self._browse)
        return button

    def _browse(self) -> None:
        pictures = QStandardPaths.StandardLocation.PicturesLocation
        start = self.local or QStandardPaths.writableLocation(pictures)
        dialog = QFileDialog(self, self.tr("The folder to mirror"), start)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self._folder.setText(os.path.normpath(path)))
        dialog.open()

    def _fill_services(self, settings: Settings) -> None:
        chosen = self.service
        self._service.clear()
        for name in settings.services:
            self._service.addItem(name, name)
        if chosen and self._with_service:
            # One that was removed meanwhile leaves the box empty; none is put in its place.
            self._service.setCurrentIndex(self._service.findData(chosen))
        elif chosen:
            self.set_service(chosen)

    def _on_changed(self) -> None:
        self._timer.start()
        self.changed.emit()

    def _look(self) -> None:
        if self._job is not None:
            self._job.forget()
        if not self.local:
            self._say("")
            return
        settings = self._controller.settings
        mapping = MappingSettings(self._name or "new", self.local, self.service, self.remote)
        ignore = self._ignore

        def work() -> tuple[str, str] | None:
            found = example(mapping.local, mapping.remote, ignore)
            if mapping.service in settings.services:
                check(settings, mapping)
            return found

        self._job = self._controller.jobs.run(
            work, while_alive(self, self._show), while_alive(self, self._refuse)
        )

    def _show(self, found: tuple[str, str] | None) -> None:
        if found is None:
            self._say(self.tr("No file to mirror is in the folder so far."))
            return
        service = self.service or self.tr("the service")
        self._say(self.tr("{0}\nbecomes {1} on {2}").format(found[0], found[1], service))

    def _refuse(self, error: Exception) -> None:
        self._say(spoken(str(error)), "danger")

    def _say(self, words: str, tone: str = "") -> None:
        theme.mark(self._example, tone=tone)
        self._example.setText(words)


def check(settings: Settings, mapping: MappingSettings) -> None:
    """As ``checks.check_mapping``, said to somebody who looks at a form, not at a file.

    Raises :class:`SettingsError`. Looks at the disk.
    """
    plain = replace(settings, file="")
    try:
        checks.check_mapping(plain, mapping)
    except SettingsError as error:
        words = str(error)
        for key, name in (
            ("local", "The folder"), ("remote", "The place there"), ("service", "The service"),
        ):  # fmt: skip
            where = plain.where("mappings", mapping.name, key)
            if words.startswith(f"{where}: "):
                rest = words.removeprefix(f"{where}: ")
                raise SettingsError(rest[:1].upper() + rest[1:]) from None
            if words.startswith(f"{where} "):
                raise SettingsError(name + words.removeprefix(where)) from None
        raise


def example(local: str, remote: str, ignore: Sequence[str] = ()) -> tuple[str, str] | None:
    """A real file of the folder and the name it gets at the service; None in an empty one.

    Raises ``SkynetError`` where the folder cannot be mirrored like this. Looks at few files.
    """
    mapper = Mapper.of(local, remote)
    filters = Filters(ignore)
    try:
        os.scandir(local).close()
    except OSError as error:
        reason = error.strerror or str(error)
        raise SkynetError(f"The folder cannot be read: {reason}.") from None
    for folder, folders, names in islice(os.walk(local), _MOST_FOLDERS):
        below = Path(folder).relative_to(local)
        inside = [(name, (below / name).as_posix()) for name in folders]
        kept = {name for name, path in inside if not filters.ignores(path, folder=True)}
        folders[:] = sorted(kept)
        for name in sorted(names, key=lambda name: (name.startswith("."), name)):
            relative = (below / name).as_posix()
            if not filters.ignores(relative, folder=False):
                return _shown(str(Path(folder, name))), _shown(mapper.remote(relative))
    return None


def _shown(text: str) -> str:
    """Names of undecodable bytes cannot be drawn."""
    return text.encode("utf-8", "replace").decode()
