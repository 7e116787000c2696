"""The person's language: ours of the settings, else the system's, else English."""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from skynet_desktop.desktop import resources

log = logging.getLogger(__name__)

LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "hi": "हिन्दी",
    "zh_CN": "简体中文",
}


def install(app: QCoreApplication, language: str = "") -> str:
    """Load the texts of ``language``, or of the system's for ""; returns which it became.

    Numbers and dates stay in the system's locale where the language is the system's, and
    follow the language otherwise. Call it before any window is made.
    """
    system = QLocale.system()
    locale = QLocale(language) if language else system
    if language and locale.language() != system.language():
        QLocale.setDefault(locale)
    chosen = _known(locale)
    for name, folder in (
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        ("skynet", str(resources.path("translations"))),
    ):
        translator = QTranslator(app)
        if translator.load(f"{name}_{chosen}", folder):
            app.installTranslator(translator)
        elif chosen != "en":
            log.info("no %s texts for %s", name, chosen)
    return chosen


def _known(locale: QLocale) -> str:
    return next((c for c in (locale.name(), locale.name()[:2]) if c in LANGUAGES), "en")
