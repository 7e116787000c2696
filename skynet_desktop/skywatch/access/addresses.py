"""Where a request comes from."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def of(request: HttpRequest) -> str:
    """The sender's address. What proxies say counts only of as many as are said to be ours; an
    IPv6 network is one sender, as whoever has one has 2^64 addresses."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        told = request.META.get("HTTP_X_FORWARDED_FOR", "")
        hops = [hop.strip() for hop in told.split(",") if hop.strip()]
        if len(hops) >= settings.PROXIES:
            address = hops[-settings.PROXIES]
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "0.0.0.0"  # a socket, or nonsense: all of those count as one
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False).network_address)
    return str(known)
