"""What a sign-in has to ask is asked at the same time where the connection bears it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from skynet_desktop.connections.base import Ledger, RemoteFile
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused
from skynet_desktop.engine.adoption import is_adopted
from skynet_desktop.engine.mapping import Keep
from skynet_desktop.engine.opening import open_connection
from tests.engine.fakes import Plain
from tests.engine.rig import Rig, put
from tests.engine.trusty import Versioned

_ASKED = ("send", "list", "clean_up")


class Together(Versioned):
    """Answers nothing before all is asked."""

    meeting: threading.Barrier

    def list(self, remote_dir: str) -> Iterator[RemoteFile]:
        self.meeting.wait(5)
        return super().list(remote_dir)

    def fetch(self, remote_path: str, dest_path: str) -> None:
        self.meeting.wait(5)
        super().fetch(remote_path, dest_path)

    def clean_up(self, remote_dir: str, ledger: Ledger, keep: Callable[[str], bool]) -> None:
        self.meeting.wait(5)
        super().clean_up(remote_dir, ledger, keep)

    def keeps_versions(self) -> bool:
        self.meeting.wait(5)
        return super().keeps_versions()


def test_of_a_new_place_all_is_asked_at_once(rig: Rig) -> None:
    Together.meeting = threading.Barrier(4)
    rig.remote.kind = Together
    put(rig.root / "a")
    mapping = rig.open(keep=Keep.ALL)
    open_connection(mapping)
    assert mapping.service_keeps_versions and is_adopted(mapping)
    assert sorted(call.name for call in rig.remote.named(*_ASKED)) == sorted(_ASKED)


def test_one_after_the_other_where_a_connection_bears_one_thread(rig: Rig) -> None:
    """The order is that of the questions, and nobody else calls meanwhile."""
    rig.remote.kind, rig.remote.parallel = Versioned, 1
    threads: set[int] = set()
    rig.remote.before.append(lambda *_: threads.add(threading.get_ident()))
    mapping = rig.open(keep=Keep.ALL)
    open_connection(mapping)
    assert threads == {threading.get_ident()}
    assert [call.name for call in rig.remote.named(*_ASKED)] == list(_ASKED)
    assert mapping.service_keeps_versions and is_adopted(mapping)


@pytest.mark.parametrize("parallel", [1, 6])
def test_an_error_of_one_ends_it_and_closes_the_connection(rig: Rig, parallel: int) -> None:
    lost = ConnectionLost("The server hung up.")
    opened: list[Plain] = []

    class Losing(Versioned):
        def open(self) -> None:
            opened.append(self)
            super().open()

        def list(self, remote_dir: str) -> Iterator[RemoteFile]:
            raise lost

    rig.remote.kind, rig.remote.parallel = Losing, parallel
    mapping = rig.open(keep=Keep.ALL)
    with pytest.raises(ConnectionLost) as caught:
        open_connection(mapping)
    assert caught.value is lost
    assert opened[0].closed
    assert not is_adopted(mapping)


def test_nothing_is_asked_or_tidied_at_a_place_that_is_not_ours(rig: Rig) -> None:
    rig.remote.kind = Versioned
    put(rig.root / "a")
    rig.once()
    for path in list(rig.remote.files):
        rig.remote.remove(path)
    rig.remote.calls.clear()
    with pytest.raises(ServiceRefused, match="not the one"):
        open_connection(rig.open())
    assert not rig.remote.named("send", "clean_up", "delete")
