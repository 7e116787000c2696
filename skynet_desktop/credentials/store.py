"""Secrets in the operating system's keyring: Keychain, Credential Manager, Secret Service.

Any call may block for as long as a person takes to answer the keyring's own prompt: never call
from the thread of a window. Safe from several threads as far as the keyring is.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from skynet_desktop.credentials import session
from skynet_desktop.credentials.backend import (
    CHOICES,
    CredentialsError,
    find_backend,
    load_library,
)
from skynet_desktop.credentials.probe import Keyring, probe
from skynet_desktop.credentials.redaction import register

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

_APPLICATION = "skynet-desktop"

# Windows keeps 2,560 bytes an entry, which keyring fills with UTF-16: 1,280 characters. Longer
# secrets are split, on every system alike.
_CHUNK = 1_200


class Credentials:
    """The secrets of one home's services. Two homes, told apart by their settings file, share
    nothing.

    ``choice`` is the setting ``general.keyring``: empty for the system's own keyring, "session"
    for this process's memory, which all instances of one home share, else the dotted name of a
    backend. ``backend`` stands in for the one that would be found.

    The keyring library is imported at the first use: most commands need no secret.
    """

    def __init__(
        self, settings_file: Path, backend: KeyringBackend | None = None, choice: str = ""
    ) -> None:
        path = os.path.normcase(os.path.realpath(settings_file))
        self._home = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
        self._backend = backend
        self._choice = choice

    def __repr__(self) -> str:
        return f"<Credentials of home {self._home}>"

    def get(self, service: str) -> dict[str, str]:
        """All secrets of the service; empty if none are stored.

        Raises CredentialsError; if they are kept in memory and were not entered since the
        start, its subclass SecretsNeeded.
        """
        if self._in_memory:
            return session.get(self._home, service)
        text = self._read(self._user(service))
        if text is None:
            return {}
        try:
            values = {str(name): str(value) for name, value in json.loads(text).items()}
        except (ValueError, AttributeError):
            raise _torn(service) from None
        register(values.values())
        return values

    def set(self, service: str, secrets: Mapping[str, str]) -> None:
        """Replace all secrets of the service; read back before it counts as stored.

        Raises CredentialsError; what was stored before may then be gone.
        """
        register(secrets.values())
        if self._in_memory:
            return session.put(self._home, service, secrets)
        if not secrets:
            return self.delete(service)
        text = json.dumps(dict(secrets), sort_keys=True)
        chunks = [text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK)]
        user = self._user(service)
        before = self._count(user)
        # The first entry says how many there are and what they amount to: written last, so that
        # an interruption is noticed, not read as a shorter secret.
        for number in range(len(chunks) - 1, -1, -1):
            head = f"{len(chunks)} {_digest(text)} " if number == 0 else ""
            self._put(_entry(user, number), head + chunks[number])
        for number in range(len(chunks), before):
            self._remove(_entry(user, number))
        if self._read(user) != text:
            raise CredentialsError(f"The keyring ({self.backend_name()}) kept nothing. {CHOICES}")
        return None

    def delete(self, service: str) -> None:
        """Forget the service's secrets; none stored is no error. Raises CredentialsError."""
        if self._in_memory:
            return session.drop(self._home, service)
        user = self._user(service)
        for number in range(self._count(user) - 1, -1, -1):
            self._remove(_entry(user, number))
        return None

    def probe(self) -> Keyring:
        """What keeps the secrets and whether it works now, without prompting.

        Raises nothing. May block for seconds: never call it on the thread of a window.
        """
        return probe(self._choice, self._backend)

    def backend_name(self) -> str:
        """What keeps the secrets, for the person. Raises CredentialsError if nothing can."""
        if self._in_memory:
            return session.NAME
        return _tried(lambda: str(self._keyring().name))

    @property
    def _in_memory(self) -> bool:
        return self._choice == session.SESSION

    def _user(self, service: str) -> str:
        return f"{service}@{self._home}"

    def _count(self, user: str) -> int:
        first = self._entry_text(user)
        number = first.split(" ", 1)[0] if first else ""
        return int(number) if number.isdecimal() else int(first is not None)

    def _read(self, user: str) -> str | None:
        first = self._entry_text(user)
        if first is None:
            return None
        head, _, rest = first.partition(" ")
        digest, _, text = rest.partition(" ")
        for number in range(1, int(head) if head.isdecimal() else 0):
            text += self._entry_text(_entry(user, number)) or ""
        if digest != _digest(text):
            raise _torn(user.rpartition("@")[0])
        return text

    def _entry_text(self, user: str) -> str | None:
        return _tried(lambda: self._keyring().get_password(_APPLICATION, user))

    def _put(self, user: str, text: str) -> None:
        _tried(lambda: self._keyring().set_password(_APPLICATION, user, text))

    def _remove(self, user: str) -> None:
        load_library()
        from keyring.errors import PasswordDeleteError

        def remove() -> None:
            try:
                self._keyring().delete_password(_APPLICATION, user)
            except PasswordDeleteError:
                if self._entry_text(user) is not None:
                    raise

        _tried(remove)

    def _keyring(self) -> KeyringBackend:
        if self._backend is None:
            self._backend = find_backend(self._choice)
        return self._backend


def _tried(call: Callable[[], T]) -> T:
    """The call's result, or a sentence for the person. The keyring's own words are kept out,
    beyond their kind: some backends quote what they were given."""
    load_library()
    from keyring.errors import InitError, KeyringLocked, NoKeyringError

    try:
        return call()
    except CredentialsError:
        raise
    except NoKeyringError:
        raise CredentialsError(f"There is no keyring to keep secrets in. {CHOICES}") from None
    except (KeyringLocked, InitError):
        raise CredentialsError(
            "The keyring is locked. Unlock it (it may ask in a window of its own) and try again, "
            "or store nothing with -o auth=environment."
        ) from None
    except Exception as error:
        kind = type(error).__name__
        raise CredentialsError(f"The keyring does not work now ({kind}). {CHOICES}") from None


def _entry(user: str, number: int) -> str:
    return user if number == 0 else f"{user}/{number}"


def _digest(text: str) -> str:
    """Notices a torn write; of no use to guess the secret by, as it lies beside it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _torn(service: str) -> CredentialsError:
    return CredentialsError(
        f'The secrets of the service "{service}" are damaged in the keyring. Enter them again.'
    )
