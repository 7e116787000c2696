"""The service in memory with the capabilities that trust needs: it reads back, sets times, and
keeps what is replaced."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from skynet_desktop.connections.base import RemoteFile, Upload
from skynet_desktop.core.reserved import is_reserved
from tests.engine.fakes import Full


class Trusty(Full):
    def fetch(self, remote_path: str, dest_path: str) -> None:
        with self.remote.request(self, "fetch", remote_path):
            Path(dest_path).write_bytes(self.remote.read(remote_path)[0])

    def set_time(self, remote_path: str, mtime_ns: int) -> None:
        with self.remote.request(self, "set_time", remote_path):
            self.remote.write(remote_path, self.remote.read(remote_path)[0], mtime_ns)

    def send_upload(self, upload: Upload) -> None:
        with open(upload.src_path, "rb") as file:
            upload.content.add(0, file.read())
        super().send_upload(upload)

    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        return (file for file in super().list(remote_dir) if not is_reserved(file.path))


class Keeper(Trusty):
    """Obeys ``Upload.keep_as`` by itself."""

    keeps_replaced = True

    def send_upload(self, upload: Upload) -> None:
        if upload.keep_as and upload.remote_path in self.remote.files:
            self.copy(upload.remote_path, upload.keep_as)
        super().send_upload(upload)


class Versioned(Trusty):
    def keeps_versions(self) -> bool:
        return True

    def versions(self, remote_dir: str) -> Iterator[object]:
        return iter(())
