"""The product's icons, drawn from the SVG files below ``resources/icons``.

``tray_icon(state, scheme, frame)`` is the mark with the state's badge. Shape says the state
as well as colour does: setup plus, action-required disc with "!", offline slash, paused bars,
issues triangle, uploading arrow, checking circular arrow, up-to-date check. ``uploading`` and
``checking`` move: show the frames 0 to ``FRAMES`` - 1, four a second.

``symbol(name, palette)`` is a glyph in a palette's text colour, greyed when disabled;
``follow(target, name)`` gives it to a button or action and keeps it right when the theme
changes; ``tinted(name, colour)`` is the glyph for a banner or a state, in a tone's colour;
``picture(name, colour, size, ratio)`` is the same in one size, without drawing the others;
``spinner(palette, frame)`` turns in ``SPINNER_FRAMES`` steps. The names:

    pages     overview activity issues settings gear info help user
    places    folder folder-open file log cloud cloud-off server bucket drive network monitor
    actions   play pause sync retry check cross plus minus trash edit search filter copy
              external-link power restore verify ignore more
    queue     send delete move
    state     check-circle warning bell bell-off snooze clock speed lock key eye eye-off
    chevrons  chevron-up chevron-down chevron-left chevron-right

Every icon is rendered once in all sizes and kept, a picture in its own. For the GUI thread
alone, but for ``prepare`` and ``tray_images``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, lru_cache
from weakref import WeakKeyDictionary

import shiboken6
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from skynet_desktop.core.events import State
from skynet_desktop.desktop import theme
from skynet_desktop.host import resources

FRAMES = 8
SPINNER_FRAMES = 12
TRAY_SIZES = (16, 22, 24, 32, 48, 64)
APP_SIZES = (16, 20, 24, 32, 48, 64, 128, 256)
SYMBOL_SIZES = (16, 20, 24, 32)
_MOVING = (State.UPLOADING, State.CHECKING)


class Scheme(Enum):
    """What the icon lies on: a light panel, a dark one, or a system that tints it itself."""

    LIGHT = "light"
    DARK = "dark"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class _Ink:
    """Colours on one kind of panel; ``inside`` is drawn on the filled badges."""

    mark: str
    faint: str
    badge: dict[State, str]
    inside: dict[State, str]


def _ink(mark: str, faint: str, blue: str, green: str, red: str, amber: str) -> _Ink:
    badge = {
        State.SETUP: blue,
        State.ACTION_REQUIRED: red,
        State.OFFLINE: faint,
        State.PAUSED: mark,
        State.ISSUES: amber,
        State.UPLOADING: blue,
        State.CHECKING: blue,
        State.UP_TO_DATE: green,
    }
    return _Ink(mark, faint, badge, {State.ACTION_REQUIRED: "#ffffff", State.ISSUES: "#2b1c00"})


_INKS = {
    Scheme.LIGHT: _ink("#2b3542", "#79848f", "#0a6fb4", "#12803f", "#d02c26", "#f0a000"),
    Scheme.DARK: _ink("#f2f5f8", "#929da8", "#5fbcf8", "#4fd48b", "#ee4037", "#ffbc3f"),
    # Black with holes: macOS looks at the alpha alone.
    Scheme.TEMPLATE: replace(_ink(*["#000000"] * 6), inside={}),
}


def tray_icon(state: State, scheme: Scheme, frame: int = 0) -> QIcon:
    """The mark and the badge of ``state``; ``frame`` counts on for ever where it moves."""
    return _tray_icon(state, scheme, frame % frames(state))


def prepare(scheme: Scheme) -> None:
    """Draw all tray icons ahead, on a thread that may take its time: what moves would else
    stop the GUI thread for 20 ms a frame, the first time round. Safe from any thread."""
    for state, frame in tray_frames():
        tray_images(state, scheme, frame)


def tray_frames() -> list[tuple[State, int]]:
    """All pictures there are: each state, and each frame of those that move."""
    return [(state, n) for state in State for n in range(frames(state))]


def frames(state: State) -> int:
    """How many pictures it has; one, unless it moves."""
    return FRAMES if state in _MOVING else 1


def tray_images(state: State, scheme: Scheme, frame: int) -> list[QImage]:
    """The drawing in all sizes. Safe from any thread; remembered, so not to be changed."""
    sizes = sorted({size * scale for size in TRAY_SIZES for scale in (1, 2)})
    return [_tray_image(state, scheme, frame, pixels) for pixels in sizes]


def from_images(images: Iterable[QImage]) -> QIcon:
    """GUI thread only."""
    icon = QIcon()
    for image in images:
        icon.addPixmap(QPixmap.fromImage(image))
    return icon


@cache
def _tray_icon(state: State, scheme: Scheme, frame: int) -> QIcon:
    icon = from_images(tray_images(state, scheme, frame))
    icon.setIsMask(scheme is Scheme.TEMPLATE)
    return icon


@cache
def app_icon() -> QIcon:
    """The product's icon; below 32 pixels a drawing with less air and more contrast."""
    icon = QIcon()
    for pixels in sorted({size * scale for size in APP_SIZES for scale in (1, 2)}):
        name = "skynet-small.svg" if pixels < 32 else "skynet.svg"
        icon.addPixmap(QPixmap.fromImage(_render(_source(name), pixels)))
    return icon


def symbol(name: str, palette: QPalette) -> QIcon:
    """The glyph ``name`` in ``palette``'s button text colour. Raises ``FileNotFoundError``."""
    return _glyph(_source("glyphs", f"{name}.svg"), *_text_colours(palette))


def tinted(name: str, colour: str) -> QIcon:
    """The glyph ``name`` in one colour (``#rrggbb``), for banners and states."""
    return _glyph(_source("glyphs", f"{name}.svg"), colour, colour, colour)


def picture(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """The glyph in one colour and one ``size``, at ``ratio`` dots a pixel."""
    return _picture(_source("glyphs", f"{name}.svg"), colour, size, ratio)


def spinner(palette: QPalette, frame: int) -> QIcon:
    """A turning arc, for what takes a moment; ``frame`` counts on for ever."""
    turn = f"rotate({frame % SPINNER_FRAMES * 360 // SPINNER_FRAMES} "
    svg = _source("glyphs", "spinner.svg").replace("rotate(0 ", turn)
    return _glyph(svg, *_text_colours(palette))


_Target = QAction | QAbstractButton
_followers: WeakKeyDictionary[_Target, str] = WeakKeyDictionary()


def follow(target: _Target, name: str) -> None:
    """Give the glyph to a button or action now, and again whenever the theme changes.

    A button's ``kind`` must be set before: on a filled one the glyph is as light as its text.
    A second call for the same target replaces its glyph.
    """
    _followers[target] = name
    _dress(target, name)


def _dress(target: _Target, name: str) -> None:
    normal, disabled, selected = _text_colours(QGuiApplication.palette())
    if target.property("kind") in ("primary", "danger"):
        normal = theme.current().on_accent
    target.setIcon(_glyph(_source("glyphs", f"{name}.svg"), normal, disabled, selected))


def _refresh() -> None:
    for target, name in list(_followers.items()):
        if shiboken6.isValid(target):
            _dress(target, name)
        else:
            del _followers[target]


theme.signals.changed.connect(_refresh)


def _text_colours(palette: QPalette) -> tuple[str, str, str]:
    return (
        palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText).name(),
        palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText).name(),
        palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Link).name(),
    )


@lru_cache(maxsize=512)
def _glyph(svg: str, normal: str, disabled: str, selected: str) -> QIcon:
    icon = QIcon()
    for mode, colour in (
        (QIcon.Mode.Normal, normal),
        (QIcon.Mode.Disabled, disabled),
        (QIcon.Mode.Selected, selected),
    ):
        for size in SYMBOL_SIZES:
            for scale in sorted(_scales()):
                icon.addPixmap(_picture(svg, colour, size, scale), mode)
    return icon


@lru_cache(maxsize=512)
def _picture(svg: str, colour: str, size: int, ratio: float) -> QPixmap:
    image = _render(svg.replace("currentColor", colour), round(size * ratio))
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _scales() -> set[float]:
    return {1.0, 2.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}


@cache
def _tray_image(state: State, scheme: Scheme, frame: int, pixels: int) -> QImage:
    """Mark, a ring of air cut out of it around the badge, badge."""
    ink = _INKS[scheme]
    mark = ink.faint if state is State.OFFLINE else ink.mark
    image = _render(_source("tray", "mark.svg").replace("currentColor", mark), pixels)
    svg = _source("tray", f"{state.value}.svg").replace("currentColor", ink.badge[state])
    svg = svg.replace("white", ink.inside.get(state, "none"))
    shift, opacity = _motion(frame)
    if state is State.UPLOADING:
        svg = svg.replace("translate(0 0)", f"translate(0 {shift})")
    elif state is State.CHECKING:
        svg = svg.replace("rotate(0 ", f"rotate({frame * 360 // FRAMES} ")
    badge = _render(svg, pixels)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    air = max(1.0, pixels / 16)
    for step in range(24):
        angle = math.tau * step / 24
        painter.drawImage(QPointF(air * math.cos(angle), air * math.sin(angle)), badge)
    painter.drawImage(0, 0, badge)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.setOpacity(opacity if state is State.UPLOADING else 1.0)
    painter.drawImage(0, 0, badge)
    painter.end()
    return image


def _motion(frame: int) -> tuple[float, float]:
    """How far the arrow is below its middle, in the drawing's units, and how visible it is."""
    phase = frame / FRAMES
    return round(2.6 - 5.2 * phase, 2), round(0.35 + 0.65 * math.sin(math.pi * (phase + 0.06)), 2)


@cache
def _source(*parts: str) -> str:
    return resources.path("icons", *parts).read_text(encoding="utf-8")


def _render(svg: str, pixels: int) -> QImage:
    image = QImage(QSize(pixels, pixels), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(svg.encode()).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return image
