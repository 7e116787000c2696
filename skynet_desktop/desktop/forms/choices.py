"""What the words of the settings file are called on the screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from skynet_desktop.desktop.translations import LANGUAGES

_translate = QCoreApplication.translate


def shown(name: str, choice: str) -> str:
    """The choice of the option or setting ``name`` in the person's language; as it is, if it
    is a word of the service itself."""
    if name == "language" and choice:
        return LANGUAGES.get(choice, choice)
    return _names().get((name, choice)) or _names().get(("", choice), choice)


def _names() -> dict[tuple[str, str], str]:
    return {
        ("language", ""): _translate("choices", "As on this computer"),
        ("appearance", "system"): _translate("choices", "As on this computer"),
        ("appearance", "light"): _translate("choices", "Light"),
        ("appearance", "dark"): _translate("choices", "Dark"),
        ("log_level", "debug"): _translate("choices", "Everything"),
        ("log_level", "info"): _translate("choices", "The usual"),
        ("log_level", "warning"): _translate("choices", "Warnings and errors"),
        ("log_level", "error"): _translate("choices", "Errors alone"),
        ("metered", "pause"): _translate("choices", "Wait for another connection"),
        ("metered", "send"): _translate("choices", "Send all the same"),
        ("auth", "auto"): _translate("choices", "Whatever there is"),
        ("auth", "agent"): _translate("choices", "SSH agent"),
        ("auth", "key"): _translate("choices", "Key file"),
        ("auth", "password"): _translate("choices", "Password"),
        ("auth", "keys"): _translate("choices", "Access key"),
        ("auth", "environment"): _translate("choices", "This computer's own settings"),
        ("addressing_style", "path"): _translate("choices", "In the path"),
        ("addressing_style", "virtual"): _translate("choices", "In front of the host's name"),
        ("sse", "none"): _translate("choices", "As the bucket is set"),
        ("keep", "all"): _translate("choices", "What is removed or replaced"),
        ("keep", "deleted"): _translate("choices", "Removed files only"),
        ("keep", "nothing"): _translate("choices", "Nothing"),
        ("", "off"): _translate("choices", "Off"),
        ("", "toast"): _translate("choices", "Message"),
        ("", "sound"): _translate("choices", "Sound"),
        ("", "both"): _translate("choices", "Message and sound"),
        ("", "auto"): _translate("choices", "Automatic"),
    }
