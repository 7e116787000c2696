"""A limit holds: bytes wait for ``upload.pace`` before they leave, each of them once."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import pytest

from skynet_desktop.connections.base import MemoryLedger, SendsBatches, SendsUploads, Upload
from skynet_desktop.connections.checks.rig import MIB, MakeConnection, Place, Rig, needs, raises
from skynet_desktop.core.errors import Stopped

_LONGEST_BLOCK = 2 * MIB
_AGAIN = 0.1
"""The share of bytes that may be sent twice: a block that was refused, say."""


class _Meter:
    """A pace that lets all go and counts. Safe from any thread."""

    def __init__(self) -> None:
        self.blocks: list[int] = []

    def __call__(self, nbytes: int) -> None:
        self.blocks.append(nbytes)

    @property
    def total(self) -> int:
        return sum(self.blocks)


class Paced(Rig):
    @pytest.mark.parametrize("size", [1, 3 * MIB + 1, None], ids=["1", "middle", "big"])
    def test_all_bytes_are_paced(self, place: Place, size: int | None) -> None:
        sends = needs(place.connection, SendsUploads)
        place.send("first", b"x")  # whatever is found out by a first upload is known now
        meter, size = _Meter(), size or self.big
        sends.send_upload(place.upload("file", os.urandom(size), pace=meter))
        assert size <= meter.total <= size * (1 + _AGAIN), meter.total

    def test_pace_is_asked_block_by_block(self, place: Place) -> None:
        sends = needs(place.connection, SendsUploads)
        meter = _Meter()
        sends.send_upload(place.upload("file", os.urandom(self.big), pace=meter))
        assert max(meter.blocks) <= _LONGEST_BLOCK

    def test_batch_is_paced(self, place: Place) -> None:
        sends = needs(place.connection, SendsBatches)
        meter = _Meter()
        uploads = [place.upload(f"file {i}", b"x" * 1_000, pace=meter) for i in range(20)]
        assert not any(error for _, error in sends.send_batch(uploads))
        assert 20_000 <= meter.total <= 22_000

    def test_what_is_there_already_is_not_paced_again(
        self, place: Place, make_connection: MakeConnection
    ) -> None:
        sends = needs(place.connection, SendsUploads)
        if not self.resumes:
            pytest.skip("this connection does not go on after a stop")
        ledger = MemoryLedger()
        upload = place.upload("file", os.urandom(self.big), ledger=ledger)
        upload.progress = _stop_at(self.big // 2, upload)
        with raises(Stopped):
            sends.send_upload(upload)
        meter = _Meter()
        again = Upload.of(upload.src_path, upload.remote_path)
        again.ledger, again.pace = ledger, meter
        connection = make_connection()
        connection.open()
        needs(connection, SendsUploads).send_upload(again)
        connection.close()
        assert meter.total <= self.big * 7 // 8, "all of it was paced once more"

    @pytest.mark.parametrize("size", [5, 3 * MIB, None], ids=["small", "middle", "big"])
    def test_upload_that_waits_for_its_pace_stops_within_a_second(
        self, place: Place, size: int | None
    ) -> None:
        sends = needs(place.connection, SendsUploads)
        content = os.urandom(size or self.big)
        waiting = threading.Event()
        upload = place.upload("file", content)
        upload.pace = _never(upload, waiting)
        stopped_at: list[float] = []

        def stop() -> None:
            if waiting.wait(30):
                stopped_at.append(time.monotonic())
                upload.stopping.set()

        stopper = threading.Thread(target=stop, daemon=True)
        stopper.start()
        with raises(Stopped):
            sends.send_upload(upload)
        assert time.monotonic() - stopped_at[0] < 1.0
        place.holds(file=None)


def _stop_at(reached: int, upload: Upload) -> Callable[[int], None]:
    def progress(done: int) -> None:
        if done >= reached:
            upload.stopping.set()

    return progress


def _never(upload: Upload, waiting: threading.Event) -> Callable[[int], None]:
    """A pace under which nothing may leave before the upload is stopped."""

    def pace(_: int) -> None:
        waiting.set()
        upload.stopping.wait(30)
        upload.check()

    return pace
