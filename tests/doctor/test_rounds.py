"""The check-up as a whole: complete, bounded, and without a secret."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from skynet_desktop.app import App
from skynet_desktop.credentials import redaction, register
from skynet_desktop.doctor import Finding, Level, checkup, rounds, worst
from skynet_desktop.doctor.exam import Check, Exam, Said, ok, warning
from tests.doctor.conftest import Add, found

TOPICS = ["Program", "Settings", "Running", "Start at login", "Keyring", "Clock", "Open files",
          "Disk", "State", "Watching", "Folder of m", "Service nas"]  # fmt: skip


@pytest.fixture(autouse=True)
def forget_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_known", ())


def only(monkeypatch: pytest.MonkeyPatch, *checks: Check) -> None:
    monkeypatch.setattr(rounds, "_checks", lambda _: iter(checks))


def test_a_home_in_good_health(app: App, add: Add) -> None:
    add()
    findings = found(app)
    assert list(dict.fromkeys(finding.topic for finding in findings)) == TOPICS
    grave = [f for f in findings if f.level in (Level.WARNING, Level.BAD)]
    assert grave == []
    assert all(f.text.endswith(".") for f in findings)
    assert all(f.advice or f.level in (Level.OK, Level.NOTE) for f in findings)


def test_without_the_network(app: App, add: Add) -> None:
    add()
    topics = {finding.topic for finding in found(app, network=False)}
    assert topics == set(TOPICS) - {"Service nas"}


def test_a_check_that_fails_hides_no_other(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Exam) -> Iterator[Said]:
        yield ok("So far so good.")
        raise ZeroDivisionError("canary-1")

    register(["canary-1"])
    only(monkeypatch, Check("One", fails), Check("Two", lambda _: iter([ok("Fine.")])))
    one, failure, two = found(app)
    assert (one.text, two.text) == ("So far so good.", "Fine.")
    assert failure.level is Level.WARNING
    assert failure.text == "This could not be checked: ZeroDivisionError: [hidden]."


def test_a_check_that_hangs_is_left_behind(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()

    def hangs(_: Exam) -> Iterator[Said]:
        yield ok("So far so good.")
        let_go.wait(60)

    only(monkeypatch, Check("One", hangs, 0.3), Check("Two", lambda _: iter([ok("Fine.")])))
    started = time.monotonic()
    texts = [finding.text for finding in found(app)]
    assert texts == ["So far so good.", "This was not done after 0 seconds.", "Fine."]
    assert time.monotonic() - started < 20
    let_go.set()


def test_a_cancel_ends_it_and_what_is_under_way(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    told = threading.Event()

    def waits(exam: Exam) -> Iterator[Said]:
        yield ok("So far so good.")
        if exam.cancelled.wait(60):
            told.set()

    only(monkeypatch, Check("One", waits, 60))
    cancelled = threading.Event()
    findings = checkup(app, cancelled=cancelled)
    assert next(findings).text == "So far so good."
    cancelled.set()
    assert list(findings) == []
    assert told.wait(20)


def test_no_secret_in_what_is_said(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-environment")
    register(["canary-1"])

    def tells(_: Exam) -> Iterator[Said]:
        yield warning("It was canary-1.", "Use canary-environment, or password=canary-2 instead.")

    only(monkeypatch, Check("One", tells))
    assert "canary" not in str([finding.as_json() for finding in found(app)])


def test_the_gravest_counts() -> None:
    def of(*levels: Level) -> list[Finding]:
        return [Finding("", level, "") for level in levels]

    assert worst(of(Level.NOTE, Level.OK)) is Level.NOTE
    assert worst(of(Level.WARNING, Level.BAD, Level.OK)) is Level.BAD
    assert worst([]) is Level.OK
