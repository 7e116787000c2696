"""Draws the product's icon in the sizes that systems want, as PNG files.

    python -m installer.icons FOLDER SIZE ...     FOLDER/SIZE.png, in pixels

Runs where Qt is: in the build's environment.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from skynet_desktop.host import resources

_SMALL = 32
"""Below this many pixels, the drawing with less air and more contrast is taken."""


def main(folder: Path, sizes: list[int]) -> int:
    """Raises ``OSError`` if a file cannot be written."""
    app = QGuiApplication([])
    for size in sizes:
        file = folder / f"{size}.png"
        if not drawn(size).save(str(file)):
            raise OSError(f"{file} cannot be written")
    app.quit()
    return 0


def drawn(size: int) -> QImage:
    """The icon, ``size`` pixels wide and high, on nothing. Needs a ``QGuiApplication``."""
    name = "skynet-small.svg" if size < _SMALL else "skynet.svg"
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(resources.path("icons", name))).render(painter, QRectF(image.rect()))
    painter.end()
    return image


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), [int(size) for size in sys.argv[2:]]))
