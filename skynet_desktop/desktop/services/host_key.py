"""Whether to trust a server: what it shows, how to check it, and a decision that nobody makes
by mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
)

from skynet_desktop.connections.trial import StageResult
from skynet_desktop.desktop.theme import mark
from skynet_desktop.desktop.tokens import L, M, S


class HostKeyCard(QFrame):
    """For a stage that failed because the server is unknown or another one than before."""

    trusted = Signal(dict)
    refused = Signal()

    def __init__(self, result: StageResult, server: str = "") -> None:
        """``server`` is its address, as the person wrote it."""
        super().__init__()
        self._accept: Mapping[str, str] = result.accept
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(L, L, L, L)
        self._column.setSpacing(M)
        mark(self, "banner", "danger" if result.changed else "warning")
        if result.changed:
            self._say(self.tr("The server's key has changed"), "heading")
            self._say(
                self.tr(
                    "This is not the key that this server had before. Somebody may have put "
                    "himself between you and the server to read along, or the server was set up "
                    "anew. Ask whoever runs it before you go on."
                )
            )
        else:
            self._say(self.tr("Is this the right server?"), "heading")
            self._say(
                self.tr(
                    "You connect to it for the first time. The fingerprint of its key proves "
                    "which server it is."
                )
            )
        self._add_facts(result, server)
        self._say(
            self.tr(
                "To check it, ask whoever runs the server, or run this at the server itself, and "
                "compare:"
            )
        )
        kind = key_kind(result.words, result.host_key)
        self._say(f"ssh-keygen -lf /etc/ssh/ssh_host_{_file_kind(kind)}_key.pub", fixed=True)
        self._confirm: QCheckBox | None = None
        if result.changed:
            self._confirm = QCheckBox(self.tr("I have &asked, and this is its new key."))
            self._confirm.setObjectName("confirm-key")
            self._column.addWidget(self._confirm)
        self._add_buttons()

    def _add_facts(self, result: StageResult, server: str) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(L)
        grid.setVerticalSpacing(S)
        grid.setColumnStretch(1, 1)
        facts = (
            (self.tr("Server"), server, False),
            (self.tr("Kind of key"), key_kind(result.words, result.host_key), False),
            (self.tr("Fingerprint"), result.host_key, True),
        )
        for name, value, is_fixed in facts:
            if not value:
                continue
            row = grid.rowCount()
            title = QLabel(name)
            text = QLabel(value)
            text.setObjectName("fingerprint" if is_fixed else "")
            text.setAccessibleName(f"{name}: {value}")
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
            text.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            if is_fixed:
                text.setFont(_fixed())
            grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, row, 1)
        self._column.addLayout(grid)

    def _add_buttons(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(S)
        refuse = QPushButton(self.tr("&Do not connect"))
        refuse.setObjectName("refuse-key")
        refuse.clicked.connect(self.refused)
        trust = QPushButton(self.tr("&Trust this key"))
        trust.setObjectName("trust-key")
        trust.setAutoDefault(False)  # Enter alone must never trust
        trust.clicked.connect(lambda: self.trusted.emit(dict(self._accept)))
        if self._confirm is not None:
            mark(trust, "danger")
            trust.setEnabled(False)
            self._confirm.toggled.connect(trust.setEnabled)
        row.addStretch(1)
        row.addWidget(trust)
        row.addWidget(refuse)
        self._column.addLayout(row)
        self.setFocusProxy(refuse)

    def _say(self, words: str, kind: str = "", *, fixed: bool = False) -> None:
        label = QLabel(words)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if fixed:
            label.setFont(_fixed())
        else:
            mark(label, kind)
        self._column.addWidget(label)


def key_kind(words: str, fingerprint: str) -> str:
    """The key's type, such as ``ssh-ed25519``, from the sentence about it; "" if it says none."""
    found = re.search(r"([\w@.-]+) " + re.escape(fingerprint), words) if fingerprint else None
    return found.group(1) if found and "-" in found.group(1) else ""


def _file_kind(kind: str) -> str:
    """How OpenSSH names the file of such a key."""
    return next((name for name in ("rsa", "ecdsa") if name in kind), "ed25519")


def _fixed() -> QFont:
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
