"""Which folder, how much is in it, and whether this computer can watch all of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel

from skynet_desktop.desktop import theme, words
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings.folder_part import FolderPart, example
from skynet_desktop.desktop.mappings.looking import Looking
from skynet_desktop.desktop.services.alive import while_alive
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.desktop.tokens import M
from skynet_desktop.desktop.window.parts import label
from skynet_desktop.desktop.wizard.page import Page
from skynet_desktop.engine.preview import Preview
from skynet_desktop.host.watch_limit import watch_limit

_LOOK_MS = 400


class FolderPage(Page):
    def __init__(self, controller: Controller) -> None:
        super().__init__(
            self.tr("Which folder?"),
            self.tr("With everything in it. Nothing in this folder is ever changed."),
        )
        self._controller = controller
        self._part = FolderPart(controller, with_service=False, with_place=False)
        self._part.changed.connect(self._on_changed)
        self._amount = label(name="amount", wraps=True)
        self._limit = _Banner()
        self.put(self._part, self._amount, self._limit)
        self._looking = Looking(controller, self)
        self._looking.found.connect(self._show)
        self._looking.finished.connect(self._on_finished)
        self._looking.failed.connect(self._fail)
        self._timer = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self.is_ready = False

    @property
    def local(self) -> str:
        return self._part.local

    def enter(self) -> None:
        self._part.focus()
        if self.local:
            self._look()

    def leave(self) -> None:
        self._timer.stop()
        self._looking.stop()

    def go_on(self) -> None:
        """A large folder is still being counted: that is no reason to wait."""
        local = self.local
        self._set_ready(False)
        self._controller.jobs.run(
            lambda: example(local, ""),
            while_alive(self, lambda _: self._found(local)),
            while_alive(self, self._fail),
        )

    def _found(self, local: str) -> None:
        self._set_ready(True)
        if local == self.local and self.isVisible():
            self.wentOn.emit()

    def _on_changed(self) -> None:
        self._looking.stop()
        self._say("")
        self._limit.hide()
        self._timer.start()
        self._set_ready(bool(self.local))

    def _look(self) -> None:
        if self.local:
            self._say(self.tr("Counting…"))
            self._looking.start(self.local)

    def _show(self, found: Preview) -> None:
        if self._looking.is_under_way:
            self._say(self.tr("{0} so far…").format(_amount(found)))

    def _on_finished(self, found: Preview) -> None:
        if found.found.files:
            self._say(self.tr("{0} in this folder.").format(_amount(found)))
        else:
            self._say(self.tr("The folder is empty so far."))
        limit = watch_limit(found.folders)
        if limit is not None and not limit.suffices:
            text = self.tr(
                "This computer watches {0} folders at most, and this one holds {1}. Those beyond "
                "are looked through again and again instead. This command raises the limit:\n{2}"
            )
            self._limit.say(
                text.format(words.number(limit.limit), words.number(found.folders), limit.command)
            )

    def _fail(self, error: Exception) -> None:
        self._say(spoken(str(error)), "danger")
        self._set_ready(bool(self.local))

    def _say(self, text: str, tone: str = "") -> None:
        self._amount.setText(text)
        theme.mark(self._amount, tone=tone)

    def _set_ready(self, ready: bool) -> None:
        self.is_ready = ready
        self.changed.emit()


class _Banner(QLabel):
    """Text that a person may want to copy."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("watch-limit")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setMargin(M)
        theme.mark(self, kind="banner", tone="warning")
        self.hide()

    def say(self, text: str) -> None:
        self.setText(text)
        self.show()


def _amount(found: Preview) -> str:
    return f"{words.files(found.found.files)}, {words.size(found.found.bytes)}"
