"""What the engine's events become, in memory."""

from __future__ import annotations

import threading

import pytest

from skynet_desktop.core.actions import Action, Kind, delete, move, send
from skynet_desktop.core.events import (
    Done,
    Event,
    Failed,
    PartDone,
    Queued,
    Started,
    State,
    StateChanged,
)
from skynet_desktop.credentials import register
from skynet_desktop.notifier import news as module
from skynet_desktop.notifier import recorder
from skynet_desktop.notifier.news import Counts, Moved, News
from skynet_desktop.notifier.recorder import Recorder


class Clock:
    def __init__(self) -> None:
        self.now = 7_200.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def notes(clock: Clock) -> Recorder:
    return Recorder(clock)


def test_states_of_a_file_collapse_to_the_newest(notes: Recorder) -> None:
    notes.on_event(Queued("m", (send("a"), send("b"))))
    notes.on_event(Started("m", Kind.SEND, "a", 10))
    for done in range(10):
        notes.on_event(PartDone("m", "a", done, 10))
    files = notes.take().files
    assert {path: (n.state, n.done, n.size) for (_, path), n in files.items()} == {
        "a": ("sending", 9, 10),
        "b": ("queued", 0, 0),
    }
    assert not notes.take()


@pytest.mark.parametrize(
    ("action", "path"), [(send("a"), "a"), (delete("a"), "a"), (move("a", "b"), "b")]
)
def test_what_is_queued_is_about_the_path_it_leads_to(
    notes: Recorder, action: Action, path: str
) -> None:
    notes.on_event(Queued("m", (action,)))
    [((_, noted), note)] = notes.take().files.items()
    assert (noted, note.action) == (path, action.kind)


def test_a_sweep_of_the_whole_folder_is_no_file(notes: Recorder) -> None:
    notes.on_event(Queued("m", (send(""),)))
    assert not notes.take()


def test_hours_count_what_was_done(notes: Recorder, clock: Clock) -> None:
    notes.on_event(Done("m", Kind.SEND, "a", 10, 1.0))
    notes.on_event(Done("m", Kind.SEND, "a", 5, 1.0))
    notes.on_event(Done("m", Kind.DELETE, "a", 0))
    notes.on_event(Failed("m", Kind.SEND, "b", "No.", "PathDenied"))
    clock.now += 3_600
    notes.on_event(Done("m", Kind.MOVE, "b", 7, 1.0, "a"))
    assert notes.take().hours == {
        ("m", 7_200): Counts(files=2, bytes=15, removed=1, failures=1),
        ("m", 10_800): Counts(files=1),
    }


def test_a_move_tells_of_both_ends(notes: Recorder) -> None:
    notes.on_event(Done("m", Kind.MOVE, "new", 7, 1.0, "old"))
    files = notes.take().files
    assert {path: note.state for (_, path), note in files.items()} == {
        "new": "done",
        "old": "removed",
    }


def test_a_moved_folder_is_told_of_file_by_file_later(notes: Recorder) -> None:
    notes.on_event(Done("m", Kind.MOVE, "new", 0, 1.0, "old", folder=True))
    news = notes.take()
    assert news.folders == [Moved("m", "old", "new")]
    assert not news.files


def test_a_state_is_history_and_present(notes: Recorder) -> None:
    called = []
    notes.on_state = lambda: called.append(1)
    notes.on_event(StateChanged("m", State.OFFLINE, "No way.", 5.0))
    news = notes.take()
    assert news.states["m"].state is State.OFFLINE
    assert [(e.kind, e.reason, e.path) for e in news.events] == [("state:offline", "No way.", "")]
    assert called


def test_a_known_secret_never_gets_in(notes: Recorder) -> None:
    register(["canary-in-a-reason"])
    notes.on_event(Failed("m", Kind.SEND, "a", "Refused canary-in-a-reason.", "PathDenied"))
    notes.on_event(StateChanged("m", State.OFFLINE, "No canary-in-a-reason.", 5.0))
    assert "canary" not in repr(notes.take())


def test_time_does_not_run_backwards_a_little(notes: Recorder, clock: Clock) -> None:
    notes.on_event(PartDone("m", "a", 1, 2))
    clock.now -= 60
    notes.on_event(Done("m", Kind.SEND, "a", 2))
    assert notes.take().files["m", "a"].at == 7_200.0


def test_a_clock_that_was_far_ahead_is_put_right(notes: Recorder, clock: Clock) -> None:
    clock.now = 1e9
    notes.on_event(PartDone("m", "a", 1, 2))
    clock.now = 7_200.0
    notes.on_event(Done("m", Kind.SEND, "a", 2))
    assert notes.take().files["m", "a"].at == 7_200.0


def test_memory_is_bounded_and_the_mapping_told_whole_later(
    notes: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_FILES", 100)
    monkeypatch.setattr(module, "_MOST_EVENTS", 50)
    for number in range(1_000):
        notes.on_event(Done("m", Kind.SEND, f"{number}", 1))
    news = notes.take()
    assert len(news.files) <= 100
    assert news.folders == [Moved("m", "", "")]
    assert news.hours["m", 7_200].files == 1_000


def test_the_oldest_history_goes_first_and_is_counted(notes: Recorder) -> None:
    for number in range(module._MOST_EVENTS + 5):
        notes.on_event(Done("m", Kind.SEND, f"{number}", 1))
    news = notes.take()
    assert news.dropped == 5
    assert news.events[0].path == "5"


def test_what_is_held_is_bounded_without_anybody_who_takes(
    notes: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "_MOST_HELD", 10)
    for number in range(25):
        notes.on_event(Done("m", Kind.SEND, f"{number}", 1))
        assert len(notes._held) <= 10
    notes.on_event(Queued("m", tuple(send(f"{number}") for number in range(11))))
    assert not notes._held
    news = notes.take()
    assert [note.state for note in news.files.values()] == ["queued"] * 11 + ["done"] * 14
    assert [e.path for e in news.events] == [f"{number}" for number in range(25)]


@pytest.mark.parametrize(
    ("event", "may_wait"),
    [
        (Done("m", Kind.SEND, "b", 1), True),
        (Queued("m", (delete("b"),)), True),
        (StateChanged("m", State.UPLOADING, "", 5.0), True),
        (StateChanged("m", State.UP_TO_DATE, "", 5.0), False),
        (StateChanged("m", State.OFFLINE, "No way.", 5.0), False),
        (Done("m", Kind.DELETE, "b", 0), False),
        (Done("m", Kind.MOVE, "b", 1, source="c"), False),
        (Done("m", Kind.MOVE, "b", 0, source="c", folder=True), False),
    ],
)
def test_only_files_that_come_may_wait_while_more_come(
    notes: Recorder, event: Event, may_wait: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "_VERY_MUCH", 10)
    notes.on_event(Queued("m", tuple(send(f"{number}") for number in range(10))))
    assert notes.may_wait
    notes.on_event(event)
    assert notes.may_wait == may_wait
    notes.take()
    notes.on_event(Done("m", Kind.SEND, "b", 1))
    assert not notes.may_wait, "that is little"


def test_what_could_not_be_kept_may_wait_too(
    notes: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "_VERY_MUCH", 10)
    for number in range(11):
        notes.on_event(Done("m", Kind.SEND, f"{number}", 1))
    news = notes.take()
    assert not notes.may_wait
    notes.give_back(news)
    assert notes.may_wait


def test_nothing_is_lost_between_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "_MOST_HELD", 50)
    notes, taken = Recorder(), News()

    def work(mapping: str) -> None:
        for number in range(2_000):
            notes.on_event(PartDone(mapping, f"{number}", 1, 2))
            notes.on_event(Done(mapping, Kind.SEND, f"{number}", 2))

    threads = [threading.Thread(target=work, args=(f"m{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        taken.follow(notes.take())
    taken.follow(notes.take())
    assert {note.state for note in taken.files.values()} == {"done"}
    assert len(taken.files) == sum(c.files for c in taken.hours.values()) == 8_000
    times = [happened.at for happened in taken.events]
    assert times == sorted(times)


def test_what_could_not_be_kept_gives_way_to_what_is_newer(notes: Recorder, clock: Clock) -> None:
    notes.on_event(PartDone("m", "a", 1, 2))
    notes.on_event(Done("m", Kind.SEND, "b", 2))
    older = notes.take()
    clock.now += 1
    notes.on_event(Done("m", Kind.SEND, "a", 2))
    notes.give_back(older)
    news = notes.take()
    assert {path: note.state for (_, path), note in news.files.items()} == {
        "a": "done", "b": "done"
    }  # fmt: skip
    assert [e.path for e in news.events] == ["b", "a"]
    assert news.hours["m", 7_200].files == 2
