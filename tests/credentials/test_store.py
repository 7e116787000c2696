"""How secrets are laid out in a keyring, with one made to order."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError, PasswordSetError

from skynet_desktop.credentials import Credentials, CredentialsError

WINDOWS_LIMIT = 2_560


class Memory(KeyringBackend):
    """As narrow as the Credential Manager of Windows."""

    priority = 0  # nobody chooses it by chance, in other tests of the same process

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.writes_left = 1_000

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password.encode("utf-16-le")) > WINDOWS_LIMIT:
            raise PasswordSetError(f"too long: {password}")
        if not self.writes_left:
            raise PasswordSetError(f"not now: {password}")
        self.writes_left -= 1
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        try:
            del self.entries[service, username]
        except KeyError:
            raise PasswordDeleteError("none")


def credentials(memory: Memory, home: str = "/h/settings.toml") -> Credentials:
    return Credentials(Path(home), memory)


_SECRETS = st.dictionaries(
    st.text(max_size=9), st.text(st.characters(exclude_categories=["Cs"]), max_size=2_000)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_SECRETS, max_size=4))
def test_whatever_was_set_last_is_there_and_nothing_else(rounds: list[dict[str, str]]) -> None:
    memory = Memory()
    ours = credentials(memory)
    for secrets in rounds:
        ours.set("a b@c/1", secrets)
        assert ours.get("a b@c/1") == secrets
    ours.delete("a b@c/1")
    assert memory.entries == {}


def test_services_and_homes_are_apart() -> None:
    memory = Memory()
    ours, theirs = credentials(memory), credentials(memory, "/other/settings.toml")
    ours.set("a", {"password": "1"})
    ours.set("b", {"password": "2"})
    theirs.set("a", {"password": "3"})
    assert ours.get("a") == {"password": "1"}
    ours.delete("a")
    assert (ours.get("b"), theirs.get("a")) == ({"password": "2"}, {"password": "3"})


@pytest.mark.parametrize("writes", range(5))
def test_an_interrupted_change_is_noticed(writes: int) -> None:
    memory = Memory()
    ours = credentials(memory)
    ours.set("a", {"key": "x" * 3_000})
    memory.writes_left = writes
    try:
        ours.set("a", {"key": "y" * 4_000})
    except CredentialsError as error:
        assert "yyy" not in str(error)
        assert error.__suppress_context__
    try:
        assert set(ours.get("a")["key"]) in ({"x"}, {"y"})
    except CredentialsError as error:
        assert "damaged" in str(error)
    memory.writes_left = 1_000
    ours.set("a", {"key": "z"})
    assert ours.get("a") == {"key": "z"}


def test_what_somebody_else_wrote_there_is_no_secret_of_ours() -> None:
    for text in ("", "nonsense", "1 0 {}", "2", "[]"):
        memory = Memory()
        ours = credentials(memory)
        ours.set("a", {"key": "z"})
        memory.entries = dict.fromkeys(memory.entries, text)
        with pytest.raises(CredentialsError, match="damaged"):
            ours.get("a")
        ours.set("a", {"key": "z"})
        assert ours.get("a") == {"key": "z"}


def test_a_locked_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> str:
        raise KeyringLocked("no")

    memory = Memory()
    monkeypatch.setattr(memory, "get_password", locked)
    with pytest.raises(CredentialsError, match="The keyring is locked"):
        credentials(memory).get("a")
