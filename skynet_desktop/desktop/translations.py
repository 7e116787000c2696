"""The person's language: ours of the settings, else the system's, else English."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from skynet_desktop.desktop import spoken
from skynet_desktop.host import resources

log = logging.getLogger(__name__)

LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "hi": "हिन्दी",
    "zh_CN": "简体中文",
}

_in_use = "en"


def in_use() -> str:
    """Which of our languages the windows speak."""
    return _in_use


def install(app: QCoreApplication, language: str = "") -> str:
    """Load the texts of ``language``, or of the system's for ""; returns which it became.

    Numbers and dates stay in the system's locale where the language is the system's, and
    follow the language otherwise. Call it before any window is made.
    """
    system = QLocale.system()
    locale = QLocale(language) if language else system
    if language and locale.language() != system.language():
        QLocale.setDefault(locale)
    global _in_use
    _in_use = chosen = known(locale.uiLanguages())
    for file in _files(chosen):
        translator = QTranslator(app)
        if translator.load(str(file)):
            app.installTranslator(translator)
        else:
            log.warning("the texts %s cannot be loaded", file)
    if chosen != "en":
        spoken.know_file(resources.path("translations", "engine.json"))
    return chosen


def known(wanted: list[str]) -> str:
    """The first of these languages that we speak; they are named as by
    ``QLocale.uiLanguages``, such as "zh-Hans-CN", "zh-CN", "zh"."""
    for tag in wanted:
        locale = QLocale(tag)
        for ours in LANGUAGES:
            mine = QLocale(ours)
            if (locale.language(), locale.script()) == (mine.language(), mine.script()):
                return ours
    return "en"


def _files(language: str) -> Iterator[Path]:
    """Qt's own texts first: what is loaded later is asked first. English has plural forms of
    ours; Qt speaks no Hindi, so ours hold what our windows show of Qt."""
    qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    qt_texts = qt / f"qtbase_{language}.qm"
    if qt_texts.exists():
        yield qt_texts
    yield resources.path("translations", f"skynet_{language}.qm")
