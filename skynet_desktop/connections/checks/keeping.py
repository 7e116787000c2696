"""What is replaced is kept: by the connection under a name it is told, or by the service."""

from __future__ import annotations

import os
import threading
import time

import pytest

from skynet_desktop.connections.base import MemoryLedger, SendsBatches, SendsUploads, Stats, Upload
from skynet_desktop.connections.checks.rig import MIB, MakeConnection, Place, Rig, needs, raises
from skynet_desktop.connections.recovery import KeepsReplaced, KeepsVersions, Reads, RemoteVersion
from skynet_desktop.core.errors import PathError, SkynetError, SourceChanged, Stopped, sorted_error
from skynet_desktop.core.reserved import trash_path

_KEPT = trash_path("dir/file", 1_700_000_000.0)
_PAST_NS = 1_600_000_001_123_456_789
_TOLERANCE_NS = 2_000_000_000
_WATCH_SECONDS = 2.0


def _keeps(place: Place) -> SendsUploads:
    needs(place.connection, KeepsReplaced)
    assert place.connection.keeps_replaced is True  # type: ignore[attr-defined]
    return needs(place.connection, SendsUploads)


def _upload(place: Place, content: bytes, name: str = "dir/file", kept: str = _KEPT) -> Upload:
    return place.upload(name, content, keep_as=place.path(kept))


class KeepingReplaced(Rig):
    @pytest.mark.parametrize("size", [0, 5, 3 * MIB, None], ids=["0", "small", "middle", "big"])
    def test_replaced_is_kept(self, place: Place, size: int | None) -> None:
        sends = _keeps(place)
        former, new = os.urandom(3 * MIB + 5), os.urandom(self.big if size is None else size)
        place.send("dir/file", former)
        sends.send_upload(_upload(place, new))
        place.holds_all({"dir/file": new, _KEPT: former})

    def test_replaced_big_file_is_kept(self, place: Place) -> None:
        sends = _keeps(place)
        former = os.urandom(self.big)
        place.send("dir/file", former)
        sends.send_upload(_upload(place, b"new"))
        place.holds_all({"dir/file": b"new", _KEPT: former})

    def test_replaced_is_kept_with_its_time(self, place: Place) -> None:
        sends = _keeps(place)
        stats = needs(place.connection, Stats)
        src = place.source(b"former")
        os.utime(src, ns=(_PAST_NS, _PAST_NS))
        place.connection.send(src, place.path("dir/file"))
        sends.send_upload(_upload(place, b"new"))
        kept = stats.stat(place.path(_KEPT))
        assert kept is not None and kept.size == 6
        assert kept.mtime_ns is None or abs(kept.mtime_ns - _PAST_NS) <= _TOLERANCE_NS

    def test_nothing_to_keep_is_no_error(self, place: Place) -> None:
        sends = _keeps(place)
        sends.send_upload(_upload(place, b"new"))
        place.holds_all({"dir/file": b"new", _KEPT: None})

    def test_kept_anew_replaces_what_was_kept(self, place: Place) -> None:
        sends = _keeps(place)
        place.send("dir/file", b"former")
        for content in (b"first, and longer", b"second"):
            sends.send_upload(_upload(place, content))
        place.holds_all({"dir/file": b"second", _KEPT: b"first, and longer"})

    def test_without_a_name_nothing_is_kept(self, place: Place) -> None:
        sends = _keeps(place)
        place.send("dir/file", b"former")
        sends.send_upload(place.upload("dir/file", b"new"))
        place.holds_all({"dir/file": b"new", _KEPT: None})

    @pytest.mark.parametrize("size", [5, None], ids=["small", "big"])
    def test_what_cannot_be_kept_is_not_replaced(self, place: Place, size: int | None) -> None:
        """No service takes this name; the new content may only be published after the old one
        is safe."""
        sends = _keeps(place)
        place.send("dir/file", b"former")
        upload = _upload(place, os.urandom(size or self.big), kept=".skynet/trash/" + "n" * 1100)
        with raises(PathError):
            sends.send_upload(upload)
        place.holds_all({"dir/file": b"former"})

    def test_a_file_in_the_way_of_what_is_kept_loses_nothing(self, place: Place) -> None:
        sends = _keeps(place)
        place.send("dir/file", b"former")
        place.send("in the way", b"a file")
        try:
            sends.send_upload(_upload(place, b"new", kept="in the way/file"))
        except Exception as error:
            assert isinstance(sorted_error(error), PathError)
            place.holds_all({"dir/file": b"former"})
        else:
            place.holds_all({"dir/file": b"new", "in the way/file": b"former"})
        place.holds_all({"in the way": b"a file"})

    @pytest.mark.parametrize("size", [5, None], ids=["small", "big"])
    def test_nothing_is_kept_by_an_upload_that_is_not_published(
        self, place: Place, size: int | None
    ) -> None:
        sends = _keeps(place)
        place.send("dir/file", b"former")
        upload = _upload(place, os.urandom(size or self.big))
        with open(upload.src_path, "ab") as file:
            file.write(b"more")
        with raises(SourceChanged):
            sends.send_upload(upload)
        place.holds_all({"dir/file": b"former", _KEPT: None})

    def test_replaced_is_kept_once_by_an_upload_that_went_on(
        self, place: Place, make_connection: MakeConnection
    ) -> None:
        sends = _keeps(place)
        if not self.resumes:
            pytest.skip("this connection does not go on after a stop")
        place.send("dir/file", b"former")
        content = os.urandom(self.big)
        first = _upload(place, content)
        first.ledger = MemoryLedger()

        def stop_half_way(done: int) -> None:
            if done >= self.big // 2:
                first.stopping.set()

        first.progress = stop_half_way
        with raises(Stopped):
            sends.send_upload(first)
        place.holds_all({"dir/file": b"former", _KEPT: None})
        connection = make_connection()
        connection.open()
        again = Upload.of(first.src_path, first.remote_path)
        again.ledger, again.keep_as = first.ledger, first.keep_as
        needs(connection, SendsUploads).send_upload(again)
        connection.close()
        place.holds_all({"dir/file": content, _KEPT: b"former"})

    def test_batch_keeps_what_it_replaces(self, place: Place) -> None:
        """Each its own; one that cannot be kept is not replaced, the others are."""
        _keeps(place)
        sends = needs(place.connection, SendsBatches)
        names = [f"d{i % 3}/f{i}" for i in range(24)]
        for name in names[:12]:
            place.send(name, f"former {name}".encode())
        trash = ".skynet/trash"
        uploads = [_upload(place, f"new {n}".encode(), n, f"{trash}/{n}") for n in names]
        uploads[5].keep_as = place.path(f"{trash}/" + "n" * 1100)
        answers = {upload.remote_path: error for upload, error in sends.send_batch(uploads)}
        assert len(answers) == len(uploads)
        refused = answers.pop(uploads[5].remote_path)
        assert refused and isinstance(sorted_error(refused), PathError)
        assert not any(answers.values())
        for number, name in enumerate(names):
            kept = f"former {name}".encode() if number < 12 else None
            if number == 5:
                place.holds_all({name: kept, f"{trash}/{name}": None})
            else:
                place.holds_all({name: f"new {name}".encode(), f"{trash}/{name}": kept})

    def test_name_is_never_empty_while_it_is_replaced(
        self, place: Place, make_connection: MakeConnection
    ) -> None:
        sends = _keeps(place)
        if not self.keeps_without_gap:
            pytest.skip("this service cannot keep a file without taking it away")
        versions = [letter * MIB for letter in (b"a", b"b")]
        place.send("dir/file", versions[0])
        reader = make_connection()
        reader.open()
        watch = _Watch(place.through(reader), versions)
        watch.start()
        ends = time.monotonic() + _WATCH_SECONDS
        while time.monotonic() < ends and not watch.wrong:
            for content in versions:
                sends.send_upload(_upload(place, content))
        watch.finish()
        reader.close()
        assert not watch.wrong, watch.wrong


class _Watch(threading.Thread):
    """Reads the file over and over; ``wrong`` tells of the first that was not whole."""

    def __init__(self, place: Place, versions: list[bytes]) -> None:
        super().__init__(daemon=True)
        self._place, self._versions = place, versions
        self._end = threading.Event()
        self.wrong = ""

    def run(self) -> None:
        while not self._end.is_set() and not self.wrong:
            try:
                found = self._place.read("dir/file")
            except Exception as error:
                self.wrong = f"reading failed: {error!r}"
                return
            if found not in self._versions:
                self.wrong = "nothing was there" if found is None else "partial content was seen"

    def finish(self) -> None:
        self._end.set()
        self.join(30)


class Versions(Rig):
    """Of a service that keeps what is replaced or removed by itself."""

    def _all(self, place: Place, folder: str = "") -> dict[str, list[RemoteVersion]]:
        """By path, the oldest first."""
        keeps = needs(place.connection, KeepsVersions)
        if not keeps.keeps_versions():
            pytest.skip("the service keeps no versions here")
        found: dict[str, list[RemoteVersion]] = {}
        for version in keeps.versions(place.path(folder) if folder else self.base):
            found.setdefault(version.path, []).append(version)
        for versions in found.values():
            versions.sort(key=lambda version: (version.stored_at, version.latest))
        return found

    def test_versions_tell_a_file_s_life(self, place: Place) -> None:
        assert self._all(place) == {}
        contents = [b"first", b"second one", b"third"]
        begun = time.time()
        for content in contents:
            _next_second()
            place.send("dir/file", content)
        place.send("dir/file2", b"other")
        _next_second()
        place.connection.delete(place.path("dir/file"))
        found = self._all(place)
        assert set(found) == {"dir/file", "dir/file2"}
        *states, end = found["dir/file"]
        assert [state.size for state in states] == [len(content) for content in contents]
        assert end.gone and end.latest and not any(s.gone or s.latest for s in states)
        assert all(begun - 2 <= state.stored_at <= time.time() + 2 for state in (*states, end))
        assert len({state.version for state in found["dir/file"]}) == 4
        [other] = found["dir/file2"]
        assert other.latest and not other.gone

    def test_versions_are_read_each_by_its_own(self, place: Place) -> None:
        self._all(place)
        reads = needs(place.connection, Reads)
        contents = {os.urandom(1000 + n): n for n in range(3)}
        for content in contents:
            place.send("file", content)
        place.connection.delete(place.path("file"))
        seen = set()
        for state in self._all(place)["file"]:
            if state.gone:
                with raises(PathError):
                    _read(reads, place.path("file"), state.version)
            else:
                content = _read(reads, place.path("file"), state.version)
                assert len(content) == state.size
                assert _read(reads, place.path("file"), state.version, 10) == content[10:]
                seen.add(content)
        assert seen == set(contents)
        with raises(SkynetError):
            _read(reads, place.path("file"), "no-such-version")

    def test_versions_of_one_folder(self, place: Place) -> None:
        self._all(place)
        for name in ("a/in", "ab/out", "a.txt", "a/sub/in", ".skynet/mapping.json"):
            place.send(name, b"x")
        assert set(self._all(place, "a")) == {"in", "sub/in"}
        assert set(self._all(place)) == {"a/in", "ab/out", "a.txt", "a/sub/in"}


def _next_second() -> None:
    """Some services tell the times of versions in whole seconds."""
    now = time.time()
    time.sleep(1.05 - now % 1)


def _read(reads: Reads, remote_path: str, version: str, offset: int = 0) -> bytes:
    with reads.read(remote_path, offset=offset, version=version) as content:
        return b"".join(content.blocks)
