"""What the pages show: states, progress, search, pages of long lists, and times."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
from django.test import Client

from skynet_desktop.skywatch.models import Machine
from skynet_desktop.skywatch.reading import fleet, hours
from skynet_desktop.skywatch.templatetags import shown
from tests.skywatch import made
from tests.skywatch.made import MACHINE, accepted, file, report

pytestmark = pytest.mark.usefixtures("monitor")


def text(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, (path, answer.status_code)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())


def test_first_steps(admin: Client, viewer: Client) -> None:
    assert "Connect the first machine" in text(admin, "/")
    assert "Ask an admin" in text(viewer, "/")
    accepted(made.token(), report())
    fleet.forget_kept()
    assert "Anna's laptop" in text(viewer, "/")


def test_a_silent_machine_turns_red(viewer: Client) -> None:
    accepted(made.token(), report(mappings=[made.mapping()]))
    page = viewer.get("/").content.decode()
    assert 'class="silent"' not in page
    assert "9.4 MB/s" in page
    Machine.objects.update(last_seen=time.time() - 700)
    fleet.forget_kept()
    page = viewer.get("/").content.decode()
    assert 'class="silent"' in page
    assert "9.4 MB/s" not in page  # nobody sends there now
    assert "Silent" in text(viewer, f"/machines/{MACHINE}/")


def test_a_machine_that_was_stopped_is_not_silent(viewer: Client) -> None:
    stopped = made.machine(state="stopped")
    accepted(made.token(), {**report(mappings=[made.mapping()]), "machine": stopped})
    Machine.objects.update(last_seen=time.time() - 90_000)
    page = text(viewer, "/")
    assert "Stopped" in page and "Silent" not in page


def test_the_worst_comes_first(viewer: Client) -> None:
    states = ["up-to-date", "uploading", "action-required", "issues"]
    for number, state in enumerate(states):
        id = f"{MACHINE[:-1]}{number}"
        body = report(mappings=[made.mapping(state=state)])
        accepted(made.token(), {**body, "machine": made.machine(id, name=f"m-{state}")})
    fleet.forget_kept()
    found = re.findall(r"m-([a-z-]+)</bdi>", viewer.get("/").content.decode())
    assert found == ["action-required", "issues", "uploading", "up-to-date"]
    only = viewer.get("/?state=issues").content.decode()
    assert "m-issues" in only and "m-uploading" not in only
    assert "m-uploading" in viewer.get("/?q=UPLOAD").content.decode()


def test_a_mapping_that_left_is_not_shown(viewer: Client) -> None:
    rows = [made.mapping("Here"), made.mapping("Gone", state="removed")]
    accepted(made.token(), report(mappings=rows))
    for page in ("/mappings/", f"/machines/{MACHINE}/"):
        assert "Here" in text(viewer, page) and "Gone" not in text(viewer, page)


def test_progress_by_part(viewer: Client) -> None:
    secret = made.token()
    for done, percent in ((0, 0), (712_000_000, 37), (1_899_999_999, 99)):
        accepted(secret, report(files=[file(done=done)], mappings=[made.mapping()]))
        page = viewer.get(f"/machines/{MACHINE}/").content.decode()
        assert f'<progress max="100" value="{percent}"' in page
    accepted(secret, report(files=[file(state="done", done=1_900_000_000)]))
    assert "Sending now" not in viewer.get(f"/machines/{MACHINE}/").content.decode()


def test_failures_say_why(viewer: Client) -> None:
    rows = [file("locked.doc", state="failed", reason="Another program keeps it locked."), file()]
    accepted(made.token(), report(files=rows))
    page = text(viewer, "/failures/")
    assert "locked.doc" in page and "Another program keeps it locked." in page
    assert "DJI_0042" not in page


def test_search(viewer: Client) -> None:
    paths = ["Photos/summer/IMG_10.jpg", "Photos/winter/IMG_11.jpg", "100%_done/50_50.txt"]
    accepted(made.token(), report(files=[file(path, state="done") for path in paths]))
    assert "IMG_10" in text(viewer, "/files/?q=img_10")
    assert "IMG_11" not in text(viewer, "/files/?q=img_10")
    assert "IMG_11" in text(viewer, "/files/?q=winter+IMG")
    assert "50_50" in text(viewer, "/files/?q=100%25_d")
    assert "No file is like that" in text(viewer, "/files/?q=100__d")  # % and _ mean themselves
    assert "three letters" in text(viewer, "/files/?q=ab")
    assert "No file is like that" in text(viewer, "/files/?q='OR'1%3D1--")


def test_pages_of_files_are_complete(viewer: Client) -> None:
    now = time.time()
    rows = [file(f"f{n:03}", updated_at=now - n // 3, state="done") for n in range(130)]
    accepted(made.token(), report(files=rows))
    found, path = [], "/files/?state=done"
    while True:
        page = viewer.get(path).content.decode()
        found += re.findall(r'class="name">(f\d+)<', page)
        older = re.search(r'href="(\?[^"]*after=[^"]+)">Older', page)
        if not older:
            break
        path = "/files/" + unescape(older[1])
    assert len(found) == len(set(found)) == 130


def test_history(viewer: Client) -> None:
    path = "Drone/DJI_0041.MP4"
    events = [
        made.event(1, path, kind="failed", reason="The disk is full."),
        made.event(2, path),
        made.event(3, "", path_key="", kind="state:offline", reason="No network."),
    ]
    accepted(made.token(), report(files=[file(path, state="done")], events=events))
    page = text(viewer, f"/machines/{MACHINE}/files/{made.key(path)}/?mapping=Photos")
    assert "The disk is full." in page and "Done" in page and "No network" not in page
    assert "Offline" in text(viewer, f"/machines/{MACHINE}/happenings/")


def test_progress_counts_what_came_since_the_mapping_last_said(viewer: Client) -> None:
    """Two of four files are there; of the others a half, and then all of one and no more."""
    now, secret = time.time(), made.token()
    mapping = made.mapping(files=2, waiting_files=2, updated_at=now)
    half = file("a", size=10, done=5, updated_at=now + 1)
    accepted(secret, report(mappings=[mapping], files=[half]))
    assert "62 %" in text(viewer, "/") and "62 %" in text(viewer, f"/machines/{MACHINE}/")
    done = file("a", size=10, done=10, state="done", updated_at=now + 2)
    older = file("b", size=10, done=10, state="done", updated_at=now - 1)
    accepted(secret, report(files=[done, older]))
    fleet.forget_kept()
    assert "75 %" in text(viewer, "/") and "75 %" in text(viewer, f"/machines/{MACHINE}/")


def test_a_hidden_path(viewer: Client) -> None:
    accepted(made.token(), report(files=[{**file("secret/plan.doc"), "path": ""}]))
    page = text(viewer, "/files/")
    assert f"hidden · {made.key('secret/plan.doc')[:12]}" in page
    assert "plan" not in page


def test_charts(viewer: Client) -> None:
    now = time.time()
    rows = [made.hour(now - 3600 * back, bytes=3_600_000_000 * back) for back in (1, 2, 3)]
    accepted(made.token(), report(hours=rows))
    assert "peak 3.0 MB/s" in text(viewer, f"/charts/?machine={MACHINE}")
    for span in ("24h", "7d", "30d", "nonsense"):
        assert viewer.get(f"/charts/?span={span}").status_code == 200
    found = hours.by_hour("24h", MACHINE)
    assert sum(bucket.bytes for bucket in found) == 3_600_000_000 * 6
    assert sum(bucket.bytes for bucket in hours.by_day(found)) == 3_600_000_000 * 6


def test_live_parts(viewer: Client) -> None:
    accepted(made.token(), report(files=[file()], mappings=[made.mapping()]))
    for page in ("/", "/files/", f"/machines/{MACHINE}/"):
        first = viewer.get(page, headers={"X-Skywatch-Live": "1"})
        assert b"<html" not in first.content and b"csrf" not in first.content
        assert "X-Skywatch-Live" in first.headers["Vary"]
        again = {"X-Skywatch-Live": "1", "If-None-Match": first.headers["ETag"]}
        assert viewer.get(page, headers=again).status_code == 304
    accepted(made.token(machine=MACHINE), report(files=[file(done=1_800_000_000)]))
    changed = viewer.get(f"/machines/{MACHINE}/", headers=again)
    assert changed.status_code == 200


def test_times_in_the_persons_zone(viewer: Client) -> None:
    accepted(made.token(), report(files=[file(updated_at=1_700_000_000.0)]))
    viewer.cookies["skywatch-zone"] = "Asia/Kolkata"
    assert "15 Nov 2023, 03:43" in text(viewer, "/files/")
    for odd in ("../../etc/passwd", "Nowhere/Land", "\x00", "x" * 500):
        viewer.cookies["skywatch-zone"] = odd
        assert viewer.get("/files/").status_code == 200


@pytest.mark.parametrize(
    ("amount", "words"),
    [(0, "0 B"), (999, "999 B"), (1500, "2 kB"), (1_500_000, "1.5 MB"), (999_999_999, "1.0 GB"),
     (123_456_789, "123 MB"), (2e12, "2.0 TB"), (1e308, None), (-5, "-5 B")],
)  # fmt: skip
def test_sizes(amount: float, words: str | None) -> None:
    assert words is None or shown.size(amount) == words
    assert shown.size(amount)
