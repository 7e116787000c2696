"""Secrets in this process's memory alone, for a person who wants them kept nowhere.

They are asked for after each start. All :class:`Credentials` of one home share them. Safe from
any thread.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

from skynet_desktop.credentials.backend import CredentialsError

SESSION = "session"
"""The setting ``general.keyring`` that chooses this."""

NAME = "this program's memory, until it ends"

MONITOR = "@monitor"
"""In place of a service's name, which none can have: the web monitor's token or password."""

_lock = threading.Lock()
_kept: dict[tuple[str, str], dict[str, str]] = {}


class SecretsNeeded(CredentialsError):
    """The secrets of ``service`` were not entered since the start."""

    def __init__(self, service: str) -> None:
        self.service = service
        if service == MONITOR:
            super().__init__(
                "Enter the monitor's token or password: it is kept in memory only, and asked for "
                "after each start."
            )
            return
        super().__init__(
            f'Enter the secrets of the service "{service}": they are kept in memory only, and '
            "asked for after each start."
        )


def get(home: str, service: str) -> dict[str, str]:
    """Raises :class:`SecretsNeeded`."""
    with _lock:
        try:
            return dict(_kept[home, service])
        except KeyError:
            raise SecretsNeeded(service) from None


def put(home: str, service: str, secrets: Mapping[str, str]) -> None:
    """None at all counts as entered, too: a service may need none."""
    with _lock:
        _kept[home, service] = dict(secrets)


def drop(home: str, service: str) -> None:
    with _lock:
        _kept.pop((home, service), None)
