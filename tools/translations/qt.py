"""Qt's own texts that our windows show, for languages that Qt does not come with (Hindi)."""

from __future__ import annotations

from collections.abc import Iterator

from tools.translations.text import Text

_TEXTS = {
    "QPlatformTheme": ("OK", "&Yes", "&No", "Cancel", "Close", "Save", "Help"),
    "QWidgetTextControl": (
        "&Undo", "&Redo", "Cu&t", "&Copy", "Copy &Link Location", "&Paste", "Delete", "Select All",
    ),
    "QLineEdit": ("&Undo", "&Redo", "Cu&t", "&Copy", "&Paste", "Delete", "Select All"),
    "QTabBar": ("Scroll Left", "Scroll Right"),
    "QAbstractSpinBox": ("&Select All", "&Step up", "Step &down"),
}  # fmt: skip


def texts() -> Iterator[Text]:
    for context, sources in _TEXTS.items():
        for source in sources:
            yield Text(context, source, note="Qt's own")
