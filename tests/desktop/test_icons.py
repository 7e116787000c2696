from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
import shiboken6
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QColor, QIcon, QImage, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from skynet_desktop.core.events import State
from skynet_desktop.desktop import icons, theme
from skynet_desktop.desktop.icons import FRAMES, Scheme, app_icon, spinner, symbol, tray_icon
from skynet_desktop.host import resources

pytestmark = pytest.mark.usefixtures("qapp")
MOVING = (State.UPLOADING, State.CHECKING)
NORMAL = QIcon.Mode.Normal
SOURCES = sorted(resources.path("icons").rglob("*.svg"))


def image(icon: QIcon, size: int, mode: QIcon.Mode = NORMAL, scale: float = 1.0) -> QImage:
    return icon.pixmap(QSize(size, size), scale, mode).toImage()


def alpha(icon: QIcon, size: int) -> list[int]:
    drawn = image(icon, size)
    return [drawn.pixelColor(x, y).alpha() for y in range(size) for x in range(size)]


def glyph_names() -> set[str]:
    return {file.stem for file in resources.path("icons", "glyphs").glob("*.svg")}


def documented_names() -> set[str]:
    table = (icons.__doc__ or "").split("The names:")[1].split("Every icon")[0]
    words = [line.split() for line in table.splitlines() if line.strip()]
    heads = {"pages", "places", "actions", "queue", "state", "chevrons"}
    return {word for line in words for word in (line[1:] if line[0] in heads else line)}


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("state", State)
def test_every_state_has_an_icon_in_all_sizes(state: State, scheme: Scheme) -> None:
    icon = tray_icon(state, scheme)
    assert icon.isMask() == (scheme is Scheme.TEMPLATE)
    for size in (16, 22, 24, 32, 64):
        for scale in (1.0, 2.0):
            drawn = image(icon, size, scale=scale)
            assert drawn.width() == size * scale
        assert sum(value > 200 for value in alpha(icon, size)) > size * size / 6


def test_states_differ_by_shape() -> None:
    """A colour-blind person at 22 pixels: a good part of the badge's corner is another."""
    masks = {state: alpha(tray_icon(state, Scheme.TEMPLATE, FRAMES // 2), 22) for state in State}
    for one, other in combinations(State, 2):
        changed = sum(abs(a - b) > 128 for a, b in zip(masks[one], masks[other], strict=True))
        assert changed >= 14, f"{one} and {other} look alike"


def test_a_template_is_black_with_holes() -> None:
    drawn = image(tray_icon(State.ACTION_REQUIRED, Scheme.TEMPLATE), 64)
    solid = [
        drawn.pixelColor(x, y).name()
        for x in range(64)
        for y in range(64)
        if drawn.pixelColor(x, y).alpha() == 255
    ]
    assert set(solid) == {"#000000"}
    assert drawn.pixelColor(48, 42).alpha() == 0, "the exclamation mark is a hole"


def test_badges_stand_clear_of_the_mark() -> None:
    drawn = image(tray_icon(State.ACTION_REQUIRED, Scheme.DARK), 64)
    row = [drawn.pixelColor(x, 50).alpha() for x in range(64)]
    assert row[20] == 255 and row[31] == 0 and row[40] == 255


@pytest.mark.parametrize("state", MOVING)
def test_frames_differ_and_repeat(state: State) -> None:
    drawn = [image(tray_icon(state, Scheme.LIGHT, frame), 22) for frame in range(FRAMES)]
    assert all(one != other for one, other in combinations(drawn, 2))
    assert tray_icon(state, Scheme.LIGHT, 1000 * FRAMES) is tray_icon(state, Scheme.LIGHT)


@pytest.mark.parametrize("state", sorted(set(State) - set(MOVING)))
def test_what_waits_does_not_move(state: State) -> None:
    assert tray_icon(state, Scheme.LIGHT, 1) is tray_icon(state, Scheme.LIGHT)


def test_tray_colours_stand_out_on_their_panel() -> None:
    for scheme, panel in ((Scheme.LIGHT, "#f3f4f6"), (Scheme.DARK, "#1d2127")):
        for state in State:
            drawn = image(tray_icon(state, scheme), 64)
            mark = drawn.pixelColor(30, 12)
            difference = abs(mark.lightness() - QColor(panel).lightness())
            assert difference > 90, (state, scheme)


def test_the_app_icon_has_every_size() -> None:
    for size in (16, 32, 128, 256):
        drawn = image(app_icon(), size)
        assert drawn.width() == size
        assert drawn.pixelColor(size // 2, size // 3).name() == "#ffffff", "the cloud"
        assert drawn.pixelColor(size // 2, size // 12).blue() > 90, "the sky"
    assert image(app_icon(), 256).pixelColor(0, 0).alpha() == 0


def test_the_documented_glyphs_are_those_there_are() -> None:
    assert glyph_names() - {"spinner"} == documented_names()


@pytest.mark.parametrize("name", sorted(glyph_names()))
def test_a_glyph_is_drawn_on_the_common_grid(name: str, qapp: QApplication) -> None:
    source = resources.path("icons", "glyphs", f"{name}.svg").read_text()
    assert 'viewBox="0 0 24 24"' in source and 'stroke-width="1.75"' in source
    assert not re.search("#[0-9a-f]{3}|<text|font", source), "coloured from outside, no fonts"
    drawn = image(symbol(name, qapp.palette()), 24)
    border = [(i, j) for i in range(24) for j in range(24) if 0 in (i, j) or 23 in (i, j)]
    assert all(drawn.pixelColor(x, y).alpha() == 0 for x, y in border), "nothing is cut off"
    assert drawn != QImage(drawn.size(), drawn.format())


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.stem)
def test_every_source_is_sound(file: Path) -> None:
    """Qt draws half of a broken file without a word, so a strict parser reads it too."""
    assert ElementTree.parse(file).getroot().get("viewBox")
    assert QSvgRenderer(str(file)).isValid()


def test_glyphs_differ(qapp: QApplication) -> None:
    drawn = {name: tuple(alpha(symbol(name, qapp.palette()), 16)) for name in glyph_names()}
    assert len(set(drawn.values())) == len(drawn)


def test_a_glyph_takes_the_palettes_colours() -> None:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.ButtonText, QColor("#102030"))
    palette.setColor(QPalette.ColorRole.Link, QColor("#00aa00"))
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText, QColor("#a0b0c0"))
    icon = symbol("minus", palette)
    expected = {
        QIcon.Mode.Normal: "#102030",
        QIcon.Mode.Disabled: "#a0b0c0",
        QIcon.Mode.Selected: "#00aa00",
    }
    for mode, colour in expected.items():
        assert image(icon, 32, mode).pixelColor(16, 16).name() == colour
    assert image(icons.tinted("minus", "#c0ffee"), 32).pixelColor(16, 16).name() == "#c0ffee"


def test_an_unknown_glyph_is_refused(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        symbol("unicorn", qapp.palette())


def test_the_spinner_turns(qapp: QApplication) -> None:
    frames = [image(spinner(qapp.palette(), i), 24) for i in range(icons.SPINNER_FRAMES)]
    assert all(one != other for one, other in combinations(frames, 2))


def test_followers_get_the_new_colours(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light")
    button, primary, action, gone = QPushButton(), QPushButton(), QAction(), QAction()
    qtbot.addWidget(button)
    qtbot.addWidget(primary)
    theme.mark(primary, kind="primary")
    for target in (button, primary, action, gone):
        icons.follow(target, "plus")
    icons.follow(button, "minus")
    shiboken6.delete(gone)
    before = image(button.icon(), 16)
    theme.apply(qapp, "dark")
    assert image(button.icon(), 16) != before
    assert image(button.icon(), 32).pixelColor(16, 16).name() == theme.current().text
    assert image(primary.icon(), 32).pixelColor(16, 8).name() == theme.current().on_accent
    assert image(action.icon(), 32).pixelColor(16, 8).name() == theme.current().text


def test_sources_are_found_frozen_and_from_a_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert resources.path("icons", "skynet.svg").is_file()
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert resources.path("icons", "skynet.svg") == tmp_path / "resources/icons/skynet.svg"
