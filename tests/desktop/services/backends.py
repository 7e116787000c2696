"""Keyrings made to order, chosen in the settings by their dotted names."""

from __future__ import annotations

from typing import ClassVar

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

MEMORY = "tests.desktop.services.backends.Memory"
LOCKED = "tests.desktop.services.backends.Locked"


class Memory(KeyringBackend):
    """Keeps secrets as long as the test runs; without a priority nobody chooses it by chance."""

    name = "the tests' memory"
    priority = 0
    kept: ClassVar[dict[tuple[str, str], str]] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        try:
            del self.kept[service, username]
        except KeyError:
            raise PasswordDeleteError from None


class Locked(Memory):
    """There, but nobody unlocks it."""

    name = "a locked one"

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked
