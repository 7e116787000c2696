from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.settings import MappingSettings, ServiceSettings, Settings, edit, store

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
