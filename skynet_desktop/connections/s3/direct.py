"""Objects and parts by the shortest way: signed here, many at a time over kept connections.

boto3 needs 2 to 4 ms of this computer's time for a small PUT, this way 0.2. It is for the
ordinary case alone: what is not answered by a plain "here it is, and this is its checksum" is
done once more by boto3, which knows of redirects, clocks that are wrong, busy servers and what
each error means. An object or part is there whole or not at all, so a second PUT does no harm.
"""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.connections.s3.body import digest_body
from skynet_desktop.connections.s3.exchange import Exchanges, Sent
from skynet_desktop.connections.s3.line import Answer, BadAnswer, Line
from skynet_desktop.connections.s3.parcel import Body, Parcel
from skynet_desktop.connections.s3.signing import NOTHING, UNSIGNED, Keys, Signer, quoted
from skynet_desktop.connections.s3.window import Window

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MOST_MISSES = 3
"""So many in a row, and boto3 is asked at once from then on."""
_PATIENCE = 10.0
"""Seconds for an answer to a question."""


class Direct:
    """To one bucket of one server, without a proxy. Safe from any thread."""

    def __init__(
        self,
        base: str,
        region: str,
        keys: Callable[[], Keys],
        on_request: Callable[[RequestKind], None],
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """``base`` is the address that a quoted key is put behind; ``trust`` is for ``https``."""
        parts = urlsplit(base)
        self._host = parts.netloc
        self._path = parts.path
        self._name = parts.hostname or ""
        self._port = parts.port or (443 if trust else 80)
        self._signer = Signer(region)
        self._keys = keys
        self._on_request = on_request
        self._trust = trust
        self._addresses: deque[tuple[Any, ...]] = deque()
        self._kept: deque[Line] = deque()
        self._misses = 0
        self.window = Window()

    @classmethod
    def by(
        cls, base: str, region: str, keys: Keys, on_request: Callable[[RequestKind], None]
    ) -> Direct:
        """Without a client, for an address that :func:`places.base_of` knows."""
        trust = trusted(True) if base.startswith("https:") else None
        return cls(base, region, lambda: keys, on_request, trust)

    @classmethod
    def as_by(
        cls, client: S3Client, bucket: str, on_request: Callable[[RequestKind], None]
    ) -> Direct:
        """By the address, the keys and the trusted roots of a client. Makes no request.

        Reaches into what botocore keeps to itself, there being no other way to keys that are
        renewed, and to the roots; it is pinned, and tests compare.
        """
        core: Any = client
        credentials = core._request_signer._credentials
        verify = core._endpoint.http_session._verify

        def keys() -> Keys:
            frozen = credentials.get_frozen_credentials()
            return Keys(frozen.access_key, frozen.secret_key, frozen.token)

        base, region = _where_it_puts(client, bucket)
        trust = trusted(verify) if base.startswith("https:") else None
        return cls(base, region, keys, on_request, trust)

    def close(self) -> None:
        while self._kept:
            self._kept.pop().close()

    @property
    def is_of_use(self) -> bool:
        return self._misses < _MOST_MISSES

    def put(
        self, parcels: Sequence[Parcel], check: Callable[[], None], most_bytes: int
    ) -> Generator[Sent, None, None]:
        """Each parcel once, in any order: with its ETag, whose checksum the server has proven;
        with None if that is not how it went, and boto3 is to send it; or with the ``PathError``
        of reading it. Other errors of that are raised, and what ``check`` raises.

        Another is begun while fewer than ``most_bytes`` are on their way: as many may have to
        be sent again if the link breaks."""
        return Exchanges(self, parcels, check, most_bytes).run()

    def ask(self, query: str, kind: RequestKind, key: str = "") -> Answer | None:
        """GET of an object, or of what the bucket says of itself; None if no answer came. Waits
        some seconds at most. ``query`` is escaped, its names in order."""
        path = self._path + quoted(key)
        for new in (False, True):
            line = None
            try:
                line = self.line(kind, new=new)
                begun, is_new = time.monotonic(), line.is_new
                answer = line.ask(self._signed("GET", path, query, {}, NOTHING), _PATIENCE)
            except (OSError, BadAnswer):
                if line is not None:
                    line.close()
                    if not line.is_new and not line.has_heard:
                        continue  # it may have been closed at the other end long ago
                self.missed(line)
                return None
            if not is_new:  # or it had to be connected first
                self.window.begin(time.monotonic() - begun)
            if answer.keeps:
                self.keep(line)
            else:
                line.close()
            return answer
        return None

    # --- for the exchanges ---------------------------------------------------------------------

    def head(self, parcel: Parcel, body: Body) -> bytes:
        """The signed request up to the content, which is read for it."""
        digest = digest_body(body, with_sha256=self._trust is None)
        parcel.crc32 = digest.crc32
        headers = {
            "content-length": str(len(body)),
            "x-amz-checksum-crc32": parcel.crc32,
            "x-amz-sdk-checksum-algorithm": "CRC32",
            **parcel.headers,
        }
        path = self._path + quoted(parcel.key)
        return self._signed("PUT", path, parcel.query, headers, digest.sha256 or UNSIGNED)

    def _signed(
        self, method: str, path: str, query: str, headers: Mapping[str, str], payload: str
    ) -> bytes:
        signed = self._signer.signed(
            method, self._host, path, headers, payload, self._keys(), query=query
        )
        target = f"{path}?{query}" if query else path
        lines = "".join(f"{name}: {value}\r\n" for name, value in signed.items())
        return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode()

    def line(self, kind: RequestKind = RequestKind.PUT, *, new: bool = False) -> Line:
        """The one used last, or a new one. ``OSError`` if there is no way to the server. It
        counts the request that will be made on it."""
        self._on_request(kind)
        if not new:
            with suppress(IndexError):
                return self._kept.pop()
        if not self._addresses:
            found = socket.getaddrinfo(self._name, self._port, type=socket.SOCK_STREAM)
            self._addresses.extend(found)
        return Line(self._addresses[0], self._name, self._trust)

    def keep(self, line: Line) -> None:
        self._kept.append(line)

    def succeeded(self) -> None:
        self._misses = 0

    def missed(self, line: Line | None) -> None:
        """The next tries another of the server's addresses if this one could not be reached."""
        self._misses += 1
        if line is None or line.is_new:
            self._addresses.rotate(-1)


class _BeforeSigning(Exception):
    """Ends a request of boto3 before it is signed."""


def _where_it_puts(client: S3Client, bucket: str) -> tuple[str, str]:
    """The address before a key, and the region that is signed for."""

    def end(request: Any, region_name: str, **_: Any) -> None:
        raise _BeforeSigning(request.url, region_name)

    event = "before-sign.s3.PutObject"
    client.meta.events.register_first(event, end)
    try:
        client.put_object(Bucket=bucket, Key="k")
    except _BeforeSigning as found:
        url, region = found.args
        return url.removesuffix("k"), region
    finally:
        client.meta.events.unregister(event, end)
    raise AssertionError


def trusted(verify: bool | str) -> ssl.SSLContext:
    """With the roots that botocore trusts: its own, or a file that was chosen."""
    from botocore.httpsession import get_cert_path  # it takes 0.05 s

    chosen = os.environ.get("AWS_CA_BUNDLE") if verify is True else verify
    return ssl.create_default_context(cafile=chosen or get_cert_path(True))
