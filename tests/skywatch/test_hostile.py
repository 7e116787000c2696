"""Whatever a machine reports, a browser asks for or the database holds: names are nothing but
names, and no page breaks."""

from __future__ import annotations

import re
import time
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from skynet_desktop.skywatch.models import File, Hour, Machine, Mapping
from skynet_desktop.skywatch.reading import fleet
from tests.skywatch import made
from tests.skywatch.made import HOSTILE, MACHINE, accepted, file, report

pytestmark = pytest.mark.usefixtures("monitor")


@pytest.mark.parametrize("after", ["x", "W10", "WyJ4Il0", "bnVsbA", "WzEsMiwzLDRd", "e30"])
def test_made_up_cursors_do_no_harm(viewer: Client, after: str) -> None:
    accepted(made.token(), report(files=[file()], events=[made.event(1)]))
    assert viewer.get(f"/files/?after={after}").status_code == 200
    assert viewer.get(f"/machines/{MACHINE}/happenings/?after={after}").status_code == 200


def test_a_nul_is_asked_for_in_vain(viewer: Client) -> None:
    for path in ("/files/?q=abc%00", "/?state=%00", "/machines/%00/", "/api/files?after=%00"):
        assert viewer.get(path).status_code == 400


def test_sums_do_not_overflow(viewer: Client) -> None:
    Hour.objects.bulk_create(
        Hour(
            machine=MACHINE, mapping=f"m{n}", hour=int(time.time() // 3600 * 3600), files=1,
            bytes=1 << 62, removed=1 << 62, failures=1 << 62,
        )
        for n in range(5)
    )  # fmt: skip
    assert viewer.get("/charts/").status_code == 200


EVERY_PAGE = [
    "/",
    "/mappings/",
    "/files/",
    "/failures/",
    "/charts/",
    "/tokens/",
    "/alerts/",
    f"/machines/{MACHINE}/",
    f"/machines/{MACHINE}/happenings/",
    f"/machines/{MACHINE}/settings/",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_inert(admin: Client, name: str) -> None:
    rows: dict[str, Any] = {
        "mappings": [made.mapping(name, place=name, reason=name)],
        "files": [
            file(name, mapping=name, state="failed", reason=name),
            file(name + "2", mapping=name, reason=name),
        ],
        "events": [made.event(1, name, mapping=name, reason=name, kind="state:x"), made.event(2)],
        "hours": [made.hour(mapping=name)],
    }
    secret = made.token()
    admin.post("/tokens/make/", {"label": name.encode("utf-8", "replace").decode()})
    machine = made.machine(name=name, system=name, version=name, state=name)
    accepted(secret, {**report(**rows), "machine": machine})
    fleet.forget_kept()
    quoted = quote(Mapping.objects.get().name, safe="")
    there = [
        f"/machines/{MACHINE}/mapping/?name={quoted}",
        f"/machines/{MACHINE}/files/{made.key(name)}/?mapping={quoted}",
    ]
    for page in [*EVERY_PAGE, *there, f"/files/?q={quoted}"]:
        answer = admin.get(page)
        assert answer.status_code == 200, page
        html = answer.content.decode()
        assert "<script>alert" not in html and "<img src=x" not in html
        assert not re.search("[\u202e\x00\x1b\x07]", html), page
        assert not re.search(r"href=\"?javascript:", html)
        for link in re.findall(r'href="([^"]*)"', html):
            assert link.startswith(("/", "?")), link
    assert File.objects.count() == 2  # SQL too


def test_links_lead_to_what_they_name(viewer: Client) -> None:
    """Names in links survive their way there and back."""
    for number, name in enumerate(["a b&c=d", "ü/…?#%41", "../..", "x;y+z"]):
        id = f"{MACHINE[:-1]}{number}"
        rows = {"mappings": [made.mapping(name)], "files": [file("f", mapping=name)]}
        accepted(made.token(), {**report(**rows), "machine": made.machine(id)})
    fleet.forget_kept()
    for listing in ("/mappings/", "/files/"):
        links = re.findall(r'href="(/machines/[^"]+\?[^"]+)"', viewer.get(listing).content.decode())
        assert len(links) == 4
        for link in links:
            assert viewer.get(unescape(link)).status_code == 200, link


def test_nonsense_in_the_database_breaks_no_page(admin: Client) -> None:
    """A desktop that writes into the database itself is checked by nobody."""
    huge = 1e308
    Machine.objects.create(
        id="x", name="", system="", version="", state="", first_seen=-huge, last_seen=huge
    )
    Mapping.objects.create(
        machine="x", name="", place="", state="", reason="", since=huge, waiting_files=-5,
        waiting_bytes=-5, speed=huge, eta=huge, issues=-1, files=-1, reconciled_at=-huge,
        updated_at=huge,
    )  # fmt: skip
    File.objects.create(
        machine="x", mapping="", path_key="k", path="p", action="", state="sending", size=-1,
        done=1 << 62, reason="", seconds=huge, updated_at=huge,
    )  # fmt: skip
    fleet.forget_kept()
    for page in ("/", "/mappings/", "/files/", "/machines/x/", "/machines/x/files/k/?mapping="):
        assert admin.get(page).status_code == 200, page
