from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMessageBox
from pytestqt.qtbot import QtBot

from skynet_desktop.desktop import spoken, translations, words
from skynet_desktop.host import resources
from tools.translations import catalogue, exchange, ts
from tools.translations.catalogue import FOLDER, LANGUAGES
from tools.translations.pseudo import pseudo


@pytest.fixture
def app(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[QApplication]:
    """What a test installs is taken out again, and the locale is as before."""
    installed: list[QTranslator] = []
    install = qapp.installTranslator

    def noted(translator: QTranslator) -> bool:
        installed.append(translator)
        return install(translator)

    before = QLocale()
    monkeypatch.setattr(qapp, "installTranslator", noted, raising=False)
    monkeypatch.setattr(translations, "_in_use", "en")
    yield qapp
    for translator in installed:
        qapp.removeTranslator(translator)
    QLocale.setDefault(before)
    spoken.know(())


@pytest.fixture(scope="session")
def made_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Texts of all languages that are complete, whatever the state of the real ones: each
    begins with its language. English plurals are the real ones."""
    folder = tmp_path_factory.mktemp("translations")
    texts = catalogue.all_texts()
    for language in ("en", *LANGUAGES):
        file = folder / f"skynet_{language}.ts"
        catalogue.merge(texts, file, language)
        if language != "en":
            ts.fill(file, partial(_named, language))
        catalogue.compile_one(file, file.with_suffix(".qm"))
    engine = sorted(text.source for text in texts if text.context == "engine")
    (folder / "engine.json").write_text(json.dumps(engine), "utf-8")
    return folder


def _named(language: str, entry: ts.Entry) -> tuple[str, ...]:
    return tuple(f"{language}:{entry.source}" for _ in entry.forms)


@pytest.fixture
def made(made_files: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(resources, "path", lambda *parts: made_files.joinpath(*parts[1:]))
    return made_files


def test_the_chosen_language(app: QApplication, made: Path) -> None:
    assert translations.install(app, "fr") == translations.in_use() == "fr"
    assert words.ago(None) == "fr:never"
    assert spoken.spoken("The destination is full.") == "fr:The destination is full."
    assert QLocale().language() is QLocale.Language.French


def test_the_systems_language(
    app: QApplication, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    austria = QLocale("de_AT")
    monkeypatch.setattr(QLocale, "system", staticmethod(lambda: austria))
    before = QLocale()
    assert translations.install(app) == "de"
    assert words.ago(None) == "de:never"
    assert QLocale() == before  # numbers stay as the system has them


def test_a_language_we_do_not_speak(app: QApplication, made: Path) -> None:
    assert translations.install(app, "pt_BR") == "en"
    assert words.ago(None) == "never"
    assert spoken.spoken("The destination is full.") == "The destination is full."


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("de_CH", "de"), ("es_MX", "es"), ("fr_CA", "fr"), ("hi_IN", "hi"), ("zh_CN", "zh_CN"),
        ("zh_SG", "zh_CN"), ("en_GB", "en"), ("ja_JP", "en"), ("C", "en"),
    ],
)  # fmt: skip
def test_which_language_it_becomes(wanted: str, chosen: str) -> None:
    assert translations.known(QLocale(wanted).uiLanguages()) == chosen


def test_the_first_language_of_several_that_we_speak() -> None:
    assert translations.known(["nl-NL", "nl", "fr-BE", "de-BE"]) == "fr"
    assert translations.known([]) == "en"


def test_without_its_files_it_speaks_english(
    app: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(resources, "path", lambda *parts: tmp_path.joinpath(*parts))
    translations.install(app, "de")
    assert words.ago(None) == "never"
    assert spoken.spoken("The destination is full.") == "The destination is full."
    assert "cannot be loaded" in caplog.text and "stay English" in caplog.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_qts_own_buttons(qtbot: QtBot, app: QApplication, made: Path, language: str) -> None:
    """Qt comes with its texts in all our languages but Hindi; ours stand in front of them."""
    translations.install(app, language)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == f"{language}:Cancel"
    folder = QCoreApplication.translate("QFileDialog", "New Folder")
    assert (folder == "New Folder") == (language == "hi")


def test_all_standard_buttons_we_use_are_ours(qtbot: QtBot, app: QApplication, made: Path) -> None:
    translations.install(app, "hi")
    box = QMessageBox()
    qtbot.addWidget(box)
    for name in ("Ok", "Yes", "No", "Cancel", "Close", "Save", "Help"):
        box.addButton(getattr(QMessageBox.StandardButton, name))
    assert [b.text() for b in box.buttons() if not b.text().startswith("hi:")] == []


def test_english_plurals(app: QApplication, made: Path) -> None:
    translations.install(app, "en")
    assert [words.files(n) for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
    assert [words.issues(n) for n in (1, 2)] == ["1 issue", "2 issues"]
    assert words.duration(86_400 * 3) == "3 days"


def test_no_english_plural_is_left_with_brackets() -> None:
    forms = [form for entry in ts.read(FOLDER / "skynet_en.ts") for form in entry.forms]
    assert forms and not [form for form in forms if "(s)" in form or not form]


# --- the files that are kept -------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_the_files_hold_what_the_code_says(language: str, tmp_path: Path) -> None:
    """Else run: python3 dev.py translations"""
    kept = {entry.key for entry in ts.read(FOLDER / f"skynet_{language}.ts") if _is_live(entry)}
    fresh = tmp_path / "fresh.ts"
    catalogue.merge(catalogue.all_texts(), fresh, language)
    wanted = {entry.key for entry in ts.read(fresh)}
    assert sorted(wanted - kept) == [], "not in the file"
    assert sorted(kept - wanted) == [], "no longer in the code"


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_every_text_is_translated(language: str) -> None:
    """Else: python3 dev.py translations --export LANGUAGE OUT, translate, --import."""
    entries = ts.read(FOLDER / f"skynet_{language}.ts")
    left = [entry.key for entry in entries if not entry.is_done]
    assert not left, f"{len(left)} of {len(entries)} texts are open, such as {left[:3]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_fields_and_mnemonics(language: str) -> None:
    entries = [entry for entry in ts.read(FOLDER / f"skynet_{language}.ts") if entry.is_done]
    assert [
        (entry.source, faults)
        for entry in entries
        if (faults := exchange.faults_of(entry, entry.forms))
    ] == []


def test_languages_are_the_same_everywhere() -> None:
    assert set(translations.LANGUAGES) == {"en", *LANGUAGES}


def _is_live(entry: ts.Entry) -> bool:
    return entry.state not in ("vanished", "obsolete")


def test_the_pseudo_language_keeps_what_is_filled_in() -> None:
    assert pseudo("&Send %n file(s) to {0}") == "[&Séñd %n fîlé(s) tö {0} ~~~~ ~~~~]"
    assert pseudo("") == ""
