"""Where one is, folder by folder, each of them a button that leads back to it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from skynet_desktop.desktop import theme
from skynet_desktop.desktop.flow import Flow
from skynet_desktop.desktop.tokens import XS
from skynet_desktop.desktop.window.parts import label

_LONGEST = 28  # letters of a folder's name
_MOST = 5  # folders; of a deeper place the first and the last are shown


class Crumbs(QWidget):
    """``top`` is what the whole is called."""

    wanted = Signal(str)

    def __init__(self, top: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._top = top
        self._flow = Flow(space=0)
        self.setLayout(self._flow)
        self.setAccessibleName(self.tr("Where you are"))
        probe = QToolButton(self)
        probe.setText(top or "X")
        theme.mark(probe, kind="flat")
        self._height = probe.sizeHint().height()
        probe.deleteLater()
        probe.hide()
        self.show_path("")

    def show_path(self, path: str, top: str | None = None) -> None:
        """``path`` relative to the top; "" for the top itself."""
        self._top = self._top if top is None else top
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        parts = path.split("/") if path else []
        steps = [(self._top, "")]
        steps += [(name, "/".join(parts[: n + 1])) for n, name in enumerate(parts)]
        if len(steps) > _MOST:
            steps = [steps[0], ("…", steps[-_MOST + 1][1]), *steps[-_MOST + 2 :]]
        for number, (name, place) in enumerate(steps):
            if number:
                self._flow.addWidget(self._label("›", "muted"))
            self._flow.addWidget(self._step(name, place, is_here=number == len(steps) - 1))

    def _step(self, name: str, place: str, *, is_here: bool) -> QWidget:
        short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
        if is_here:
            here = self._label(short, "heading")
            here.setObjectName("here")
            here.setToolTip(name)
            return here
        step = QToolButton(self)
        step.setObjectName(f"crumb-{place}")
        step.setText(short.replace("&", "&&"))
        step.setToolTip(place or name)
        step.setAccessibleName(self.tr("Go to {0}").format(place or name))
        theme.mark(step, kind="flat")
        step.clicked.connect(lambda: self.wanted.emit(place))
        step.show()
        return step

    def _label(self, text: str, kind: str) -> QLabel:
        """As high as a button, so that all stand in one line."""
        made = label(text, kind)
        made.setParent(self)
        made.setMinimumHeight(self._height)
        made.setContentsMargins(XS, 0, XS, 0)
        made.show()
        return made
