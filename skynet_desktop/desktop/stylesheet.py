"""The style sheet over Qt's Fusion style, filled in from the tokens.

One sheet for the whole application. A focused control's border grows from one pixel to two,
and its padding or margin shrinks by the same, so nothing moves.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from string import Template
from typing import Final

from skynet_desktop.desktop import tokens as values
from skynet_desktop.desktop.tokens import FONT_SCALE, Tokens

TONES: Final = ("info", "success", "warning", "danger", "neutral")


def build(tokens: Tokens, points: float) -> str:
    """The sheet for these colours and a system font of that many points."""
    names = {field.name: getattr(tokens, field.name) for field in fields(tokens)}
    names |= {f"font_{kind}": f"{points * scale:.2f}pt" for kind, scale in FONT_SCALE.items()}
    names |= {
        "r_small": values.RADIUS_SMALL,
        "r": values.RADIUS,
        "r_card": values.RADIUS_CARD,
    }
    toned = [
        _TONED.substitute(asdict(tokens.tone(tone)), tone=tone, r_card=values.RADIUS_CARD)
        for tone in TONES
    ]
    return "".join([_SHEET.substitute(names), *toned])


_SHEET = Template("""
QToolTip { background: $tooltip; color: $tooltip_text; border: none; padding: 5px 8px; }

QLabel { background: transparent; }
QLabel[kind="caption"] { font-size: $font_caption; color: $muted; }
QLabel[kind="muted"] { color: $muted; }
QLabel[kind="strong"] { font-weight: 600; }
QLabel[kind="heading"] { font-size: $font_heading; font-weight: 600; }
QLabel[kind="title"] { font-size: $font_title; font-weight: 600; }
QLabel[kind="display"] { font-size: $font_display; font-weight: 600; }
QLabel[kind="caption"]:disabled, QLabel[kind="muted"]:disabled { color: $disabled; }

QFrame[kind="card"] {
    background: $surface; border: 1px solid $border; border-radius: ${r_card}px;
}
QFrame[kind="line"] { background: $border; border: none; max-height: 1px; min-height: 1px; }

QPushButton, QToolButton {
    background: $surface; color: $text; border: 1px solid $edge;
    border-radius: ${r}px; padding: 7px 14px;
}
QToolButton { padding: 6px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked {
    background: $pressed;
}
QPushButton:focus { border: 2px solid $accent_text; padding: 6px 13px; }
QToolButton:focus { border: 2px solid $accent_text; padding: 5px; }
QPushButton:disabled, QToolButton:disabled {
    background: transparent; color: $disabled; border-color: $border;
}
QPushButton[kind="primary"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; }
QPushButton[kind="danger"] {
    background: $danger_fill; color: #ffffff; border-color: $danger_fill; font-weight: 600;
}
QPushButton[kind="danger"]:hover { background: $danger_hover; border-color: $danger_hover; }
QPushButton[kind="danger"]:pressed { background: $danger_pressed; }
QPushButton[kind="primary"]:focus, QPushButton[kind="danger"]:focus {
    border: 2px solid $text;
}
QPushButton[kind="primary"]:disabled, QPushButton[kind="danger"]:disabled {
    background: $sunken; color: $disabled; border-color: $sunken;
}
QPushButton[kind="flat"], QToolButton[kind="flat"] {
    background: transparent; border-color: transparent; color: $accent_text;
}
QPushButton[kind="flat"] { padding: 7px 10px; }
QPushButton[kind="flat"]:hover, QToolButton[kind="flat"]:hover { background: $hover; }
QPushButton[kind="flat"]:pressed, QToolButton[kind="flat"]:pressed { background: $pressed; }
QPushButton[kind="flat"]:focus { border: 2px solid $accent_text; padding: 6px 9px; }
QToolButton[kind="flat"]:focus { border: 2px solid $accent_text; }
QPushButton[kind="flat"]:disabled, QToolButton[kind="flat"]:disabled { color: $disabled; }
QPushButton::menu-indicator, QToolButton::menu-indicator {
    image: url(skynet:style/chevron-down.svg); width: 16px; height: 16px;
    subcontrol-origin: padding; subcontrol-position: center right; right: 4px;
}

QLineEdit, QComboBox, QAbstractSpinBox, QPlainTextEdit, QTextEdit {
    background: $surface; color: $text; border: 1px solid $outline; border-radius: ${r}px;
    padding: 6px 9px; placeholder-text-color: $muted;
    selection-background-color: $accent; selection-color: $on_accent;
}
QPlainTextEdit, QTextEdit { padding: 3px 5px; }
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
    border: 2px solid $accent_text; padding: 5px 8px;
}
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $accent_text; padding: 2px 4px; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled, QPlainTextEdit:disabled,
QTextEdit:disabled { background: $window; color: $disabled; border-color: $border; }
QLineEdit:read-only, QPlainTextEdit[readOnly="true"], QTextEdit[readOnly="true"] {
    background: $window; border-color: $border;
}
QLineEdit[tone="danger"], QComboBox[tone="danger"], QAbstractSpinBox[tone="danger"] {
    border-color: ${danger_fill};
}
QComboBox { combobox-popup: 0; padding-right: 24px; }
QComboBox:focus { padding-right: 23px; }
QComboBox:hover:!editable { background: $hover; }
QComboBox:disabled { background: $window; }
QComboBox QLineEdit { border: none; padding: 0; background: transparent; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url(skynet:style/chevron-down.svg); width: 16px; height: 16px; }
QComboBox QAbstractItemView {
    background: $surface; border: 1px solid $border; margin: 0; outline: 0; padding: 4px;
    selection-background-color: $selection; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0 6px; }
QAbstractSpinBox { padding: 4px 30px 5px 0; }
QAbstractSpinBox:focus { padding: 3px 29px 4px 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 22px; border: none; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; margin: 2px 2px 0 0; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin: 0 2px 2px 0; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {
    background: $hover; border-radius: ${r_small}px;
}
QAbstractSpinBox::up-button:pressed, QAbstractSpinBox::down-button:pressed {
    background: $pressed;
}
QAbstractSpinBox::up-arrow {
    image: url(skynet:style/chevron-up.svg); width: 12px; height: 12px;
}
QAbstractSpinBox::down-arrow {
    image: url(skynet:style/chevron-down.svg); width: 12px; height: 12px;
}

QCheckBox, QRadioButton { spacing: 8px; padding: 3px 0; background: transparent; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {
    width: 16px; height: 16px; margin: 1px; background: $surface; border: 1px solid $outline;
}
QCheckBox::indicator, QGroupBox::indicator, QAbstractItemView::indicator {
    border-radius: ${r_small}px;
}
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { background: $hover; }
QCheckBox::indicator:checked, QCheckBox::indicator:indeterminate,
QRadioButton::indicator:checked, QAbstractItemView::indicator:checked {
    background: $accent; border-color: $accent; image: url(skynet:style/check.svg);
}
QCheckBox::indicator:indeterminate { image: url(skynet:style/dash.svg); }
QRadioButton::indicator:checked { image: url(skynet:style/dot.svg); }
QCheckBox::indicator:checked:hover, QCheckBox::indicator:indeterminate:hover,
QRadioButton::indicator:checked:hover { background: $accent_hover; }
QCheckBox::indicator:focus { margin: 0; border: 2px solid $accent_text; border-radius: 5px; }
QRadioButton::indicator:focus { margin: 0; border: 2px solid $accent_text; border-radius: 10px; }
QCheckBox::indicator:checked:focus, QCheckBox::indicator:indeterminate:focus,
QRadioButton::indicator:checked:focus { border-color: $text; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {
    background: $window; border-color: $border;
}
QCheckBox::indicator:checked:disabled, QCheckBox::indicator:indeterminate:disabled,
QRadioButton::indicator:checked:disabled { background: $disabled; border-color: $disabled; }
QCheckBox[kind="switch"]::indicator {
    width: 36px; height: 20px; margin: 2px; border: none; border-radius: 10px;
    background: $outline; image: url(skynet:style/knob-off.svg);
}
QCheckBox[kind="switch"]::indicator:checked {
    background: $accent; image: url(skynet:style/knob-on.svg);
}
QCheckBox[kind="switch"]::indicator:checked:hover { background: $accent_hover; }
QCheckBox[kind="switch"]::indicator:focus {
    margin: 0; border: 2px solid $text; border-radius: 12px;
}
QCheckBox[kind="switch"]::indicator:disabled { background: $border; }
QCheckBox[kind="switch"]::indicator:checked:disabled { background: $disabled; }

QGroupBox { border: none; margin-top: 1.9em; padding: 0; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; subcontrol-position: top left; padding: 0; }

QTabWidget::pane { border: none; border-top: 1px solid $border; top: -1px; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $muted; padding: 8px 12px; margin: 0 4px 0 0;
    border: 2px solid transparent; border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $text; background: $hover; border-radius: ${r}px; }
QTabBar::tab:selected {
    color: $accent_text; border-bottom-color: $accent_text; border-radius: 0;
    background: transparent;
}
QTabBar::tab:selected:focus { border: 2px solid $accent_text; border-radius: ${r}px; }
QTabBar::tab:disabled { color: $disabled; }

QAbstractItemView {
    background: $surface; alternate-background-color: $window; color: $text;
    border: 1px solid $border; border-radius: ${r}px; margin: 1px;
    gridline-color: $border; outline: 0;
    selection-background-color: $selection; selection-color: $text;
}
QAbstractItemView::item { padding: 4px 8px; border: 2px solid transparent; }
QAbstractItemView::item:hover { background: $hover; }
QAbstractItemView::item:selected { background: $selection; color: $text; }
QAbstractItemView::item:disabled { color: $disabled; }
QListView::item:focus, QTreeView::item:focus { border: 2px solid $accent_text; }
QAbstractItemView:focus { border: 2px solid $accent_text; margin: 0; }
QListView[kind="sidebar"] { background: transparent; border: none; margin: 0; padding: 8px; }
QListView[kind="sidebar"]::item {
    padding: 6px 8px; margin: 1px 0; border-radius: ${r}px; color: $muted;
}
QListView[kind="sidebar"]::item:hover { color: $text; }
QListView[kind="sidebar"]::item:selected { color: $accent_text; background: $selection; }
QHeaderView, QTableCornerButton::section { background: $surface; border: none; }
QHeaderView::section {
    background: $surface; color: $muted; border: none; border-bottom: 1px solid $border;
    padding: 7px 13px; font-weight: 600;
}
QHeaderView::section:hover { background: $hover; color: $text; }
QHeaderView::up-arrow { image: url(skynet:style/chevron-up.svg); width: 12px; height: 12px; }
QHeaderView::down-arrow { image: url(skynet:style/chevron-down.svg); width: 12px; height: 12px; }

QProgressBar {
    background: $sunken; border: none; border-radius: 3px; color: $text;
    min-height: 6px; max-height: 6px; qproperty-textVisible: false;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QProgressBar::chunk:disabled { background: $disabled; }

QSlider { min-height: 22px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $border; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -6px 0; border-radius: 8px;
    background: $surface; border: 2px solid $accent;
}
QSlider::handle:horizontal:hover { background: $selection; }
QSlider::handle:horizontal:focus { background: $accent; border-color: $text; }
QSlider::handle:horizontal:disabled { border-color: $disabled; }
QSlider::sub-page:horizontal:disabled { background: $disabled; }

QScrollArea, QScrollArea > QWidget > QWidget[kind="page"] { background: transparent; border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $disabled; border-radius: 3px; margin: 3px; }
QScrollBar::handle:hover { background: $outline; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }

QMenu { background: $surface; border: 1px solid $border; padding: 5px; color: $text; }
QMenu::item { padding: 6px 28px 6px 10px; border-radius: ${r_small}px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $disabled; background: transparent; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }
QMenu::right-arrow { image: url(skynet:style/chevron-right.svg); width: 14px; height: 14px; }
QMenuBar { background: $window; }
QMenuBar::item { padding: 5px 9px; border-radius: ${r_small}px; background: transparent; }
QMenuBar::item:selected { background: $pressed; }
QStatusBar { color: $muted; }
QStatusBar::item { border: none; }
""")

_TONED = Template("""
QLabel[tone="$tone"] { color: $text; }
QLabel[kind="pill"][tone="$tone"] {
    background: $soft; color: $text; border-radius: 9px; padding: 2px 9px; font-weight: 600;
}
QFrame[kind="banner"][tone="$tone"] {
    background: $soft; border: 1px solid $fill; border-radius: ${r_card}px;
}
QFrame[kind="banner"][tone="$tone"] QLabel { color: $text; }
QProgressBar[tone="$tone"]::chunk { background: $fill; }
""")
