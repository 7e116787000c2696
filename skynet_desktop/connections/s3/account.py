"""Whose bucket at which server: the address and the keys, and what they make.

Makes no request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError

from skynet_desktop.connections.introduction import Endpoint
from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.connections.route import Proxy, Route
from skynet_desktop.connections.s3 import places
from skynet_desktop.connections.s3.direct import Direct
from skynet_desktop.connections.s3.errors import translated
from skynet_desktop.connections.s3.signing import DEFAULT_REGION, Keys
from skynet_desktop.core.errors import ServiceRefused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

OnRequest = Callable[[RequestKind], None]


@dataclass(frozen=True)
class Account:
    """The settings of the same names; ``keys`` are ID and secret, for ``auth`` by keys."""

    bucket: str
    endpoint_url: str
    region: str
    style: Literal["auto", "path", "virtual"]
    auth: Literal["keys", "environment"]
    keys: tuple[str, str]

    @property
    def lacks_keys(self) -> bool:
        return self.auth == "keys" and not all(self.keys)

    @property
    def host(self) -> str:
        """For the person: without the user and password that an address may hold."""
        address = urlsplit(self.endpoint_url)
        if not address.hostname:
            return self.endpoint_url or "Amazon S3"
        port = f":{address.port}" if address.port else ""
        return address.hostname + port

    def proxy(self, route: Route) -> Proxy | None:
        """The one on the way. ``ServiceRefused`` for an address that is none."""
        try:
            address = urlsplit(self.endpoint_url or "https://s3.amazonaws.com")
            return route.proxy_for(address.scheme, address.hostname or "")
        except ValueError as error:
            raise self._no_address() from error

    def endpoint(self) -> Endpoint:
        virtual = self.style == "virtual" and bool(self.endpoint_url)
        return places.endpoint_of(self.endpoint_url, self.region, self.bucket, virtual=virtual)

    def direct(self, on_request: OnRequest) -> Direct | None:
        """None where only boto3 finds the address or the keys."""
        keys: Keys | None = Keys(*self.keys)
        region = self.region or DEFAULT_REGION
        if self.auth != "keys":  # a profile may name another address and region
            keys = Keys.of_environment() if self.endpoint_url and self.region else None
        base = places.base_of(self.endpoint_url, region, self.bucket, self.style)
        if keys is None or base is None:
            return None
        return Direct.by(base, region, keys, on_request)

    def client(self, connections: int, proxy: Proxy | None, on_request: OnRequest) -> S3Client:
        """Raises ``ServiceError``."""
        from skynet_desktop.connections.s3.client import make_client  # boto3 takes 0.2 s

        keys = self.keys if self.auth == "keys" else None
        try:
            return make_client(
                keys, self.endpoint_url, self.region, self.style, connections, proxy, on_request
            )
        except ValueError as error:
            raise self._no_address() from error
        except BotoCoreError as error:
            raise translated(error, self.host, self.bucket) from error

    def _no_address(self) -> ServiceRefused:
        return ServiceRefused(f"'{self.host}' is no address of a storage service.")
