"""Where a bucket is: its server on the network, and its page in the provider's web console."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote, urlsplit

from skynet_desktop.connections.introduction import Endpoint, Location
from skynet_desktop.core.errors import ServiceRefused

_PORTS = {"http": 80, "https": 443}
_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_PLAIN_REGION = re.compile(r"(?:us|eu|ap|ca|sa|me|af|il|mx)-[a-z]+-\d")
_R2, _B2 = ".r2.cloudflarestorage.com", ".backblazeb2.com"
# Amazon's partitions have consoles of their own; China's also other names of servers.
_CONSOLES = (("cn-", "console.amazonaws.cn"), ("us-gov-", "console.amazonaws-us-gov.com"))


def endpoint_of(address: str, region: str, bucket: str, *, virtual: bool) -> Endpoint:
    """The server that requests go to. ``address`` is empty for Amazon.

    Raises ``ServiceRefused`` for one that is none.
    """
    address = address or _amazon(region)
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        host, port = "", 0
    if not host or not port:
        raise ServiceRefused(
            "The address of the service must begin with https:// (or http://) and the name of "
            "a server."
        )
    return Endpoint(f"{bucket}.{host}" if virtual else host, port)


def _amazon(region: str) -> str:
    if not region:
        return "https://s3.amazonaws.com"
    return f"https://s3.{region}.amazonaws.com" + (".cn" if region.startswith("cn-") else "")


def base_of(address: str, region: str, bucket: str, style: str) -> str | None:
    """The address that a quoted key is put behind, as boto3 finds it, for all that is plain;
    None for what only boto3 knows (odd names, less usual regions)."""
    if not _PLAIN_NAME.fullmatch(bucket):
        return None
    if not address:
        if style != "auto" or not _PLAIN_REGION.fullmatch(region):
            return None
        where = "" if region == "us-east-1" else f".{region}"
        return f"https://{bucket}.s3{where}.amazonaws.com/"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    plain = parts.scheme in _PORTS and parts.netloc.isascii() and "@" not in parts.netloc
    if not plain or not host or parts.path.strip("/") or parts.query or parts.fragment:
        return None
    if style == "virtual":
        return None if _is_number(host) else f"{parts.scheme}://{bucket}.{parts.netloc}/"
    return f"{parts.scheme}://{parts.netloc}/{bucket}/"


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def location_of(address: str, region: str, bucket: str, folder: str) -> Location:
    """``folder`` is a key without a slash at its ends, "" for the whole bucket."""
    text = f"s3://{bucket}/{folder}".rstrip("/")
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    prefix = quote(f"{folder}/", safe="") if folder else ""
    if not address or host.endswith(".amazonaws.com"):
        return Location(text, _amazon_page(region, bucket, prefix))
    if host.endswith(_R2):
        account = host.removesuffix(_R2).partition(".")[0]
        query = f"?prefix={prefix}" if prefix else ""
        kind = host.removesuffix(_R2).partition(".")[2] or "default"  # or its jurisdiction
        page = f"https://dash.cloudflare.com/{account}/r2/{kind}/buckets/{quote(bucket)}{query}"
        return Location(text, page)
    if host.endswith(_B2):  # a bucket's own page goes by an id that we do not know
        return Location(text, "https://secure.backblaze.com/b2_buckets.htm")
    return Location(text)


def _amazon_page(region: str, bucket: str, prefix: str) -> str:
    console = next((c for start, c in _CONSOLES if region.startswith(start)), "")
    if not console:
        console = f"{region}.console.aws.amazon.com" if region else "s3.console.aws.amazon.com"
    query = [f"region={region}"] if region else []
    query += [f"prefix={prefix}"] if prefix else []
    page = f"https://{console}/s3/buckets/{quote(bucket)}"
    return page + ("?" + "&".join(query) if query else "")
