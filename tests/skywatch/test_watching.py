"""The watch: told once a silence, and once that it is over, by mail and webhook; and tidying."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from email import message_from_string
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from skynet_desktop.skywatch.models import (
    Delivery,
    Event,
    File,
    Forgotten,
    Hour,
    Kind,
    Machine,
    Notice,
    Rules,
    Watched,
)
from skynet_desktop.skywatch.watching import delivering, rounds, silence, tidying, wording
from tests.skywatch import made
from tests.skywatch.made import HOSTILE, MACHINE, accepted, report

pytestmark = pytest.mark.usefixtures("monitor")

NOW = 1_900_000_000.0


class Hook(BaseHTTPRequestHandler):
    """Notes what it gets; answers what it is told to."""

    got: ClassVar[list[dict[str, Any]]] = []
    status: ClassVar[int] = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Hook.got.append(json.loads(body))
        self.send_response(Hook.status)
        if Hook.status == 302:
            self.send_header("Location", self.headers["Host"] + "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def hook(monitor: str) -> Iterator[str]:
    Hook.got, Hook.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


@pytest.fixture
def told(hook: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail and webhook are set."""
    monkeypatch.setattr(settings, "MAIL_IS_SET", True)
    Rules.current()
    Rules.objects.update(mail_to="ada@x.example\nben@x.example", webhook=hook)


def a_machine(name: str = "Anna's laptop", heard: float = NOW, **more: str) -> None:
    accepted(made.token(), {**report(), "machine": made.machine(name=name, **more)})
    Machine.objects.update(last_seen=heard)


def round_at(now: float) -> None:
    Rules.objects.update(round_until=0)
    assert rounds.walk_round(now)


def test_a_silence_is_told_once_and_its_end_once(told: None) -> None:
    a_machine()
    round_at(NOW + 500)
    assert not Notice.objects.exists()
    for later in (601, 620, 700, 90_000):
        round_at(NOW + later)
    assert [message.subject for message in mail.outbox] == ["Anna's laptop is silent"]
    assert mail.outbox[0].to == ["ada@x.example", "ben@x.example"]
    assert [got["event"] for got in Hook.got] == ["machine.silent"]
    Machine.objects.update(last_seen=NOW + 90_010)
    for later in (90_011, 90_030):
        round_at(NOW + later)
    assert [message.subject for message in mail.outbox][1:] == ["Anna's laptop is back"]
    assert [got["event"] for got in Hook.got] == ["machine.silent", "machine.back"]
    round_at(NOW + 90_010 + 601)
    assert len(mail.outbox) == len(Hook.got) == 3  # the next silence is told anew


def test_a_report_ends_the_silence(told: None) -> None:
    a_machine(heard=time.time() - 3600)
    round_at(time.time())
    accepted(made.token(machine=MACHINE), report())
    round_at(time.time() + 20)
    assert [notice.kind for notice in Notice.objects.order_by("pk")] == [Kind.SILENT, Kind.BACK]


def test_an_orderly_end_is_no_silence(told: None) -> None:
    a_machine(state="stopped")
    round_at(NOW + 90_000)
    assert not Notice.objects.exists()


def test_a_muted_machine_is_not_told_of(told: None) -> None:
    a_machine()
    Watched.objects.update(muted=True)
    round_at(NOW + 700)
    assert not mail.outbox and not Hook.got
    assert Watched.objects.get().silent_since == NOW


def test_a_machine_that_writes_into_the_database_itself_is_watched_too(told: None) -> None:
    Machine.objects.create(
        id="direct", name="Direct", system="", version="", state="", first_seen=1, last_seen=NOW
    )
    round_at(NOW + 700)
    assert [got["machine"]["name"] for got in Hook.got] == ["Direct"]


def test_rounds_of_several_processes_do_not_meet(told: None) -> None:
    a_machine()
    Rules.current()
    assert rounds.walk_round(NOW + 700)
    assert not rounds.walk_round(NOW + 700)
    assert rounds.walk_round(NOW + 700 + rounds.EVERY)


def test_two_that_look_at_once_tell_it_once(told: None) -> None:
    a_machine()
    first, second = silence.look(NOW + 700), silence.look(NOW + 700)
    assert (len(first), len(second)) == (1, 0)


def test_what_fails_is_tried_again(told: None) -> None:
    a_machine()
    Hook.status = 500
    round_at(NOW + 700)
    delivery = Delivery.objects.get(way="webhook")
    assert (delivery.tries, delivery.delivered_at) == (1, None)
    assert "500" in delivery.error
    assert len(mail.outbox) == 1  # one way's trouble is not the other's
    round_at(NOW + 710)
    assert len(Hook.got) == 1  # a pause
    Hook.status = 200
    round_at(NOW + 740)
    assert len(Hook.got) == 2
    delivery.refresh_from_db()
    assert (delivery.delivered_at, delivery.next_try, delivery.error) == (NOW + 740, None, "")
    round_at(NOW + 9000)
    assert len(mail.outbox) == 1


def test_it_gives_up_at_last(told: None) -> None:
    a_machine()
    Hook.status = 404
    silence.look(NOW + 700)
    now = NOW + 700
    while Delivery.objects.filter(way="webhook", next_try__isnull=False).exists():
        now += delivering.LONGEST_PAUSE
        delivering.deliver(now)
    assert len(Hook.got) == delivering.MOST_TRIES


def test_a_webhook_is_not_followed_elsewhere(told: None) -> None:
    a_machine()
    Hook.status = 302
    round_at(NOW + 700)
    assert len(Hook.got) == 1
    assert "302" in Delivery.objects.get(way="webhook").error


def test_only_web_addresses(monitor: str) -> None:
    Rules.current()
    Rules.objects.update(webhook="file:///etc/passwd")
    a_machine()
    round_at(NOW + 700)
    assert "not a web address" in Delivery.objects.get().error


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_inert_in_mail_and_webhook(told: None, name: str) -> None:
    a_machine(name)
    round_at(NOW + 700)
    assert len(mail.outbox) == 1 and len(Hook.got) == 1
    message = message_from_string(mail.outbox[0].message().as_string())
    assert message["Bcc"] is None and message["To"] == "ada@x.example, ben@x.example"
    for words in (str(message["Subject"]), mail.outbox[0].body, Hook.got[0]["text"]):
        about = words.replace(f"{settings.URL.geturl()}/machines/{MACHINE}/", "")
        for mark in ("<", "@e", "](", "://", "\u202e", "\x1b", "\x00", "\r"):
            assert mark not in about, (mark, words)
    assert "\n" not in wording.subject(Notice.objects.get())


def test_the_test_button(admin: Client, told: None) -> None:
    admin.post("/alerts/try/")
    round_at(time.time() + 1)
    assert Hook.got[0]["event"] == "machine.test"
    assert mail.outbox[0].subject == "Skywatch: a test"
    assert b"mail" in admin.get("/alerts/").content


def test_the_rules_are_checked(admin: Client) -> None:
    good = {"silent_minutes": 30, "mail_to": "a@x.example, b@x.example", "webhook": ""}
    assert admin.post("/alerts/", good).status_code == 302
    assert Rules.current().recipients == ["a@x.example", "b@x.example"]
    for bad in (
        {"silent_minutes": 1},
        {"silent_minutes": 10**9},
        {"mail_to": "a@x.example\r\nBcc: nobody"},
        {"webhook": "file:///etc/passwd"},
        {"webhook": "javascript:alert(1)"},
        {"webhook": "http://[broken"},
    ):
        assert admin.post("/alerts/", {**good, **bad}).status_code == 200, bad
    assert Rules.current().silent_minutes == 30


def test_old_history_goes(monitor: str) -> None:
    old = time.time() - (settings.KEEP_DAYS + 1) * 86_400
    events = [made.event(1, at=old), made.event(2)]
    accepted(made.token(), report(events=events, files=[made.file(updated_at=old)]))
    tidying.tidy(time.time())
    assert list(Event.objects.values_list("seq", flat=True)) == [2]
    assert File.objects.count() == 1  # how a file stands does not age


def test_a_forgotten_machine_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "BATCH", 10)
    rows = {
        "files": [made.file(str(number)) for number in range(250)],
        "events": [made.event(number) for number in range(30)],
        "hours": [made.hour()],
        "mappings": [made.mapping()],
    }
    accepted(made.token(), report(**rows))
    accepted(made.token(), {**report(files=[made.file()]), "machine": made.machine(made.OTHER)})
    tidying.forget(MACHINE)
    assert not Machine.objects.filter(id=MACHINE).exists()
    assert made.send(made.token(), report()).status_code == 403  # not while it goes
    tidying.tidy(time.time())
    assert Forgotten.objects.exists() and File.objects.filter(machine=MACHINE).exists()
    tidying.tidy(time.time())
    assert not Forgotten.objects.exists()
    assert File.objects.count() == 1 and not Event.objects.exists() and not Hour.objects.exists()
    accepted(made.token(), report())  # it may come again
