"""Draws the product's icon as Windows wants it: all sizes in one file; and the picture beside the
setup's last words.

    python -m installer.windows.icon ICON [PICTURE]

An icon's format: "Icons" in Microsoft's documentation of ``ICONDIR`` and ``BITMAPINFOHEADER``.
Only the largest image is a PNG: older parts of Windows, and NSIS, read the others as plain pixels
alone.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from installer.icons import drawn

SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
"""Pixels: what Windows shows at 100, 125, 150, 200 and 250 %, and in large."""
_PNG_FROM = 256
_LARGE = 112


def main(icon: Path, picture: Path | None = None) -> int:
    """Raises ``OSError`` if a file cannot be written."""
    app = QGuiApplication([])
    images = [(size, _encoded(drawn(size))) for size in SIZES]
    icon.write_bytes(packed(images))
    if picture is not None and not _beside().save(str(picture), "BMP"):  # type: ignore[call-overload]
        raise OSError(f"{picture} cannot be written")
    app.quit()
    return 0


def packed(images: list[tuple[int, bytes]]) -> bytes:
    """An icon file of these images: width and height in pixels, and its bytes."""
    head = struct.pack("<HHH", 0, 1, len(images))
    offset = len(head) + 16 * len(images)
    rows = b""
    for size, data in images:
        # 0 stands for 256; no palette; one plane of 32 bits a pixel
        side = size % 256
        rows += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(data), offset)
        offset += len(data)
    return head + rows + b"".join(data for _, data in images)


def _beside() -> QImage:
    """Of the size that NSIS asks for, in pixels."""
    image = QImage(164, 314, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.drawImage((image.width() - _LARGE) // 2, _LARGE // 2, drawn(_LARGE))
    painter.end()
    return image


def _encoded(image: QImage) -> bytes:
    return _png(image) if image.width() >= _PNG_FROM else _bitmap(image)


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # it takes a str, whatever it says
    return bytes(data.data())


def _bitmap(image: QImage) -> bytes:
    """Twice as high as it is: below the pixels, bottom row first, lies a mask that transparency
    makes needless, of one bit a pixel and rows of whole 4 bytes."""
    size = image.width()
    pixels = bytes(image.constBits())
    row = 4 * size
    rows = (pixels[start : start + row] for start in range(len(pixels) - row, -1, -row))
    header = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, 0, 0, 0, 0, 0)
    return header + b"".join(rows) + bytes((size + 31) // 32 * 4 * size)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
