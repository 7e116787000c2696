"""Four numbers above the cards: speed, what waits, how long, what is mirrored."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from skynet_desktop.desktop import theme, words
from skynet_desktop.desktop.snapshot import Snapshot
from skynet_desktop.desktop.tokens import XS, L, M
from skynet_desktop.desktop.window.parts import column, label


class Tiles(QWidget):
    """In one row; each takes the same room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(M)
        self._speed = _Tile("speed", self.tr("Speed"))
        self._queue = _Tile("queue", self.tr("Waiting"))
        self._left = _Tile("bytes", self.tr("Left to send"))
        self._held = _Tile("held", self.tr("At the destinations"))
        for place, tile in enumerate((self._speed, self._queue, self._left, self._held)):
            layout.addWidget(tile, 0, place)
            layout.setColumnStretch(place, 1)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        self._speed.say(words.rate(snapshot.speed), "")
        self._queue.say(words.number(snapshot.queued), "")
        eta = self.tr("about {0}").format(words.duration(snapshot.eta)) if snapshot.eta else ""
        self._left.say(words.size(snapshot.bytes_left), eta)
        files = sum(view.status.files for view in snapshot.mappings)
        held = sum(view.status.bytes for view in snapshot.mappings)
        self._held.say(words.size(held), words.files(files))


class _Tile(QFrame):
    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.setObjectName(f"tile-{name}")
        self._spoken = title
        self._said: tuple[str, str] | None = None
        theme.mark(self, kind="card")
        self._value = label(kind="heading")
        self._more = label(" ", "caption")
        head = label(title, "caption")
        self.setLayout(column(head, self._value, self._more, space=XS, margins=(L, M)))

    def say(self, value: str, more: str) -> None:
        if (value, more) == self._said:
            return
        self._said = value, more
        self._value.setText(value)
        self._more.setText(more or " ")  # keeps its line, so that nothing jumps
        self.setAccessibleName(f"{self._spoken}: {value} {more}".strip())
