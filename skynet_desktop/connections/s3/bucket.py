"""A bucket below a prefix, as one signed-in client sees it.

What all operations share: paths become keys here, and boto3's errors ours.
Safe from any thread: boto3's clients are, and one is made when it is first needed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from skynet_desktop.connections.s3 import asking, errors, names
from skynet_desktop.core.errors import ConnectionLost, PathDenied, PathImpossible

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from skynet_desktop.connections.s3.direct import Direct


@dataclass
class Bucket:
    """``placing`` holds the arguments every new object is made with (storage class,
    encryption). ``make_client`` makes no request; it may raise a ``ServiceError``."""

    make_client: Callable[[], S3Client]
    name: str
    prefix: str
    host: str
    placing: dict[str, Any] = field(default_factory=dict)
    wants_md5: bool = False
    """Whether the server ignores CRC32; found out by its first answer (see body.py)."""
    direct: Direct | None = None
    """The short way for small objects, where there is one."""

    def __post_init__(self) -> None:
        self._prober = names.Prober(self._survives)
        self._making = threading.Lock()
        self._client: S3Client | None = None

    @property
    def client(self) -> S3Client:
        with self._making:
            if self._client is None:
                self._client = self.make_client()
            return self._client

    def close(self) -> None:
        if self._client is not None:
            with suppress(Exception):
                self._client.close()
        if self.direct is not None:
            self.direct.close()

    def probe(self) -> None:
        """Raises the ``ServiceError`` that keeps us from using the bucket.

        A prefixed list is the least that any useful key may do; HeadBucket needs more.
        """
        if asking.page(self, self.prefix, most=1) is not None:
            return
        with self.translating():
            answer = self.client.list_objects_v2(Bucket=self.name, Prefix=self.prefix, MaxKeys=1)
        self.expect("Name", answer)

    def expect(self, field: str, answer: Mapping[str, Any]) -> None:
        """Raises ``ConnectionLost`` if the field is missing that every true answer has: a
        captive portal answers anything with its own page, which must not pass for an empty
        bucket or a file that arrived."""
        if field not in answer:
            raise ConnectionLost(f"What answers at {self.host} does not speak S3.")

    def key(self, remote_path: str) -> str:
        """The key to write a path to. Raises ``PathImpossible`` if it would be altered."""
        key = names.key_of(self.prefix, remote_path)
        with self.translating():
            self._prober.check(key)
        return key

    def key_there(self, remote_path: str) -> str | None:
        """The key of a path that may be there already; None if it cannot be."""
        try:
            key = names.key_of(self.prefix, remote_path)
            with self.translating():
                self._prober.check(key, only_aliases=True)
        except PathImpossible:
            return None
        return key

    @contextmanager
    def translating(self) -> Iterator[None]:
        """Whatever boto3 raises inside leaves as an error of ours."""
        try:
            yield
        except Exception as error:
            ours = errors.translated(error, self.host, self.name)
            if ours is error:
                raise
            raise ours from error

    @contextmanager
    def on_path(self) -> Iterator[None]:
        """Like :meth:`translating`, for a request about one path. A refusal is the path's
        own only while the key is good for anything at all."""
        try:
            with self.translating():
                yield
        except PathDenied:
            self.probe()
            raise

    def _survives(self, probe: str, stem: str) -> bool:
        self.client.put_object(Bucket=self.name, Key=probe, Body=b"")
        answer = self.client.list_objects_v2(Bucket=self.name, Prefix=stem)
        found = [item["Key"] for item in answer.get("Contents", [])]
        for key in {probe, *found}:
            self.client.delete_object(Bucket=self.name, Key=key)
        return found == [probe]
