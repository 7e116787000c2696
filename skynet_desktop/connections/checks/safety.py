"""No half files: what a failing or a slow send leaves at the destination."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from skynet_desktop.connections.base import SendsUploads, Upload
from skynet_desktop.connections.checks.rig import (
    MIB,
    MakeConnection,
    Place,
    Rig,
    may_raise,
    needs,
    raises,
)
from skynet_desktop.core.errors import (
    PathError,
    SkynetError,
    SourceChanged,
    SourceVanished,
    Stopped,
)

_WATCH_SECONDS = 2.0


class FailingSends(Rig):
    def test_send_of_a_missing_source_changes_nothing(self, place: Place) -> None:
        place.send("file", b"former")
        gone = place.new_local()
        for name in ("file", "other"):
            with raises(SourceVanished, gone):
                place.connection.send(gone, place.path(name))
        place.holds(file=b"former", other=None)

    def test_send_of_a_folder_changes_nothing(self, place: Place) -> None:
        place.send("file", b"former")
        folder = place.new_local()
        os.mkdir(folder)
        with raises(PathError, folder):
            place.connection.send(folder, place.path("file"))
        place.holds(file=b"former")

    @pytest.mark.skipif(
        sys.platform != "linux", reason="needs a file that opens but cannot be read"
    )
    def test_send_of_an_unreadable_source_changes_nothing(self, place: Place) -> None:
        """Opening this file works and reading it does not: the worst moment to notice."""
        place.send("file", b"former")
        try:
            place.connection.send("/proc/self/mem", place.path("file"))
        except Exception:
            place.holds(file=b"former")

    def test_nothing_partial_is_ever_seen(
        self, place: Place, make_connection: MakeConnection
    ) -> None:
        """One connection replaces a file again and again while another one reads it."""
        versions = [letter * (4 * MIB) for letter in (b"a", b"b")]
        sources = [place.source(version) for version in versions]
        place.send("file", versions[0])
        place.read("file")  # skips the test if that cannot be done
        reader = make_connection()
        reader.open()
        watch = _Watch(place.through(reader), "file", {None, *versions})
        watch.start()
        end = time.monotonic() + _WATCH_SECONDS
        while time.monotonic() < end and not watch.wrong:
            for src in sources:
                place.connection.send(src, place.path("file"))
        watch.finish()
        reader.close()
        assert not watch.wrong, watch.wrong


class _Watch(threading.Thread):
    """Reads one file over and over; ``wrong`` tells of the first read that was not whole."""

    def __init__(self, place: Place, name: str, allowed: set[bytes | None]) -> None:
        super().__init__(daemon=True)
        self._place, self._name, self._allowed = place, name, allowed
        self._end = threading.Event()
        self.wrong = ""

    def run(self) -> None:
        while not self._end.is_set() and not self.wrong:
            try:
                found = self._place.read(self._name)
            except Exception as error:
                self.wrong = f"reading failed: {error!r}"
                return
            if found not in self._allowed:
                self.wrong = f"partial content was seen: {len(found or b'')} bytes"

    def finish(self) -> None:
        self._end.set()
        self.join(30)


class _Meddled(Upload):
    """Something happens to the source between its last read byte and the publishing."""

    meddle: Callable[[str], None]
    asked = 0

    def check_unchanged(self) -> None:
        self.asked += 1
        self.meddle(self.src_path)
        super().check_unchanged()


def _meddled(place: Place, name: str, content: bytes, meddle: Callable[[str], Any]) -> _Meddled:
    upload = _Meddled.of(place.source(content), place.path(name))
    assert isinstance(upload, _Meddled)
    upload.meddle = meddle
    return upload


class CarefulUploads(Rig):
    """``send_upload`` publishes only what is known to be whole and still true."""

    def test_upload_asks_before_it_publishes(self, place: Place) -> None:
        sends = needs(place.connection, SendsUploads)
        place.send("file", b"former")
        seen = []
        upload = _meddled(place, "file", b"new", lambda _: seen.append(place.read("file")))
        sends.send_upload(upload)
        assert upload.asked, "check_unchanged was never called"
        assert seen[0] == b"former", "the new content was published before it was checked"
        place.holds(file=b"new")

    @pytest.mark.parametrize("size", [5, 3 * MIB, None], ids=["small", "middle", "big"])
    def test_upload_of_a_changing_file_is_not_published(
        self, place: Place, size: int | None
    ) -> None:
        sends = needs(place.connection, SendsUploads)
        place.send("file", b"former")
        upload = _meddled(place, "file", b"x" * (size or self.big), _append)
        with raises(SourceChanged):
            sends.send_upload(upload)
        place.holds(file=b"former")

    def test_upload_of_a_vanishing_file_is_not_published(self, place: Place) -> None:
        sends = needs(place.connection, SendsUploads)
        upload = _meddled(place, "file", b"x" * MIB, os.unlink)
        with raises(SourceVanished):
            sends.send_upload(upload)
        place.holds(file=None)

    def test_upload_of_an_older_version_is_not_published(self, place: Place) -> None:
        """The file changed after it was looked at and before it was opened."""
        sends = needs(place.connection, SendsUploads)
        for change in (_append, _truncate, _rewrite):
            upload = place.upload("file", b"x" * 1000)
            change(upload.src_path)
            with raises(SourceChanged):
                sends.send_upload(upload)
        place.holds(file=None)

    def test_upload_that_is_stopped_first_does_nothing(self, place: Place) -> None:
        sends = needs(place.connection, SendsUploads)
        upload = place.upload("file", b"x" * 1000)
        upload.stopping.set()
        with raises(Stopped):
            sends.send_upload(upload)
        place.holds(file=None)

    def test_upload_stops_within_a_second(self, place: Place) -> None:
        sends = needs(place.connection, SendsUploads)
        upload = place.upload("file", os.urandom(self.big))
        told: list[float] = []

        def stop(_: int) -> None:
            told.append(time.monotonic())
            upload.stopping.set()

        upload.progress = stop
        with raises(Stopped):
            sends.send_upload(upload)
        assert time.monotonic() - told[0] < 1.0
        place.holds(file=None)

    def test_upload_with_a_failing_subscriber_is_no_half_file(self, place: Place) -> None:
        sends = needs(place.connection, SendsUploads)

        def fail(_: int) -> None:
            raise OSError("the subscriber broke")

        upload = place.upload("file", b"x" * self.big, progress=fail)
        with may_raise(SkynetError):
            sends.send_upload(upload)
        assert place.read("file") in (None, b"x" * self.big)


def _append(path: str) -> None:
    with open(path, "ab") as file:
        file.write(b"more")


def _truncate(path: str) -> None:
    os.truncate(path, 10)


def _rewrite(path: str) -> None:
    """Other content of the same size, at another time."""
    size = os.stat(path).st_size
    with open(path, "r+b") as file:
        file.write(b"y" * size)
    os.utime(path, ns=(0, os.stat(path).st_mtime_ns + 3_000_000_000))
