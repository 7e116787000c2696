from __future__ import annotations

import pytest

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.settings import General, MappingSettings, ServiceSettings
from skynet_desktop.settings.reader import read
from skynet_desktop.settings.schema import Settings, check_name, declared

GOOD = """\
version = 1

[general]
workers = 8

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
        General(workers=8),
        {"nas": ServiceSettings("nas", "sftp", {"host": "nas.example", "port": 22})},
        {
            "photos": MappingSettings(
                "photos",
                "/home/anna/Photos",
                "nas",
                "backup/photos",
                complete_sync=True,
                ignore=("*.tmp",),
                quiet_seconds=3.0,
            )
        },
    )
    assert settings.where("mappings", "photos", "remote") == (
        "settings.toml, line 14: mappings.photos.remote"
    )
    assert settings.where("mappings", "photos", "paused").startswith("settings.toml, line 11: ")


def test_nothing_is_all_defaults() -> None:
    assert read("", "f") == Settings()
    assert MappingSettings("a", "/a", "b", "").complete_sync is False


def test_the_text_false_is_not_false() -> None:
    assert changed("complete_sync = true", 'complete_sync = "False"') == (
        'settings.toml, line 15: mappings.photos.complete_sync must be true or false, not "False".'
    )
    assert "must be true or false, not 0" in changed("complete_sync = true", "complete_sync = 0")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("workers = 8", "workers = 0", "line 4: general.workers must be a whole number from 1 to"),
        ("workers = 8", "workers = true", "general.workers must be a whole number from 1 to 32"),
        ("workers = 8", 'workers = "8"', 'to 32, not "8".'),
        ("workers = 8", 'log_level = "loud"', 'one of "debug", "info", "warning", "error", not'),
        ("workers = 8", "workrs = 8", 'general.workrs is not a setting. Did you mean "workers"?'),
        ("[general]", "[generel]", 'line 3: generel is not a setting. Did you mean "general"?'),
        ("quiet_seconds = 3", "quiet_seconds = nan", "must be a number from 0 to 3600, not NaN"),
        ('["*.tmp"]', '"*.tmp"', "line 16: mappings.photos.ignore must be a list of texts"),
        ('["*.tmp"]', "[1]", "mappings.photos.ignore must be a list of texts"),
        ('service = "nas"', "", "line 11: mappings.photos.service is missing."),
        ('"/home/anna/Photos"', '""', "mappings.photos.local must be text in quotes, not empty"),
        ('type = "sftp"', "", "line 6: services.nas.type must name the kind of service, such as"),
        ("[mappings.photos]", '[mappings."a/b"]', 'The name "a/b" cannot be used'),
        ("[services.nas]", "[services]", "line 7: services.type must be a table of its own"),
        ("port = 22", "port =", "line 9: this is not valid TOML: Invalid value."),
        ("[mappings.photos]", "[services.nas]", "line 11: this is not valid TOML: Cannot declare"),
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
    for table in (General, MappingSettings):
        for about in declared(table).values():
            assert about.label
            assert about.help.endswith(".")
