"""Draws the product's icon as Windows wants it: all sizes in one file.

    python -m installer.windows.icon FILE

The format: "Icons" in Microsoft's documentation of ``ICONDIR`` and ``BITMAPINFOHEADER``. Only the
largest image is a PNG: older parts of Windows, and NSIS, read the others as plain pixels alone.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QImage

from installer.icons import drawn

SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
"""Pixels: what Windows shows at 100, 125, 150, 200 and 250 %, and in large."""
_PNG_FROM = 256


def main(file: Path) -> int:
    """Raises ``OSError`` if the file cannot be written."""
    app = QGuiApplication([])
    images = [(size, _encoded(drawn(size))) for size in SIZES]
    file.write_bytes(packed(images))
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
    sys.exit(main(Path(sys.argv[1])))
