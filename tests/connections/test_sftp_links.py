"""Links that somebody planted below the chosen place lead SFTP nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from skynet_desktop.connections.base import MemoryLedger, Upload
from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.connections.sftp.batch import SMALL_BYTES
from skynet_desktop.connections.sftp.folders import Folders
from skynet_desktop.core.errors import PathBlocked
from tests.servers.fixtures_sftp import Source, leftovers

BASE = "chosen"
SIZES = pytest.mark.parametrize("size", [10, SMALL_BYTES + 10], ids=["small", "big"])


@pytest.fixture
def outside(sftp_root: Path) -> Path:
    """A folder beside the chosen place, and a link to it that was planted there."""
    folder = sftp_root / "outside"
    (folder / "deeper").mkdir(parents=True)
    (folder / "mine").write_bytes(b"precious")
    (folder / "deeper" / "mine").write_bytes(b"precious")
    (sftp_root / BASE / "dir").mkdir(parents=True)
    (sftp_root / BASE / "dir" / "link").symlink_to(folder)
    (sftp_root / BASE / "file").write_bytes(b"file")
    return folder


def unharmed(outside: Path) -> bool:
    files = {f.relative_to(outside).as_posix(): f.read_bytes() for f in outside.rglob("*.*")}
    mine = {name: (outside / name).read_bytes() for name in ("mine", "deeper/mine")}
    return not files and set(mine.values()) == {b"precious"} and not leftovers(outside)


def told_by_clean_up(sftp: SFTPConnection, base: str) -> None:
    sftp.clean_up(base, MemoryLedger(), lambda _: False)


def told_by_the_mark(sftp: SFTPConnection, base: str) -> None:
    assert sftp.stat(f"{base}/.skynet/mapping.json") is None


@pytest.mark.parametrize("tell", [told_by_clean_up, told_by_the_mark])
@pytest.mark.parametrize("below", ["dir/link/mine", "dir/link/deeper/mine"])
def test_nothing_goes_through_a_link(
    sftp: SFTPConnection,
    sftp_root: Path,
    outside: Path,
    tmp_path: Path,
    sftp_source: Source,
    below: str,
    tell: Callable[[SFTPConnection, str], None],
) -> None:
    base = f"{sftp_root}/{BASE}"
    src = sftp_source(b"new")
    sftp.send(src, f"{base}/dir/x")
    tell(sftp, base)
    path = f"{base}/{below}"
    big = sftp_source(b"x" * (SMALL_BYTES + 1))
    for act in (
        lambda: sftp.send(src, path),
        lambda: sftp.send(big, path),
        lambda: sftp.delete(path),
        lambda: sftp.move(f"{base}/file", path),
        lambda: sftp.move(path, f"{base}/got"),
        lambda: sftp.move_tree(f"{base}/dir/link/deeper", f"{base}/got"),
        lambda: sftp.set_time(path, 0),
        lambda: sftp.fetch(path, str(tmp_path / "fetched")),
        lambda: sftp.read(path).__enter__(),
        lambda: sftp.stat(path),
        lambda: sftp.remove_folder(f"{base}/dir/link/deeper"),
        lambda: list(sftp.list(f"{base}/dir/link")),
    ):
        with pytest.raises(PathBlocked, match="link"):
            act()
    [(_, error)] = sftp.delete_batch([path])
    assert isinstance(error, PathBlocked)
    assert unharmed(outside)
    assert {file.path for file in sftp.list(base)} == {"file", "dir/x"}


def test_what_was_known_before_is_looked_at_again(
    sftp: SFTPConnection, sftp_root: Path, outside: Path, sftp_source: Source
) -> None:
    """As long as nobody says which place was chosen, a link may be the way to it."""
    base = f"{sftp_root}/{BASE}"
    sftp.send(sftp_source(), f"{base}/dir/link/deeper/before")
    told_by_clean_up(sftp, base)
    with pytest.raises(PathBlocked):
        sftp.send(sftp_source(), f"{base}/dir/link/deeper/after")
    assert {f.name for f in (outside / "deeper").iterdir()} == {"mine", "before"}


@SIZES
def test_a_batch_that_makes_its_folders_on_the_way(
    sftp: SFTPConnection, sftp_root: Path, outside: Path, sftp_source: Source, size: int
) -> None:
    base = f"{sftp_root}/{BASE}"
    told_by_clean_up(sftp, base)
    sftp.send(sftp_source(), f"{base}/dir/first")  # the link is right below what is known
    names = ["dir/link/a", "dir/link/deeper/b", "dir/real/c", "dir/link/d", "dir/real/deep/e"]
    uploads = [Upload.of(sftp_source(b"x" * size), f"{base}/{name}") for name in names]
    answers = {upload.remote_path: error for upload, error in sftp.send_batch(uploads)}
    for name in names:
        error = answers[f"{base}/{name}"]
        assert isinstance(error, PathBlocked) if "link" in name else error is None
    assert unharmed(outside)
    assert sorted(file.name for file in outside.rglob("*")) == ["deeper", "mine", "mine"]


@SIZES
def test_what_is_kept_stays_inside(
    sftp: SFTPConnection, sftp_root: Path, outside: Path, sftp_source: Source, size: int
) -> None:
    """A planted trash folder: the upload names its place by itself."""
    base = sftp_root / BASE
    (base / ".skynet").symlink_to(outside)
    upload = Upload.of(sftp_source(b"x" * size), f"{base}/file")
    upload.keep_as = f"{base}/.skynet/deeper/file"
    with pytest.raises(PathBlocked):
        sftp.send_upload(upload)
    with pytest.raises(PathBlocked):
        list(sftp.list(f"{base}/.skynet"))
    with pytest.raises(PathBlocked):
        sftp.delete(f"{base}/.skynet/deeper/mine")
    assert (base / "file").read_bytes() == b"file"
    assert unharmed(outside)


def test_the_chosen_place_may_be_a_link(
    sftp: SFTPConnection, sftp_root: Path, sftp_source: Source
) -> None:
    (sftp_root / "disk" / "backup").mkdir(parents=True)
    (sftp_root / "chosen").symlink_to("disk")
    for base in (sftp_root / "chosen", sftp_root / "chosen" / "backup"):
        told_by_clean_up(sftp, f"{base}/")
        upload = Upload.of(sftp_source(), f"{base}/file")
        upload.keep_as = f"{base}/.skynet/trash/file"
        for _ in range(2):
            sftp.send_upload(upload)
        assert (base / ".skynet/trash/file").exists()
        assert "file" in {file.path for file in sftp.list(str(base))}


def test_links_with_a_files_name_are_not_followed(
    sftp: SFTPConnection, sftp_root: Path, outside: Path, sftp_source: Source
) -> None:
    for name in ("sent", "gone", "moved", "timed"):
        (sftp_root / name).symlink_to(outside / "mine")
    sftp.send(sftp_source(b"new"), f"{sftp_root}/sent")
    sftp.delete(f"{sftp_root}/gone")
    with pytest.raises(PathBlocked):
        sftp.move(f"{sftp_root}/moved", f"{sftp_root}/elsewhere")
    before = (outside / "mine").stat().st_mtime_ns
    with pytest.raises(PathBlocked):
        sftp.set_time(f"{sftp_root}/timed", 0)
    assert (outside / "mine").stat().st_mtime_ns == before
    assert (sftp_root / "sent").read_bytes() == b"new" and not (sftp_root / "sent").is_symlink()
    assert unharmed(outside)


@pytest.mark.parametrize(
    "path, place",
    [
        (b"/srv/base/.skynet/trash", b"/srv/base"),
        (b"/.skynet", b"/"),
        (b".skynet/trash", b""),
        (b"base/.skynet", b"base"),
    ],
)
def test_a_path_through_our_folder_names_its_place(path: bytes, place: bytes) -> None:
    folders = Folders()
    inside = (place.rstrip(b"/") + b"/x") if place else b"x"
    assert not folders.is_guarded(inside)
    assert folders.is_guarded(path)
    assert folders.is_guarded(inside) and not folders.is_guarded(place)
    assert not folders.is_guarded(place + b"2/x" if place.strip(b"/") else b"")
    assert not folders.is_guarded(b"/other/.skynet2/x") or place == b"/"
