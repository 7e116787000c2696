"""Controls in a row that goes on in the next line where the window is narrow, as words do."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget


class Flow(QLayout):
    """What is hidden takes no room. From right to left where one reads so.

    Qt asks a layout for its sizes again whenever a text near it changes, and each question is
    a wait for Python's lock. Below what changes all the time, give it a widget of its own:
    Qt remembers a widget's sizes.
    """

    def __init__(self, *widgets: QWidget, space: int) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._known: dict[int, tuple[list[QRect], int]] = {}
        self._is_laid_out = False
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(space)
        for widget in widgets:
            self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        if not 0 <= index < len(self._items):
            return None
        self.invalidate()
        return self._items.pop(index)

    def invalidate(self) -> None:
        self._known.clear()
        self._is_laid_out = False
        super().invalidate()

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._places(width)[1]

    def sizeHint(self) -> QSize:
        """All in one line."""
        sizes = [item.sizeHint() for item in self._shown()]
        gaps = self.spacing() * max(0, len(sizes) - 1)
        width = sum(size.width() for size in sizes) + gaps
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        least = QSize(0, 0)
        for item in self._shown():
            least = least.expandedTo(item.minimumSize())
        return least

    def setGeometry(self, rect: QRect) -> None:
        if self._is_laid_out and rect == self.geometry():
            return
        self._is_laid_out = True
        super().setGeometry(rect)
        parent = self.parentWidget()
        direction = parent.layoutDirection() if parent else Qt.LayoutDirection.LeftToRight
        places, _ = self._places(rect.width())
        for item, place in zip(self._shown(), places, strict=True):
            moved = place.translated(rect.topLeft())
            item.setGeometry(QStyle.visualRect(direction, rect, moved))

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _places(self, width: int) -> tuple[list[QRect], int]:
        """Where each that is shown goes, in lines as high as their highest; and all's height."""
        if width in self._known:
            return self._known[width]
        places: list[QRect] = []
        left = top = line = 0
        space = self.spacing()
        for item in self._shown():
            wide, high = item.sizeHint().toTuple()
            if left and left + wide > width:
                left, top, line = 0, top + line + space, 0
            places.append(QRect(left, top, min(wide, width), high))
            left += wide + space
            line = max(line, high)
        self._known[width] = places, top + line
        return self._known[width]
