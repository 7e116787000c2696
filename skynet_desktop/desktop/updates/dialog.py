"""What is new in newer versions, and the way to the download. Installs nothing."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from skynet_desktop.desktop import theme, translations, words
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings.banner import Banner
from skynet_desktop.desktop.room import open_at
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import XL, XS, L, M, S
from skynet_desktop.desktop.updates import wording
from skynet_desktop.desktop.window.parts import button, column, label, row
from skynet_desktop.host import opening
from skynet_desktop.updates import Release, download_for, this_computer

_SIZE = QSize(600, 560)


class UpdateDialog(QDialog):
    """Follows what is known while it is open."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("update")
        self.setWindowTitle(self.tr("New version"))
        open_at(self, _SIZE)
        self._controller = controller
        self._url = ""
        self._headline = label(kind="heading", name="update-headline", wraps=True)
        self._have = label(kind="muted", name="update-have", wraps=True)
        self._urgent = Banner("update-urgent", "warning")
        self._trouble = Banner("update-trouble")
        self._notes = QVBoxLayout()
        self._notes.setSpacing(L)
        self._file = label(kind="caption", name="update-file", wraps=True)
        self._file.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._download = button("", "download", "external-link", "primary")
        self._download.clicked.connect(self._open)
        self._skip = button("", "skip")
        self._skip.clicked.connect(lambda: controller.updates.skip(not self._is_skipped))
        close = button(self.tr("&Close"), "close")
        close.clicked.connect(self.reject)
        layout = column(self._headline, self._have, self._urgent, self._trouble, self._scroll(),
                        self._file, space=M, margins=(XL, L))  # fmt: skip
        layout.setStretch(4, 1)
        buttons = row(self._download, self._skip, close)
        buttons.insertStretch(2)
        layout.addLayout(buttons)
        self.setLayout(layout)
        controller.updates.changed.connect(self._show)
        controller.updates.seen()
        self._show()
        (close if self._download.isHidden() else self._download).setFocus()

    @property
    def _is_skipped(self) -> bool:
        return self._controller.updates.known.skipped

    def _scroll(self) -> QScrollArea:
        content = QWidget()
        theme.mark(content, kind="page")
        inside = column(margins=(0, S))
        inside.addLayout(self._notes)
        inside.addStretch(1)
        content.setLayout(inside)
        made = QScrollArea()
        made.setObjectName("notes")
        made.setAccessibleName(self.tr("What is new"))
        made.setWidgetResizable(True)
        made.setFrameShape(QFrame.Shape.NoFrame)
        made.setWidget(content)
        return made

    @Slot()
    def _show(self) -> None:
        known = self._controller.updates.known
        news = known.news
        newest = news.newest if news else None
        self._headline.setText(wording.headline(news) if news else wording.standing(known))
        running = self._controller.updates.checker.running
        self._have.setText(self.tr("You have version {0}.").format(running))
        self._urgent.say(wording.warning(news) if news else "")
        self._fill(news.releases if news else ())
        self._offer(newest)
        self._download.setVisible(news is not None)
        self._skip.setVisible(newest is not None)
        self._skip.setText(
            self.tr("Do not &skip it") if self._is_skipped else self.tr("&Skip this version")
        )

    def _fill(self, releases: tuple[Release, ...]) -> None:
        while (item := self._notes.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for release in releases:
            self._notes.addWidget(_ReleaseNotes(release, translations.in_use()))

    def _offer(self, newest: Release | None) -> None:
        """The file for this computer; else the page where all are."""
        source = self._controller.updates.checker.source
        file = download_for(newest, this_computer()) if newest else None
        self._url = file.url if file else source.page if source else ""
        if file is None:
            self._download.setText(self.tr("&Open the page of downloads"))
            self._file.setText("")
        else:
            self._download.setText(self.tr("&Download"))
            said = self.tr("{0}, {1}. Your browser fetches it; Skynet installs nothing by itself.")
            self._file.setText(
                f"{said.format(file.name, words.size(file.size))}\nSHA-256: {file.sha256}"
            )
        self._file.setVisible(file is not None)

    def _open(self) -> None:
        url = self._url
        self._controller.jobs.run(
            lambda: opening.open_address(url),
            while_alive(self, lambda _: self._trouble.say("")),
            while_alive(self, lambda error: self._trouble.say(spoken(str(error)))),
        )


class _ReleaseNotes(QWidget):
    """One release: plain text, whatever is in it."""

    def __init__(self, release: Release, language: str) -> None:
        super().__init__()
        day = words.day(release.date)
        heading = label(self.tr("Version {0}").format(release.version), "strong")
        layout = column(heading, label(day, "caption"), space=XS)
        for note in release.notes_in(language):
            layout.addLayout(_point(note))
        self.setLayout(layout)


def _point(note: str) -> QHBoxLayout:
    dot = label("•")
    dot.setAlignment(Qt.AlignmentFlag.AlignTop)
    said = label(note, wraps=True)
    said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made = row(dot, said)
    made.setStretch(1, 1)
    return made
