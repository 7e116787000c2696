"""Connections with one classic mistake each in reading back, comparing, keeping and counting."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from skynet_desktop.connections.base import RemoteFile, Upload
from skynet_desktop.connections.recovery import Content, RemoteVersion, RequestKind
from skynet_desktop.core.errors import PathError, RemoteMissing
from tests.connections.sloppy import Sloppy

# --- reading back ---------------------------------------------------------------------------


class AlwaysFromTheStart(Sloppy):
    @contextlib.contextmanager
    def read(self, remote_path: str, *, offset: int = 0, version: str = "") -> Iterator[Content]:
        with super().read(remote_path) as content:
            yield content


class RefusesToReadPastTheEnd(Sloppy):
    @contextlib.contextmanager
    def read(self, remote_path: str, *, offset: int = 0, version: str = "") -> Iterator[Content]:
        with super().read(remote_path, offset=offset) as content:
            if offset >= content.file.size > 0:
                raise PathError("The range cannot be satisfied.")
            yield content


class TellsTheSizeOfTheRest(Sloppy):
    @contextlib.contextmanager
    def read(self, remote_path: str, *, offset: int = 0, version: str = "") -> Iterator[Content]:
        with super().read(remote_path, offset=offset) as content:
            content.file = replace(content.file, size=max(0, content.file.size - offset))
            yield content


class ReadsAllAtOnce(Sloppy):
    @contextlib.contextmanager
    def read(self, remote_path: str, *, offset: int = 0, version: str = "") -> Iterator[Content]:
        with super().read(remote_path, offset=offset) as content:
            content.blocks = iter([b"".join(content.blocks)])
            yield content


class SaysLateThatItIsMissing(Sloppy):
    @contextlib.contextmanager
    def read(self, remote_path: str, *, offset: int = 0, version: str = "") -> Iterator[Content]:
        def blocks() -> Iterator[bytes]:
            with outer(remote_path, offset=offset) as content:
                yield from content.blocks

        outer = super().read
        yield Content(RemoteFile(remote_path.rpartition("/")[2], 0), blocks())


class MixesVersions(Sloppy):
    """Opens the file anew for each block."""

    @contextlib.contextmanager
    def read(self, remote_path: str, *, offset: int = 0, version: str = "") -> Iterator[Content]:
        def blocks() -> Iterator[bytes]:
            for start in range(offset, content.file.size, 1 << 20):
                with (self.folder / remote_path).open("rb") as file:
                    file.seek(start)
                    yield file.read(1 << 20)

        with super().read(remote_path, offset=offset) as content:
            content.blocks = blocks()
            yield content


# --- comparing ------------------------------------------------------------------------------


class ComparesTimes(Sloppy):
    def same_content(self, src_path: str, remote_path: str) -> bool:
        found = self.stat(remote_path)
        if found is None:
            raise RemoteMissing("It is not there.")
        here = os.stat(src_path)
        return (here.st_size, here.st_mtime_ns) == (found.size, found.mtime_ns)


class ComparesTimesToo(ComparesTimes):
    def same_content(self, src_path: str, remote_path: str) -> bool:
        same = super().same_content(src_path, remote_path)
        return same and Sloppy.same_content(self, src_path, remote_path)


class ComparesTheBeginning(Sloppy):
    def same_content(self, src_path: str, remote_path: str) -> bool:
        with self.read(remote_path) as content, open(src_path, "rb") as file:
            block = next(content.blocks, b"")
            return file.read(len(block)) == block


class FindsTheMissingDifferent(Sloppy):
    def same_content(self, src_path: str, remote_path: str) -> bool:
        with contextlib.suppress(RemoteMissing):
            return super().same_content(src_path, remote_path)
        return False


# --- keeping --------------------------------------------------------------------------------


class KeepsTheNew(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        super().send_upload(replace(upload, keep_as=""))
        if upload.keep_as:
            self.copy(upload.remote_path, upload.keep_as)


class TakesAwayFirst(Sloppy):
    """As soon as it begins, and whether or not anything new will come."""

    def send_upload(self, upload: Upload) -> None:
        if upload.keep_as:
            with contextlib.suppress(RemoteMissing):
                self.move(upload.remote_path, upload.keep_as)
        super().send_upload(replace(upload, keep_as=""))


class LeavesAGap(TakesAwayFirst):
    pass


class ReplacesWhatItCouldNotKeep(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        if upload.keep_as:
            with contextlib.suppress(PathError):
                self.copy(upload.remote_path, upload.keep_as)
        super().send_upload(replace(upload, keep_as=""))


class WantsSomethingToKeep(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        if upload.keep_as:
            self.copy(upload.remote_path, upload.keep_as)
        super().send_upload(replace(upload, keep_as=""))


class KeepsWithoutTheTime(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        super().send_upload(upload)
        if upload.keep_as and (self.folder / upload.keep_as).exists():
            os.utime(self.folder / upload.keep_as)


class LinksAndWritesInto(Sloppy):
    """The kept file and the replaced one are the same."""

    def send_upload(self, upload: Upload) -> None:
        target, kept = self.folder / upload.remote_path, self.folder / upload.keep_as
        if not upload.keep_as or not target.exists():
            super().send_upload(upload)
            return
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.hardlink_to(target)
        target.write_bytes(Path(upload.src_path).read_bytes())


class KeepsNothingInBatches(Sloppy):
    def send_batch(self, uploads: Sequence[Upload]) -> Iterator[tuple[Upload, Exception | None]]:
        for upload in uploads:
            try:
                self.send_upload(replace(upload, keep_as=""))
            except PathError as error:
                yield upload, error
            else:
                yield upload, None


class TellsOnlyWhatIsThere(Sloppy):
    def keeps_versions(self) -> bool:
        return True

    def versions(self, remote_dir: str) -> Iterator[RemoteVersion]:
        for file in self.list(remote_dir):
            yield RemoteVersion(file.path, "1", 0.0, file.size, latest=True)


# --- listing, telling, counting -------------------------------------------------------------


class ListsOurFolder(Sloppy):
    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        yield from super().list(remote_dir)
        for file in super().list(f"{remote_dir}/.skynet"):
            yield replace(file, path=f".skynet/{file.path}")


class HidesWhatBeginsLikeIt(Sloppy):
    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        return (file for file in super().list(remote_dir) if not file.path.startswith(".skynet"))


class HidesItWhenNamed(Sloppy):
    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        return iter(()) if ".skynet" in remote_dir else super().list(remote_dir)


class TellsAnotherTag(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        super().send_upload(upload)
        upload.tag = '"quoted"'


class TellsAnotherContent(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        super().send_upload(upload)
        upload.content.add(0, bytes(upload.state.size))


class Miscounts(Sloppy):
    """Two for one, and all the same."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.on_request: Callable[[RequestKind], None] = lambda _: None

    def send_upload(self, upload: Upload) -> None:
        super().send_upload(upload)
        self.on_request(RequestKind.PUT)
        self.on_request(RequestKind.PUT)


# Which check must go red for whom.
CAUGHT_BY: dict[type[Sloppy], str] = {
    AlwaysFromTheStart: "test_read_begins_where_it_is_told",
    RefusesToReadPastTheEnd: "test_read_at_or_past_the_end_yields_nothing",
    TellsTheSizeOfTheRest: "test_read_begins_where_it_is_told",
    ReadsAllAtOnce: "test_read_leaves_memory_flat",
    SaysLateThatItIsMissing: "test_read_of_a_missing_file_is_said",
    MixesVersions: "test_read_of_a_replaced_file_is_of_one_version",
    ComparesTimes: "test_same_content_sees_a_flipped_bit",
    ComparesTimesToo: "test_same_content_is_seen",
    ComparesTheBeginning: "test_same_content_sees_a_flipped_bit",
    FindsTheMissingDifferent: "test_same_content_of_what_is_missing_is_said",
    KeepsTheNew: "test_replaced_is_kept",
    TakesAwayFirst: "test_nothing_is_kept_by_an_upload_that_is_not_published",
    LeavesAGap: "test_name_is_never_empty_while_it_is_replaced",
    ReplacesWhatItCouldNotKeep: "test_what_cannot_be_kept_is_not_replaced",
    WantsSomethingToKeep: "test_nothing_to_keep_is_no_error",
    KeepsWithoutTheTime: "test_replaced_is_kept_with_its_time",
    LinksAndWritesInto: "test_replaced_is_kept",
    KeepsNothingInBatches: "test_batch_keeps_what_it_replaces",
    TellsOnlyWhatIsThere: "test_versions_tell_a_file_s_life",
    ListsOurFolder: "test_list_leaves_our_own_folder_out",
    HidesWhatBeginsLikeIt: "test_list_leaves_our_own_folder_out",
    HidesItWhenNamed: "test_list_leaves_our_own_folder_out",
    TellsAnotherTag: "test_upload_tells_the_tag_and_the_content",
    TellsAnotherContent: "test_upload_tells_the_tag_and_the_content",
    Miscounts: "test_requests_are_counted",
}
