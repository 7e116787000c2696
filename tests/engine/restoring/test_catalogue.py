from __future__ import annotations

import sys
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skynet_desktop.connections.base import RemoteFile
from skynet_desktop.connections.recovery import RemoteVersion
from skynet_desktop.core.errors import ConnectionLost, SkynetError, Stopped
from skynet_desktop.engine.restoring.catalogue import Catalogue
from tests.engine.fakes import Plain, Remote
from tests.engine.restoring.restore_rig import BASE, LONG_AGO, Attic, Lister, Versioned, version

T = 1_700_000_000.0


@pytest.fixture
def attic() -> Attic:
    return Attic()


def paths(catalogue: Catalogue, path: str = "", at: float | None = None) -> list[str]:
    return [stored.path for stored in catalogue.files_below(path, at)]


def names(catalogue: Catalogue, path: str = "", at: float | None = None) -> list[str]:
    return [entry.name + "/" * entry.is_folder for entry in catalogue.folder(path, at)]


# --- now --------------------------------------------------------------------------------


def test_browsing_folder_by_folder(attic: Attic) -> None:
    for path in ("z", "a.txt", "b/x", "b/c/y", "b/c/z", "ba/x", "b.txt"):
        attic.put(path, path)
    with attic.catalogue() as catalogue:
        assert names(catalogue) == ["b/", "ba/", "a.txt", "b.txt", "z"]
        assert names(catalogue, "b") == ["c/", "x"]
        assert names(catalogue, "b/c") == ["y", "z"]
        assert names(catalogue, "nothing") == []
        assert paths(catalogue, "b") == ["b/c/y", "b/c/z", "b/x"]
        assert paths(catalogue, "b/x") == ["b/x"]
        assert catalogue.total("") == (7, sum(map(len, paths(catalogue))))
        assert catalogue.total("b") == (3, 13)
        assert catalogue.total("z") == (1, 1)
        [stored] = catalogue.files_below("b/x")
        assert stored.remote_path == f"{BASE}/b/x"
        assert (stored.size, stored.mtime_ns, stored.until) == (3, LONG_AGO * 10**9, None)


def test_more_files_than_one_page(attic: Attic) -> None:
    for number in range(2_345):
        attic.put(f"{number % 7}/{number:05}", b"")
    attic.remove("3/00003", T)
    told: list[int] = []
    with Catalogue.read(attic.connect(), BASE, report=told.append) as catalogue:
        assert paths(catalogue) == sorted(f"{n % 7}/{n:05}" for n in range(2_345) if n != 3)
        assert len(paths(catalogue, at=T - 1)) == 2_345
        assert told == [1000, 2000, 2345]


def test_what_is_ours_is_not_shown(attic: Attic) -> None:
    """Even if whoever wrote the connection did not leave it out."""
    attic.put("a", b"x")
    attic.put(".skynet/mapping.json", b"{}")
    attic.put(".skynet/trash/not/ours", b"?")
    attic.put("sub/.skynet/mine", b"x")
    attic.put("gone", b"x")
    attic.remove("gone", T)

    class Sloppy(Lister):
        def list(self, remote_dir: str) -> Iterator[RemoteFile]:
            prefix = remote_dir + "/"
            for path, kept in self.attic.files.items():
                if path.startswith(prefix):
                    yield RemoteFile(path.removeprefix(prefix), len(kept.data))

    with Catalogue.read(attic.connect(Sloppy), BASE) as catalogue:
        assert paths(catalogue) == ["a", "sub/.skynet/mine"]
        assert paths(catalogue, at=T - 1) == ["a", "gone", "sub/.skynet/mine"]
        assert names(catalogue) == ["sub/", "a"]


HOSTILE = [
    "../out", "/absolute", "a//b", "a/../../b", "nul\0byte", "new\nline", "it's \"quoted\"", "%_",
    "\udce9t\udce9", "\ud800", "ü", "C:\\x", "dir/", "e\u0301",
]  # fmt: skip


def test_any_name_is_held_as_it_is(attic: Attic) -> None:
    for path in HOSTILE:
        attic.put(path, path.encode("utf-8", "surrogatepass"))
    with attic.catalogue() as catalogue:
        assert sorted(paths(catalogue)) == sorted(HOSTILE)
        for path in HOSTILE:
            [state] = catalogue.history(path)
            assert state.remote_path == f"{BASE}/{path}"
        assert "nul\0byte" in names(catalogue)


def test_a_file_and_a_folder_of_one_name(attic: Attic) -> None:
    """S3 allows it."""
    attic.put("a", b"file")
    attic.put("a/b", b"below")
    with attic.catalogue() as catalogue:
        assert names(catalogue) == ["a/", "a"]
        assert paths(catalogue, "a") == ["a", "a/b"]
        assert catalogue.total("a") == (2, 9)


def test_an_empty_remote_base(attic: Attic) -> None:
    class Top(Lister):
        def list(self, remote_dir: str) -> Iterator[RemoteFile]:
            if remote_dir == "":
                yield RemoteFile("a/b", 1)
            if remote_dir == ".skynet/trash":
                yield RemoteFile("2026-11-22/10-00-00/c", 1)

    with Catalogue.read(attic.connect(Top), "") as catalogue:
        [now] = catalogue.files_below("")
        assert now.remote_path == "a/b"
        [gone] = catalogue.history("c")
        assert gone.remote_path == ".skynet/trash/2026-11-22/10-00-00/c"


# --- as it was --------------------------------------------------------------------------


def test_the_trash_tells_what_was_there(attic: Attic) -> None:
    attic.put("doc", "first", T)
    attic.replace("doc", "second!", T + 100)
    attic.replace("doc", "third", T + 200)
    attic.remove("doc", T + 300)
    attic.put("doc", "fourth", T + 400)
    attic.put("other/kept", "x", T)
    with attic.catalogue() as catalogue:

        def content(at: float | None) -> bytes | None:
            found = list(catalogue.files_below("doc", at))
            assert len(found) < 2
            return attic.files[found[0].remote_path].data if found else None

        assert content(T + 50) == b"first"
        assert content(T + 100) == b"second!", "gone at that very moment"
        assert content(T + 150) == b"second!"
        assert content(T + 250) == b"third"
        assert content(T + 350) is None, "the present one was modified later"
        assert content(T + 450) == content(None) == b"fourth"
        assert content(T - 50) is None, "what is the oldest known came about later"
        assert catalogue.moments() == [T + 300, T + 200, T + 100]
        history = catalogue.history("doc")
        assert [s.until for s in history] == [None, T + 300, T + 200, T + 100]
        for state in history:
            assert [state] == list(catalogue.files_below("doc", state.moment))
        [entry] = [e for e in catalogue.folder("", T + 150) if not e.is_folder]
        assert (entry.name, entry.size, entry.kept_until, entry.states) == ("doc", 7, T + 200, 4)
        [entry] = [e for e in catalogue.folder("") if not e.is_folder]
        assert (entry.size, entry.kept_until, entry.states) == (6, None, 4)


def test_what_was_changed_and_removed_within_a_second(attic: Attic) -> None:
    """The trash cuts times to whole seconds."""
    attic.put("doc", "x", T + 0.4)
    attic.remove("doc", T + 0.9)
    with attic.catalogue() as catalogue:
        [state] = catalogue.history("doc")
        assert state.until == T
        assert list(catalogue.files_below("", state.moment)) == [state]


def test_what_replaced_it_was_not_there_before_however_old_it_says_it_is(attic: Attic) -> None:
    attic.put("doc", "first", T + 50)
    attic.remove("doc", T + 100)
    attic.put("doc", "from an old backup", T)
    attic.remove("doc", T + 200)
    attic.put("doc", "even older", T - 1000)
    with attic.catalogue() as catalogue:
        assert [s.from_ for s in catalogue.history("doc")] == [T + 200, T + 100, None]
        assert paths(catalogue, at=T + 20) == [], "what was there then is not known"
        sizes = [[s.size for s in catalogue.files_below("", T + at)] for at in (60, 150, 250)]
        assert sizes == [[5], [18], [10]]


def test_folders_come_and_go(attic: Attic) -> None:
    attic.put("old/sub/file", b"x", T)
    attic.remove("old/sub/file", T + 100)
    attic.put("new/file", b"x", T + 200)
    with attic.catalogue() as catalogue:
        assert names(catalogue) == ["new/"]
        [old] = catalogue.folder("", T + 50)
        assert (old.path, old.is_folder, old.kept_until) == ("old", True, T + 100)
        assert names(catalogue, "old", T + 50) == ["sub/"]
        assert names(catalogue, "", T + 150) == []


def test_versions_tell_it_exactly(attic: Attic) -> None:
    attic.put("doc", "later", T + 300)
    attic.versions = [  # in no order
        version("doc", "v3", T + 300, latest=True),
        version("doc", "v1", T),
        version("doc", "gone", T + 200, gone=True),
        version("doc", "v2", T + 100),
        version("was/here", "w1", T),
        version("was/here", "w2", T + 100, gone=True, latest=True),
    ]
    with Catalogue.read(attic.connect(Versioned), BASE) as catalogue:

        def then(at: float | None, path: str = "doc") -> list[str]:
            return [s.version for s in catalogue.files_below(path, at)]

        assert then(T - 1) == []
        assert then(T) == then(T + 99) == ["v1"]
        assert then(T + 100) == ["v2"]
        assert then(T + 200) == then(T + 299) == []
        assert then(T + 300) == then(None) == [""], "the present one goes by its name"
        assert then(T + 50, "was") == ["w1"]
        assert then(None, "was") == []
        assert [s.version for s in catalogue.history("doc")] == ["", "v2", "v1"]
        assert [s.from_ for s in catalogue.history("doc")] == [T + 300, T + 100, T]
        assert catalogue.moments() == [T + 200, T + 100]
        for state in catalogue.history("doc"):
            assert [state] == list(catalogue.files_below("doc", state.moment))


def test_a_versions_own_time_is_no_matter_of_the_files(attic: Attic) -> None:
    """A file modified in the future, by a clock that is wrong, was there all the same."""
    attic.put("doc", "x", T + 10_000)
    attic.versions = [version("doc", "v1", T, latest=True)]
    with Catalogue.read(attic.connect(Versioned), BASE) as catalogue:
        assert paths(catalogue, at=T + 1) == ["doc"]


EVENT = st.tuples(st.sampled_from(["a", "b", "d/a", "d/e/f"]), st.booleans())


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENT, max_size=25), st.booleans())
def test_any_past_is_told_right(events: list[tuple[str, bool]], by_versions: bool) -> None:
    """Against a model: what each path held between any two changes."""
    attic, now = Attic(), dict[str, float]()
    past: list[tuple[float, dict[str, float]]] = [(T - 10, {})]
    for number, (path, removed) in enumerate(events):
        at = T + number * 10
        if removed and path not in now:
            continue
        if by_versions:
            attic.versions = [
                (RemoteVersion(v.path, v.version, v.stored_at, v.size, gone=v.gone), d)
                if v.path == path else (v, d) for v, d in attic.versions
            ] + [version(path, f"{path} {at}", at, gone=removed, latest=True)]  # fmt: skip
            if path in now:
                del attic.files[f"{BASE}/{path}"]
        elif path in now:
            attic.remove(path, at)
        now = {p: t for p, t in now.items() if p != path}
        if not removed:
            attic.put(path, str(number), at)
            now[path] = at
        past.append((at, now))
    with Catalogue.read(attic.connect(Versioned if by_versions else None), BASE) as catalogue:
        for at, held in past:
            states = list(catalogue.files_below("", at + 5))
            assert {s.path for s in states} == set(held)
            assert catalogue.total("", at + 5)[0] == len(held)
            tops = {p.partition("/")[0] + "/" * ("/" in p) for p in held}
            assert set(names(catalogue, "", at + 5)) == tops
            for state in states:
                if state.version:
                    assert state.version == f"{state.path} {held[state.path]}"
                else:
                    assert state.mtime_ns == held[state.path] * 1e9


# --- finding ----------------------------------------------------------------------------


def test_search(attic: Attic) -> None:
    for path in ("Käse/Brot.txt", "x/BROT", "y/kaese", "brotlos/z", "gone/brot"):
        attic.put(path, b"x", T)
    attic.remove("gone/brot", T + 1)
    with attic.catalogue() as catalogue:
        assert [e.path for e in catalogue.search("brot")] == [
            "brotlos", "Käse/Brot.txt", "gone/brot", "x/BROT"
        ]  # fmt: skip
        assert [e.path for e in catalogue.search("KA\u0308SE")] == ["Käse"]
        assert [e.path for e in catalogue.search("e/brot")] == ["Käse/Brot.txt", "gone/brot"]
        [gone] = catalogue.search("gone")
        assert gone.is_folder and gone.kept_until == T + 1
        assert len(catalogue.search("r", limit=2)) == 2
        assert catalogue.search("%") == []


def test_rivals(attic: Attic) -> None:
    for path in ("A/x", "a/x", "a/y", "b", "c\u0327", "ç"):
        attic.put(path, b"", T)
    attic.remove("A/x", T + 100)
    with attic.catalogue() as catalogue:
        assert catalogue.rivals("a/y", T + 50) == ["A"]
        assert catalogue.rivals("a/x", T + 50) == ["A", "A/x"]
        assert catalogue.rivals("A/x", T + 50) == [], "it comes first"
        assert catalogue.rivals("a/x") == [], "the other one is gone"
        assert catalogue.rivals("ç") == ["c\u0327"]


# --- reading ----------------------------------------------------------------------------


def test_cancelling(attic: Attic) -> None:
    cancelled = threading.Event()

    class Endless(Lister):
        def list(self, remote_dir: str) -> Iterator[RemoteFile]:
            yield RemoteFile("a", 1)
            cancelled.set()
            while True:
                yield RemoteFile("b", 1)

    with pytest.raises(Stopped):
        Catalogue.read(attic.connect(Endless), BASE, cancelled=cancelled)


def test_a_service_that_cannot_list() -> None:
    with pytest.raises(SkynetError, match="cannot list"):
        Catalogue.read(Plain(Remote()), BASE)


def test_a_listing_that_breaks_off_is_no_catalogue(attic: Attic, tmp_path: Path) -> None:
    class Broken(Lister):
        def list(self, remote_dir: str) -> Iterator[RemoteFile]:
            yield RemoteFile("a", 1)
            raise ConnectionLost("Lost.")

    with pytest.raises(ConnectionLost):
        Catalogue.read(attic.connect(Broken), BASE, tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_stays_on_the_disk(attic: Attic, tmp_path: Path) -> None:
    attic.put("a", b"x")
    with Catalogue.read(attic.connect(), BASE, tmp_path) as catalogue:
        if sys.platform != "win32":
            assert not list(tmp_path.iterdir()), "kill -9 leaves nothing"
        assert paths(catalogue) == ["a"]
    assert not list(tmp_path.iterdir())


def test_memory_stays_flat() -> None:
    class Many(Lister):
        def list(self, remote_dir: str) -> Iterator[RemoteFile]:
            for number in range(20_000 if remote_dir == BASE else 0):
                yield RemoteFile(f"{number % 100:03}/{number}" + "x" * 100, number)

    connection = Many(Attic())
    tracemalloc.start()
    try:
        with Catalogue.read(connection, BASE) as catalogue:
            assert sum(1 for _ in catalogue.files_below("")) == 20_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000
