"""Batches and reports made for tests."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from skynet_desktop.notifier.identity import Identity
from skynet_desktop.notifier.outbox import Batch
from skynet_desktop.notifier.report import Report, report

WHO = Identity("7d0f3f52-58a5-4b1e-9a63-0a3c3f0c9f11", b"salt")
MACHINE = {"name": "laptop", "system": "Linux", "version": "1", "state": "uploading"}


def a_file(path: str, **more: Any) -> dict[str, Any]:
    row = {"mapping": "photos", "path": path, "action": "send", "state": "done", "size": 5,
           "done": 5, "reason": "", "cause": "", "seconds": 0.5, "updated_at": time.time(),
           "rev": 1}  # fmt: skip
    return {**row, **more}


def an_event(seq: int, path: str = "a") -> dict[str, Any]:
    return {"seq": seq, "at": 5.0, "mapping": "photos", "path": path, "kind": "done", "size": 5,
            "seconds": 0.5, "reason": "", "cause": ""}  # fmt: skip


def a_batch(paths: Iterable[str], events: int = 0) -> Batch:
    return Batch(
        [{"name": "photos", "state": "uploading", "updated_at": time.time(), "rev": 1}],
        [a_file(path) for path in paths],
        [an_event(number) for number in range(events)],
        [{"mapping": "photos", "hour": 3_600, "files": 1, "bytes": 5, "rev": 1}],
    )


def a_report(*paths: str, hide: bool = False) -> Report:
    return report(WHO, MACHINE, a_batch(paths, events=2), hide=hide)
