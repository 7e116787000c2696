"""Secrets kept nowhere: entered after each start, and shared within one process and home."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from skynet_desktop.credentials import (
    SESSION,
    Credentials,
    CredentialsError,
    Kind,
    SecretsNeeded,
    redacted,
    session,
)
from tests.credentials.test_store import Memory

HOME = Path("/h/settings.toml")


@pytest.fixture(autouse=True)
def forget_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_kept", {})


def in_memory(home: Path = HOME, memory: Memory | None = None) -> Credentials:
    return Credentials(home, memory, choice=SESSION)


def test_they_are_asked_for_kept_and_forgotten() -> None:
    ours = in_memory()
    with pytest.raises(SecretsNeeded, match='Enter the secrets of the service "nas"') as raised:
        ours.get("nas")
    assert raised.value.service == "nas"
    assert isinstance(raised.value, CredentialsError)
    ours.set("nas", {"password": "canary-1"})
    assert ours.get("nas") == {"password": "canary-1"}
    assert redacted("canary-1") == "[hidden]"
    ours.get("nas")["password"] = "changed by a caller"
    assert ours.get("nas") == {"password": "canary-1"}
    ours.delete("nas")
    ours.delete("nas")
    with pytest.raises(SecretsNeeded):
        ours.get("nas")


def test_to_need_none_is_an_answer_too() -> None:
    in_memory().set("nas", {})
    assert in_memory().get("nas") == {}


def test_one_home_shares_them_and_two_do_not() -> None:
    in_memory().set("nas", {"password": "canary-1"})
    assert in_memory().get("nas") == {"password": "canary-1"}
    with pytest.raises(SecretsNeeded):
        in_memory(Path("/other/settings.toml")).get("nas")


def test_no_keyring_is_touched_or_even_loaded() -> None:
    memory = Memory()
    ours = in_memory(memory=memory)
    ours.set("nas", {"password": "canary-1"})
    assert memory.entries == {}
    assert "canary-1" not in repr(ours) + str(vars(ours))
    code = (
        "import sys; from pathlib import Path\n"
        "from skynet_desktop.credentials import Credentials, SESSION\n"
        "ours = Credentials(Path('/h'), choice=SESSION)\n"
        "ours.set('nas', {'password': 'x'}); ours.get('nas'); ours.probe(); ours.backend_name()\n"
        "assert 'keyring' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_the_person_reads() -> None:
    found = in_memory().probe()
    assert found.kind is Kind.SESSION
    assert "asked for after each start" in found.sentence
    assert in_memory().backend_name() == found.name == "this program's memory, until it ends"


def test_many_threads() -> None:
    def work(number: int) -> None:
        ours = in_memory()
        for round_ in range(200):
            ours.set(f"s{number}", {"n": str(round_)})
            assert ours.get(f"s{number}") == {"n": str(round_)}

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [in_memory().get(f"s{n}") for n in range(4)] == [{"n": "199"}] * 4
