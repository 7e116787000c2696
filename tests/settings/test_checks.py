from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.settings import MappingSettings, ServiceSettings, Settings
from skynet_desktop.settings.checks import check, check_folder

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX paths and links")


def settings(*mappings: tuple[str, str, str], **services: ServiceSettings) -> Settings:
    made = {
        f"m{n}": MappingSettings(f"m{n}", local, service, remote)
        for n, (local, service, remote) in enumerate(mappings)
    }
    return Settings(services=services, mappings=made)


def disk(path: str | Path) -> ServiceSettings:
    return ServiceSettings("disk", "local", {"path": str(path)})


def s3(name: str, **options: object) -> ServiceSettings:
    return ServiceSettings(name, "s3", {"bucket": "b", **options})


def refused(wrong: Settings) -> str:
    with pytest.raises(SettingsError) as caught:
        check(wrong)
    return str(caught.value)


def test_good_settings_pass(tmp_path: Path) -> None:
    source = str(tmp_path / "a")
    check(
        settings(
            (source, "disk", "x"),
            (source, "disk", "xy"),
            (source, "one", ""),
            (str(tmp_path / "b"), "two", "photos"),
            disk=disk(tmp_path / "d"),
            one=s3("one", bucket="other"),
            two=s3("two"),
        )
    )


def test_an_unknown_service() -> None:
    assert 'mappings.m0.service: there is no service "nas". Add it first.' in refused(
        settings(("/a", "nas", "x"))
    )


@pytest.mark.parametrize("local", ["a/b", "", "./a"])
def test_a_relative_folder(local: str) -> None:
    assert "mappings.m0.local must be a whole path" in refused(
        settings((local, "one", "x"), one=s3("one"))
    )


def test_a_relative_disk(tmp_path: Path) -> None:
    assert "services.disk.path must be a whole path" in refused(
        settings((str(tmp_path), "disk", "x"), disk=disk("d"))
    )


def test_dots_in_the_remote_path(tmp_path: Path) -> None:
    words = refused(settings((str(tmp_path), "disk", "../x"), disk=disk(tmp_path / "d")))
    assert words.startswith("mappings.m0.remote: The remote path")


def test_a_destination_inside_its_source_and_around_it(tmp_path: Path) -> None:
    inside = settings((str(tmp_path), "disk", "x"), disk=disk(tmp_path / "d"))
    assert "lies inside the folder it mirrors" in refused(inside)
    same = settings((str(tmp_path / "d"), "disk", ""), disk=disk(tmp_path / "d"))
    assert "lies inside the folder it mirrors" in refused(same)
    around = settings((str(tmp_path / "d" / "x" / "y"), "disk", "x"), disk=disk(tmp_path / "d"))
    assert "lies around the folder it mirrors" in refused(around)


@posix
def test_links_are_seen_through(tmp_path: Path) -> None:
    (tmp_path / "real" / "sub").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real" / "sub")
    wrong = settings((str(tmp_path / "real"), "disk", "new/x"), disk=disk(tmp_path / "link"))
    assert "lies inside the folder" in refused(wrong)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    check(settings((str(tmp_path / "loop"), "disk", "x"), disk=disk(tmp_path / "d")))


def test_neighbours_with_a_common_beginning_are_no_overlap(tmp_path: Path) -> None:
    check(settings((str(tmp_path / "ab"), "disk", "x"), disk=disk(tmp_path / "a")))


@pytest.mark.parametrize(
    ("one", "other"), [("p", "p"), ("p", "p/q"), ("p/q", "/p/"), ("", "x"), ("x", "")]
)
def test_two_mappings_on_one_place(one: str, other: str) -> None:
    wrong = settings(("/a", "one", one), ("/b", "two", other), one=s3("one"), two=s3("two"))
    words = refused(wrong)
    assert words.startswith('mappings.m0.remote overlaps the place of the mapping "m1"')
    assert "Give each a folder of its own" in words


def test_a_prefix_counts_as_part_of_the_place() -> None:
    one, two = s3("one", prefix="p"), s3("two", endpoint_url="")
    assert "overlaps" in refused(
        settings(("/a", "one", "x"), ("/b", "two", "p/x"), one=one, two=two)
    )
    check(settings(("/a", "one", "x"), ("/b", "two", "x"), one=one, two=two))


def test_the_same_account_at_another_port_or_name_is_another_place() -> None:
    def sftp(name: str, **options: object) -> ServiceSettings:
        return ServiceSettings(name, "sftp", {"host": "Nas", "username": "anna", **options})

    def pair(**options: object) -> Settings:
        two = sftp("two", **options)
        return settings(("/a", "one", "/p"), ("/b", "two", "/p/q"), one=sftp("one"), two=two)

    assert "overlaps" in refused(pair(port=22, host="nas", key_file="~/.ssh/k"))
    check(pair(port=2222))
    check(pair(username="ben"))
    check(settings(("/a", "one", ""), ("/b", "one", "/p"), one=sftp("one")))


def test_services_of_an_unknown_kind_are_compared_whole() -> None:
    def ftp(name: str, **options: object) -> ServiceSettings:
        return ServiceSettings(name, "ftp", {"host": "h", **options})

    both = (("/a", "one", "x"), ("/b", "two", "x"))
    assert "overlaps" in refused(settings(*both, one=ftp("one"), two=ftp("two")))
    check(settings(*both, one=ftp("one"), two=ftp("two", passive=True)))


@posix
def test_two_disks_that_are_one(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "same").symlink_to(tmp_path / "d")
    source = str(tmp_path / "s")
    wrong = settings(
        (source, "disk", "x"),
        (source, "two", "x/y"),
        disk=disk(tmp_path / "d"),
        two=ServiceSettings("two", "local", {"path": str(tmp_path / "same")}),
    )
    assert "overlaps" in refused(wrong)


def test_folders_that_mirror_each_other(tmp_path: Path) -> None:
    a, b, c = (str(tmp_path / name) for name in "abc")
    chain = settings((a, "disk", "b/x"), (b, "disk", "c/x"), disk=disk(tmp_path))
    check(chain)
    circle = settings(
        (a, "disk", "b/x"), (b, "disk", "c/x"), (c, "disk", "a/x"), disk=disk(tmp_path)
    )
    assert "Folders that mirror each other never come to rest" in refused(circle)


def test_the_folder_as_it_is_now(tmp_path: Path) -> None:
    def said(path: Path) -> str:
        now = settings((str(path), "disk", "x"), disk=disk(tmp_path))
        with pytest.raises(SettingsError) as caught:
            check_folder(now, now.mappings["m0"])
        return str(caught.value)

    (tmp_path / "file").write_text("")
    assert "is not there" in said(tmp_path / "none")
    assert "is a file" in said(tmp_path / "file")
    now = settings((str(tmp_path), "disk", "x"), disk=disk(tmp_path))
    check_folder(now, now.mappings["m0"])
    assert os.listdir(tmp_path) == ["file"]
