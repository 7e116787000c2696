"""Controls in a row that goes on in the next line where the window is narrow, as words do."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget


class _Lines(QLayout):
    """What is hidden takes no room. From right to left where one reads so."""

    def __init__(self, *widgets: QWidget, space: int) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._known: dict[int, tuple[list[QRect], int]] = {}
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
        super().invalidate()

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

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
        if rect == self.geometry():  # invalidate() forgets it
            return
        super().setGeometry(rect)
        parent = self.parentWidget()
        direction = parent.layoutDirection() if parent else Qt.LayoutDirection.LeftToRight
        places, _ = self.places(rect.width())
        for item, place in zip(self._shown(), places, strict=True):
            moved = place.translated(rect.topLeft())
            item.setGeometry(QStyle.visualRect(direction, rect, moved))

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def places(self, width: int) -> tuple[list[QRect], int]:
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


class Flow(_Lines):
    """As a layout among others: it tells how high it is when it is so wide."""

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self.places(width)[1]


class _RowLines(_Lines):
    """Those of a :class:`FlowRow`, which they make as high as they are."""

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        if row := self.parentWidget():
            row.setFixedHeight(self.places(rect.width())[1])


class FlowRow(QWidget):
    """The same as a widget, for places where texts change all the time.

    Qt asks all layouts near a changed text for their heights again, dozens of times, and each
    question to one in Python waits for Python's lock. This one's height is fixed whenever its
    width or what is in it changes, so there is nothing to ask.
    """

    def __init__(self, *widgets: QWidget, space: int) -> None:
        super().__init__()
        lines = _RowLines(*widgets, space=space)
        lines.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the height is set here
        self.setLayout(lines)
