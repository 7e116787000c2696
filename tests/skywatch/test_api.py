"""The JSON API: read-only, by token or session, by pages."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from skynet_desktop.skywatch.models import PersonToken, Role
from tests.skywatch import made
from tests.skywatch.conftest import person
from tests.skywatch.made import MACHINE, accepted, report

pytestmark = pytest.mark.usefixtures("monitor")


@pytest.fixture
def program(monitor: str) -> dict[str, str]:
    """The headers of a program with a person's token."""
    secret = PersonToken(label="script", person=person("vera", Role.VIEWER)).issue()
    return {"Authorization": f"Bearer {secret}"}


def test_machines(program: dict[str, str]) -> None:
    accepted(made.token(), report(mappings=[made.mapping()]))
    found = Client().get("/api/machines", headers=program).json()["machines"]
    assert [(m["id"], m["state"], m["speed"]) for m in found] == [(MACHINE, "uploading", 9.4e6)]
    one = Client().get(f"/api/machines/{MACHINE}", headers=program).json()
    assert one["mappings"][0]["waiting_files"] == 12
    assert "owner" not in one["mappings"][0]
    assert Client().get("/api/machines/none", headers=program).status_code == 404
    assert Client().get("/api/machines?state=silent", headers=program).json() == {"machines": []}


def test_files_by_pages(program: dict[str, str]) -> None:
    now = time.time()
    rows = [made.file(f"f{n}", updated_at=now - n) for n in range(25)]
    accepted(made.token(), report(files=rows, events=[made.event(n) for n in range(7)]))
    found: list[str] = []
    after = ""
    while True:
        page: dict[str, Any] = (
            Client().get(f"/api/files?size=10&after={after}", headers=program).json()
        )
        found += [row["path"] for row in page["files"]]
        after = page["next"]
        if not after:
            break
    assert found == [f"f{n}" for n in range(25)]
    events = Client().get(f"/api/machines/{MACHINE}/events?size=5", headers=program).json()
    assert [row["seq"] for row in events["events"]] == [6, 5, 4, 3, 2]


@pytest.mark.parametrize(
    ("path", "status"),
    [("files?q=ab", 400), ("hours?span=1y", 400), ("files?size=0", 200), ("files?size=x", 200),
     ("files?size=99999999999999", 200), ("hours?span=7d", 200), ("files?state=%27--", 200)],
)  # fmt: skip
def test_odd_questions(program: dict[str, str], path: str, status: int) -> None:
    assert Client().get(f"/api/{path}", headers=program).status_code == status


def test_read_only(program: dict[str, str], admin: Client) -> None:
    for ask in (Client().post, Client().put, Client().delete, Client().patch):
        assert ask("/api/machines", headers=program).status_code == 405
    assert admin.post("/api/machines").status_code == 405
    assert admin.get("/api/machines").status_code == 200  # a session will do


def test_tokens_are_not_mixed_up(program: dict[str, str]) -> None:
    """A machine's token does not read, a person's does not report."""
    ask = {"Authorization": f"Bearer {made.token()}"}
    assert Client().get("/api/machines", headers=ask).status_code == 401
    assert Client().get("/api/ingest", headers=program).status_code == 401
    assert Client().get("/tokens/", headers=program).status_code == 302


def test_own_tokens(admin: Client, viewer: Client) -> None:
    viewer.post("/account/tokens/make/", {"label": "mine"})
    token = PersonToken.objects.get(label="mine")
    admin.post(f"/account/tokens/{token.pk}/end/")
    token.refresh_from_db()
    assert token.ended_at is None
    viewer.post(f"/account/tokens/{token.pk}/end/")
    token.refresh_from_db()
    assert token.ended_at is not None
