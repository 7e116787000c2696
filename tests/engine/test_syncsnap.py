"""SyncSnap: the folder held against the index (promises 1, 4 and 9)."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skynet_desktop.core.actions import send
from skynet_desktop.core.errors import Stopped
from skynet_desktop.core.files import FileState
from skynet_desktop.engine import index as index_module
from tests.engine.rig import Rig, put, tree

SEGMENTS = st.sampled_from(["a", "a.b", "a0", "a b", "a-", "b", "a+", "ü", "\udcff", "A", "a\n"])
PATHS = st.lists(SEGMENTS, min_size=1, max_size=3).map("/".join)
WRONG = FileState(99, 1, 1)


def make(root: Path, paths: list[str]) -> set[str]:
    for path in paths:
        full = root / path
        try:
            full.parent.mkdir(parents=True, exist_ok=True)
            full.write_bytes(b"x")
        except OSError:
            continue  # a file stands where a folder is needed, or the other way round
    return set(tree(root))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    on_disk=st.lists(PATHS, max_size=12),
    known=st.dictionaries(PATHS, st.sampled_from(["right", "wrong", "unsure"]), max_size=12),
    folder=st.sampled_from(["", "", "a", "a.b"]),
    page=st.sampled_from([2, 5000]),
)
def test_like_a_naive_comparison(
    on_disk: list[str], known: dict[str, str], folder: str, page: int
) -> None:
    home = Path(tempfile.mkdtemp())
    before, index_module._PAGE = index_module._PAGE, page
    try:
        rig = Rig(home)
        found = make(rig.root, on_disk)
        mapping = rig.open()
        for path, how in known.items():
            state = mapping.look(path) or WRONG
            index = mapping.index
            index.record([(path, WRONG if how == "wrong" else state)])
            if how == "unsure":
                index.intend([(path, state)])
        prefix = folder + "/" if folder else ""
        if not (rig.root / folder).is_dir():
            return
        result = mapping.snap.sweep(folder)
        queued = {t.action.src_path for t in mapping.q.take(999)}
        inside = {p for p in found if p.startswith(prefix)}
        assert queued == {p for p in inside if known.get(p) != "right"}
        missing = {p for p in known if p.startswith(prefix) and p not in found}
        assert set(mapping.removals.batch(999)) == missing
        assert (result.files, result.missing) == (len(inside), len(missing))
        rig.close()
    finally:
        index_module._PAGE = before
        shutil.rmtree(home)


def test_the_order_of_folders_is_that_of_their_paths(rig: Rig) -> None:
    """ "a.b" sorts before "a/b" and "a0" after it: both walks must agree on that."""
    names = ["a/b", "a.b", "a0", "a b/c", "a-/d", "a!"]
    mapping = synced(rig, *names)
    result = mapping.snap.sweep()
    assert (result.files, result.queued, result.missing) == (6, 0, 0)


def synced(rig: Rig, *names: str, **options: Any) -> Any:
    for name in names:
        put(rig.root / name)
    mapping = rig.open(**options)
    rig.sweep(mapping)
    return mapping


def unreadable(monkeypatch: pytest.MonkeyPatch, folder: str, error: type[OSError]) -> None:
    """Tests run as root, whom no mode keeps out."""
    real = os.scandir

    def scandir(path: Any) -> Any:
        if not isinstance(path, int) and os.fspath(path) == folder:
            raise error(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)


@pytest.mark.parametrize("error", [PermissionError, OSError])
def test_an_unreadable_folder_is_an_error_and_no_deletion(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    mapping = synced(rig, "d/a", "d/e/b", "d.x", "d0", "z")
    (rig.root / "z").unlink()
    unreadable(monkeypatch, mapping.mapper.local("d"), error)
    result = mapping.snap.sweep()
    assert result.unreadable == ["d"]
    assert mapping.removals.batch(99) == ["z"]
    rig.handle(mapping)
    assert set(rig.there) == {"d/a", "d/e/b", "d.x", "d0"}
    (issue,) = mapping.issues.all()
    assert (issue.path, issue.kind) == ("d", "SourceUnreadable")
    monkeypatch.undo()
    mapping.q.unpark()
    rig.sweep(mapping)
    assert not mapping.issues.all()


def test_an_unreadable_root_raises(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    mapping = synced(rig, "a")
    unreadable(monkeypatch, mapping.mapper.local_base, PermissionError)
    with pytest.raises(PermissionError):
        mapping.snap.sweep()
    assert mapping.removals.waiting().count == 0


def test_files_that_are_ignored_now_keep_their_rows(rig: Rig) -> None:
    synced(rig, "a.log", "build/x", "keep").close()
    rig._mappings.clear()
    mapping = rig.open(ignore=("*.log", "build/"))
    result = mapping.snap.sweep()
    assert (result.files, result.missing) == (1, 0)
    assert mapping.index.get("a.log") is not None
    assert mapping.index.get("build/x") is not None


def test_links_are_not_followed(rig: Rig) -> None:
    outside = put(rig.home / "outside/file").parent
    mapping = synced(rig, "a")
    (rig.root / "link").symlink_to(outside)
    (rig.root / "loop").symlink_to(rig.root)
    assert mapping.snap.sweep().files == 1


def test_it_stops_when_told(rig: Rig) -> None:
    for number in range(50):
        put(rig.root / f"f{number}")
    mapping = rig.open()
    mapping.stop()
    with pytest.raises(Stopped):
        mapping.snap.sweep()


def test_deep_trees(rig: Rig) -> None:
    path = "/".join("l" for _ in range(150)) + "/file"
    put(rig.root / path)
    mapping = rig.open()
    mapping.snap.sweep()
    assert [t.action for t in mapping.q.take(9)] == [send(path)]
