"""What macOS itself says of the program, in our languages: why it asks for a folder.

macOS asks the person before a program may read these places, and shows our sentence in its
question. The keys are those of Apple's "Information Property List" reference. What has no
sentence is asked about without a reason, and a person does well to refuse.
"""

from __future__ import annotations

import plistlib
from pathlib import Path

FOLDERS = (
    "NSDesktopFolderUsageDescription",
    "NSDocumentsFolderUsageDescription",
    "NSDownloadsFolderUsageDescription",
    "NSRemovableVolumesUsageDescription",
    "NSNetworkVolumesUsageDescription",
    "NSFileProviderDomainUsageDescription",  # iCloud Drive and its like
)
NETWORK = "NSLocalNetworkUsageDescription"
"""Asked about since macOS 15, for servers in one's own network: a NAS by SFTP."""

LANGUAGES = {
    "en": "en", "de": "de", "es": "es", "fr": "fr", "hi": "hi", "zh_CN": "zh-Hans",
}  # fmt: skip
"""Ours, and Apple's names of them."""

_WHY_FOLDERS = {
    "en": "Skynet Desktop reads the folders that you told it to mirror, and writes where you "
    "restore or mirror to.",
    "de": "Skynet Desktop liest die Ordner, die Sie spiegeln lassen, und schreibt dorthin, wohin "
    "Sie spiegeln oder wiederherstellen.",
    "es": "Skynet Desktop lee las carpetas que usted ha elegido replicar y escribe donde usted "
    "replica o restaura.",
    "fr": "Skynet Desktop lit les dossiers que vous avez choisi de mettre en miroir et écrit là "
    "où vous restaurez ou créez un miroir.",
    "hi": "Skynet Desktop उन फ़ोल्डरों को पढ़ता है जिन्हें आपने मिरर करने के लिए चुना है, और वहाँ लिखता है जहाँ आप "
    "मिरर या पुनर्स्थापित करते हैं।",
    "zh_CN": "Skynet Desktop 会读取您选择镜像的文件夹，并写入您镜像或恢复到的位置。",
}
_WHY_NETWORK = {
    "en": "Skynet Desktop connects to the servers in your network that you told it to mirror to.",
    "de": "Skynet Desktop verbindet sich mit den Servern in Ihrem Netz, auf die Sie spiegeln "
    "lassen.",
    "es": "Skynet Desktop se conecta a los servidores de su red en los que usted ha elegido "
    "replicar.",
    "fr": "Skynet Desktop se connecte aux serveurs de votre réseau que vous avez choisis comme "
    "destinations.",
    "hi": "Skynet Desktop आपके नेटवर्क के उन सर्वरों से जुड़ता है जिन पर आपने मिरर करने के लिए कहा है।",
    "zh_CN": "Skynet Desktop 会连接到您网络中由您选定为镜像目标的服务器。",
}


def reasons(language: str) -> dict[str, str]:
    """Sentences by key, in one of our languages."""
    return {**dict.fromkeys(FOLDERS, _WHY_FOLDERS[language]), NETWORK: _WHY_NETWORK[language]}


def write(folder: Path) -> list[tuple[str, str, str]]:
    """Write a file a language into ``folder``; returns the rows of them for PyInstaller's
    tables: where in the bundle's resources macOS looks for it, the file, its kind."""
    rows = []
    for language, apples in LANGUAGES.items():
        place = f"{apples}.lproj/InfoPlist.strings"
        file = folder / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(plistlib.dumps(reasons(language)))
        rows.append((place, str(file), "DATA"))
    return rows
