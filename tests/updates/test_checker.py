"""Looking: what counts, how often, and what is remembered, against a real server."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skynet_desktop.connections.route import Route
from skynet_desktop.core.errors import ServiceError, SettingsError
from skynet_desktop.updates.checker import Checker, Known
from skynet_desktop.updates.signed import Untrusted
from tests.updates.made import NOW, Site, listed, release

DIRECT = Route("none")
DAY, HOUR = 86_400.0, 3_600.0


class Clock:
    now = NOW.timestamp()

    def __call__(self) -> float:
        return self.now


Made = Callable[..., Checker]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def made(site: Site, tmp_path: Path, clock: Clock) -> Made:
    """A program that starts anew on the same home."""

    def made(running: str = "1.0.0", chance: float = 0.5) -> Checker:
        return Checker(tmp_path / "state", site.source, running, clock, lambda: chance)

    return made


def newest(known: Known) -> str:
    return str(known.news.newest.version) if known.news and known.news.newest else ""


def refused(checker: Checker) -> str:
    with pytest.raises(Untrusted) as caught:
        checker.look(DIRECT)
    return str(caught.value)


# --- what counts ----------------------------------------------------------------------------


def test_what_is_new_is_found_and_remembered(made: Made, site: Site, clock: Clock) -> None:
    checker = made()
    assert checker.known() == Known()
    known = checker.look(DIRECT)
    assert newest(known) == "1.2.0" and known.looked_at == clock.now
    site.close()
    assert made().known() == known, "without asking anybody"
    assert made("1.2.0").known().news is None, "once it is the one that runs"


def test_nothing_is_new(made: Made, clock: Clock) -> None:
    assert made("1.2.0").look(DIRECT) == Known(clock.now)
    assert made("2.0.0").look(DIRECT) == Known(clock.now)


def test_of_another_key_or_changed_it_does_not_count(made: Made, site: Site) -> None:
    checker = made()
    site.show(listed(release("6.6.6")), Ed25519PrivateKey.generate())
    assert "not signed by the makers" in refused(checker)
    site.show(listed())
    site.body = site.body.replace(b"1.2.0", b"6.6.6")
    assert "not signed by the makers" in refused(checker)
    site.body = b"<html>Sign in to this network</html>"
    assert "no list of releases" in refused(checker)
    assert checker.known() == Known(), "nothing of it is kept"


def test_what_was_known_stays_when_a_look_fails(made: Made, site: Site) -> None:
    checker = made()
    known = checker.look(DIRECT)
    site.show(listed(release("6.6.6")), Ed25519PrivateKey.generate())
    refused(checker)
    assert checker.known() == known


def test_after_keys_changed_the_old_program_and_the_new_one_agree(
    made: Made, site: Site, tmp_path: Path
) -> None:
    following = Ed25519PrivateKey.generate()
    new = Checker(tmp_path / "new", replace(site.source, keys=(following.public_key(),)), "1.0.0")
    site.show(listed(valid_until="9999-01-01T00:00:00+00:00"), site.key, following)
    assert newest(made().look(DIRECT)) == newest(new.look(DIRECT)) == "1.2.0"


def test_an_old_list_is_not_shown_again(made: Made, site: Site) -> None:
    made().look(DIRECT)
    before = site.body
    later = (NOW + timedelta(days=1)).isoformat()
    site.show(listed(release("1.3.0", urgent=True), issued=later))
    assert newest(made().look(DIRECT)) == "1.3.0"
    site.body = before
    assert "older than one seen before" in refused(made())
    assert newest(made().known()) == "1.3.0"
    site.show(listed(release("1.3.0"), issued=later))
    assert newest(made().look(DIRECT)) == "1.3.0", "the same day's is none older"


def test_an_expired_list_tells_nothing(made: Made, site: Site, clock: Clock) -> None:
    clock.now = (NOW + timedelta(days=91)).timestamp()
    assert "has expired" in refused(made())
    assert made().known() == Known()


def test_what_is_wrong_in_a_signed_list(made: Made, site: Site) -> None:
    site.show({**listed(), "product": "another"})
    assert "another product" in refused(made())
    site.show(listed(release(version="newest")))
    assert "is no version" in refused(made())


def test_a_forged_memory_makes_no_news(made: Made, site: Site, tmp_path: Path) -> None:
    checker = made()
    checker.look(DIRECT)
    kept = tmp_path / "state" / "releases.txt"
    kept.write_bytes(kept.read_bytes().replace(b"1.2.0", b"6.6.6"))
    assert made().known().news is None
    assert newest(checker.look(DIRECT)) == "1.2.0"


def test_a_build_that_names_no_source(tmp_path: Path) -> None:
    checker = Checker(tmp_path, None)
    assert not checker.is_possible and not checker.is_due()
    with pytest.raises(SettingsError, match="comes from no release"):
        checker.look(DIRECT)
    assert not any(tmp_path.iterdir())


# --- how often ------------------------------------------------------------------------------


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_a_day_and_a_bit_over_restarts(made: Made, clock: Clock, chance: float) -> None:
    assert made().is_due()
    made(chance=chance).look(DIRECT)
    for hours, due in ((0, False), (23, False), (24 + 4 * chance, True)):
        clock.now = NOW.timestamp() + hours * HOUR
        assert made().is_due() is due, hours
    clock.now = NOW.timestamp() + DAY - 1
    assert not made().is_due()


def test_a_failure_waits_for_the_next_day_too(made: Made, site: Site, clock: Clock) -> None:
    site.close()
    with pytest.raises(ServiceError):
        made().look(DIRECT)
    assert not made().is_due()
    clock.now += DAY + 4 * HOUR
    assert made().is_due()


def test_a_clock_that_was_set_back_is_not_waited_for(made: Made, clock: Clock) -> None:
    clock.now += 365 * DAY
    with pytest.raises(Untrusted):
        made().look(DIRECT)
    clock.now -= 365 * DAY
    assert made().is_due()


def test_a_disk_that_is_full(
    made: Made, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    checker = made()
    with monkeypatch.context() as patch:
        patch.setattr("skynet_desktop.updates.memory.keep", full)
        checker.look(DIRECT)
        assert not checker.is_due(), "not again and again"
        assert "No space left" in caplog.text
    known = checker.look(DIRECT)
    checker.tell(known.news)  # type: ignore[arg-type]
    assert made().known().told and not made().is_due()


# --- what was told --------------------------------------------------------------------------


def test_told_and_skipped_are_of_one_version(made: Made, site: Site) -> None:
    known = made().look(DIRECT)
    assert known.news is not None and not known.told and not known.skipped
    made().tell(known.news)
    made().skip(known.news)
    assert made().known() == replace(known, told=True, skipped=True)
    made().skip(None)
    assert made().known() == replace(known, told=True)
    made().skip(known.news)
    site.show(listed(release("1.2.0"), release("1.2.1")))
    fresh = made().look(DIRECT)
    assert newest(fresh) == "1.2.1" and not fresh.told and not fresh.skipped


def test_a_withdrawal_is_news_to_who_skipped(made: Made, site: Site) -> None:
    known = made("1.1.0").look(DIRECT)
    assert known.news is not None
    made("1.1.0").skip(known.news)
    site.show(listed(release("1.1.0", withdrawn=True), release("1.2.0")))
    fresh = made("1.1.0").look(DIRECT)
    assert fresh.news is not None and fresh.news.withdrawn and not fresh.skipped


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"looked_at": "x", "told": 3}', '{"next_at": NaN}',
     '{"looked_at": 1e300}', '{"looked_at": -5.0}', "[" * 50_000, "\xff"],
)  # fmt: skip
def test_notes_that_somebody_spoilt(made: Made, tmp_path: Path, text: str) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "updates.json").write_text(text, "latin-1")
    (state / "releases.txt").write_text(text, "latin-1")
    assert made().known() == Known() and made().is_due()
    made().look(DIRECT)
    assert set(json.loads((state / "updates.json").read_text())) == {
        "looked_at", "tried_at", "next_at", "told", "skipped",
    }  # fmt: skip
