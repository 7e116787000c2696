"""Reading back, from the middle too, and comparing by content alone."""

from __future__ import annotations

import hashlib
import itertools
import os
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.connections.checks.rig import MIB, Place, Rig, needs, raises, same
from skynet_desktop.connections.recovery import Compares, Reads
from skynet_desktop.core.errors import PathError, RemoteMissing, ServiceError, SourceVanished

_LONGEST_BLOCK = 8 * MIB
_MOST_MEMORY = 16 * MIB
_PAST_NS = 1_600_000_001_123_456_789
_TOLERANCE_NS = 2_000_000_000


def read_back(place: Place, name: str, **how: int | str) -> tuple[RemoteFile, bytes]:
    """What the connection says of the file, and what it gives of its content."""
    reads = needs(place.connection, Reads)
    with reads.read(place.path(name), **how) as content:  # type: ignore[arg-type]
        return content.file, b"".join(content.blocks)


class Reading(Rig):
    @pytest.mark.parametrize("size", [0, 1, 3 * MIB + 17], ids=["0", "1", "middle"])
    def test_read_gives_the_file_and_its_content(self, place: Place, size: int) -> None:
        needs(place.connection, Reads)
        content = os.urandom(size)
        src = place.source(content)
        os.utime(src, ns=(_PAST_NS, _PAST_NS))
        place.connection.send(src, place.path("dir/na me"))
        file, found = read_back(place, "dir/na me")
        same(found, content, "what was read")
        assert (file.path, file.size) == ("na me", size)
        assert file.mtime_ns is None or abs(file.mtime_ns - _PAST_NS) <= _TOLERANCE_NS

    def test_read_begins_where_it_is_told(self, place: Place) -> None:
        needs(place.connection, Reads)
        content = os.urandom(MIB + 17)
        place.send("file", content)
        for offset in (0, 1, 1000, MIB, MIB + 16):
            file, found = read_back(place, "file", offset=offset)
            same(found, content[offset:], f"what was read from {offset}")
            assert file.size == len(content), "the size is that of the whole file"

    def test_read_at_or_past_the_end_yields_nothing(self, place: Place) -> None:
        needs(place.connection, Reads)
        for content in (b"", b"content"):
            place.send("file", content)
            for offset in (len(content), len(content) + 1, 1 << 40):
                file, found = read_back(place, "file", offset=offset)
                assert (file.path, file.size, found) == ("file", len(content), b"")

    def test_read_of_a_missing_file_is_said(self, place: Place) -> None:
        """On entering: who reads opens a place for the content only after that."""
        reads = needs(place.connection, Reads)
        place.send("dir/file", b"x")
        for name, offset in itertools.product(("gone", "no/such/folder", "dir/fil"), (0, 5)):
            with raises(RemoteMissing), reads.read(place.path(name), offset=offset):
                pytest.fail("reading began")

    def test_read_of_a_folder_is_refused(self, place: Place) -> None:
        needs(place.connection, Reads)
        place.send("dir/file", b"x")
        with raises(PathError):
            read_back(place, "dir")

    def test_read_may_end_early(self, place: Place) -> None:
        """Again and again: what was not read must not fill up or block anything."""
        reads = needs(place.connection, Reads)
        content = os.urandom(self.big)
        place.send("file", content)
        for _ in range(12):
            with reads.read(place.path("file")) as reading:
                block = next(reading.blocks)
            assert block and content.startswith(block)
        with reads.read(place.path("file")):
            pass
        place.send("other", b"still at work")
        place.holds(file=content, other=b"still at work")

    def test_read_leaves_memory_flat(self, place: Place) -> None:
        """Though whoever reads is slower than the service."""
        reads = needs(place.connection, Reads)
        content = os.urandom(self.big)
        place.send("file", content)
        expected = hashlib.sha256(content).digest()
        del content
        found, longest = hashlib.sha256(), 0
        tracemalloc.start()
        try:
            with reads.read(place.path("file")) as reading:
                for block in reading.blocks:
                    found.update(block)
                    longest = max(longest, len(block))
                    time.sleep(0.001)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert found.digest() == expected
        assert longest <= _LONGEST_BLOCK
        assert peak <= _MOST_MEMORY, f"{peak:,} bytes for a file of {self.big:,}"

    def test_read_of_a_replaced_file_is_of_one_version(self, place: Place) -> None:
        """The former content whole, or an error: never less, never a mixture."""
        reads = needs(place.connection, Reads)
        former, new = os.urandom(self.big), os.urandom(self.big)
        place.send("file", former)
        src = place.source(new)
        found = b""
        try:
            with reads.read(place.path("file")) as reading:
                found = next(reading.blocks)
                with ThreadPoolExecutor(1) as other:
                    if place.connection.parallel > 1:
                        other.submit(place.connection.send, src, place.path("file")).result()
                found += b"".join(reading.blocks)
        except ServiceError:
            return
        same = found == former  # pytest would explain how large contents differ, and take long
        assert same, "another version, a part of it, or a mixture was read"

    def test_read_by_as_many_threads_as_it_allows(self, place: Place) -> None:
        reads = needs(place.connection, Reads)
        contents = {f"f{n}": os.urandom(2 * MIB + n) for n in range(place.connection.parallel)}
        for name, content in contents.items():
            place.send(name, content)

        def work(name: str) -> bool:
            with reads.read(place.path(name), offset=MIB) as reading:
                return b"".join(reading.blocks) == contents[name][MIB:]

        with ThreadPoolExecutor(len(contents)) as pool:
            assert all(pool.map(work, [*contents] * 3))


class Comparing(Rig):
    """``same_content`` goes by the content, whatever sizes and times say."""

    def _sent(self, place: Place, content: bytes) -> str:
        """The local path of what is at ``file`` now."""
        src = place.source(content)
        os.utime(src, ns=(_PAST_NS, _PAST_NS))
        place.connection.send(src, place.path("file"))
        return src

    @pytest.mark.parametrize("size", [0, 1, 3 * MIB, None], ids=["0", "1", "middle", "big"])
    def test_same_content_is_seen(self, place: Place, size: int | None) -> None:
        compares = needs(place.connection, Compares)
        src = self._sent(place, os.urandom(self.big if size is None else size))
        assert compares.same_content(src, place.path("file"))
        os.utime(src, ns=(0, 5_000_000_000))
        assert compares.same_content(src, place.path("file")), "the time has no say"
        place.connection.move(place.path("file"), place.path("moved"))
        assert compares.same_content(src, place.path("moved"))

    @pytest.mark.parametrize("size", [1, 3 * MIB, None], ids=["1", "middle", "big"])
    def test_same_content_sees_a_flipped_bit(self, place: Place, size: int | None) -> None:
        """Of the same size and time."""
        compares = needs(place.connection, Compares)
        size = size or self.big
        src = self._sent(place, os.urandom(size))
        for at in {0, size // 2, size - 1}:
            _flip(src, at)
            assert not compares.same_content(src, place.path("file")), f"byte {at}"
            _flip(src, at)
        assert compares.same_content(src, place.path("file"))

    def test_same_content_sees_other_sizes(self, place: Place) -> None:
        compares = needs(place.connection, Compares)
        src = self._sent(place, b"content")
        for content in (b"content more", b"con", b""):
            Path(src).write_bytes(content)
            os.utime(src, ns=(_PAST_NS, _PAST_NS))
            assert not compares.same_content(src, place.path("file"))

    def test_same_content_of_what_is_missing_is_said(self, place: Place) -> None:
        compares = needs(place.connection, Compares)
        src = self._sent(place, b"content")
        for name in ("gone", "no/such/folder", "fil"):
            with raises(RemoteMissing):
                compares.same_content(src, place.path(name))
        gone = place.new_local()
        with raises(SourceVanished, gone):
            compares.same_content(gone, place.path("file"))
        place.holds(file=b"content")


def _flip(path: str, at: int) -> None:
    """One bit, at the same size and time."""
    before = os.stat(path).st_mtime_ns
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))
    os.utime(path, ns=(before, before))
