from __future__ import annotations

from dataclasses import asdict

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QSpinBox
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop.forms import SettingsForm
from skynet_desktop.desktop.forms.choices import shown
from skynet_desktop.settings import General, MappingSettings, Network, Notifications


def made(qtbot: QtBot, table: type, values: object, *names: str) -> SettingsForm:
    form = SettingsForm(table, asdict(values), names)  # type: ignore[call-overload]
    qtbot.addWidget(form)
    form.show()
    return form


def test_every_table_goes_in_and_out_unchanged(qtbot: QtBot) -> None:
    mapping = MappingSettings("m", "/here", "nas", "there", ignore=("*.tmp", "a b/"), limit=1.25)
    for values in (
        General(),
        Notifications(),
        Network(timetable=("mon-fri 8:00-9:00 1",)),
        mapping,
    ):
        form = made(qtbot, type(values), values)
        answers = form.values()
        assert answers == {name: getattr(values, name) for name in answers}
        assert all(type(answers[n]) is type(getattr(values, n)) for n in answers)


def test_lines_are_checked_when_they_are_left(qtbot: QtBot) -> None:
    form = made(qtbot, Network, Network(), "timetable")
    text = form.findChild(QPlainTextEdit, "field-timetable")
    fault = form.findChild(QLabel, "fault-timetable")
    assert isinstance(text, QPlainTextEdit) and isinstance(fault, QLabel)
    text.setPlainText("someday 25:00")
    assert not form.is_right() and fault.isVisible() and fault.text()
    text.setPlainText("mon-fri 08:00-18:00 1.5\n\n")
    assert not fault.isVisible() and form.is_right()
    assert form.values() == {"timetable": ("mon-fri 08:00-18:00 1.5",)}


def test_only_a_person_finishes_a_field(qtbot: QtBot) -> None:
    form = made(qtbot, General, General(), "appearance", "poll_seconds")
    finished: list[str] = []
    form.finished.connect(finished.append)
    form.set_values({"appearance": "dark", "poll_seconds": 90})
    assert finished == []
    combo = form.findChild(QComboBox, "field-appearance")
    assert isinstance(combo, QComboBox)
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Up)
    assert finished == ["appearance"]
    assert form.values()["appearance"] == "light"


def test_the_wheel_changes_nothing_it_merely_passes(qtbot: QtBot) -> None:
    form = made(qtbot, General, General(), "appearance")
    combo = form.findChild(QComboBox, "field-appearance")
    assert isinstance(combo, QComboBox)
    combo.clearFocus()
    middle = combo.rect().center().toPointF()
    event = QWheelEvent(
        middle, middle, combo.pos(), combo.pos().__class__(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(combo, event)
    assert form.values() == {"appearance": "system"}


def test_a_fault_found_elsewhere_is_shown_at_its_field(qtbot: QtBot) -> None:
    form = made(qtbot, Network, Network(), "proxy")
    form.show_fault("proxy", "Not like that.")
    fault = form.findChild(QLabel, "fault-proxy")
    field = form.findChild(QLineEdit, "field-proxy")
    assert isinstance(fault, QLabel) and fault.text() == "Not like that."
    assert isinstance(field, QLineEdit)
    field.setText("none")
    assert fault.text() == ""


def test_choices_have_names() -> None:
    assert shown("language", "de") == "Deutsch"
    assert shown("sse", "AES256") == "AES256"
    assert shown("completed", "both") == "Message and sound"


def test_a_share_is_shown_in_per_cent_and_kept_exactly(qtbot: QtBot) -> None:
    mapping = MappingSettings("m", "/here", "nas", "there", delete_limit_share=0.333)
    form = made(qtbot, MappingSettings, mapping, "delete_limit_share")
    spin = form.findChild(QSpinBox, "field-delete_limit_share")
    assert isinstance(spin, QSpinBox)
    assert spin.text() == "33 %"
    assert form.values() == {"delete_limit_share": 0.333}
    spin.setValue(40)
    assert form.values() == {"delete_limit_share": 0.4}
    spin.setValue(33)
    assert form.is_right()
