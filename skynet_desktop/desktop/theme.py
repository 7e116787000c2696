"""How the application looks: light or dark, as the person or the system wants it.

``apply(app, appearance)`` once at start and again when the setting changes; it follows the
system while the appearance is ``"system"``. Painters ask ``current()`` for the ``Tokens``
(see ``tokens``: colours, ``SPACE``, radii, ``FONT_SCALE``, ``tone(name)``, ``state(state)``)
and repaint on ``signals.changed``. Widgets say what they are by two dynamic properties, best
set with ``mark(widget, kind=..., tone=...)``:

    QPushButton    kind: primary danger flat (none: secondary)
    QToolButton    kind: flat
    QCheckBox      kind: switch
    QListView      kind: sidebar (navigation at the left)
    QFrame         kind: card, line (a divider), banner (with a tone)
    QLabel         kind: display title heading strong muted caption, pill (with a tone); tone alone
    QProgressBar   tone (none: accent)
    inputs         tone: danger (the value is refused)
    QWidget        kind: page (the content of a QScrollArea, transparent)

Tones: info, success, warning, danger, neutral. A table is made comfortable by
``dress_table``, a spin box or time edit by ``dress_spin_box``. Call ``mark(view)`` before a
list is filled: Qt lays rows out once, and knows their padding only then. For the GUI thread
alone.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QLabel,
    QTableView,
    QWidget,
)

from skynet_desktop.desktop import stylesheet
from skynet_desktop.desktop.tokens import DARK, LIGHT, L, S, Tokens
from skynet_desktop.host import resources

APPEARANCES: Final = ("system", "light", "dark")


class Theme(QObject):
    """What is in use; there is one, behind ``apply``, ``current`` and ``signals``."""

    changed = Signal()
    """The colours are others now; ask ``current()``."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT
        self._app: QApplication | None = None
        self._appearance = "system"
        self._dressed: tuple[Tokens, float] | None = None

    def apply(self, app: QApplication, appearance: str) -> None:
        if appearance not in APPEARANCES:
            raise ValueError(f"no such appearance: {appearance}")
        self._appearance = appearance
        if app is not self._app:
            self._app = app
            QDir.setSearchPaths("skynet", [str(resources.path("icons"))])
            app.setStyle("Fusion")
            app.styleHints().colorSchemeChanged.connect(self._dress)
        # Tells the system too, so that the window's frame and native dialogs match.
        app.styleHints().setColorScheme(_SCHEMES[appearance])
        self._dress()

    def _dress(self) -> None:
        """Palette and sheet, if they would be others than those in use."""
        app = self._app
        assert app is not None
        self.tokens = DARK if self._is_dark(app) else LIGHT
        points = QFontInfo(app.font()).pointSizeF()
        if self._dressed == (self.tokens, points):
            return
        self._dressed = (self.tokens, points)
        app.setPalette(palette(self.tokens))
        app.setStyleSheet(stylesheet.build(self.tokens, points))
        self.changed.emit()

    def _is_dark(self, app: QApplication) -> bool:
        if self._appearance == "system":
            return _scheme(app) is Qt.ColorScheme.Dark
        return self._appearance == "dark"


def _scheme(app: QApplication) -> Qt.ColorScheme:
    return app.styleHints().colorScheme()


_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}
signals: Final = Theme()


def apply(app: QApplication, appearance: str) -> None:
    """Dress the application: "system" (followed live), "light" or "dark", at any time.

    Raises ``ValueError`` for another word.
    """
    signals.apply(app, appearance)


def current() -> Tokens:
    """The tokens in use; light before the first ``apply``."""
    return signals.tokens


def mark(widget: QWidget, kind: str | None = None, tone: str | None = None) -> None:
    """Say what a widget is; None leaves a property as it is, "" takes it away."""
    for name, value in (("kind", kind), ("tone", tone)):
        if value is not None:
            widget.setProperty(name, value)
    style = widget.style()
    for each in (widget, *widget.findChildren(QLabel)):
        style.unpolish(each)
        style.polish(each)


def dress_table(view: QTableView) -> None:
    """Quiet and comfortable: whole rows, no grid, air above and below the text."""
    view.setShowGrid(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setWordWrap(False)
    view.verticalHeader().hide()
    view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + L)
    header = view.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)


def dress_spin_box(box: QAbstractSpinBox) -> None:
    """Keep the text off the edge: a spin box takes no left padding from a sheet."""
    box.lineEdit().setTextMargins(S, 0, S, 0)


def palette(tokens: Tokens) -> QPalette:
    """Every role, also for what is disabled; for what the sheet does not reach."""
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.window,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.on_accent,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent_text,
        role.LinkVisited: tokens.accent_text,
        role.ToolTipBase: tokens.tooltip,
        role.ToolTipText: tokens.tooltip_text,
        role.Light: tokens.surface,
        role.Midlight: tokens.hover,
        role.Mid: tokens.border,
        role.Dark: tokens.outline,
        role.Shadow: "#000000",
    }
    faded = {
        role.WindowText: tokens.disabled,
        role.Text: tokens.disabled,
        role.PlaceholderText: tokens.disabled,
        role.ButtonText: tokens.disabled,
        role.Base: tokens.window,
        role.Button: tokens.window,
        role.Highlight: tokens.border,
        role.HighlightedText: tokens.muted,
        role.Accent: tokens.disabled,
        role.Link: tokens.disabled,
        role.LinkVisited: tokens.disabled,
    }
    made = QPalette()
    for each, colour in colours.items():
        made.setColor(QPalette.ColorGroup.All, each, QColor(colour))
    for each, colour in faded.items():
        made.setColor(QPalette.ColorGroup.Disabled, each, QColor(colour))
    return made
