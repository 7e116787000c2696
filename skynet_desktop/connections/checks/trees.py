"""The other capabilities: listing, comparing, fetching, copying, folders and times."""

from __future__ import annotations

import os
from pathlib import Path

from skynet_desktop.connections.base import (
    Copies,
    Fetches,
    HasFolders,
    Lists,
    Matches,
    MovesTrees,
    RemoteFile,
    SetsTimes,
    Stats,
)
from skynet_desktop.connections.checks.rig import MIB, Place, Rig, may_raise, needs, raises, same
from skynet_desktop.core.errors import PathBlocked, PathError, RemoteMissing
from skynet_desktop.core.reserved import RESERVED

_PAST_NS = 1_600_000_001_123_456_789
_TOLERANCE_NS = 2_000_000_000


class Listing(Rig):
    def test_list_all_files_below(self, place: Place) -> None:
        needs(place.connection, Lists)
        sizes = {"a": 1, "dir/b": 0, "dir/sub/c": 3, "dir/sub/deep/d": 2000}
        for name, size in sizes.items():
            place.send(name, b"x" * size)
        assert place.listed() == sizes
        assert place.listed("dir") == {"b": 0, "sub/c": 3, "sub/deep/d": 2000}

    def test_list_leaves_the_longer_neighbour_out(self, place: Place) -> None:
        needs(place.connection, Lists)
        for name in ("a/in", "ab/out", "a.txt", "a b/out"):
            place.send(name, b"x")
        assert place.listed("a") == {"in": 1}

    def test_list_of_a_missing_folder_is_empty(self, place: Place) -> None:
        needs(place.connection, Lists)
        assert place.listed() == {}
        assert place.listed("no/such/folder") == {}

    def test_list_leaves_our_own_folder_out(self, place: Place) -> None:
        """Unless it is named; what only looks like it is the person's."""
        needs(place.connection, Lists)
        ours = {"mapping.json": 2, "trash/2026-01-02/10-11-12/a": 1, "trash/x": 3}
        others = {".skynet-notes": 1, ".skynet.txt": 2, ".skynet2/a": 3, ".Skynetz": 4, "a": 5}
        others |= {"dir/.skynet": 6, "sub/.skynet/trash/b": 7, "a.skynet/c": 8}
        for name, size in ours.items():
            place.send(f"{RESERVED}/{name}", b"x" * size)
        assert place.listed() == {}
        for name, size in others.items():
            place.send(name, b"x" * size)
        assert place.listed() == others
        assert place.listed(RESERVED) == ours
        assert place.listed(f"{RESERVED}/trash") == {"2026-01-02/10-11-12/a": 1, "x": 3}

    def test_list_follows_every_change(self, place: Place) -> None:
        needs(place.connection, Lists)
        place.send("a", b"1")
        place.send("a", b"22")
        place.send("b", b"333")
        place.connection.delete(place.path("a"))
        place.connection.move(place.path("b"), place.path("c"))
        assert place.listed() == {"c": 3}

    def test_stat_looks_at_one_file(self, place: Place) -> None:
        stats = needs(place.connection, Stats)
        for name in ("dir/IMG_1", "dir/IMG_10"):
            place.send(name, name.encode())
        found = stats.stat(place.path("dir/IMG_1"))
        assert found and (found.path, found.size) == ("IMG_1", 9)
        for name in ("gone", "no/such/folder", "dir", "dir/IMG_", "dir/IMG_1/below"):
            assert stats.stat(place.path(name)) is None


class Matching(Rig):
    def _entry(self, place: Place, name: str) -> RemoteFile:
        lists = needs(place.connection, Lists)
        return next(file for file in lists.list(self.base) if file.path == name)

    def test_matches_tells_same_from_other_content(self, place: Place) -> None:
        matches = needs(place.connection, Matches)
        src = place.source(b"content")
        os.utime(src, ns=(_PAST_NS, _PAST_NS))
        place.connection.send(src, place.path("file"))
        assert matches.matches(src, self.base, self._entry(place, "file"))
        Path(src).write_bytes(b"CONTENT")
        assert not matches.matches(src, self.base, self._entry(place, "file"))
        place.connection.send(src, place.path("file"))
        assert matches.matches(src, self.base, self._entry(place, "file"))

    def test_matches_still_after_a_move(self, place: Place) -> None:
        matches = needs(place.connection, Matches)
        src = place.source(b"content")
        os.utime(src, ns=(_PAST_NS, _PAST_NS))
        place.connection.send(src, place.path("old"))
        place.connection.move(place.path("old"), place.path("new"))
        assert matches.matches(src, self.base, self._entry(place, "new"))

    def test_set_time(self, place: Place) -> None:
        sets = needs(place.connection, SetsTimes)
        place.send("file", b"content")
        sets.set_time(place.path("file"), _PAST_NS)
        place.holds(file=b"content")
        mtime_ns = self._entry(place, "file").mtime_ns
        assert mtime_ns is None or abs(mtime_ns - _PAST_NS) <= _TOLERANCE_NS
        with raises(RemoteMissing):
            sets.set_time(place.path("gone"), _PAST_NS)
        place.holds(gone=None)


class Fetching(Rig):
    def test_fetch_brings_the_same_bytes(self, place: Place) -> None:
        fetches = needs(place.connection, Fetches)
        for content in (b"", b"x", os.urandom(3 * MIB + 5)):
            place.send("file", content)
            local = place.new_local()
            fetches.fetch(place.path("file"), local)
            same(Path(local).read_bytes(), content, "what was fetched")

    def test_fetch_of_a_missing_file_is_said(self, place: Place) -> None:
        fetches = needs(place.connection, Fetches)
        place.send("dir/file", b"x")
        for name in ("gone", "no/such/folder", "dir/fil"):
            local = place.new_local()
            with raises(RemoteMissing):
                fetches.fetch(place.path(name), local)
            assert not os.path.exists(local), "something was left where nothing was fetched"

    def test_fetch_of_a_folder_is_refused(self, place: Place) -> None:
        fetches = needs(place.connection, Fetches)
        place.send("dir/file", b"x")
        with raises(PathError):
            fetches.fetch(place.path("dir"), place.new_local())


class Copying(Rig):
    def test_copy_copies(self, place: Place) -> None:
        copies = needs(place.connection, Copies)
        place.send("one", b"content")
        place.send("two", b"former")
        for name in ("two", "a/b/three"):
            copies.copy(place.path("one"), place.path(name))
            copies.copy(place.path("one"), place.path(name))
        place.holds_all({"one": b"content", "two": b"content", "a/b/three": b"content"})
        place.send("one", b"changed")
        place.holds(two=b"content")

    def test_copy_of_a_missing_file_is_said(self, place: Place) -> None:
        copies = needs(place.connection, Copies)
        place.send("dest", b"stays")
        with raises(RemoteMissing):
            copies.copy(place.path("gone"), place.path("dest"))
        place.holds(dest=b"stays")

    def test_copy_onto_itself_loses_nothing(self, place: Place) -> None:
        copies = needs(place.connection, Copies)
        place.send("same", b"content")
        with may_raise(PathError):
            copies.copy(place.path("same"), place.path("same"))
        place.holds(same=b"content")


class Folders(Rig):
    def test_move_tree(self, place: Place) -> None:
        moves = needs(place.connection, MovesTrees)
        for name in ("dir/a", "dir/sub/b", "dir2/c", "dir.txt"):
            place.send(name, name.encode())
        moves.move_tree(place.path("dir"), place.path("x/moved"))
        place.holds_all(
            {
                "dir/a": None,
                "dir/sub/b": None,
                "x/moved/a": b"dir/a",
                "x/moved/sub/b": b"dir/sub/b",
                "dir2/c": b"dir2/c",
                "dir.txt": b"dir.txt",
            }
        )

    def test_move_tree_that_is_missing_is_said(self, place: Place) -> None:
        moves = needs(place.connection, MovesTrees)
        with raises(RemoteMissing):
            moves.move_tree(place.path("gone"), place.path("new"))

    def test_move_tree_onto_a_taken_name_is_blocked(self, place: Place) -> None:
        moves = needs(place.connection, MovesTrees)
        for name in ("dir/a", "file", "full/b"):
            place.send(name, name.encode())
        for taken in ("file", "full"):
            with raises(PathBlocked):
                moves.move_tree(place.path("dir"), place.path(taken))
        place.holds_all({"dir/a": b"dir/a", "file": b"file", "full/b": b"full/b"})

    def test_remove_folder_only_if_empty(self, place: Place) -> None:
        folders = needs(place.connection, HasFolders)
        place.send("dir/sub/file", b"x")
        for name in ("dir", "dir/sub", "no/such/folder", "dir/sub/file"):
            with may_raise(PathError):
                folders.remove_folder(place.path(name))
        place.holds_all({"dir/sub/file": b"x"})
        place.connection.delete(place.path("dir/sub/file"))
        folders.remove_folder(place.path("dir/sub"))
        folders.remove_folder(place.path("dir"))
        place.send("dir", b"a file may have the name now")
        place.holds(dir=b"a file may have the name now")
