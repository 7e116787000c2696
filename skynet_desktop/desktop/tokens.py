"""The values of the look: colours, distances, radii, sizes of type. Qt-free, so easy to test.

Every text colour reaches WCAG AA (4.5:1) on each background it is meant for, borders of
inputs and focus rings 3:1. Distances are logical pixels; type is relative to the system's font.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from skynet_desktop.core.events import State

SPACE: Final = (4, 8, 12, 16, 24, 32)
"""The scale of distances; XS to XXL are its names."""
XS, S, M, L, XL, XXL = SPACE

RADIUS_SMALL: Final = 4
RADIUS: Final = 6
RADIUS_CARD: Final = 10

FONT_SCALE: Final = {"caption": 0.9, "body": 1.0, "heading": 1.2, "title": 1.55, "display": 2.0}
"""Factors of the system font's size, by a label's ``kind``."""


@dataclass(frozen=True, slots=True)
class Tone:
    """One meaning: ``text`` to read, ``soft`` to lie behind it, ``fill`` for bars and dots."""

    text: str
    soft: str
    fill: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """All colours of one scheme, as ``#rrggbb``."""

    dark: bool
    window: str
    """Behind everything."""
    surface: str
    """Cards, inputs, tables, menus."""
    sunken: str
    """Headers of tables, tracks of bars, what lies lower."""
    hover: str
    pressed: str
    border: str
    """Quiet lines between things."""
    edge: str
    """Edges of quiet buttons."""
    outline: str
    """Edges of inputs and unchecked boxes: 3:1."""
    text: str
    muted: str
    disabled: str
    accent: str
    """Fill of what matters most; carries ``on_accent``."""
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_text: str
    """The accent as text, link or focus ring."""
    selection: str
    """A chosen row; carries ``text``."""
    tooltip: str
    tooltip_text: str
    danger_fill: str
    danger_hover: str
    danger_pressed: str
    info: Tone
    success: Tone
    warning: Tone
    danger: Tone
    neutral: Tone

    def tone(self, name: str) -> Tone:
        """By name: info, success, warning, danger or neutral. Raises ``KeyError``."""
        return {
            "info": self.info,
            "success": self.success,
            "warning": self.warning,
            "danger": self.danger,
            "neutral": self.neutral,
        }[name]

    def state(self, state: State) -> Tone:
        """The tone in which a mapping's state is shown."""
        return self.tone(STATE_TONES[state])


STATE_TONES: Final = {
    State.SETUP: "info",
    State.ACTION_REQUIRED: "danger",
    State.OFFLINE: "neutral",
    State.PAUSED: "neutral",
    State.ISSUES: "warning",
    State.UPLOADING: "info",
    State.CHECKING: "info",
    State.UP_TO_DATE: "success",
}

LIGHT: Final = Tokens(
    dark=False,
    window="#f3f5f8",
    surface="#ffffff",
    sunken="#e9edf2",
    hover="#edf1f5",
    pressed="#dfe5ec",
    border="#dbe1e8",
    edge="#c2cbd5",
    outline="#828e9b",
    text="#18212c",
    muted="#55616f",
    disabled="#9aa5b1",
    accent="#0b6a94",
    accent_hover="#095a7e",
    accent_pressed="#074a69",
    on_accent="#ffffff",
    accent_text="#0a658e",
    selection="#d8ebf4",
    tooltip="#25303c",
    tooltip_text="#f4f6f8",
    danger_fill="#c02b23",
    danger_hover="#a7231c",
    danger_pressed="#8d1c16",
    info=Tone("#0a608a", "#e1f0f8", "#1583b5"),
    success=Tone("#136c39", "#e1f4e8", "#22995a"),
    warning=Tone("#7d4e00", "#fdf0d3", "#d98a00"),
    danger=Tone("#a9231c", "#fce8e6", "#d1362d"),
    neutral=Tone("#4d5966", "#e8ecf1", "#7d8996"),
)

DARK: Final = Tokens(
    dark=True,
    window="#14191f",
    surface="#1d242c",
    sunken="#2a333d",
    hover="#26303a",
    pressed="#313c48",
    border="#303a45",
    edge="#46525f",
    outline="#74818f",
    text="#e7ecf1",
    muted="#a3b0bd",
    disabled="#66727f",
    accent="#17779f",
    accent_hover="#1f86b1",
    accent_pressed="#12658a",
    on_accent="#ffffff",
    accent_text="#68c3e6",
    selection="#1c4256",
    tooltip="#36424f",
    tooltip_text="#f1f4f7",
    danger_fill="#c93a31",
    danger_hover="#d5473e",
    danger_pressed="#ad2f27",
    info=Tone("#79caea", "#16303e", "#35a3d3"),
    success=Tone("#66d295", "#17332a", "#37b673"),
    warning=Tone("#f2bd55", "#3a2e14", "#e0a12c"),
    danger=Tone("#ff9a91", "#432222", "#e8554b"),
    neutral=Tone("#b3bec9", "#2b343e", "#8793a0"),
)
