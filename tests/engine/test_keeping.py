"""What is removed or replaced at the remote stays recoverable (issue "Trust")."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from skynet_desktop.core.errors import PathDenied
from skynet_desktop.core.events import Done, Started
from skynet_desktop.core.reserved import TRASH, trash_path, trashed
from skynet_desktop.engine.mapping import Keep
from tests.engine.fakes import Full, Plain
from tests.engine.rig import BASE, Rig, put
from tests.engine.trusty import Keeper, Trusty, Versioned

_DAY = 86_400


@pytest.fixture
def keeping_rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path / "rig", options={"keep": Keep.ALL, "keep_days": 30})
    rig.remote.kind = Keeper
    return rig


def kept(rig: Rig) -> dict[str, list[bytes]]:
    """Every file's kept contents, oldest first."""
    found: dict[str, list[bytes]] = {}
    for path, content in sorted(rig.there.items()):
        if path.startswith(TRASH):
            original = trashed(path[len(TRASH) + 1 :])
            assert original is not None, path
            assert abs(original[1] - time.time()) < 60
            found.setdefault(original[0], []).append(content)
    return found


def seen(rig: Rig) -> dict[str, bytes]:
    return {path: data for path, data in rig.there.items() if not path.startswith(".skynet/")}


@pytest.mark.parametrize("kind", [Keeper, Trusty, Full, Plain])
def test_removed_and_replaced_files_are_kept(keeping_rig: Rig, kind: type[Plain]) -> None:
    rig = keeping_rig
    rig.remote.kind = kind
    for name in ("gone", "d/gone too", "changed", "stays"):
        put(rig.root / name, name)
    rig.once()
    assert kept(rig) == {}, "new files replace nothing"
    (rig.root / "gone").unlink()
    (rig.root / "d" / "gone too").unlink()
    put(rig.root / "changed", "other")
    rig.once()
    assert seen(rig) == rig.here
    assert kept(rig) == {
        "gone": [b"gone"], "d/gone too": [b"d/gone too"], "changed": [b"changed"],
    }  # fmt: skip


def test_a_rename_over_a_file_keeps_that_file(keeping_rig: Rig) -> None:
    rig = keeping_rig
    put(rig.root / "new", "new")
    put(rig.root / "old", "old")
    mapping = rig.open()
    rig.sweep(mapping)
    (rig.root / "new").rename(rig.root / "old")
    from skynet_desktop.core.actions import move

    rig.handle(mapping, move("new", "old"))
    assert rig.remote.named("move", "copy")
    assert seen(rig) == rig.here == {"old": b"new"}
    assert kept(rig) == {"old": [b"old"]}


@pytest.mark.parametrize(
    ("keep", "expected"),
    [(Keep.ALL, {"gone", "changed"}), (Keep.DELETED, {"gone"}), (Keep.NOTHING, set())],
)
def test_the_mapping_chooses_what_is_kept(keeping_rig: Rig, keep: Keep, expected: set[str]) -> None:
    rig = keeping_rig
    rig.options["keep"] = keep
    put(rig.root / "gone")
    put(rig.root / "changed", "one")
    rig.once()
    (rig.root / "gone").unlink()
    put(rig.root / "changed", "two")
    rig.once()
    assert set(kept(rig)) == expected
    assert seen(rig) == rig.here


def test_versions_of_the_service_need_no_trash(keeping_rig: Rig) -> None:
    rig = keeping_rig
    rig.remote.kind = Versioned
    put(rig.root / "gone")
    rig.once()
    (rig.root / "gone").unlink()
    rig.once()
    assert kept(rig) == {}
    assert seen(rig) == {}


def test_a_file_rewritten_all_the_time_is_kept_once_an_hour(
    keeping_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = keeping_rig
    mapping = rig.open()
    for number in range(5):
        put(rig.root / "log", f"line {number}")
        rig.sweep(mapping)
    assert kept(rig) == {"log": [b"line 0"]}
    later = time.time() + 3_700
    monkeypatch.setattr(time, "time", lambda: later)
    put(rig.root / "log", "an hour later")
    rig.sweep(mapping)
    assert [
        data for path, data in rig.there.items() if path.startswith(TRASH)
    ] == [b"line 0", b"line 4"]  # fmt: skip


def test_what_had_our_name_before_is_kept(keeping_rig: Rig) -> None:
    """A destination in use: another content of the same name is replaced, but not lost."""
    rig = keeping_rig
    put(rig.root / "letter", "mine")
    rig.remote.write(f"{BASE}/letter", b"theirs", 5)
    rig.once()
    assert seen(rig) == {"letter": b"mine"}
    assert kept(rig) == {"letter": [b"theirs"]}


def test_a_file_that_cannot_be_kept_is_not_removed(keeping_rig: Rig) -> None:
    rig = keeping_rig
    put(rig.root / "gone")
    rig.once()
    (rig.root / "gone").unlink()

    def refuse(name: str, path: str) -> None:
        if TRASH in path:
            raise PathDenied("No trash here.")

    rig.remote.before.append(refuse)
    rig.once()
    assert "gone" in seen(rig)
    mapping = rig.open()
    assert [issue.path for issue in mapping.issues.all()] == ["gone"]


def test_the_trash_is_emptied_after_its_time(keeping_rig: Rig) -> None:
    rig = keeping_rig
    now = time.time()
    for age in (5, 29, 31, 400):
        rig.remote.write(f"{BASE}/{trash_path(f'a{age}', now - age * _DAY)}", b"x", 5)
    rig.remote.write(f"{BASE}/{TRASH}/not ours", b"?", 5)
    put(rig.root / "a")
    rig.once()
    left = {path for path in rig.there if path.startswith(TRASH)}
    assert {path.rpartition("/")[2] for path in left} == {"a5", "a29", "not ours"}
    calls = len(rig.remote.named("list"))
    rig.once()
    assert len(rig.remote.named("list")) == calls, "once a day is enough"


def test_a_clock_that_leaps_ahead_does_not_empty_the_trash(
    keeping_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = keeping_rig
    rig.remote.write(f"{BASE}/{trash_path('a', time.time())}", b"x", 5)
    put(rig.root / "a")
    rig.once()
    wrong = time.time() + 365 * _DAY
    monkeypatch.setattr(time, "time", lambda: wrong)
    rig.once()
    assert any(path.startswith(TRASH) for path in rig.there)
    monkeypatch.setattr(time, "time", lambda: wrong + 1.5 * _DAY)
    rig.once()
    assert not any(path.startswith(TRASH) for path in rig.there), "it says so for a day: believed"


def test_no_days_means_for_ever(keeping_rig: Rig) -> None:
    rig = keeping_rig
    rig.options["keep_days"] = 0
    rig.remote.write(f"{BASE}/{trash_path('a', 1_000_000_000)}", b"x", 5)
    rig.once()
    assert any(path.startswith(TRASH) for path in rig.there)


def test_a_folder_of_our_name_is_never_mirrored(keeping_rig: Rig) -> None:
    put(keeping_rig.root / ".skynet" / "trash" / "x")
    put(keeping_rig.root / "d" / ".skynet" / "x")
    keeping_rig.once()
    assert set(seen(keeping_rig)) == {"d/.skynet/x"}, "only the one at the top is ours"


def test_trash_names_lead_back() -> None:
    moment = datetime(2026, 11, 22, 23, 15, 7, tzinfo=UTC).timestamp()
    path = trash_path("a/b\nc.jpg", moment)
    assert path == ".skynet/trash/2026-11-22/23-15-07/a/b\nc.jpg"
    assert trashed(path[len(TRASH) + 1 :]) == ("a/b\nc.jpg", moment)
    for odd in ("", "2026-11-22", "2026-11-22/23-15-07/", "2026-13-22/23-15-07/a", "x/y/z"):
        assert trashed(odd) is None


def test_two_versions_in_one_second_are_both_kept(keeping_rig: Rig) -> None:
    rig = keeping_rig
    mapping = rig.open()
    put(rig.root / "a", "one")
    rig.sweep(mapping)
    put(rig.root / "a", "two")
    rig.sweep(mapping)
    (rig.root / "a").unlink()
    mapping.removals.note("a")
    rig.handle(mapping)
    assert kept(rig) == {"a": [b"one", b"two"]}


def test_nobody_is_told_of_upkeep(keeping_rig: Rig) -> None:
    put(keeping_rig.root / "a")
    keeping_rig.once()
    told = [event for event in keeping_rig.events if isinstance(event, Started | Done)]
    assert {event.path for event in told} == {"a"}
