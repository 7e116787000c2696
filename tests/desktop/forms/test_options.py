from __future__ import annotations

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from skynet_desktop.connections.base import Option
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.credentials import redacted
from skynet_desktop.desktop.forms import OptionForm
from skynet_desktop.desktop.forms.options import fault, parted

OPTIONS = (
    Option("host", "Server", "Its name.", required=True),
    Option("port", "Port", kind="int", default=22),
    Option("auth", "By", kind="choice", default="password", choices=("password", "agent")),
    Option("password", "Password", secret=True, required=True, when=("auth", ("password",))),
    Option("strict", "Strict", kind="bool", default=False),
    Option("key", "Key", kind="file"),
)


def shown(qtbot: QtBot, form: OptionForm) -> OptionForm:
    qtbot.addWidget(form)
    form.show()
    return form


def line(form: OptionForm, name: str) -> QLineEdit:
    found = form.findChild(QLineEdit, f"field-{name}")
    assert isinstance(found, QLineEdit)
    return found


def said(form: OptionForm, name: str) -> str:
    label = form.findChild(QLabel, f"fault-{name}")
    assert isinstance(label, QLabel)
    return label.text() if label.isVisible() else ""


def test_only_what_differs_from_the_defaults_is_an_answer(qtbot: QtBot) -> None:
    form = shown(qtbot, OptionForm(OPTIONS, {}))
    line(form, "host").setText(" nas ")
    assert form.values() == {"host": "nas"}
    line(form, "port").setText("2222")
    box = form.findChild(QCheckBox, "field-strict")
    assert isinstance(box, QCheckBox)
    box.setChecked(True)
    assert form.values() == {"host": "nas", "port": 2222, "strict": True}


def test_what_was_written_before_stays_written(qtbot: QtBot) -> None:
    form = shown(qtbot, OptionForm(OPTIONS, {"host": "nas", "port": 22, "auth": "agent"}))
    assert form.values() == {"host": "nas", "port": 22, "auth": "agent"}


def test_a_choice_decides_what_is_asked(qtbot: QtBot) -> None:
    form = shown(qtbot, OptionForm(OPTIONS, {"host": "nas"}))
    line(form, "password").setText("secret-word")
    assert form.secrets() == {"password": "secret-word"}
    combo = form.findChild(QComboBox, "field-auth")
    assert isinstance(combo, QComboBox)
    combo.setCurrentIndex(combo.findData("agent"))
    assert not line(form, "password").isVisible()
    assert form.secrets() == {} and form.is_right()


def test_a_kept_secret_need_not_be_entered_again(qtbot: QtBot) -> None:
    form = shown(qtbot, OptionForm(OPTIONS, {"host": "nas"}))
    assert not form.is_right() and said(form, "password") == "This is needed."
    form.set_kept(["password"])
    assert line(form, "password").placeholderText() == "Kept in the keyring"
    assert form.is_right()


def test_the_first_wrong_field_gets_the_focus_even_if_folded(qtbot: QtBot) -> None:
    form = shown(qtbot, OptionForm(OPTIONS, {"host": "nas"}, ["password"]))
    line(form, "port").setText("many")
    assert not line(form, "port").isVisible()
    with qtbot.waitActive(form, timeout=5_000):
        form.activateWindow()
    assert not form.is_right()
    assert line(form, "port").hasFocus()
    assert said(form, "port") == "A whole number is needed."


def test_nothing_is_said_before_a_field_is_left_and_no_longer_once_it_is_right(
    qtbot: QtBot,
) -> None:
    form = shown(qtbot, OptionForm(OPTIONS[:2], {}))
    field = line(form, "port")
    QTest.keyClicks(field, "x")
    assert said(form, "port") == ""
    field.editingFinished.emit()
    assert said(form, "port")
    assert field.accessibleDescription() == said(form, "port")
    field.setText("8")
    assert said(form, "port") == ""


def test_a_secret_is_dots_until_the_eye_is_pressed(qtbot: QtBot) -> None:
    form = shown(qtbot, OptionForm(OPTIONS, {}))
    field = line(form, "password")
    assert field.echoMode() is QLineEdit.EchoMode.Password
    eye = next(b for b in form.findChildren(QToolButton) if b.accessibleName() == "Show")
    eye.click()
    assert field.echoMode() is QLineEdit.EchoMode.Normal
    form.hide()
    form.show()
    assert field.echoMode() is QLineEdit.EchoMode.Password


def test_a_secret_is_known_to_the_logs_filter_when_its_field_is_left(qtbot: QtBot) -> None:
    form = shown(qtbot, OptionForm(OPTIONS, {}))
    line(form, "password").setText(" canary in the form ")
    line(form, "password").editingFinished.emit()
    assert "canary" not in redacted("it was ' canary in the form '")
    assert form.secrets() == {"password": " canary in the form "}  # blanks may belong to it


def test_sftp_shows_what_fits_the_way_of_signing_in(qtbot: QtBot) -> None:
    form = shown(qtbot, OptionForm(SFTPConnection.options, {"host": "nas", "auth": "agent"}))
    assert form.secret_names() == [] and not form.shows("key_file")
    form.set_values({"auth": "key"})
    assert form.secret_names() == ["passphrase"] and form.shows("key_file")
    form.set_values({"auth": "password"})
    assert form.secret_names() == ["password"] and not form.shows("key_file")


def test_what_is_shown_first() -> None:
    assert parted(OPTIONS, ["port"]) == (["port", "host", "password"], ["auth", "strict", "key"])
    few = OPTIONS[:3]
    assert parted(few, []) == (["host", "port", "auth"], [])


def test_faults() -> None:
    assert fault(OPTIONS[0], "") and not fault(OPTIONS[0], "nas")
    assert fault(OPTIONS[1], "1.5") and not fault(OPTIONS[1], "15") and not fault(OPTIONS[1], "")
    assert not fault(OPTIONS[3], "", kept=True)
