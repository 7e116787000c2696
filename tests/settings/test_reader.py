from __future__ import annotations

from dataclasses import replace

import pytest

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.settings import (
    General,
    MappingSettings,
    Network,
    Notifications,
    ServiceSettings,
)
from skynet_desktop.settings.declaring import check_name, declared
from skynet_desktop.settings.reader import read
from skynet_desktop.settings.schema import Settings

GOOD = """\
version = 1

[network]
transfers = 8
timetable = ["mon-fri 08:00-18:00 1.5"]

[services.nas]
type = "sftp"
host = "nas.example"
port = 22

[mappings.photos]
local = "/home/anna/Photos"
service = "nas"
remote = "backup/photos"
complete_sync = true
ignore = ["*.tmp"]
quiet_seconds = 3
hours = ["daily 22:00-06:00"]
paused_until = "2026-11-23T08:00:00+01:00"
"""


def message(text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(text, "settings.toml")
    return str(caught.value)


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return message(GOOD.replace(old, new))


def test_a_good_file() -> None:
    settings = read(GOOD, "settings.toml")
    assert settings == Settings(
        network=Network(transfers=8, timetable=("mon-fri 08:00-18:00 1.5",)),
        services={"nas": ServiceSettings("nas", "sftp", {"host": "nas.example", "port": 22})},
        mappings={
            "photos": MappingSettings(
                "photos",
                "/home/anna/Photos",
                "nas",
                "backup/photos",
                complete_sync=True,
                ignore=("*.tmp",),
                quiet_seconds=3.0,
                hours=("daily 22:00-06:00",),
                paused_until="2026-11-23T08:00:00+01:00",
            )
        },
    )
    assert settings.where("mappings", "photos", "remote") == (
        "settings.toml, line 15: mappings.photos.remote"
    )
    assert settings.where("mappings", "photos", "paused").startswith("settings.toml, line 12: ")


def test_nothing_is_all_defaults() -> None:
    assert read("", "f") == Settings()
    assert MappingSettings("a", "/a", "b", "").complete_sync is False


def test_the_text_false_is_not_false() -> None:
    assert changed("complete_sync = true", 'complete_sync = "False"') == (
        'settings.toml, line 16: mappings.photos.complete_sync must be true or false, not "False".'
    )
    assert "must be true or false, not 0" in changed("complete_sync = true", "complete_sync = 0")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("transfers = 8", "transfers = 33", "line 4: network.transfers must be a whole number fr"),
        ("transfers = 8", "transfers = true", "network.transfers must be a whole number from 0 to"),
        ("transfers = 8", 'transfers = "8"', 'to 32, not "8".'),
        ("transfers = 8", "transfrs = 8", 'network.transfrs is not a setting. Did you mean "tra'),
        ("[network]", "[netwrk]", 'line 3: netwrk is not a setting. Did you mean "network"?'),
        ("transfers = 8", 'metered = "wait"', 'must be one of "pause", "send", not "wait"'),
        ("transfers = 8", "limit = -1", "network.limit must be a number from 0 to 100000, not -1."),
        ("18:00 1.5", "18:00", 'line 5: network.timetable cannot be understood: in "mon-fri 08:00'),
        ('["mon-fri 08:00-18:00 1.5"]', '"daily"', "network.timetable must be a list of texts"),
        ("daily 22", "night 22", 'line 19: mappings.photos.hours cannot be understood: in "night '),
        ("06:00", "06:00 1.5", 'hours cannot be understood: in "daily 22:00-06:00 1.5" there is'),
        ("2026-11-23T", "2026-13-23T", "line 20: mappings.photos.paused_until cannot be understoo"),
        ("[network]", '[general]\nlog_level = "loud"\n[network]', "line 4: general.log_level must"),
        ("[network]", "[general]\nworkers = 4\n[network]", "general.workers is not a setting."),
        ("quiet_seconds = 3", "quiet_seconds = nan", "must be a number from 0 to 3600, not NaN"),
        ('["*.tmp"]', '"*.tmp"', "line 17: mappings.photos.ignore must be a list of texts"),
        ('["*.tmp"]', "[1]", "mappings.photos.ignore must be a list of texts"),
        ('service = "nas"', "", "line 12: mappings.photos.service is missing."),
        ('"/home/anna/Photos"', '""', "mappings.photos.local must be text in quotes, not empty"),
        ('type = "sftp"', "", "line 7: services.nas.type must name the kind of service, such as"),
        ("[mappings.photos]", '[mappings."a/b"]', 'The name "a/b" cannot be used'),
        ("[services.nas]", "[services]", "line 8: services.type must be a table of its own"),
        ("port = 22", "port =", "line 10: this is not valid TOML: Invalid value."),
        ("[mappings.photos]", "[services.nas]", "line 12: this is not valid TOML: Cannot declare"),
        ("version = 1", "version = 2", "line 1: version 2 was written by a newer Skynet Desktop"),
        ("version = 1", 'version = "1"', "line 1: version must be a whole number from 1 to 1."),
    ],
)
def test_every_mistake_names_line_key_and_what_is_allowed(old: str, new: str, words: str) -> None:
    text = changed(old, new)
    assert words in text
    assert text.startswith("settings.toml")
    assert "\n" not in text


def test_a_folder_may_be_named_from_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv("USERPROFILE", "/home/anna")
    text = GOOD.replace('"/home/anna/Photos"', '"~/Photos"')
    assert read(text, "f").mappings["photos"].local == "/home/anna/Photos"


@pytest.mark.parametrize("name", ["a", "My NAS", "写真", "é", "हिन्दी", "a.b_c-d", "9", "x" * 64])
def test_names_in_any_script(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name", ["", " a", "a ", "a/b", "a\\b", "a\n", "..", "x" * 65, "a\0", "😀"]
)
def test_names_that_would_hurt(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be used"):
        check_name(name)


def test_every_setting_has_words_for_its_form() -> None:
    for table in (General, Notifications, Network, MappingSettings):
        for about in declared(table).values():
            assert about.label
            assert about.help.endswith(".")


def test_a_pause_ends_by_itself() -> None:
    mapping = read(GOOD, "f").mappings["photos"]
    assert not mapping.is_paused(0.0)
    paused = replace(mapping, paused=True)
    assert paused.is_paused(paused.pause_ends - 1)
    assert not paused.is_paused(paused.pause_ends)
    assert replace(paused, paused_until="").is_paused(1e12)
