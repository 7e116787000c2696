"""The engine's English sentences in the person's language.

The engine knows no screen and says what happened in plain English sentences, which are also
kept in its databases. A sentence is recognised by the template it was made from, and the
template is translated: ``The folder {0} is not there.``
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def spoken(sentence: str) -> str:
    """The sentence in the person's language; as it is, if nobody translated it."""
    return QCoreApplication.translate("engine", sentence)
