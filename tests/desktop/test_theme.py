from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QTableWidget,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from skynet_desktop.core.events import State
from skynet_desktop.desktop import stylesheet, theme
from skynet_desktop.desktop.tokens import DARK, LIGHT, STATE_TONES, Tokens

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "light")
    yield
    theme.apply(qapp, "light")


def contrast(one: str, other: str) -> float:
    """By WCAG 2: the relation of the relative luminances."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@BOTH
def test_text_is_readable(tokens: Tokens) -> None:
    pairs = [
        (text, ground)
        for text in (tokens.text, tokens.muted, tokens.accent_text)
        for ground in (tokens.window, tokens.surface, tokens.hover, tokens.selection)
        if (text, ground) != (tokens.muted, tokens.selection)
    ]
    pairs += [(tokens.on_accent, fill) for fill in (tokens.accent, tokens.accent_pressed)]
    pairs += [("#ffffff", fill) for fill in (tokens.danger_fill, tokens.danger_pressed)]
    pairs += [(tokens.tooltip_text, tokens.tooltip)]
    for name in stylesheet.TONES:
        tone = tokens.tone(name)
        pairs += [(tone.text, g) for g in (tone.soft, tokens.window, tokens.surface)]
    poor = [(text, ground) for text, ground in pairs if contrast(text, ground) < 4.5]
    assert poor == []


@BOTH
def test_edges_and_fills_can_be_seen(tokens: Tokens) -> None:
    pairs = [(tokens.outline, tokens.surface), (tokens.accent_text, tokens.surface)]
    pairs += [(tokens.accent_text, tokens.window), ("#ffffff", tokens.outline)]
    pairs += [("#ffffff", tokens.accent), ("#768393", tokens.surface)]
    pairs += [(tokens.tone(t).fill, tokens.surface) for t in ("info", "success", "danger")]
    poor = [(edge, ground) for edge, ground in pairs if contrast(edge, ground) < 3]
    assert poor == []


@BOTH
def test_every_state_has_a_tone(tokens: Tokens) -> None:
    assert set(STATE_TONES) == set(State)
    assert tokens.state(State.ACTION_REQUIRED) == tokens.danger
    assert tokens.state(State.UP_TO_DATE) == tokens.success
    assert tokens.state(State.ISSUES) == tokens.warning


@BOTH
def test_every_role_of_the_palette_is_set(tokens: Tokens) -> None:
    made = theme.palette(tokens)
    for role in QPalette.ColorRole:
        if role in (QPalette.ColorRole.NoRole, QPalette.ColorRole.NColorRoles):
            continue
        for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Disabled):
            assert made.isBrushSet(group, role), (group, role)
    text = QPalette.ColorRole.Text
    assert made.color(QPalette.ColorGroup.Disabled, text).name() == tokens.disabled


@BOTH
def test_the_sheet_is_filled_in_and_has_no_pixel_fonts(tokens: Tokens) -> None:
    sheet = stylesheet.build(tokens, 10)
    assert "$" not in sheet
    assert not re.search(r"font(-size)?:[^;]*px", sheet)
    assert "font-size: 15.50pt" in sheet
    assert sheet.count("{") == sheet.count("}")


def test_type_grows_with_the_systems_font(qapp: QApplication, qtbot: QtBot) -> None:
    before = qapp.font()
    title = QLabel("Overview")
    qtbot.addWidget(title)
    theme.mark(title, kind="title")
    small = title.fontMetrics().height()
    larger = qapp.font()
    larger.setPointSizeF(before.pointSizeF() * 2)
    try:
        qapp.setFont(larger)
        theme.apply(qapp, "light")
        assert title.fontMetrics().height() > small * 1.7
    finally:
        qapp.setFont(before)
        theme.apply(qapp, "light")


def test_switching_leaves_nothing_behind(qapp: QApplication, qtbot: QtBot) -> None:
    """Painted, not only asked: the same widgets, there and back, pixel by pixel."""
    shown = gallery()
    qtbot.addWidget(shown)
    shown.show()
    qapp.processEvents()  # what Qt lays out late, it has now
    sheet, first = qapp.styleSheet(), shown.grab().toImage()
    theme.apply(qapp, "dark")
    qapp.processEvents()
    dark = shown.grab().toImage()
    assert theme.current() is DARK
    assert dark.pixelColor(1, 1).name() == DARK.window
    colours = {dark.pixelColor(x, y).name() for x in range(dark.width()) for y in (3, 40)}
    assert LIGHT.window not in colours
    theme.apply(qapp, "light")
    qapp.processEvents()
    assert theme.current() is LIGHT
    assert qapp.styleSheet() == sheet
    assert qapp.palette() == theme.palette(LIGHT)
    assert shown.grab().toImage() == first


def test_a_change_is_told_once(qapp: QApplication) -> None:
    told: list[Tokens] = []

    def listen() -> None:
        told.append(theme.current())

    theme.signals.changed.connect(listen)
    try:
        theme.apply(qapp, "dark")
        theme.apply(qapp, "dark")
        theme.apply(qapp, "light")
    finally:
        theme.signals.changed.disconnect(listen)
    assert told == [DARK, LIGHT]


def test_the_systems_scheme_is_followed(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The offscreen platform has no scheme of its own: here it says what the test wants."""
    scheme = Qt.ColorScheme.Light
    monkeypatch.setattr(theme, "_scheme", lambda app: scheme)
    theme.apply(qapp, "system")
    assert theme.current() is LIGHT
    for scheme, tokens in (
        (Qt.ColorScheme.Dark, DARK),
        (Qt.ColorScheme.Light, LIGHT),
        (Qt.ColorScheme.Dark, DARK),
        (Qt.ColorScheme.Unknown, LIGHT),
    ):
        qapp.styleHints().colorSchemeChanged.emit(scheme)
        assert theme.current() is tokens
        assert qapp.palette() == theme.palette(tokens)


def test_a_fixed_appearance_stays(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "_scheme", lambda app: Qt.ColorScheme.Dark)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is LIGHT


def test_another_word_is_refused(qapp: QApplication) -> None:
    with pytest.raises(ValueError):
        theme.apply(qapp, "sepia")


def test_marking_again_repaints(qapp: QApplication, qtbot: QtBot) -> None:
    banner = QFrame()
    qtbot.addWidget(banner)
    label = QLabel("Connecting", banner)
    banner.resize(200, 60)
    for tone in ("info", "danger"):
        theme.mark(banner, kind="banner", tone=tone)
        ground = banner.grab().toImage().pixelColor(180, 50).name()
        assert ground == LIGHT.tone(tone).soft
        assert label.palette().color(QPalette.ColorRole.WindowText).name() == LIGHT.tone(tone).text


@pytest.mark.parametrize("kind", ["", "primary", "danger", "flat"])
def test_focus_shows_and_moves_nothing(kind: str, qapp: QApplication, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QHBoxLayout(window)
    button, other = QPushButton("Sync now"), QLineEdit()
    theme.mark(button, kind=kind)
    layout.addWidget(other)
    layout.addWidget(button)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    hint, idle = button.sizeHint(), button.grab().toImage()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(button.hasFocus)
    focused = button.grab().toImage()
    assert button.sizeHint() == hint
    edge = QColor(focused.pixelColor(button.width() // 2, 1))
    assert edge != QColor(idle.pixelColor(button.width() // 2, 1))
    ring = LIGHT.text if kind in ("primary", "danger") else LIGHT.accent_text
    assert edge.name() == ring


def test_the_switch_shows_its_knob(qapp: QApplication, qtbot: QtBot) -> None:
    switch = QCheckBox("Metered")
    qtbot.addWidget(switch)
    theme.mark(switch, kind="switch")
    middle = switch.sizeHint().height() // 2
    switch.resize(switch.sizeHint())
    off = switch.grab().toImage()
    switch.setChecked(True)
    on = switch.grab().toImage()
    assert off.pixelColor(12, middle).name() == "#ffffff"
    assert on.pixelColor(28, middle).name() == "#ffffff"
    assert on.pixelColor(12, middle).name() == LIGHT.accent


def test_tables_and_spin_boxes_are_comfortable(qapp: QApplication, qtbot: QtBot) -> None:
    table, box, field = QTableWidget(3, 2), QSpinBox(), QLineEdit()
    for widget in (table, box, field):
        qtbot.addWidget(widget)
    theme.dress_table(table)
    theme.dress_spin_box(box)
    assert table.rowHeight(0) >= table.fontMetrics().height() + 12
    assert not table.showGrid()
    assert box.lineEdit().textMargins().left() == 8
    assert abs(box.sizeHint().height() - field.sizeHint().height()) <= 1


def test_qt_has_nothing_to_complain_of(qapp: QApplication, qtbot: QtBot) -> None:
    """A warning of Qt's fails any test here (pyproject): this one makes it read everything."""
    for appearance in ("dark", "light"):
        theme.apply(qapp, appearance)
        shown = gallery()
        qtbot.addWidget(shown)
        shown.show()
        shown.grab()


def test_at_200_percent_everything_doubles() -> None:
    """In a process of its own: the scale is fixed when Qt starts."""
    code = (
        "from PySide6.QtWidgets import QApplication, QCheckBox;"
        "app = QApplication([]);"
        "from skynet_desktop.desktop import theme;"
        "theme.apply(app, 'dark');"
        "box = QCheckBox('Yes'); box.setChecked(True);"
        "hint = box.sizeHint(); box.resize(hint); shot = box.grab();"
        "print(shot.devicePixelRatio(), shot.height() == 2 * hint.height(), app.font().pixelSize())"
    )
    environ = os.environ | {"QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["2.0", "True", "-1"], done.stderr


def gallery() -> QWidget:
    """One of each kind that the sheet knows."""
    shown = QWidget()
    layout = QVBoxLayout(shown)
    for kind in ("", "primary", "danger", "flat"):
        button = QPushButton("Add folder")
        theme.mark(button, kind=kind)
        layout.addWidget(button)
    card = QFrame()
    theme.mark(card, kind="card")
    inside = QHBoxLayout(card)
    for tone in stylesheet.TONES:
        pill, bar = QLabel("Uploading"), QProgressBar()
        bar.setValue(40)
        theme.mark(pill, kind="pill", tone=tone)
        theme.mark(bar, tone=tone)
        inside.addWidget(pill)
        inside.addWidget(bar)
    layout.addWidget(card)
    combo, tabs, sidebar, off = QComboBox(), QTabWidget(), QListWidget(), QLineEdit("no")
    combo.addItem("SFTP")
    tabs.addTab(QTableWidget(2, 2), "Files")
    theme.mark(sidebar, kind="sidebar")
    sidebar.addItem("Overview")
    off.setEnabled(False)
    plain = (QCheckBox("Yes"), QRadioButton("Or"), QSpinBox(), QToolButton(), QLineEdit("text"))
    for widget in (combo, tabs, sidebar, off, *plain):
        layout.addWidget(widget)
    return shown


def test_menus_are_dressed(qapp: QApplication, qtbot: QtBot) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addAction("Open Skynet").setIcon(QIcon())
    menu.addAction("Quit")
    menu.resize(menu.sizeHint())
    assert menu.sizeHint().height() > QSize(0, 2 * menu.fontMetrics().height() + 20).height()
    assert menu.grab().toImage().pixelColor(3, 3).name() == LIGHT.surface
