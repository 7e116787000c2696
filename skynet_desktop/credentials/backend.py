"""Which keyring is used: the system's own, or one the person chose; never one nobody chose.

The keyring library takes whatever is installed. A package that came along with another program
may keep secrets in plain text, or ask for a master password in a terminal that nobody sees.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from skynet_desktop.core.errors import SkynetError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

CHOICES = (
    "Start the desktop's keyring (on Linux a Secret Service such as GNOME Keyring or KWallet), "
    "store nothing with -o auth=environment, or choose a keyring deliberately with "
    "PYTHON_KEYRING_BACKEND."
)

_CHOICE = "PYTHON_KEYRING_BACKEND"
_OWN = "keyring.backends."  # those in the library itself are all the systems' own


class CredentialsError(SkynetError):
    """The keyring cannot be used; the sentence says what the person can do."""


class ForeignKeyring(CredentialsError):
    """Only a keyring that nobody chose was found; ``backend`` is the name to choose it by."""

    def __init__(self, backend: str) -> None:
        self.backend = backend
        super().__init__(
            f"The only keyring found is {backend}, which is not this system's own and may keep "
            f"secrets in plain text. It is used only if you choose it: {_CHOICE}={backend}. "
            f"{CHOICES}"
        )


def load_library() -> None:
    """Import the keyring library from its top, before any module of it.

    Several threads come here at once, at a start with several services. If one imported a
    module of it while another imports the package, each would wait for the other's part, and
    Python would end that with an error.
    """
    import keyring  # noqa: F401


def find_backend(choice: str = "") -> KeyringBackend:
    """Asked anew each time, since a desktop may start its keyring after us.

    ``choice`` is the dotted name of a backend that the person chose in the settings; empty for
    the one the environment names, else the system's own. Raises :class:`CredentialsError`. May
    take a second: it asks the system's bus.
    """
    import keyring
    from keyring.backend import KeyringBackend, get_all_keyring

    if choice:
        return _chosen(choice)
    if is_chosen_outside():
        try:
            return keyring.get_keyring()
        except Exception as error:
            raise CredentialsError(
                f"The keyring chosen by {_CHOICE} or keyringrc.cfg cannot be used: {error}."
            ) from None
    get_all_keyring()  # loads what is installed
    found = [kind for kind in KeyringBackend.get_viable_backends() if kind.priority > 0]
    own = [kind for kind in found if _is_systems_own(kind)]
    if own:
        return max(own, key=lambda kind: kind.priority)()
    others = [kind for kind in found if not kind.__module__.startswith(_OWN)]
    if others:
        raise ForeignKeyring(f"{others[0].__module__}.{others[0].__qualname__}")
    raise CredentialsError(f"There is no keyring to keep secrets in. {CHOICES}")


def is_chosen_outside() -> bool:
    """Whether the environment or the keyring library's own configuration names a backend."""
    load_library()
    from keyring.core import load_config

    if os.environ.get(_CHOICE):
        return True
    try:
        return load_config() is not None
    except Exception:  # it names something unusable: that is a choice too, and told as one
        return True


def _chosen(name: str) -> KeyringBackend:
    load_library()
    from keyring.backend import KeyringBackend
    from keyring.core import load_keyring

    try:
        backend = load_keyring(name)
    except Exception as error:
        detail = f"{type(error).__name__}: {error}"
    else:
        if isinstance(backend, KeyringBackend):
            return backend
        detail = "it is none"
    raise CredentialsError(
        f'The keyring "{name}", chosen in the settings (general.keyring), cannot be used: '
        f"{detail}. Install it, or choose another one there."
    )


def _is_systems_own(kind: type[KeyringBackend]) -> bool:
    # The chainer may lead to any other; null and fail keep nothing and have no priority.
    return kind.__module__.startswith(_OWN) and not kind.__module__.endswith(".chainer")
