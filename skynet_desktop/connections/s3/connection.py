"""The S3 connection as the engine sees it. What each method does is in the file it calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from skynet_desktop.connections.base import Connection, Ledger, Option, RemoteFile, Upload
from skynet_desktop.connections.introduction import Endpoint, Location
from skynet_desktop.connections.recovery import Content, RemoteVersion, RequestKind
from skynet_desktop.connections.route import Route
from skynet_desktop.connections.s3 import (
    advice,
    copying,
    keeping,
    listing,
    matching,
    multipart,
    names,
    orphans,
    particulars,
    places,
    reading,
    removing,
    small,
    versions,
)
from skynet_desktop.connections.s3.account import Account, OnRequest
from skynet_desktop.connections.s3.bucket import Bucket
from skynet_desktop.connections.s3.direct import Direct
from skynet_desktop.connections.s3.parts import THREADS
from skynet_desktop.connections.s3.record import Record
from skynet_desktop.core.errors import ConnectionLost, PathDenied, PathError, ServiceRefused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_WITH_KEYS = ("auth", ("keys",))


class S3Connection(Connection):
    """A bucket at Amazon or at a compatible service, or the part of it below a prefix.

    All methods may be called from several threads at once. Idempotent: all but ``move``,
    which is safe to repeat. S3 publishes an object whole or not at all.
    """

    kind: ClassVar[str] = "s3"
    title: ClassVar[str] = "Amazon S3 or compatible"
    options: ClassVar[tuple[Option, ...]] = (
        Option("bucket", "Bucket", "The bucket must exist already.", required=True),
        Option(
            "endpoint_url",
            "Address",
            "Such as https://s3.example.com. Empty for Amazon itself.",
            default="",
        ),
        Option("region", "Region", "Such as eu-central-1.", default=""),
        Option(
            "addressing_style",
            "Addressing style",
            "Where the bucket's name stands in the address: in its path, or in front of the "
            "host's name (virtual). Auto: path wherever an address is given.",
            kind="choice",
            default="auto",
            choices=("auto", "path", "virtual"),
        ),
        Option("prefix", "Folder in the bucket", "Everything stays below it.", default=""),
        Option(
            "auth",
            "Sign in with",
            "Keys given here, or this computer's own AWS settings (environment).",
            kind="choice",
            default="keys",
            choices=("keys", "environment"),
        ),
        Option("access_key_id", "Access key ID", default="", secret=True, when=_WITH_KEYS),
        Option("secret_access_key", "Secret access key", default="", secret=True, when=_WITH_KEYS),
        Option("storage_class", "Storage class", "Such as STANDARD_IA.", default=""),
        Option(
            "sse",
            "Encryption at the server",
            "None: whatever the bucket's own default is.",
            kind="choice",
            default="none",
            choices=("none", "AES256", "aws:kms"),
        ),
    )
    parallel = 8
    keeps_replaced = True

    def __init__(
        self,
        *,
        bucket: str,
        endpoint_url: str = "",
        region: str = "",
        addressing_style: Literal["auto", "path", "virtual"] = "auto",
        prefix: str = "",
        auth: Literal["keys", "environment"] = "keys",
        access_key_id: str = "",
        secret_access_key: str = "",
        storage_class: str = "",
        sse: str = "none",
    ) -> None:
        keys = (access_key_id or "", secret_access_key or "")
        self._account = Account(
            bucket, endpoint_url or "", region or "", addressing_style, auth, keys
        )
        self._prefix = f"{folder}/" if (folder := (prefix or "").strip("/")) else ""
        self._placing: dict[str, Any] = {}
        if storage_class:
            self._placing["StorageClass"] = storage_class
        if sse and sse != "none":
            self._placing["ServerSideEncryption"] = sse
        self.route = Route()
        self.on_request: OnRequest = _nobody_counts
        self._opened: Bucket | None = None

    def open(self) -> None:
        if self._account.lacks_keys:
            raise ServiceRefused("The access key ID or the secret access key is missing.")
        self._opened = bucket = self._sign_in()
        has_proxy = self._account.proxy(self.route) is not None
        if not has_proxy:
            bucket.direct = self._account.direct(self.on_request)
        try:
            bucket.probe()
        except PathDenied:
            raise ServiceRefused(
                f"The access key may not list {self.describe()}; listing is the least it needs."
            ) from None
        if bucket.direct is None and not has_proxy:
            bucket.direct = Direct.as_by(bucket.client, bucket.name, self.on_request)

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()

    def describe(self) -> str:
        place = f"{self._account.bucket}/{self._prefix}".rstrip("/")
        return f"{place} at {self._account.host}"

    def send(self, src_path: str, remote_path: str) -> None:
        self.send_upload(Upload.of(src_path, remote_path))

    def send_upload(self, upload: Upload) -> None:
        for _, error in self.send_batch([upload]):
            if error is not None:
                raise error

    def send_batch(self, uploads: Sequence[Upload]) -> Iterator[tuple[Upload, Exception | None]]:
        letters: list[small.Letter] = []
        for upload in uploads:
            try:
                if letter := self._letter(upload):
                    letters.append(letter)
                    continue
            except PathError as error:
                yield upload, error
            else:
                yield upload, None
        if letters:
            yield from small.send_small(self._bucket, letters)

    def _letter(self, upload: Upload) -> small.Letter | None:
        """None if it was sent as a large file."""
        key = self._bucket.key(upload.remote_path)
        kept = keeping.kept_key(self._bucket, upload)
        upload.check()
        record = Record.of(upload.ledger.get(upload.remote_path))
        goes_on = record is not None and record.continues(key, upload.state)
        if goes_on or not small.is_small(self._bucket, upload, kept):
            multipart.send_large(self._bucket, upload, key, kept)
            return None
        if record is not None:  # it was a large file when it was last begun
            orphans.forget(self._bucket, upload.ledger, upload.remote_path, record)
        return upload, key, kept

    def delete(self, remote_path: str) -> None:
        removing.delete(self._bucket, remote_path)

    def delete_batch(self, remote_paths: Sequence[str]) -> Iterable[tuple[str, Exception | None]]:
        return removing.delete_batch(self._bucket, remote_paths)

    def move(self, remote_src: str, remote_dest: str) -> None:
        copying.move(self._bucket, remote_src, remote_dest)

    def copy(self, remote_src: str, remote_dest: str) -> None:
        copying.copy(self._bucket, remote_src, remote_dest)

    def set_time(self, remote_path: str, mtime_ns: int) -> None:
        copying.set_time(self._bucket, remote_path, mtime_ns)

    def matches(self, src_path: str, remote_dir: str, remote: RemoteFile) -> bool:
        remote_path = f"{remote_dir.rstrip('/')}/{remote.path}"
        return matching.matches(self._bucket, src_path, remote_path, remote)

    def same_content(self, src_path: str, remote_path: str) -> bool:
        return matching.same_content(self._bucket, src_path, remote_path)

    def stat(self, remote_path: str) -> RemoteFile | None:
        return reading.stat(self._bucket, remote_path)

    def read(
        self, remote_path: str, *, offset: int = 0, version: str = ""
    ) -> AbstractContextManager[Content]:
        return reading.read(self._bucket, remote_path, offset, version)

    def fetch(self, remote_path: str, dest_path: str) -> None:
        reading.fetch(self._bucket, remote_path, dest_path)

    def clean_up(self, remote_dir: str, ledger: Ledger, keep: Callable[[str], bool]) -> None:
        orphans.clean_up(self._bucket, remote_dir, ledger, keep)

    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        return listing.list_files(self._bucket, remote_dir)

    def keeps_versions(self) -> bool:
        return versions.keeps_versions(self._bucket)

    def versions(self, remote_dir: str) -> Iterator[RemoteVersion]:
        return versions.versions(self._bucket, remote_dir)

    # --- while it is set up (introduction.py) ------------------------------------------------

    def endpoint(self) -> Endpoint | None:
        found = self._account.endpoint()
        return None if self._account.proxy(self.route) is not None else found

    def verify_server(self) -> str:
        from skynet_desktop.connections.s3 import proof  # as slow to import as the client

        return proof.verify(self._sign_in(), self.endpoint() or Endpoint(self._account.host, 0))

    def advice(self, error: Exception) -> str:
        return advice.advice(error)

    def check_name(self, remote_path: str) -> None:
        names.key_of(self._prefix, remote_path)

    def location(self, remote_path: str) -> Location:
        folder = f"{self._prefix}{remote_path.strip('/')}".strip("/")
        of = self._account
        return places.location_of(of.endpoint_url, of.region, of.bucket, folder)

    # --- for a check-up (particulars.py) -----------------------------------------------------

    def server_time(self, remote_dir: str, *, may_write: bool) -> float | None:
        return particulars.server_time(self._bucket)

    def ends_abandoned(self) -> bool | None:
        return particulars.ends_abandoned(self._bucket)

    @property
    def _bucket(self) -> Bucket:
        if self._opened is None:
            raise ConnectionLost("The connection is not open.")
        return self._opened

    def _sign_in(self) -> Bucket:
        """Makes no request yet."""
        account, proxy, on_request = self._account, self._account.proxy(self.route), self.on_request
        connections = self.parallel * (THREADS + 1)

        def make_client() -> S3Client:
            return account.client(connections, proxy, on_request)

        return Bucket(make_client, account.bucket, self._prefix, account.host, self._placing)


def _nobody_counts(_: RequestKind) -> None:
    return None
