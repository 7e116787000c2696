"""The bus: a subscriber that fails cannot hurt the engine (DESIGN, section 3)."""

from __future__ import annotations

import logging

import pytest

from skynet_desktop.core.actions import Kind, send
from skynet_desktop.core.events import Bus, Event, Queued, Started


def test_a_failing_subscriber_hurts_nobody_and_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bus = Bus()
    got: list[Event] = []
    calls = []

    def bad(event: Event) -> None:
        calls.append(event)
        raise RuntimeError("broken")

    bus.subscribe(bad)
    bus.subscribe(got.append)
    with caplog.at_level(logging.ERROR):
        for number in range(5):
            bus.publish(Queued("m", (send(str(number)),)))
    assert [e.actions[0].src_path for e in got if isinstance(e, Queued)] == list("01234")
    assert len(calls) == 5
    assert len(caplog.records) == 1


def test_unsubscribing() -> None:
    bus = Bus()
    first: list[Event] = []
    second: list[Event] = []
    end = bus.subscribe(first.append)
    bus.subscribe(second.append)
    bus.publish(Started("m", Kind.SEND, "a", 1))
    end()
    end()
    bus.publish(Started("m", Kind.SEND, "b", 1))
    assert (len(first), len(second)) == (1, 2)


def test_one_may_unsubscribe_while_being_told() -> None:
    bus = Bus()
    got: list[Event] = []

    def once(event: Event) -> None:
        got.append(event)
        end()

    end = bus.subscribe(once)
    bus.publish(Event("m"))
    bus.publish(Event("m"))
    assert len(got) == 1
