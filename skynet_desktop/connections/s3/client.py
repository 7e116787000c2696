"""The boto3 client: whose keys, which address, how patient.

Imported when a connection opens, because importing boto3 takes 0.2 s.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.loaders import Loader, create_loader

from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.connections.route import Proxy
from skynet_desktop.connections.s3.body import CheckedBytes, Stretch
from skynet_desktop.connections.s3.counting import count_requests
from skynet_desktop.connections.s3.errors import cause
from skynet_desktop.connections.s3.line import READ_SECONDS
from skynet_desktop.connections.s3.signing import DEFAULT_REGION
from skynet_desktop.connections.s3.tunnel import tunnel

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECT_SECONDS = 10
"""Also the longest that one block of a body may take to leave (urllib3 sends under it)."""
ATTEMPTS = 3
_ONE_AT_A_TIME = threading.Lock()  # boto3's sessions are not thread-safe, its clients are
Style = Literal["auto", "path", "virtual"]


def make_client(
    keys: tuple[str, str] | None,
    endpoint_url: str,
    region: str,
    style: Style,
    connections: int,
    proxy: Proxy | None,
    on_request: Callable[[RequestKind], None],
) -> S3Client:
    """No request is made yet. ``keys`` is None for AWS's own chain (environment, profile,
    instance role ...), which finds its own way. Raises botocore's errors and ``ValueError``
    for a bad address."""
    secure = not endpoint_url or urlsplit(endpoint_url).scheme == "https"
    web_proxy = proxy if proxy is not None and not proxy.is_socks else None
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        tcp_keepalive=True,
        max_pool_connections=connections,
        # An empty table too keeps botocore from looking into the environment by itself.
        proxies={"http": web_proxy.url, "https": web_proxy.url} if web_proxy else {},
        signature_version="s3v4",
        s3={
            "addressing_style": _boto_style(style, endpoint_url),
            # A checksum goes with every body and TLS guards it: no need to hash it once more.
            "payload_signing_enabled": not secure,
        },
    )
    access_key, secret_key = keys or (None, None)
    with _ONE_AT_A_TIME:
        client: S3Client = (_bare_session() if keys else _session()).client(
            "s3",
            endpoint_url=endpoint_url or None,
            region_name=region or (DEFAULT_REGION if keys else None),
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=config,
        )
    if proxy is not None and proxy.is_socks:
        tunnel(client, proxy)
    count_requests(client, on_request)
    client.meta.events.register_first("needs-retry.s3", _end_at_once)
    client.meta.events.register_last("before-send.s3", _open_valve)
    client.meta.events.register_last("before-call.s3.DeleteObjects", _add_md5)
    return client


def _session(variables: dict[str, Any] | None = None) -> boto3.session.Session:
    """A new one, which looks anew for whatever AWS's chain finds; it shares the description of
    S3 with all others."""
    core = botocore.session.Session(session_vars=variables)
    core.register_component("data_loader", _descriptions())
    return boto3.session.Session(botocore_session=core)


@functools.cache
def _descriptions() -> Loader:
    """Of services. One for the program: S3's own, once read, takes 15 MB."""
    return create_loader()


@functools.cache
def _bare_session() -> boto3.session.Session:
    """For keys of our own: this computer's AWS settings (a profile that no longer exists,
    another endpoint) have no say."""
    return _session(
        {
            "profile": (None, None, None, None),
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
            "ignore_configured_endpoint_urls": (None, None, True, None),
        }
    )


def _boto_style(style: Style, endpoint_url: str) -> Style:
    # A name in front of a private server's address rarely resolves.
    if style == "auto":
        return "path" if endpoint_url else "auto"
    return style


def _end_at_once(caught_exception: Exception | None = None, **_: Any) -> None:
    """An error of ours raised while a body was read (told to stop, file changed) is no
    fault of the network: botocore would try again and sleep in between."""
    inner = cause(caught_exception)
    if inner is not None:
        raise inner


def _open_valve(request: AWSPreparedRequest, **_: Any) -> None:
    """All that was read before was read to sign it; from here on bytes leave."""
    if isinstance(request.body, CheckedBytes | Stretch):
        request.body.valve.leaving = True


def _add_md5(params: dict[str, Any], **_: Any) -> None:
    """Servers from before 2025 want Content-MD5 here; boto3 sends CRC32 alone."""
    digest = hashlib.md5(params["body"], usedforsecurity=False).digest()
    params["headers"]["Content-MD5"] = base64.b64encode(digest).decode()
