"""Connections with one classic mistake each, to see the conformance suite catch it."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

from skynet_desktop.connections.base import (
    Connection,
    Ledger,
    MemoryLedger,
    RemoteFile,
    Upload,
)
from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.core.errors import RemoteMissing, SourceChanged


class Sloppy(LocalConnection):
    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.folder = Path(path)


class BareInPlace(Connection):
    """Three methods; the bytes go straight to their final name."""

    kind = "bare"

    def __init__(self, path: str) -> None:
        self.folder = Path(path)

    def send(self, src_path: str, remote_path: str) -> None:
        (self.folder / remote_path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(src_path, self.folder / remote_path)

    def delete(self, remote_path: str) -> None:
        (self.folder / remote_path).unlink(missing_ok=True)

    def move(self, remote_src: str, remote_dest: str) -> None:
        (self.folder / remote_src).rename(self.folder / remote_dest)


class InPlace(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        BareInPlace(str(self.folder)).send(upload.src_path, upload.remote_path)
        upload.progress(upload.state.size)
        upload.check_unchanged()


class PrefixDelete(Sloppy):
    def delete(self, remote_path: str) -> None:
        folder, name = os.path.split(remote_path)
        for file in list(self.list(folder)):
            if file.path.startswith(name):
                super().delete(f"{folder}/{file.path}")


class PatternDelete(Sloppy):
    def delete(self, remote_path: str) -> None:
        for path in glob.glob(str(self.folder / remote_path)):
            super().delete(os.path.relpath(path, self.folder))


class FolderDelete(Sloppy):
    def delete(self, remote_path: str) -> None:
        if (self.folder / remote_path).is_dir():
            shutil.rmtree(self.folder / remote_path)
        super().delete(remote_path)


class StrictDelete(Sloppy):
    def delete(self, remote_path: str) -> None:
        os.unlink(self.folder / remote_path)


class SwallowsMissing(Sloppy):
    def move(self, remote_src: str, remote_dest: str) -> None:
        with contextlib.suppress(RemoteMissing):
            super().move(remote_src, remote_dest)


class MovesByCopyAndDelete(Sloppy):
    def move(self, remote_src: str, remote_dest: str) -> None:
        self.copy(remote_src, remote_dest)
        self.delete(remote_src)


class BendsNames(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        super().send_upload(replace(upload, remote_path=upload.remote_path.rstrip(". ")))


class Climbs(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        super().send_upload(replace(upload, remote_path=os.path.normpath(upload.remote_path)))


class SharesOneTemporaryFile(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        temp, target = self.folder / "temp", self.folder / upload.remote_path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(upload.src_path, temp)
        os.replace(temp, target)


class TornUploads(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        check = upload.check_unchanged

        def careless() -> None:
            with contextlib.suppress(SourceChanged):
                check()

        upload.check_unchanged = careless  # type: ignore[method-assign]
        super().send_upload(upload)


class Silent(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        super().send_upload(replace(upload, progress=lambda _: None))


class Unpaced(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        super().send_upload(replace(upload, pace=lambda _: None))


class PacedAsAWhole(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        upload.pace(upload.state.size)
        super().send_upload(replace(upload, pace=lambda _: None))


class DeafToStop(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        super().send_upload(replace(upload, stopping=Event()))


class NeverGoesOn(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        super().send_upload(replace(upload, ledger=MemoryLedger()))


class _Gullible(MemoryLedger):
    """Makes every record look like one of the present version."""

    def __init__(self, ledger: Ledger, upload: Upload) -> None:
        super().__init__()
        self.put, self.drop = ledger.put, ledger.drop  # type: ignore[method-assign]
        self._real, self._state = ledger, upload.state._asdict()

    def get(self, remote_path: str) -> dict[str, Any] | None:
        record = self._real.get(remote_path)
        return record and {**record, **self._state}


class TrustsTheLedger(Sloppy):
    def send_upload(self, upload: Upload) -> None:
        super().send_upload(replace(upload, ledger=_Gullible(upload.ledger, upload)))


class ListsNeighbours(Sloppy):
    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        folder, name = os.path.split(remote_dir)
        for file in super().list(folder):
            if file.path.startswith(name):
                yield replace(file, path=file.path[len(name) :].lstrip("/"))


class ListsOneLevel(Sloppy):
    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        return (file for file in super().list(remote_dir) if "/" not in file.path)


class AlwaysMatches(Sloppy):
    def matches(self, src_path: str, remote_dir: str, remote: RemoteFile) -> bool:
        return True


class LeavesAnEmptyFile(Sloppy):
    def fetch(self, remote_path: str, dest_path: str) -> None:
        content = Path(dest_path)
        content.touch()
        content.write_bytes((self.folder / remote_path).read_bytes())


class GreedyCleanUp(Sloppy):
    def clean_up(self, remote_dir: str, ledger: Ledger, keep: Callable[[str], bool]) -> None:
        for file in list(self.list(remote_dir)):
            if file.path.endswith(".part"):
                self.delete(f"{remote_dir}/{file.path}")
        super().clean_up(remote_dir, ledger, keep)


class RemovesFullFolders(Sloppy):
    def remove_folder(self, remote_dir: str) -> None:
        shutil.rmtree(self.folder / remote_dir, ignore_errors=True)


class MergesTrees(Sloppy):
    def move_tree(self, remote_src: str, remote_dest: str) -> None:
        shutil.move(self.folder / remote_src, self.folder / remote_dest)


# Which check must go red for whom.
CAUGHT_BY: dict[type[BareInPlace] | type[Sloppy], str] = {
    BareInPlace: "test_nothing_partial_is_ever_seen",
    InPlace: "test_upload_asks_before_it_publishes",
    PrefixDelete: "test_delete_never_takes_a_prefix",
    PatternDelete: "test_delete_never_takes_a_pattern",
    FolderDelete: "test_delete_never_takes_a_folder",
    StrictDelete: "test_delete_of_a_missing_file_is_no_error",
    SwallowsMissing: "test_move_of_a_missing_file_is_said",
    MovesByCopyAndDelete: "test_move_onto_itself_loses_nothing",
    BendsNames: "test_neighbours_stay_apart",
    Climbs: "test_dots_lead_nowhere",
    SharesOneTemporaryFile: "test_as_many_threads_as_it_allows",
    TornUploads: "test_upload_of_a_changing_file_is_not_published",
    Silent: "test_progress_rises_and_ends_at_the_size",
    Unpaced: "test_all_bytes_are_paced",
    PacedAsAWhole: "test_pace_is_asked_block_by_block",
    DeafToStop: "test_upload_stops_within_a_second",
    NeverGoesOn: "test_upload_goes_on_where_it_ended",
    TrustsTheLedger: "test_upload_of_another_version_begins_anew",
    ListsNeighbours: "test_list_leaves_the_longer_neighbour_out",
    ListsOneLevel: "test_list_all_files_below",
    AlwaysMatches: "test_matches_tells_same_from_other_content",
    LeavesAnEmptyFile: "test_fetch_of_a_missing_file_is_said",
    GreedyCleanUp: "test_clean_up_removes_what_will_not_go_on",
    RemovesFullFolders: "test_remove_folder_only_if_empty",
    MergesTrees: "test_move_tree_onto_a_taken_name_is_blocked",
}
