"""Files whose times changed and whose content did not are not sent again."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import ClassVar

import pytest

from skynet_desktop.connections.base import RemoteFile, Upload
from skynet_desktop.core.actions import move, send
from skynet_desktop.core.content import ContentHash, hash_of_file
from skynet_desktop.core.errors import ConnectionLost, SourceVanished
from skynet_desktop.engine import jobs, statedb
from skynet_desktop.engine.index import Traits
from skynet_desktop.engine.statedb import StateDB
from tests.engine.fakes import Full
from tests.engine.rig import BASE, Rig, put
from tests.engine.trusty import Trusty


@pytest.fixture
def sent(rig: Rig) -> Rig:
    rig.remote.kind = Trusty
    for number in range(10):
        put(rig.root / f"f{number}", f"content {number}")
    rig.once()
    rig.remote.calls.clear()
    return rig


def test_a_changed_clock_costs_no_upload(sent: Rig) -> None:
    for path in sent.root.iterdir():
        os.utime(path, (1e9, 1.3e9))
    sent.once()
    assert not sent.remote.named("send")
    assert {time for path, (_, time) in sent.remote.files.items() if "/f" in path} == {13 * 10**17}
    sent.remote.calls.clear()
    sent.once()
    assert not sent.remote.named("send", "set_time")


def test_an_edit_of_the_same_size_is_sent(sent: Rig) -> None:
    put(sent.root / "f1", "CONTENT 1")
    os.utime(sent.root / "f2", (1e9, 1.3e9))
    sent.once()
    assert sent.remote.paths("send") == [f"{BASE}/f1"]
    assert sent.there["f1"] == b"CONTENT 1"


def test_permissions_alone_cost_nothing(sent: Rig) -> None:
    (sent.root / "f1").chmod(0o600)
    sent.once()
    assert not sent.remote.named("send", "set_time")


def test_a_copy_that_is_gone_there_is_sent(sent: Rig) -> None:
    sent.remote.remove(f"{BASE}/f1")
    os.utime(sent.root / "f1", (1e9, 1.3e9))
    sent.once()
    assert sent.remote.paths("send") == [f"{BASE}/f1"]


def test_a_renamed_file_keeps_its_hash(sent: Rig) -> None:
    from skynet_desktop.core.actions import move

    mapping = sent.open()
    (sent.root / "f1").rename(sent.root / "g1")
    sent.handle(mapping, move("f1", "g1"))
    sent.remote.calls.clear()
    os.utime(sent.root / "g1", (1e9, 1.3e9))
    sent.sweep(mapping)
    assert not sent.remote.named("send")


def test_without_a_hash_it_is_sent(rig: Rig) -> None:
    rig.remote.kind = Full
    put(rig.root / "a")
    rig.once()
    os.utime(rig.root / "a", (1e9, 1.3e9))
    rig.once()
    assert len(rig.remote.named("send")) == 2


def test_gaps_make_no_hash(tmp_path: Path) -> None:
    whole, gap, again = ContentHash(), ContentHash(), ContentHash()
    whole.add(0, b"ab")
    whole.add(2, b"c")
    gap.add(0, b"ab")
    gap.add(3, b"c")
    again.add(0, b"xy")
    again.add(0, b"abc")
    assert whole.of(3) == again.of(3) is not None
    assert gap.of(3) is gap.of(4) is whole.of(2) is None
    (tmp_path / "f").write_bytes(b"abc")
    assert hash_of_file(str(tmp_path / "f"), lambda: None) == whole.of(3)
    with pytest.raises(SourceVanished):
        hash_of_file(str(tmp_path / "none"), lambda: None)
    assert ContentHash().of(0) is not None, "an empty file has one too"


def test_an_index_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / statedb.DATABASE) as db:
        db.execute(
            "CREATE TABLE files (path BLOB PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER "
            "NOT NULL, ctime_ns INTEGER NOT NULL, sure INTEGER NOT NULL, folded TEXT) WITHOUT ROWID"
        )
        db.execute("INSERT INTO files VALUES (?, 1, 2, 3, 1, NULL)", (b"a",))
        db.execute("PRAGMA user_version=1")
    db.close()
    from skynet_desktop.engine.index import Index

    state = StateDB(tmp_path)
    index = Index(state)
    known = index.get("a")
    assert known is not None
    assert known.sure
    assert known.traits == Traits()
    index.record([("a", known.state)], {"a": Traits(b"h", "t", 5.0)})
    assert [row.traits for _, row in index.rows()] == [Traits(b"h", "t", 5.0)]
    state.close()


class Gullible(Trusty):
    """Believes size and time alone, as most services must."""

    def matches(self, src_path: str, remote_dir: str, remote: RemoteFile) -> bool:
        return True


def edit_keeping_times(path: Path, content: str) -> None:
    before = path.stat()
    path.write_text(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


class BreaksOff(Gullible):
    """At the first send, before anything was sent."""

    broke: ClassVar[bool]

    def send_upload(self, upload: Upload) -> None:
        if not BreaksOff.broke:
            BreaksOff.broke = True
            raise ConnectionLost("Lost to order.")
        super().send_upload(upload)


@pytest.mark.parametrize("hashed", [True, False])
def test_an_edit_with_its_times_put_back_is_sent_though_a_send_broke_off(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, hashed: bool
) -> None:
    """The second try finds a file of the same size and time there: the version before."""
    monkeypatch.setattr(jobs, "BIG", 1)
    monkeypatch.setattr(BreaksOff, "broke", True, raising=False)
    rig.remote.kind = BreaksOff
    put(rig.root / "a", "right")
    rig.once()
    if not hashed:
        mapping = rig.open()
        mapping.index.record([("a", mapping.index.get("a").state)])  # type: ignore[union-attr]
    edit_keeping_times(rig.root / "a", "edit!")
    BreaksOff.broke = False
    rig.once()
    assert BreaksOff.broke
    assert rig.there["a"] == b"edit!"


def test_a_late_rename_replaces_nothing_that_was_sent_meanwhile(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old name's copy only looks like the file: it is of an older version."""
    monkeypatch.setattr(jobs, "BIG", 1)
    rig.remote.kind = Gullible
    put(rig.root / "old", "stale")
    mapping = rig.open()
    rig.sweep(mapping)
    edit_keeping_times(rig.root / "old", "edit!")
    (rig.root / "old").rename(rig.root / "new")
    rig.handle(mapping, send("new"))
    rig.handle(mapping, move("old", "new"))
    assert rig.there == {"new": b"edit!"}


def test_a_copy_known_to_be_wrong_is_sent_though_it_looks_right(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BIG", 1)
    rig.remote.kind = Gullible
    put(rig.root / "a", "right")
    rig.once()
    content, mtime_ns = rig.remote.files[f"{BASE}/a"]
    rig.remote.write(f"{BASE}/a", b"WRONG", mtime_ns)
    mapping = rig.open()
    mapping.index.intend([("a", mapping.index.get("a").state)])  # type: ignore[union-attr]
    rig.sweep(mapping)
    assert rig.there["a"] == b"WRONG", "in doubt alone it is believed"
    mapping.index.mark_wrong(["a"])
    rig.sweep(mapping)
    assert rig.there["a"] == content
