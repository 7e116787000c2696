"""Presets lead to options that their kind takes, and back again."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from skynet_desktop.connections.presets import BY_KEY, PRESETS, Preset, preset_of
from skynet_desktop.connections.registry import Registry, build
from skynet_desktop.core.errors import SettingsError

NEEDED = {"bucket": "photos", "host": "nas", "path": "/mnt"}


def answers(preset: Preset) -> dict[str, str]:
    return {q.name: next(reversed(list(q.known)), "abc123") for q in preset.questions}


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_its_kind_takes_what_it_fills_in(preset: Preset) -> None:
    cls = Registry().get(preset.kind)
    declared = {option.name: option for option in cls.options}
    options = preset.options(answers(preset))
    rest = {n: v for n, v in NEEDED.items() if n in declared and n not in options}
    build(cls, {**rest, **options}, {})
    assert set(preset.first) <= set(declared)
    assert not set(preset.first) & set(preset.fixed)
    needed = {option.name for option in cls.options if option.required}
    assert needed <= set(preset.first) | set(preset.fixed)
    assert preset.keys.endswith(".")
    address = urlsplit(options.get("endpoint_url", ""))
    assert not address.netloc or (address.scheme == "https" and address.hostname)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_saved_service_finds_its_preset_again(preset: Preset) -> None:
    options = preset.options(answers(preset))
    assert preset_of(preset.kind, options) is preset
    assert preset.answers(options) == answers(preset)


def test_addresses() -> None:
    def address(key: str, **given: str) -> str:
        return BY_KEY[key].options(given)["endpoint_url"]

    assert address("b2", region="us-west-004") == "https://s3.us-west-004.backblazeb2.com"
    assert address("spaces", region="fra1") == "https://fra1.digitaloceanspaces.com"
    assert address("r2", account="0a1b", place=".eu") == "https://0a1b.eu.r2.cloudflarestorage.com"
    assert address("r2", account="0a1b", place="") == "https://0a1b.r2.cloudflarestorage.com"
    assert address("aws", region="eu-west-1") == ""
    assert BY_KEY["aws"].options({"region": "eu-west-1"})["region"] == "eu-west-1"
    assert BY_KEY["r2"].options({"account": "0a1b", "place": ""})["region"] == "auto"


@pytest.mark.parametrize(
    ("key", "given", "words"),
    [
        ("b2", {}, "such as us-west-004"),
        ("b2", {"region": "evil.example/"}, "Region"),
        ("b2", {"region": "us-west-004.evil.example"}, "Region"),
        ("wasabi", {"region": "EU"}, "such as eu-central-1"),
        ("r2", {"account": "0a1b", "place": ".mars"}, "choose one of Automatic"),
    ],
)
def test_answers_that_are_none(key: str, given: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        BY_KEY[key].options(given)


def test_an_address_of_nobody_is_an_own_server() -> None:
    own = preset_of("s3", {"endpoint_url": "http://nas:9000", "bucket": "b"})
    assert own is BY_KEY["s3-own"]
    assert preset_of("shelf", {}) is None
