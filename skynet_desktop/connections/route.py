"""By which way a host is reached: straight, or through a proxy.

One setting holds for all services. A connection asks its :class:`Route` for the proxy to a
host, and hands it to its library or to :func:`~skynet_desktop.connections.dial.dial`. Hosts
on this computer are always reached straight.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from skynet_desktop.core.errors import SettingsError

DIRECT = "none"
_PORTS = {"http": 80, "https": 443, "socks4": 1080, "socks5": 1080, "socks5h": 1080}


@dataclass(frozen=True)
class Proxy:
    """A proxy and who we are to it. The password shows neither in ``str`` nor in ``repr``."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> Proxy:
        """Raises :class:`SettingsError`, which does not quote what may hold a password."""
        try:
            parts = urlsplit(url if "://" in url else f"http://{url}")
            port = parts.port or _PORTS.get(parts.scheme, 0)
            beyond = parts.path.strip("/") or parts.query or parts.fragment
            good = parts.scheme in _PORTS and parts.hostname and not beyond
        except ValueError:
            good = False
        if not good:
            raise SettingsError(
                "The proxy must be empty (for the system's own), none, or an address such as "
                "http://proxy:3128 or socks5://user:password@proxy:1080."
            )
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname or "", port, user, password)

    @property
    def is_socks(self) -> bool:
        return self.scheme.startswith("socks")

    @property
    def url(self) -> str:
        """With user and password, as libraries want it."""
        who = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        return f"{self.scheme}://{who}{self}"

    def __str__(self) -> str:
        """For the person, and as the target of a request."""
        return at(self.host, self.port)


class Route:
    """What the proxy setting means: ``""`` for this system's own proxies, ``"none"`` for no
    proxy, or an address ``http://[user:password@]host:port`` or ``socks5://...``.

    Raises :class:`SettingsError` for anything else. Immutable; the system is asked each time.
    """

    def __init__(self, setting: str = "") -> None:
        setting = setting.strip()
        self._asks_system = not setting
        self._chosen = Proxy.of(setting) if setting.lower() not in ("", DIRECT) else None

    def proxy_for(self, scheme: str, host: str) -> Proxy | None:
        """The proxy to a host, or None. ``scheme`` is ``http``, ``https``, or ``ssh``, for
        which a proxy of the system's counts only if it is one for everything.

        Raises :class:`SettingsError` if the system names one that cannot be understood.
        """
        if is_loopback(host):
            return None
        if not self._asks_system:
            return self._chosen
        found = _of_system()
        url = found.get(scheme) or found.get("all")
        return Proxy.of(url) if url and not _goes_past_proxies(host) else None

    def passwords(self) -> list[str]:
        """Of all proxies that may be used: they must not get into a log."""
        if not self._asks_system:
            return [self._chosen.password] if self._chosen else []
        words = (urlsplit(url).password for url in _of_system().values())
        return [unquote(word) for word in words if word]


def is_loopback(host: str) -> bool:
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def at(host: str, port: int) -> str:
    """Host and port as one word; an IPv6 address needs its brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _goes_past_proxies(host: str) -> bool:
    import urllib.request

    return bool(urllib.request.proxy_bypass(host))


def _of_system() -> dict[str, str]:
    """This system's proxies by scheme; "all" stands for everything else."""
    asks_only_variables = sys.platform not in ("win32", "darwin")
    if asks_only_variables and not any(name.lower().endswith("_proxy") for name in os.environ):
        return {}
    import urllib.request  # it takes 0.03 s

    found = {scheme: url for scheme, url in urllib.request.getproxies().items() if url}
    # Windows and macOS name one for SOCKS, which takes everything, by schemes of their own.
    if socks := found.get("socks"):
        found.setdefault("all", "socks5://" + socks.rpartition("://")[2])
    return found
