"""The dry run: what a mapping would do, in figures, before it does anything."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from skynet_desktop.connections.base import Connection
from skynet_desktop.desktop import icons, theme, tokens, words
from skynet_desktop.desktop.controller import Controller
from skynet_desktop.desktop.mappings.banner import Banner
from skynet_desktop.desktop.mappings.looking import Looking
from skynet_desktop.desktop.spoken import spoken
from skynet_desktop.engine.preview import Preview, estimate
from skynet_desktop.host.watch_limit import watch_limit
from skynet_desktop.settings import MappingSettings

_translate = QCoreApplication.translate

_ICON = QSize(20, 20)
_USUAL_RATE = 5_000_000.0
"""Bytes a second of a common line, where nothing was measured yet."""


class DryRun(QWidget):
    """Starts with :meth:`start`; ``finished`` carries the :class:`Preview`."""

    finished = Signal(object)
    failed = Signal(Exception)

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self._controller = controller
        self._looking = Looking(controller, self)
        self._looking.found.connect(self._show)
        self._looking.finished.connect(self._on_finished)
        self._looking.failed.connect(self._on_failed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.M)
        self._headline = QLabel()
        self._headline.setObjectName("headline")
        self._headline.setTextFormat(Qt.TextFormat.PlainText)
        self._headline.setWordWrap(True)
        theme.mark(self._headline, kind="heading")
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(self.tr("Looking at the folder"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(tokens.L)
        self._grid.setVerticalSpacing(tokens.S)
        self._grid.setColumnStretch(2, 1)
        self._rows: dict[str, tuple[QLabel, QLabel, QLabel]] = {}
        column.addWidget(self._headline)
        column.addWidget(self._busy)
        column.addLayout(self._grid)
        self._watch_words = Banner("watch-limit", "warning")
        self._trouble = Banner("service-trouble", "danger")
        column.addWidget(self._trouble)
        column.addWidget(self._watch_words)
        column.addStretch(1)

    def start(self, mapping: MappingSettings, connect: Callable[[], Connection]) -> None:
        """``connect`` makes the connection, not opened yet, on another thread."""
        self._headline.setText(self.tr("Looking at the folder and at the service…"))
        self._busy.show()
        self._watch_words.say("")
        self._trouble.say("")
        self._looking.start(mapping.local, mapping.remote, mapping.ignore, connect)

    def stop(self) -> None:
        self._looking.stop()

    def _show(self, found: Preview) -> None:
        for key, icon, title, text in _figures(found):
            self._row(key, icon, title, text)

    def _on_finished(self, found: Preview) -> None:
        self._busy.hide()
        self._show(found)
        measured = self._controller.meter.speed()
        self._headline.setText(headline(found, measured or _USUAL_RATE))
        limit = watch_limit(found.folders)
        if limit is not None and not limit.suffices:
            text = self.tr(
                "This computer watches {0} folders at most, and this one holds {1}. Those beyond "
                "are looked through again and again instead. This command raises the limit:\n{2}"
            )
            self._watch_words.say(
                text.format(words.number(limit.limit), words.number(found.folders), limit.command)
            )
        self.finished.emit(found)

    def _on_failed(self, error: Exception) -> None:
        self._busy.hide()
        self._headline.setText(self.tr("What is at the service is not known yet"))
        self._trouble.say(spoken(str(error)))
        self.failed.emit(error)

    def _row(self, key: str, icon: str, title: str, text: str) -> None:
        if key not in self._rows:
            row = len(self._rows)
            labels = (QLabel(), QLabel(title), QLabel())
            labels[0].setPixmap(icons.symbol(icon, self.palette()).pixmap(_ICON))
            labels[2].setObjectName(key)
            for column, label in enumerate(labels):
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setWordWrap(column == 2)
                self._grid.addWidget(label, row, column)
            self._rows[key] = labels
        self._rows[key][2].setText(text)


def headline(found: Preview, rate: float) -> str:
    """All in one sentence."""
    if not found.send_files:
        if found.found.files:
            return _translate("mappings", "Everything is there already. Nothing has to be sent.")
        return _translate("mappings", "The folder is empty. What comes into it will be sent.")
    parts = [
        _translate("mappings", "%n file(s) will be sent", None, found.send_files),
        words.size(found.send_bytes),
    ]
    if found.already_there.files:
        there = _translate("mappings", "%n already there", None, found.already_there.files)
        parts.append(there)
    seconds = estimate(found, rate)
    if math.isfinite(seconds) and seconds >= 5:
        parts.append(_translate("mappings", "about {0}").format(words.duration(seconds)))
    return ", ".join(parts)


def _figures(found: Preview) -> list[tuple[str, str, str, str]]:
    """Key, icon, title and text of each line worth showing."""
    lines = [
        (
            "found", "file", _translate("mappings", "In the folder"),
            _amount(found.found.files, found.found.bytes),
        ),
        (
            "there", "check", _translate("mappings", "Already there"),
            _amount(found.already_there.files, found.already_there.bytes)
            if found.listed else _translate("mappings", "not known yet"),
        ),
    ]  # fmt: skip
    for key, icon, title, count, size in (
        ("left-out", "filter", _translate("mappings", "Left out"),
         found.left_out_files, found.left_out_bytes),
        ("unreadable", "lock", _translate("mappings", "Not readable"),
         found.unreadable.files, found.unreadable.bytes),
        ("impossible", "warning", _translate("mappings", "Names the service cannot take"),
         found.impossible.files, found.impossible.bytes),
        ("special", "info", _translate("mappings", "Links and devices, never mirrored"),
         found.special.files, 0),
    ):  # fmt: skip
        if count:
            lines.append((key, icon, title, _amount(count, size)))
    return lines


def _amount(count: int, size: int) -> str:
    return f"{words.files(count)}, {words.size(size)}" if size else words.files(count)
