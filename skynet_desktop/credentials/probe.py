"""Which keyring there is and how it stands, told without asking the person anything.

A settings page shows it before the first secret is entered.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from skynet_desktop.credentials.backend import (
    CredentialsError,
    ForeignKeyring,
    find_backend,
    is_chosen_outside,
)
from skynet_desktop.credentials.session import NAME, SESSION

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_OTHERWISE = (
    "Start the desktop's keyring (on Linux a Secret Service such as GNOME Keyring or KWallet), or "
    "let Skynet keep secrets in memory only and ask for them after each start."
)


class Kind(Enum):
    """``CHOSEN``: a backend the person named, here or in the environment. ``LOCKED``: there,
    but it will ask before its first use. ``FOREIGN``: only one that nobody chose was found; it
    is not used. ``NONE``: nothing that can be used."""

    SYSTEM = "system"
    SESSION = "session"
    CHOSEN = "chosen"
    NONE = "none"
    LOCKED = "locked"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Keyring:
    """``name`` and ``sentence`` are for the person. ``backend`` is, of a foreign one, what
    ``general.keyring`` must be set to in order to choose it; else empty."""

    kind: Kind
    name: str
    sentence: str
    backend: str = ""


def probe(choice: str, backend: KeyringBackend | None = None) -> Keyring:
    """Raises nothing; may block for seconds, as it asks the system's bus."""
    if choice == SESSION:
        return Keyring(
            Kind.SESSION, NAME, "Secrets are kept in memory only and asked for after each start."
        )
    chosen = bool(choice) or (backend is None and is_chosen_outside())
    try:
        return _described(backend or find_backend(choice), chosen)
    except ForeignKeyring as error:
        return _foreign(error.backend)
    except CredentialsError as error:
        sentence = str(error) if chosen else f"There is no keyring to keep secrets in. {_OTHERWISE}"
        return Keyring(Kind.NONE, "", sentence)
    except Exception as error:  # a backend may fail in any way it likes
        kind = type(error).__name__
        return Keyring(Kind.NONE, "", f"The keyring does not work now ({kind}). {_OTHERWISE}")


def _described(backend: KeyringBackend, chosen: bool) -> Keyring:
    name = str(backend.name)
    if question := _question(backend):
        return Keyring(Kind.LOCKED, name, question)
    if chosen:
        return Keyring(Kind.CHOSEN, name, f"Secrets are kept in {name}, which you chose.")
    return Keyring(Kind.SYSTEM, name, f"Secrets are kept in this system's keyring, {name}.")


def _foreign(backend: str) -> Keyring:
    found = (
        f"The only keyring found is {backend}, which is not this system's own and may keep "
        "secrets in plain text. It is used only if you choose it."
    )
    return Keyring(Kind.FOREIGN, backend, f"{found} {_OTHERWISE}", backend)


def _question(backend: KeyringBackend) -> str:
    """What a Secret Service will ask before it can be used; empty if nothing, or if this kind
    of keyring cannot tell without asking."""
    if type(backend).__module__ != "keyring.backends.SecretService":
        return ""
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        try:
            locked = secretstorage.Collection(bus).is_locked()
        except secretstorage.ItemNotFoundException:
            return "The keyring is new: it will ask for a password to protect it with."
    return "The keyring is locked. Unlock it; it may ask in a window of its own." if locked else ""
