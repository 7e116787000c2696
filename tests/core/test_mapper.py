"""Mapper: every path has exactly one place, on every system's rules (seed; FAILURES: names glued
together after a trailing slash, accented names doubled)."""

from __future__ import annotations

import ntpath
import posixpath
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.core.mapper import Mapper, fold

NFC, NFD = "caf\u00e9", "cafe\u0301"


def posix(local: str, remote: str) -> Mapper:
    return Mapper.of(local, remote, posixpath)


def test_the_seeds_example() -> None:
    mapper = Mapper("/local/root", "shows", "remote/root", "backup", posixpath)
    assert mapper.local_base == "/local/root/shows"
    assert mapper.remote_base == "remote/root/backup"
    assert mapper.map_to_remote_path("/local/root/shows/a/b.txt") == "remote/root/backup/a/b.txt"
    assert mapper.map_to_remote_path("/local/root/shows") == "remote/root/backup"


@pytest.mark.parametrize("local", ["/home/me/in", "/home/me/in/", "/home/me/in///", "/home//me/in"])
@pytest.mark.parametrize("remote", ["a/b", "a/b/", "a//b"])
def test_slashes_at_the_end_or_doubled_change_nothing(local: str, remote: str) -> None:
    mapper = posix(local, remote)
    assert mapper.map_to_remote_path("/home/me/in/x/y") == "a/b/x/y"
    assert mapper.local("x/y") == "/home/me/in/x/y"


def test_a_neighbour_whose_name_begins_alike_is_outside() -> None:
    mapper = posix("/data/IMG_1", "r")
    for outside in ("/data/IMG_10", "/data/IMG_10/x", "/data", "/", "/data/IMG_"):
        with pytest.raises(ValueError, match="not below"):
            mapper.relative(outside)


@pytest.mark.parametrize(
    ("remote", "base", "inside"),
    [
        ("/srv/backup", "/srv/backup", "/srv/backup/x"),
        ("/srv", "/srv", "/srv/x"),
        ("srv", "srv", "srv/x"),
        ("", "", "x"),
    ],
)
def test_a_leading_slash_of_the_remote_is_kept(remote: str, base: str, inside: str) -> None:
    mapper = posix("/l", remote)
    assert (mapper.remote_base, mapper.remote("x")) == (base, inside)


def test_the_remote_root_itself_stays_absolute() -> None:
    """``/`` is the server's root, "" is the account's home: not the same place."""
    mapper = posix("/l", "/")
    assert (mapper.remote_base, mapper.remote("x")) == ("/", "/x")


def test_the_local_root_as_base() -> None:
    mapper = posix("/", "r")
    assert mapper.relative("/") == ""
    assert mapper.relative("/etc/fstab") == "etc/fstab"
    assert mapper.local("etc/fstab") == "/etc/fstab"
    assert mapper.local("") == "/"


@pytest.mark.parametrize("remote", ["a/../b", "..", "/..", "a/./b", "."])
def test_dots_in_the_remote_path_are_refused(remote: str) -> None:
    with pytest.raises(SettingsError):
        posix("/l", remote)


def test_a_relative_folder_is_refused() -> None:
    with pytest.raises(SettingsError):
        posix("home/me", "r")


@pytest.mark.parametrize(
    "path",
    [
        "C:\\Users\\me\\in\\a\\b.txt",
        "C:/Users/me/in/a/b.txt",
        "C:\\Users/me\\in/a\\b.txt",
        "c:\\users\\ME\\in\\a\\b.txt",
    ],
)
def test_windows_paths_in_any_spelling(path: str) -> None:
    mapper = Mapper.of("C:\\Users\\me\\in\\", "r", ntpath)
    assert mapper.relative(path) == "a/b.txt"
    assert mapper.local("a/b.txt") == "C:\\Users\\me\\in\\a\\b.txt"


def test_a_windows_drive_and_a_share() -> None:
    drive = Mapper.of("D:\\", "r", ntpath)
    assert drive.relative("d:\\x\\y") == "x/y"
    assert drive.relative("D:\\") == ""
    assert drive.local("x/y") == "D:\\x\\y"
    share = Mapper.of("\\\\nas\\photos\\2020", "r", ntpath)
    assert share.relative("\\\\NAS\\photos\\2020\\x") == "x"
    with pytest.raises(ValueError, match="not below"):
        share.relative("\\\\nas\\photos\\20200\\x")
    with pytest.raises(SettingsError):
        Mapper.of("D:in", "r", ntpath)


def test_names_stay_as_they_are_and_fold_to_one() -> None:
    """I/O uses raw names; only comparing folds them (FAILURES: accented names)."""
    assert NFC != NFD
    mapper = posix("/l", "r")
    assert mapper.remote(mapper.relative(f"/l/{NFC}")) == f"r/{NFC}"
    assert mapper.remote(mapper.relative(f"/l/{NFD}")) == f"r/{NFD}"
    assert fold(NFC) == fold(NFD) == fold(NFC.upper())
    assert fold("a") != fold("b")


NAMES = st.binary(min_size=1, max_size=20).filter(lambda b: b"/" not in b and b"\0" not in b)
PARTS = st.lists(NAMES.map(lambda b: b.decode("utf-8", "surrogateescape")), min_size=1, max_size=5)


@given(st.sampled_from(["/", "/l", "/a b/ö", "/l/"]), PARTS.filter(lambda p: "." not in p))
def test_local_and_relative_undo_each_other(base: str, parts: list[str]) -> None:
    mapper = posix(base, "r")
    relative = "/".join(parts)
    assert mapper.relative(mapper.local(relative)) == relative
    assert mapper.map_to_remote_path(mapper.local(relative)) == "r/" + relative


WINDOWS_NAMES = st.text(min_size=1, max_size=12).filter(lambda t: not set(t) & set('/\\:\0<>"|?*'))


@given(st.sampled_from(["C:\\", "C:\\x", "\\\\h\\s\\x"]), st.lists(WINDOWS_NAMES, min_size=1))
def test_the_same_on_windows(base: str, parts: list[str]) -> None:
    mapper = Mapper.of(base, "r", ntpath)
    relative = "/".join(parts)
    assert mapper.relative(mapper.local(relative)) == relative


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
