"""What machines report: idempotent, bounded, checked, and of one machine alone."""

from __future__ import annotations

import gzip
import json
import threading
import time
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from skynet_desktop.skywatch.ingest import body, views
from skynet_desktop.skywatch.ingest.pacing import Pace
from skynet_desktop.skywatch.models import Event, File, Hour, Machine, MachineToken, Mapping
from tests.skywatch import made
from tests.skywatch.made import HOSTILE, MACHINE, OTHER, accepted, file, report, send

pytestmark = pytest.mark.usefixtures("monitor")


def whole() -> dict[str, Any]:
    return report(
        mappings=[made.mapping()],
        files=[file(), file("a.txt", state="done")],
        events=[made.event(1), made.event(2)],
        hours=[made.hour()],
    )


def test_a_report_is_stored() -> None:
    secret = made.token()
    answer = accepted(secret, whole())
    assert answer["accepted"] == {"mappings": 1, "files": 2, "events": 2, "hours": 1}
    assert answer["heartbeat"] == 60
    row = Machine.objects.get()
    assert (row.id, row.name) == (MACHINE, "Anna's laptop")
    assert abs(row.last_seen - time.time()) < 5
    stored = File.objects.get(path="Drone/DJI_0042.MP4")
    assert (stored.done, stored.size, stored.machine) == (712_000_000, 1_900_000_000, MACHINE)
    assert Mapping.objects.get().speed == 9_400_000.0
    assert Hour.objects.get().bytes == 80_000_000_000


def test_twice_is_once() -> None:
    secret, body = made.token(), whole()
    accepted(secret, body)
    before = list(File.objects.order_by("path").values())
    accepted(secret, body, packed=True)
    assert list(File.objects.order_by("path").values()) == before
    assert Event.objects.count() == 2
    assert Hour.objects.get().files == 40


def test_an_older_row_does_not_replace_a_newer_one() -> None:
    secret, now = made.token(), time.time()
    accepted(secret, report(files=[file(state="done", updated_at=now)]))
    accepted(secret, report(files=[file(state="sending", updated_at=now - 30)]))
    assert File.objects.get().state == "done"
    accepted(secret, report(files=[file(state="failed", updated_at=now + 1)]))
    assert File.objects.get().state == "failed"


def test_the_same_row_twice_in_one_report() -> None:
    now = time.time()
    rows = [file(done=5, updated_at=now), file(done=9, updated_at=now + 1)]
    accepted(made.token(), report(files=rows))
    assert File.objects.get().done == 9


def test_the_machine_seen_is_by_our_clock() -> None:
    """A machine's own words on when it was seen are worth nothing: its clock may be wrong."""
    machine = made.machine(last_seen=4_000_000_000.0, first_seen=1.0)
    accepted(made.token(), {**report(), "machine": machine})
    assert abs(Machine.objects.get().last_seen - time.time()) < 5


@pytest.mark.parametrize("secret", ["", "sky_wrong", "x" * 5000, "caf\u00e9"])
def test_a_wrong_token_is_refused(secret: str) -> None:
    made.token()
    assert send(secret.encode().decode("latin-1"), report()).status_code == 401
    assert not Machine.objects.exists()


def test_without_a_header() -> None:
    answer = Client().post("/api/ingest", b"{}", "application/json")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_token_is_refused() -> None:
    secret = made.token()
    accepted(secret, report())
    MachineToken.objects.get().revoke()
    assert send(secret, report(files=[file()])).status_code == 401
    assert not File.objects.exists()


def test_a_token_speaks_for_one_machine() -> None:
    mine, others = made.token(), made.token()
    accepted(mine, report())
    accepted(others, {**report(files=[file()]), "machine": made.machine(OTHER, name="Ben")})
    foreign = {**report(files=[file(state="failed")]), "machine": made.machine(OTHER, name="Evil")}
    assert send(mine, foreign).status_code == 403
    assert Machine.objects.get(id=OTHER).name == "Ben"
    assert File.objects.get(machine=OTHER).state == "sending"


def test_rows_cannot_name_another_machine() -> None:
    mine, others = made.token(), made.token()
    accepted(others, {**report(files=[file()]), "machine": made.machine(OTHER)})
    accepted(mine, report(files=[{**file(), "machine": OTHER, "owner": "x", "state": "failed"}]))
    assert File.objects.get(machine=OTHER).state == "sending"
    assert File.objects.get(machine=MACHINE).state == "failed"


def test_a_fresh_token_cannot_claim_a_known_machine() -> None:
    accepted(made.token(), report())
    assert send(made.token(), {**report(), "machine": made.machine(name="Evil")}).status_code == 403
    assert Machine.objects.get().name == "Anna's laptop"
    accepted(made.token(machine=MACHINE), report())  # made on the machine's own page


def test_one_of_many_claims_at_once_wins() -> None:
    secrets = [made.token() for _ in range(6)]
    codes: list[int] = []

    def claim(secret: str) -> None:
        codes.append(send(secret, report()).status_code)
        connections.close_all()

    threads = [threading.Thread(target=claim, args=[secret]) for secret in secrets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200, 403, 403, 403, 403, 403]
    assert MachineToken.objects.filter(machine=MACHINE).count() == 1


def test_the_test_button() -> None:
    secret = made.token()
    ask = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/ingest", headers=ask).json() == {"schema": 1, "machine": ""}
    accepted(secret, report())
    answer = Client().get("/api/ingest", headers=ask).json()
    assert answer == {"schema": 1, "machine": "Anna's laptop"}
    assert Client().delete("/api/ingest", headers=ask).status_code == 405


def test_a_newer_schema_is_said() -> None:
    answer = send(made.token(), {**report(), "schema": 2})
    assert (answer.status_code, json.loads(answer.getvalue())) == (409, {"schema": 1})


BAD: list[Any] = [
    b"",
    b"not json",
    b"[]",
    b"[" * 200_000,
    b'{"schema": 1, "machine": {"id": NaN}}',
    {"schema": True, "machine": made.machine()},
    {"schema": 0, "machine": made.machine()},
    {"machine": made.machine()},
    {"schema": 1},
    {"schema": 1, "machine": made.machine(id="../x")},
    {"schema": 1, "machine": made.machine(id=7)},
    {"schema": 1, "machine": made.machine(id="' OR 1=1 --")},
    report(files={}),
    report(files=[1]),
    report(files=[file(size=-1)]),
    report(files=[file(size=1 << 60)]),
    report(files=[file(size="1")]),
    report(files=[file(size=True)]),
    report(files=[file(updated_at=1e300)]),
    report(files=[file(path_key="")]),
    report(files=[file(mapping="x" * 300)]),
    report(files=[{**file(), "path": 7}]),
    report(hours=[made.hour(hour=1.5)]),
    report(files=[file(str(n)) for n in range(5001)]),
]


@pytest.mark.parametrize("given", BAD, ids=range(len(BAD)))
def test_nonsense_is_refused_as_a_whole(given: Any) -> None:
    assert send(made.token(), given).status_code == 400
    assert not Machine.objects.exists()


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b" " * (64 * 1024 * 1024))
    assert len(bomb) < body.MOST_SENT
    answer = send(made.token(), bomb, packing="gzip")
    assert answer.status_code == 413


def test_too_much_is_refused() -> None:
    assert send(made.token(), b" " * (body.MOST_SENT + 1)).status_code == 413


@pytest.mark.parametrize("data", [b"", b"no gzip", gzip.compress(b"{}", mtime=0)[:-4]])
def test_broken_packing(data: bytes) -> None:
    assert send(made.token(), data, packing="gzip").status_code == 400


def test_unknown_packing() -> None:
    assert send(made.token(), report(), packing="br").status_code == 400


@pytest.mark.parametrize("name", HOSTILE)
def test_odd_names_are_stored(name: str) -> None:
    """One odd name must not block all that comes after it."""
    rows = [file(name, reason=name, mapping=name), file("fine")]
    body = report(files=rows, mappings=[made.mapping(name, place=name)])
    accepted(made.token(), {**body, "machine": made.machine(name=name)})
    assert File.objects.count() == 2
    assert Machine.objects.count() == Mapping.objects.count() == 1


def test_a_machine_gone_wild_is_slowed() -> None:
    secret = made.token()
    views.pace = Pace(burst=3, a_second=0.5)
    codes = [send(secret, report()) for _ in range(4)]
    assert [answer.status_code for answer in codes] == [200, 200, 200, 429]
    assert int(codes[-1].headers["Retry-After"]) >= 1
    accepted(made.token(machine=OTHER), {**report(), "machine": made.machine(OTHER)})


def test_a_bucket_fills_again() -> None:
    now = [0.0]
    pace = Pace(burst=2, a_second=1, clock=lambda: now[0])
    assert [pace.wait(1) for _ in range(3)] == [0, 0, 1]
    now[0] = 1.0
    assert [pace.wait(1), pace.wait(1)] == [0, 1]


def test_no_database_is_said_and_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def away(*args: Any) -> None:
        raise OperationalError("the server is away")

    secret = made.token()
    monkeypatch.setattr(views, "store", away)
    answer = send(secret, report())
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
