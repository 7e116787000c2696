"""Numbers as a person reads them."""

from skynet_desktop.core.words import amount, counted

__all__ = ["amount", "counted"]
