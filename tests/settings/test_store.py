from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.settings import (
    General,
    MappingSettings,
    Network,
    Notifications,
    ServiceSettings,
    Settings,
    edit,
    store,
)

COMMENTED = """\
# Anna's settings

[services.nas]   # in the cellar
type = "local"
path = "/mnt/nas"

[mappings.photos]
# the holidays
local = "/home/anna/Photos"  # and the others
service = "nas"
remote = "photos"

# only at night
[mappings.films]
local = "/home/anna/Films"
service = "nas"
remote = "films"
paused = false # for now
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(COMMENTED, encoding="utf-8", newline="")
    return path


def text(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def test_a_missing_file_means_defaults(tmp_path: Path) -> None:
    assert store.load(tmp_path / "none" / "settings.toml") == Settings()
    assert not (tmp_path / "none").exists()


def test_from_nothing_to_a_mapping_and_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.toml"
    service = ServiceSettings("My NAS", "local", {"path": str(tmp_path / "disk"), "x": None})
    store.add_service(path, service)
    local = str(tmp_path / 'q"uo\nte')
    mapping = MappingSettings("photos", local, "My NAS", "p", ignore=("*.tmp",), complete_sync=True)
    settings = store.add_mapping(path, mapping)
    assert settings == store.load(path)
    assert settings.mappings["photos"] == mapping
    assert settings.services["My NAS"].options == {"path": str(tmp_path / "disk")}
    assert text(path).startswith("version = 1\n")
    assert "rescan_minutes" not in text(path)
    store.remove_mapping(path, "photos")
    assert store.remove_service(path, "My NAS") == Settings()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_only_the_owner_reads_it(file: Path) -> None:
    store.set_paused(file, "photos", True)
    for path in (file, store.last_good(file)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_flag_changes_and_nothing_else(file: Path) -> None:
    store.set_paused(file, "films", True)
    assert text(file) == COMMENTED.replace("paused = false # for", "paused = true # for")
    store.set_paused(file, "photos", True)
    assert text(file) == COMMENTED.replace("paused = false # for", "paused = true # for").replace(
        'remote = "photos"\n', 'remote = "photos"\npaused = true\n'
    )
    settings = store.set_paused(file, "photos", False)
    assert not settings.mappings["photos"].paused


def test_a_pause_that_ends_by_itself(file: Path) -> None:
    end = "2026-11-23T08:00:00+01:00"
    settings = store.set_paused(file, "photos", True, end)
    assert settings.mappings["photos"].paused_until == end
    assert f'paused = true\npaused_until = "{end}"\n' in text(file)
    store.set_paused(file, "photos", True)
    assert "paused_until" not in text(file)
    store.set_paused(file, "films", True, end)
    settings = store.set_paused(file, "films", False, end)
    assert settings.mappings["films"].paused_until == ""
    assert "paused = false # for now\n" in text(file)
    with pytest.raises(SettingsError, match='paused_until cannot be understood: "soon" is not a'):
        store.set_paused(file, "films", True, "soon")


def test_a_mapping_changes_where_it_stands(file: Path) -> None:
    films = store.load(file).mappings["films"]
    new = replace(films, remote="cinema", ignore=("*.tmp",), hours=("daily 22:00-06:00",), limit=2)
    settings = store.update_mapping(file, new)
    assert settings.mappings["films"] == new
    assert text(file) == COMMENTED.replace('"films"', '"cinema"') + (
        'ignore = ["*.tmp"]\nhours = ["daily 22:00-06:00"]\nlimit = 2.0\n'
    )
    store.update_mapping(file, replace(films, limit=1))
    assert text(file) == COMMENTED + "limit = 1.0\n"
    assert store.update_mapping(file, films).mappings["films"] == films
    assert text(file) == COMMENTED + "limit = 0.0\n", "a comment could stand behind it"


def test_a_list_over_many_lines_changes_whole(file: Path) -> None:
    many = 'remote = "photos"\nignore = [  # what nobody needs\n  "*.tmp",\n] # end\n'
    file.write_text(COMMENTED.replace('remote = "photos"\n', many))
    photos = store.load(file).mappings["photos"]
    store.update_mapping(file, replace(photos, ignore=("*.bak", "*.tmp")))
    assert text(file) == COMMENTED.replace(
        'remote = "photos"\n', 'remote = "photos"\nignore = ["*.bak", "*.tmp"] # end\n'
    )
    store.update_mapping(file, replace(photos, ignore=()))
    assert text(file) == COMMENTED


def test_a_changed_mapping_is_checked_as_a_new_one(file: Path) -> None:
    films = store.load(file).mappings["films"]
    for change, words in (
        ({"service": "nase"}, "there is no service"),
        ({"remote": "photos/2024"}, "overlaps"),
        ({"local": "/mnt/nas"}, "mirror itself without end"),
        ({"hours": ("always",)}, 'hours cannot be understood: "always" is not of the form'),
        ({"rescan_minutes": 0}, "rescan_minutes must be"),
    ):
        with pytest.raises(SettingsError, match=words):
            store.update_mapping(file, replace(films, **change))
    with pytest.raises(SettingsError, match=r'no mapping "film"\. Did you mean "films"'):
        store.update_mapping(file, replace(films, name="film"))
    assert text(file) == COMMENTED


def test_a_service_changes_where_it_stands(file: Path) -> None:
    options = {"path": "/mnt/other", "mounted": True, "none": None}
    settings = store.update_service(file, ServiceSettings("nas", "local", options))
    assert settings.services["nas"].options == {"path": "/mnt/other", "mounted": True}
    assert text(file) == COMMENTED.replace('"/mnt/nas"', '"/mnt/other"\nmounted = true')
    store.update_service(file, ServiceSettings("nas", "local", {"path": "/mnt/nas"}))
    assert text(file) == COMMENTED
    store.update_service(file, ServiceSettings("nas", "s3", {"bucket": "b"}))
    assert '[services.nas]   # in the cellar\ntype = "s3"\nbucket = "b"\n' in text(file)


def test_a_service_may_not_move_into_what_is_mirrored_to_it(file: Path) -> None:
    with pytest.raises(SettingsError, match="would mirror itself without end"):
        store.update_service(file, ServiceSettings("nas", "local", {"path": "/home/anna/Photos"}))
    with pytest.raises(SettingsError, match=r'no service "nass"\. Did you mean "nas"'):
        store.update_service(file, ServiceSettings("nass", "local", {"path": "/x"}))
    assert text(file) == COMMENTED


def test_tables(file: Path) -> None:
    store.set_table(file, Network(limit=2, timetable=("mon-fri 08:00-18:00 1.5",)))
    store.set_table(file, General(language="de"))
    settings = store.set_table(file, Notifications(issue="off"))
    assert settings == store.load(file)
    assert (settings.network.limit, settings.general.language) == (2.0, "de")
    assert text(file) == COMMENTED + (
        '\n[network]\nlimit = 2.0\ntimetable = ["mon-fri 08:00-18:00 1.5"]\n'
        '\n[general]\nlanguage = "de"\n\n[notifications]\nissue = "off"\n'
    )
    assert store.set_table(file, General()) == replace(settings, general=General())
    with pytest.raises(SettingsError, match=r"timetable cannot be understood.*MB/s is missing"):
        store.set_table(file, Network(timetable=("daily 08:00-18:00",)))


def test_changes_in_a_file_of_windows(file: Path) -> None:
    file.write_bytes(COMMENTED.replace("\n", "\r\n").encode())
    films = store.load(file).mappings["films"]
    store.update_mapping(file, replace(films, remote="cinema", paused=True, ignore=("a",)))
    expected = COMMENTED.replace('"films"', '"cinema"').replace("= false #", "= true #")
    assert text(file) == (expected + 'ignore = ["a"]\n').replace("\n", "\r\n")


def test_dotted_and_quoted_keys_change_too(file: Path) -> None:
    file.write_text('general."log_level" = "info" # loud\nnetwork.limit = 1\n')
    store.set_table(file, General(log_level="debug"))
    store.set_table(file, Network())
    assert text(file) == 'general."log_level" = "debug" # loud\nnetwork.limit = 0.0\n'


def test_removing_leaves_the_neighbours_comments(file: Path) -> None:
    store.remove_mapping(file, "photos")
    assert "# only at night\n[mappings.films]" in text(file)
    assert "# in the cellar" in text(file)
    assert "Photos" not in text(file)
    assert "\n\n\n" not in text(file)


def test_a_service_in_use_stays(file: Path) -> None:
    with pytest.raises(SettingsError, match='"nas" is used by "photos", "films"'):
        store.remove_service(file, "nas")
    assert text(file) == COMMENTED


def test_unknown_and_taken_names(file: Path) -> None:
    with pytest.raises(SettingsError, match=r'no mapping "photo"\. Did you mean "photos"'):
        store.remove_mapping(file, "photo")
    with pytest.raises(SettingsError, match='There is a service "nas" already'):
        store.add_service(file, ServiceSettings("nas", "s3"))
    with pytest.raises(SettingsError, match='There is a mapping "films" already'):
        store.add_mapping(file, MappingSettings("films", "/x", "nas", "y"))
    with pytest.raises(SettingsError, match="cannot be used"):
        store.add_service(file, ServiceSettings("a/b", "s3"))


def test_a_mapping_is_checked_before_it_is_written(file: Path) -> None:
    with pytest.raises(SettingsError, match=r'there is no service "nase".* Did you mean "nas"'):
        store.add_mapping(file, MappingSettings("new", "/x", "nase", "y"))
    with pytest.raises(SettingsError, match="rescan_minutes must be a whole number from 1"):
        store.add_mapping(file, MappingSettings("new", "/x", "nas", "y", rescan_minutes=0))
    with pytest.raises(SettingsError, match="overlaps"):
        store.add_mapping(file, MappingSettings("new", "/x", "nas", "photos/2024"))
    assert text(file) == COMMENTED


@pytest.mark.skipif(sys.platform == "win32", reason="names there are text")
def test_an_undecodable_folder_name_is_a_clear_error(file: Path) -> None:
    bad = os.fsdecode(b"/x\xff")
    with pytest.raises(SettingsError, match="not valid text"):
        store.add_mapping(file, MappingSettings("new", bad, "nas", "y"))
    assert text(file) == COMMENTED


def test_a_broken_file_points_to_the_last_good_one(file: Path) -> None:
    store.load(file)
    file.write_text("workers 3")
    with pytest.raises(SettingsError) as caught:
        store.load(file)
    assert f"{file}, line 1: this is not valid TOML" in str(caught.value)
    assert str(caught.value).endswith(f"The last good version is {store.last_good(file)}.")
    assert text(store.last_good(file)) == COMMENTED
    with pytest.raises(SettingsError, match="not valid TOML"):
        store.set_paused(file, "photos", True)
    assert text(file) == "workers 3"


def test_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"version = 1\n# \xe9t\xe9\n")
    with pytest.raises(SettingsError, match="line 2: this is not UTF-8"):
        store.load(path)


def test_windows_editors_are_welcome(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + COMMENTED.replace("\n", "\r\n").encode())
    store.set_paused(file, "photos", True)
    store.add_service(file, ServiceSettings("b", "s3", {"bucket": "x"}))
    assert store.load(file).mappings["photos"].paused
    assert text(file).count("\n") == text(file).count("\r\n")


def test_what_cannot_be_edited_safely_is_left_alone(file: Path) -> None:
    inline = 'services = { nas = { type = "local", path = "/n" } }\n'
    file.write_text(inline)
    with pytest.raises(SettingsError, match="Make the change by hand"):
        store.remove_service(file, "nas")
    with pytest.raises(SettingsError, match="Make the change by hand"):
        store.add_service(file, ServiceSettings("b", "s3"))
    with pytest.raises(SettingsError, match="Make the change by hand"):
        store.update_service(file, ServiceSettings("nas", "local", {"path": "/m"}))
    assert text(file) == inline


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    kept = file.rename(tmp_path / "dotfiles.toml")
    file.symlink_to(kept)
    store.set_paused(file, "photos", True)
    assert file.is_symlink()
    assert "paused = true" in text(kept)


def test_a_failed_write_changes_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="cannot be written: No space left"):
        store.set_paused(file, "photos", True)
    assert text(file) == COMMENTED
    assert {p.name for p in file.parent.iterdir()} <= {file.name, file.name + ".lock"}


def test_changes_from_many_threads_and_processes_all_arrive(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    code = (
        "import sys; from pathlib import Path\n"
        "from skynet_desktop.settings import ServiceSettings, store\n"
        "for n in range(5):\n"
        "    store.add_service(Path(sys.argv[1]), ServiceSettings(f'p{n}', 's3'))\n"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(path)])

    def add(n: int) -> None:
        store.add_service(path, ServiceSettings(f"t{n}", "s3"))

    threads = [threading.Thread(target=add, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert other.wait(30) == 0
    assert len(store.load(path).services) == 10


_ROWS = st.lists(
    st.sampled_from(
        [
            "# note",
            "",
            "[mappings.a]\nx = 1",
            "[mappings.a.b]\nz = 2 # t",
            "[general]\ny = [\n1,\n]",
        ]
    ),
    unique=True,
)


@given(_ROWS)
def test_removing_loses_no_comment_and_no_other_key(rows: list[str]) -> None:
    before = "\n".join(rows)
    after = edit.remove_table(before, ("mappings", "a"))
    assert "mappings.a" not in after
    assert ("[general]\ny = [\n1,\n]" in after) == ("[general]" in before)
    kinds = "".join(row[:2] for row in rows)
    between = "[m# [m" in kinds  # the table's own comment, which goes with it
    assert ("# note" in after) == ("# note" in before and not between)


_TABLE = st.builds(
    Network,
    transfers=st.integers(0, 32),
    limit=st.sampled_from([0.0, 1.5]),
    timetable=st.lists(st.sampled_from(["daily 08:00-18:00 1", "mon 00:00-24:00 0"])).map(tuple),
    metered=st.sampled_from(["pause", "send"]),
    proxy=st.sampled_from(
        ["", "none", "http://proxy:3128", "socks5://[::1]:1080", "\0", "ftp://x"]
    ),
)


@given(st.lists(_TABLE, min_size=1, max_size=4))
@hypothesis.settings(deadline=None)  # it writes to a disk that others use too
def test_any_change_of_a_table_is_what_was_meant(tables: list[Network]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        path.write_text(COMMENTED)
        for table in tables:
            try:
                assert store.set_table(path, table).network == table
            except SettingsError as error:
                assert table.proxy in ("\0", "ftp://x"), error
        assert text(path).startswith(COMMENTED)
