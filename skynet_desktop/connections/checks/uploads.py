"""Progress, going on after a stop, cleaning up, and many files at once."""

from __future__ import annotations

import os

import pytest

from skynet_desktop.connections.base import (
    CleansUp,
    Connection,
    DeletesBatches,
    Ledger,
    Lists,
    MemoryLedger,
    SendsBatches,
    SendsUploads,
    Settles,
    Upload,
)
from skynet_desktop.connections.checks.rig import (
    MIB,
    MakeConnection,
    Place,
    Rig,
    may_raise,
    needs,
    raises,
)
from skynet_desktop.core.errors import PathError, Stopped, sorted_error


class Progress(Rig):
    @pytest.mark.parametrize("size", [0, 1, 3 * MIB + 1, None], ids=["0", "1", "middle", "big"])
    def test_progress_rises_and_ends_at_the_size(self, place: Place, size: int | None) -> None:
        sends = needs(place.connection, SendsUploads)
        content = os.urandom(self.big if size is None else size)
        seen: list[int] = []
        sends.send_upload(place.upload("file", content, progress=seen.append))
        assert seen == sorted(seen)
        assert seen and seen[-1] == len(content)
        place.holds(file=content)


class GoingOn(Rig):
    """A stopped attempt is continued by another connection that has the same ledger."""

    def _stopped_half_way(self, place: Place, ledger: Ledger) -> tuple[Upload, int]:
        sends = needs(place.connection, SendsUploads)
        if not self.resumes:
            pytest.skip("this connection does not go on after a stop")
        upload = place.upload("file", os.urandom(self.big), ledger=ledger)
        seen: list[int] = []

        def stop_half_way(done: int) -> None:
            seen.append(done)
            if done >= self.big // 2:
                upload.stopping.set()

        upload.progress = stop_half_way
        with raises(Stopped):
            sends.send_upload(upload)
        assert ledger.records(), "nothing was noted in the ledger"
        return upload, seen[-1]

    def _again(self, make: MakeConnection, upload: Upload, ledger: Ledger) -> list[int]:
        """What the second attempt tells of its progress."""
        seen: list[int] = []
        connection = make()
        connection.open()
        again = Upload.of(upload.src_path, upload.remote_path)
        again.ledger, again.progress = ledger, seen.append
        needs(connection, SendsUploads).send_upload(again)
        connection.close()
        assert seen == sorted(seen) and seen[-1] == again.state.size
        assert not ledger.records(), "the record outlived the upload"
        return seen

    def test_upload_goes_on_where_it_ended(
        self, place: Place, make_connection: MakeConnection
    ) -> None:
        ledger = MemoryLedger()
        upload, reached = self._stopped_half_way(place, ledger)
        place.holds(file=None)
        seen = self._again(make_connection, upload, ledger)
        assert seen[0] >= reached // 4, "it began anew"
        place.holds(file=_content(upload))

    def test_upload_of_another_version_begins_anew(
        self, place: Place, make_connection: MakeConnection
    ) -> None:
        ledger = MemoryLedger()
        upload, _ = self._stopped_half_way(place, ledger)
        with open(upload.src_path, "r+b") as file:
            file.write(b"another beginning")
        self._again(make_connection, upload, ledger)
        place.holds(file=_content(upload))

    def test_upload_needs_no_ledger_to_be_right(
        self, place: Place, make_connection: MakeConnection
    ) -> None:
        upload, _ = self._stopped_half_way(place, MemoryLedger())
        self._again(make_connection, upload, MemoryLedger())
        place.holds(file=_content(upload))

    def test_upload_with_a_false_ledger_is_right(
        self, place: Place, make_connection: MakeConnection
    ) -> None:
        """The record is right, but what it speaks of is no longer there."""
        ledger, false = MemoryLedger(), MemoryLedger()
        upload, _ = self._stopped_half_way(place, ledger)
        for path, record in ledger.records():
            false.put(path, record)
        self._again(make_connection, upload, ledger)
        self._again(make_connection, upload, false)
        place.holds(file=_content(upload))

    def test_unfinished_upload_is_not_listed(self, place: Place) -> None:
        needs(place.connection, Lists)
        place.send("other", b"1")
        self._stopped_half_way(place, MemoryLedger())
        assert place.listed() == {"other": 1}

    def test_clean_up_removes_what_will_not_go_on(self, place: Place) -> None:
        cleans = needs(place.connection, CleansUp)
        foreign = {".skynet-notes.txt": b"1", "video.part": b"2", "part": b"3", "x/.part": b"4"}
        for name, content in foreign.items():
            place.send(name, content)
        ledger = MemoryLedger()
        upload, _ = self._stopped_half_way(place, ledger)
        cleans.clean_up(self.base, ledger, lambda _: False)
        assert not ledger.records()
        place.holds_all({**foreign, "file": None})
        place.connection.send(upload.src_path, upload.remote_path)
        place.holds(file=_content(upload))

    def test_clean_up_keeps_what_will_go_on(
        self, place: Place, make_connection: MakeConnection
    ) -> None:
        cleans = needs(place.connection, CleansUp)
        ledger = MemoryLedger()
        upload, reached = self._stopped_half_way(place, ledger)
        cleans.clean_up(self.base, ledger, lambda path: path == upload.remote_path)
        assert self._again(make_connection, upload, ledger)[0] >= reached // 4
        place.holds(file=_content(upload))

    def test_clean_up_where_nothing_is(self, place: Place) -> None:
        needs(place.connection, CleansUp).clean_up(self.base, MemoryLedger(), lambda _: True)


class Batches(Rig):
    def test_batch_sends_many(self, place: Place) -> None:
        """Each is answered once; a bad one among them stops nothing."""
        sends = needs(place.connection, SendsBatches)
        contents: dict[str, bytes | None] = {
            f"d{i % 5}/file {i}": os.urandom(i * 97) for i in range(60)
        }
        uploads = [place.upload(name, content or b"") for name, content in contents.items()]
        gone, changed = uploads[20], uploads[40]
        os.unlink(gone.src_path)
        os.truncate(changed.src_path, 1)
        answers = list(sends.send_batch(uploads))
        assert len(answers) == len(uploads)
        errors = {upload.remote_path: error for upload, error in answers}
        assert set(errors) == {upload.remote_path for upload in uploads}
        for bad in (gone, changed):
            error = errors.pop(bad.remote_path)
            assert error and isinstance(sorted_error(error, bad.src_path), PathError)
        assert not any(errors.values())
        bad_names = [name for i, name in enumerate(contents) if i in (20, 40)]
        place.holds_all({**contents, **dict.fromkeys(bad_names)})

    def test_batch_of_none(self, place: Place) -> None:
        assert not list(needs(place.connection, SendsBatches).send_batch([]))

    def test_batch_deletes_many(self, place: Place) -> None:
        """More than one page; only what was named goes, each name is answered once."""
        needs(place.connection, Lists)
        names = {f"many/{i % 7}/f{i}": 1 for i in range(self.many)}
        self._send_all(place, list(names))
        assert place.listed() == names
        deletes = needs(place.connection, DeletesBatches)
        stays = "many/1/f1"
        going = [place.path(name) for name in names if name != stays]
        answers = list(deletes.delete_batch([*going, place.path("many/not there")]))
        assert sorted(path for path, _ in answers) == sorted([*going, place.path("many/not there")])
        assert not any(error for _, error in answers)
        assert place.listed() == {stays: 1}

    def test_batch_delete_never_takes_a_prefix(self, place: Place) -> None:
        deletes = needs(place.connection, DeletesBatches)
        for name in ("IMG_1", "IMG_10", "dir/file"):
            place.send(name, b"x")
        with may_raise(PathError):
            list(deletes.delete_batch([place.path("IMG_1"), place.path("dir")]))
        place.holds_all({"IMG_1": None, "IMG_10": b"x", "dir/file": b"x"})

    def test_settle(self, connection: Connection, place: Place) -> None:
        settles = needs(connection, Settles)
        place.send("file", b"x")
        settles.settle()
        settles.settle()
        place.holds(file=b"x")

    def _send_all(self, place: Place, names: list[str]) -> None:
        src = place.source(b"x")
        if isinstance(place.connection, SendsBatches):
            uploads = [Upload.of(src, place.path(name)) for name in names]
            assert not any(error for _, error in place.connection.send_batch(uploads))
        else:
            for name in names:
                place.connection.send(src, place.path(name))


def _content(upload: Upload) -> bytes:
    with open(upload.src_path, "rb") as file:
        return file.read()
