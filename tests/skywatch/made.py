"""Reports as a machine makes them, and short ways to send them."""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

from django.http import HttpResponseBase
from django.test import Client

from skynet_desktop.notifier import schema
from skynet_desktop.skywatch.models import MachineToken, Person

PASSWORD = "four lamps on a pier"
MACHINE = "2f6b1c1e-8b7e-4c53-9e2f-000000000001"
OTHER = "2f6b1c1e-8b7e-4c53-9e2f-000000000002"
# Everything that a page, a mail, a shell, SQL or a terminal might act on.
HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'); DROP TABLE skynet_file; --",
    "{{ 7*7 }}{% load x %}",
    "a\r\nBcc: everybody@example.org",
    "\u202egpj.exe",
    "\x00\x1b[31mred\x07",
    "%s %(x)s %% ? $1 :name",
    "javascript:alert(1)",
    "<!channel> @everyone [x](http://evil.example)",
    "\ud83d lone",
    "../../etc/passwd",
]  # fmt: skip


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client


def token(machine: str = "", label: str = "a laptop") -> str:
    return MachineToken(label=label, machine=machine).issue()


def key(path: str) -> str:
    return schema.path_key(path, b"salt")


def machine(id: Any = MACHINE, **changes: Any) -> dict[str, Any]:
    row = {
        "id": id, "name": "Anna's laptop", "system": "Ubuntu 24.04", "version": "0.1.0",
        "state": "uploading",
    }  # fmt: skip
    return {**row, **changes}


def mapping(name: str = "Photos", **changes: Any) -> dict[str, Any]:
    now = time.time()
    row = {
        "name": name, "place": "S3 · photo-archive/anna", "state": "uploading", "reason": "",
        "since": now - 60, "waiting_files": 12, "waiting_bytes": 3_000_000_000,
        "speed": 9_400_000.0, "eta": 320.0, "issues": 1, "files": 4821,
        "reconciled_at": now - 600, "updated_at": now,
    }  # fmt: skip
    return {**row, **changes}


def file(path: str = "Drone/DJI_0042.MP4", **changes: Any) -> dict[str, Any]:
    row = {
        "mapping": "Photos", "path_key": key(path), "path": path, "action": "send",
        "state": "sending", "size": 1_900_000_000, "done": 712_000_000, "reason": "",
        "seconds": 0.0, "updated_at": time.time(),
    }  # fmt: skip
    return {**row, **changes}


def event(seq: int, path: str = "Drone/DJI_0041.MP4", **changes: Any) -> dict[str, Any]:
    row = {
        "seq": seq, "at": time.time(), "mapping": "Photos", "path_key": key(path), "path": path,
        "kind": "done", "size": 1_200_000_000, "seconds": 128.0, "reason": "",
    }  # fmt: skip
    return {**row, **changes}


def hour(start: float | None = None, **changes: Any) -> dict[str, Any]:
    begun = int((time.time() if start is None else start) // 3600 * 3600)
    row = {"mapping": "Photos", "hour": begun, "files": 40, "bytes": 80_000_000_000}
    return {**row, "removed": 2, "failures": 1, **changes}


def report(**parts: Any) -> dict[str, Any]:
    return {"schema": 1, "machine": machine(), **parts}


def send(secret: str, body: Any, packed: bool = False, packing: str = "") -> HttpResponseBase:
    """As a machine does: by token, without a cookie, and with CSRF checks on. ``packing`` says
    how the body is packed already."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    if packed:
        data, packing = gzip.compress(data), "gzip"
    more = {"Content-Encoding": packing} if packing else {}
    return Client(enforce_csrf_checks=True).post(
        "/api/ingest",
        data,
        "application/json",
        headers={"Authorization": f"Bearer {secret}"} | more,
    )


def accepted(secret: str, body: Any, **more: Any) -> dict[str, Any]:
    answer = send(secret, body, **more)
    assert answer.status_code == 200, answer
    found: dict[str, Any] = json.loads(answer.getvalue())
    return found
