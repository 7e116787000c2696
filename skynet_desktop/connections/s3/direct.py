"""Small objects by the shortest way: signed here, sent over connections that are kept.

boto3 needs 2 to 4 ms of this computer's time for a small PUT, this way 0.3. It is for the
ordinary case alone: what is not answered by a plain "here it is, and this is its checksum" is
done once more by boto3, which knows of redirects, clocks that are wrong, busy servers and what
each error means. An object is published whole or not at all, so a second PUT does no harm.
"""

from __future__ import annotations

import hashlib
import http.client
import ssl
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from botocore.httpsession import get_cert_path

from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.connections.s3.client import READ_SECONDS
from skynet_desktop.connections.s3.signing import UNSIGNED, Keys, Signer, quoted

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MOST_MISSES = 3
"""So many in a row, and boto3 is asked at once from then on."""
_PLACING = {
    "StorageClass": "x-amz-storage-class",
    "ServerSideEncryption": "x-amz-server-side-encryption",
}
_Connection = http.client.HTTPConnection


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
        self._address = parts.hostname or "", parts.port
        self._signer = Signer(region)
        self._keys = keys
        self._on_request = on_request
        self._trust = trust
        self._kept: deque[_Connection] = deque()
        self._misses = 0

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

        url = client.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "k"})
        base, _, query = url.partition("?")
        region = parse_qs(query)["X-Amz-Credential"][0].split("/")[2]
        trust = None
        if base.startswith("https:"):
            trust = ssl.create_default_context(cafile=get_cert_path(verify))
        return cls(base.removesuffix("k"), region, keys, on_request, trust)

    def close(self) -> None:
        while self._kept:
            self._kept.pop().close()

    def put(
        self, key: str, content: bytes, crc32: str, mtime: str, placing: Mapping[str, str]
    ) -> str | None:
        """The ETag of the object, whose ``crc32`` the server has proven; None if that is not
        how it went, and boto3 is to send it."""
        if self._misses >= _MOST_MISSES:
            return None
        payload = UNSIGNED if self._trust else hashlib.sha256(content).hexdigest()
        headers = {
            "content-length": str(len(content)),
            "x-amz-checksum-crc32": crc32,
            "x-amz-meta-mtime": mtime,
            "x-amz-sdk-checksum-algorithm": "CRC32",
        }
        headers |= {_PLACING[name]: value for name, value in placing.items()}
        path = self._path + quoted(key)
        tag = self._sent(
            path,
            content,
            self._signer.signed(self._host, path, headers, payload, self._keys()),
            crc32,
        )
        self._misses = 0 if tag else self._misses + 1
        return tag

    def _sent(self, path: str, content: bytes, headers: dict[str, str], crc32: str) -> str | None:
        """A kept connection may have been closed at the other end: then a new one is tried."""
        while True:
            connection, is_new = self._connection()
            self._on_request(RequestKind.PUT)
            try:
                connection.request("PUT", path, content, headers)
                with connection.getresponse() as response:
                    response.read()
                    tag = response.getheader("ETag", "").strip('"')
                    proven = response.getheader("x-amz-checksum-crc32") == crc32
                    good = response.status == 200 and proven
            except (OSError, http.client.HTTPException):
                connection.close()
                if is_new:
                    return None
                continue
            self._kept.append(connection)
            return tag if good and tag else None

    def _connection(self) -> tuple[_Connection, bool]:
        """The one used last, and whether it is a new one."""
        with suppress(IndexError):
            return self._kept.pop(), False
        host, port = self._address
        if self._trust is None:
            return _Connection(host, port, timeout=READ_SECONDS), True
        made = http.client.HTTPSConnection(host, port, timeout=READ_SECONDS, context=self._trust)
        return made, True
