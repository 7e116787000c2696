"""How thoroughly to verify, as a menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget


class VerifyMenu(QMenu):
    """``verify`` is called with whether everything is to be read back."""

    def __init__(self, verify: Callable[[bool], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for text, deep in (
            (self.tr("&Quick: sizes, times and checksums"), False),
            (self.tr("&Read everything back, as long as a download takes"), True),
        ):
            self.addAction(text).triggered.connect(lambda _=False, deep=deep: verify(deep))
