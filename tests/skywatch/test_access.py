"""Who gets in and who does not: roles, CSRF, sessions, guessing, tokens, headers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from skynet_desktop.skywatch.access import addresses, welcome
from skynet_desktop.skywatch.models import MachineToken, Person, PersonToken, Role, Watched
from skynet_desktop.skywatch.models.tokens import hashed
from tests.skywatch import made
from tests.skywatch.conftest import person
from tests.skywatch.made import MACHINE, PASSWORD, accepted, report, signed_in

pytestmark = pytest.mark.usefixtures("monitor")

SEEN_BY_ALL = ["/", "/mappings/", "/files/", "/failures/", "/charts/", "/account/"]
OF_MACHINE = [
    "",
    "happenings/",
    "mapping/?name=Photos",
    f"files/{made.key('Drone/DJI_0042.MP4')}/?mapping=Photos",
]
FOR_ADMINS = ["/tokens/", "/people/", "/alerts/", f"/machines/{MACHINE}/settings/"]
CHANGES = [
    "/tokens/make/",
    "/tokens/1/end/",
    "/people/",
    "/people/1/link/",
    "/people/1/change/",
    "/alerts/",
    "/alerts/try/",
    f"/machines/{MACHINE}/mute/",
    f"/machines/{MACHINE}/forget/",
]


@pytest.fixture(autouse=True)
def _a_machine(monitor: str) -> None:
    rows = {"mappings": [made.mapping()], "files": [made.file()], "events": [made.event(1)]}
    accepted(made.token(), report(**rows))


def all_pages() -> list[str]:
    return [*SEEN_BY_ALL, *(f"/machines/{MACHINE}/{page}" for page in OF_MACHINE), *FOR_ADMINS]


def test_strangers_see_nothing() -> None:
    for page in all_pages():
        answer = Client().get(page)
        assert answer.status_code == 302, page
        assert answer.headers["Location"].startswith("/sign-in/"), page
        assert Client().get(page, headers={"X-Skywatch-Live": "1"}).status_code == 302
    for change in CHANGES:
        assert Client().post(change).status_code == 302
    assert Client().get("/api/machines").status_code == 401


def test_a_viewer_sees_and_changes_nothing(viewer: Client) -> None:
    for page in all_pages():
        expected = 403 if page in FOR_ADMINS else 200
        assert viewer.get(page).status_code == expected, page
    for change in CHANGES:
        assert viewer.post(change, {"role": "admin"}).status_code == 403, change
    assert MachineToken.objects.get().ended_at is None
    assert Person.objects.get(name="vera").role == Role.VIEWER


def test_an_admin_sees_everything(admin: Client) -> None:
    for page in all_pages():
        assert admin.get(page).status_code == 200, page


def test_no_change_without_its_form(monitor: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("ada", Role.ADMIN), "django.contrib.auth.backends.ModelBackend")
    for change in [*CHANGES, "/account/", "/account/tokens/make/", "/sign-out/", "/sign-in/"]:
        answer = strict.post(change, {"label": "x"})
        assert answer.status_code == 403, change
        assert b"not sent from here" in answer.content
    assert MachineToken.objects.count() == 1


def test_changes_are_no_links(admin: Client) -> None:
    for change in CHANGES:
        if change not in ("/people/", "/alerts/"):  # pages too
            assert admin.get(change).status_code == 405, change
    assert admin.get("/sign-out/").status_code == 405


def test_headers(admin: Client) -> None:
    for page in [*all_pages(), "/nowhere/"]:
        headers = admin.get(page).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "private" in headers["Cache-Control"]


def test_pages_hold_to_the_policy(admin: Client) -> None:
    """Nothing inline, and nothing from elsewhere."""
    for page in all_pages():
        html = admin.get(page).content.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script>|javascript:", html), page
        assert not re.search(r"(src|href)=[\"']?(https?:)?//", html), page


def test_the_session_cookie(monitor: str) -> None:
    person("ada", Role.ADMIN)
    client = Client()
    client.post("/sign-in/", {"username": "ADA", "password": PASSWORD})
    cookie = client.cookies["skywatch"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert client.get("/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/").status_code == 302


def test_signing_in_makes_a_new_session(monitor: str) -> None:
    person("ada", Role.ADMIN)
    client = Client()
    client.session.save()  # as one that somebody foisted on the browser
    client.cookies["skywatch"] = before = client.session.session_key or ""
    client.post("/sign-in/", {"username": "ada", "password": PASSWORD})
    assert client.cookies["skywatch"].value != before


def test_no_way_out_to_elsewhere(monitor: str) -> None:
    person("ada", Role.ADMIN)
    given = {"username": "ada", "password": PASSWORD, "next": "https://evil.example/"}
    assert Client().post("/sign-in/", given).headers["Location"] == "/"


def test_guessing_ends(monitor: str) -> None:
    person("ada", Role.ADMIN)
    for number in range(settings.AXES_FAILURE_LIMIT):
        answer = Client().post("/sign-in/", {"username": f"x{number}", "password": "wrong"})
    assert answer.status_code == 429
    right = {"username": "ada", "password": PASSWORD}
    assert Client().post("/sign-in/", right).status_code == 429
    assert Client(REMOTE_ADDR="10.0.0.2").post("/sign-in/", right).status_code == 302


def test_a_changed_password_ends_other_sessions(monitor: str) -> None:
    somebody = person("vera", Role.VIEWER)
    here, there = signed_in(somebody), signed_in(somebody)
    words = {"new_password1": "five boats at noon", "new_password2": "five boats at noon"}
    assert here.post("/account/", {"old_password": "wrong", **words}).status_code == 200
    assert there.get("/").status_code == 200
    assert here.post("/account/", {"old_password": PASSWORD, **words}).status_code == 302
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


@pytest.mark.parametrize("word", ["short1", "password1234", "123456789012345", "vera-vera-vera"])
def test_weak_passwords_are_refused(word: str) -> None:
    client = signed_in(person("vera-vera-vera", Role.VIEWER))
    given = {"old_password": PASSWORD, "new_password1": word, "new_password2": word}
    assert client.post("/account/", given).status_code == 200
    assert Person.objects.get().check_password(PASSWORD)


def test_who_is_shut_out_is_out_at_once(admin: Client, viewer: Client) -> None:
    vera = Person.objects.get(name="vera")
    secret = PersonToken(label="x", person=vera).issue()
    assert admin.post(f"/people/{vera.pk}/change/", {"active": "off"}).status_code == 302
    assert viewer.get("/").status_code == 302
    ask = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/machines", headers=ask).status_code == 401


def test_an_admin_cannot_change_themselves(admin: Client) -> None:
    ada = Person.objects.get(name="ada")
    admin.post(f"/people/{ada.pk}/change/", {"role": "viewer", "active": "off"})
    ada.refresh_from_db()
    assert (ada.role, ada.is_active) == (Role.ADMIN, True)


def test_tokens_are_kept_as_hashes(admin: Client) -> None:
    page = admin.post("/tokens/make/", {"label": "new"})
    secret = re.search(r'id="secret">(sky_[\w-]{43})<', page.content.decode())
    assert secret
    stored = MachineToken.objects.get(label="new")
    assert stored.hash == hashed(secret[1])
    assert secret[1] not in str(vars(stored))
    assert secret[1] not in admin.get("/tokens/").content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    admin.post(f"/tokens/{stored.pk}/end/")
    assert made.send(secret[1], report()).status_code == 401


def test_a_further_token_for_a_machine(admin: Client) -> None:
    page = admin.post("/tokens/make/", {"machine": MACHINE}).content.decode()
    secret = re.search(r'id="secret">(sky_[\w-]{43})<', page)
    assert secret
    accepted(secret[1], report())
    assert admin.post("/tokens/make/", {"machine": "unknown-1"}).status_code == 404


def test_an_invitation(admin: Client) -> None:
    page = admin.post("/people/", {"name": "Vera", "mail": "", "role": "viewer"}).content.decode()
    link = re.search(r'id="link">http://127.0.0.1:8420(/welcome/[^<]+)<', page)
    assert link
    vera = Client()
    form = vera.get(link[1], follow=True)
    assert "no-store" in form.headers["Cache-Control"]
    there = form.redirect_chain[-1][0]
    words = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert vera.post(there, {"name": "ADA", **words}).status_code == 200  # taken
    assert vera.post(there, {"name": "Vera", **words}).status_code == 302
    assert vera.get("/").status_code == 200
    assert vera.get("/tokens/").status_code == 403
    assert b"used up" in Client().get(link[1], follow=True).content
    assert admin.post("/people/", {"name": "VERA", "mail": "", "role": "viewer"}).status_code == 200


def test_links_cannot_be_made_up(monitor: str) -> None:
    ada = person("ada", Role.ADMIN)
    path = welcome.link(ada).removeprefix("http://127.0.0.1:8420")
    assert b"used up" in Client().get(path[:-3] + "00/", follow=True).content
    others = welcome.link(person("vera", Role.VIEWER)).rsplit("/", 2)[1]
    forged = "/".join([*path.rsplit("/", 2)[:1], others, ""])
    assert b"used up" in Client().get(forged, follow=True).content


def test_forgetting_needs_the_name(admin: Client) -> None:
    admin.post(f"/machines/{MACHINE}/forget/", {"name": "wrong"})
    assert admin.get(f"/machines/{MACHINE}/").status_code == 200
    admin.post(f"/machines/{MACHINE}/forget/", {"name": "Anna's laptop"})
    assert admin.get(f"/machines/{MACHINE}/").status_code == 404
    assert MachineToken.objects.get().ended_at is not None


def test_muting(admin: Client) -> None:
    admin.post(f"/machines/{MACHINE}/mute/", {"muted": "on"})
    assert Watched.objects.get(machine=MACHINE).muted
    admin.post(f"/machines/{MACHINE}/mute/", {})
    assert not Watched.objects.get(machine=MACHINE).muted


def test_the_health_check_needs_nothing(monitor: str) -> None:
    answer = Client().get("/healthz", headers={"Host": "10.1.2.3"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert Client().get("/", headers={"Host": "evil.example"}).status_code == 400


PROXIED: list[tuple[int, dict[str, Any], str]] = [
    (0, {"REMOTE_ADDR": "9.9.9.9", "HTTP_X_FORWARDED_FOR": "1.1.1.1"}, "9.9.9.9"),
    (1, {"REMOTE_ADDR": "9.9.9.9", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 1.1.1.1"}, "1.1.1.1"),
    (2, {"REMOTE_ADDR": "9.9.9.9", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 1.1.1.1, 8.8.8.8"}, "1.1.1.1"),
    (1, {"REMOTE_ADDR": "9.9.9.9"}, "9.9.9.9"),
    (0, {"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::"),
    (0, {"REMOTE_ADDR": "::ffff:9.9.9.9"}, "9.9.9.9"),
    (0, {"REMOTE_ADDR": ""}, "0.0.0.0"),
]


@pytest.mark.parametrize(("proxies", "meta", "address"), PROXIED)
def test_the_senders_address(
    monkeypatch: pytest.MonkeyPatch, proxies: int, meta: dict[str, Any], address: str
) -> None:
    monkeypatch.setattr(settings, "PROXIES", proxies)
    assert addresses.of(RequestFactory().get("/", **meta)) == address


def test_every_page_is_guarded() -> None:
    """Whoever adds a page says for whom it is: here every address is known."""
    from skynet_desktop.skywatch import urls

    open_to_all = {"sign-in", "sign-out", "welcome", "ingest"}
    for pattern in urls.urlpatterns:
        if pattern.name in open_to_all:
            continue
        given = {"machine": MACHINE, "path_key": "a" * 64, "token": 1, "person": 1}
        known = {name: given[name] for name in pattern.pattern.converters}
        path = reverse(pattern.callback, kwargs=known)
        assert Client().get(path).status_code in (302, 401), path
