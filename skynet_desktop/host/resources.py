"""Where the files lie that ship with the product: icons, translations, templates."""

from __future__ import annotations

import sys
from pathlib import Path


def path(*parts: str) -> Path:
    """A file or folder below ``resources/``: in the frozen bundle, else in the checkout."""
    bundle = getattr(sys, "_MEIPASS", None)
    base = Path(bundle) if bundle else Path(__file__).resolve().parents[2]
    return base.joinpath("resources", *parts)
