"""Which web addresses may be asked or handed to a browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from skynet_desktop.connections.route import is_loopback

_MOST = 2_000
_NEVER = set(" \"'<>\\^`{|}")


def is_secure(url: str) -> bool:
    """A whole ``https`` address without user, blanks or what a program might take for more."""
    return _scheme(url) == "https"


def may_ask(url: str) -> bool:
    """Secure, or on this computer, as in tests."""
    return is_secure(url) or (_scheme(url) == "http" and is_loopback(urlsplit(url).hostname or ""))


def _scheme(url: str) -> str:
    """ "" for what is no proper address."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    proper = url.isascii() and url.isprintable() and not set(url) & _NEVER
    good = proper and host and "@" not in parts.netloc and len(url) <= _MOST
    return parts.scheme if good else ""
