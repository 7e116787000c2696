"""What a person may change when a stage of a trial failed, where the connection says nothing."""

from __future__ import annotations

from enum import StrEnum

from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.introduction import Advises, ServerDoubted
from skynet_desktop.connections.reach import NotReached
from skynet_desktop.core.errors import (
    ConnectionLost,
    PathBlocked,
    PathDenied,
    PathImpossible,
    ServiceRefused,
    SkynetError,
    StorageFull,
)


class Stage(StrEnum):
    """The stages of a trial, in their order; which of them apply depends on the connection."""

    NAME = "name"
    """The server's name is found."""
    PORT = "port"
    """Its port is open."""
    SECURE = "secure"
    """It proves who it is: by its certificate or its host key."""
    FOLDER = "folder"
    """The folder is there (instead of signing in)."""
    SIGN_IN = "sign-in"
    LIST = "list"
    WRITE = "write"
    READ = "read"
    DELETE = "delete"


_AGAIN = "Check this computer's network, then try again."
_LATER = "Try again in a moment. If it stays so, ask whoever runs the service."

# The first line that fits counts; None stands for any stage.
_ADVICE: tuple[tuple[Stage | None, type[SkynetError], str], ...] = (
    (
        Stage.SECURE,
        ConnectionLost,
        "Check that the port belongs to this kind of service, then try again.",
    ),
    (Stage.FOLDER, ConnectionLost, "Plug in or mount its disk, or choose another folder."),
    (Stage.FOLDER, ServiceRefused, "Choose another folder, or change its permissions."),
    (Stage.SIGN_IN, ConnectionLost, _LATER),
    (
        Stage.SIGN_IN,
        ServiceRefused,
        "Check the user name and the password or key, and that this account may use the service.",
    ),
    (Stage.LIST, PathDenied, "Give this account the right to look into the folder."),
    (
        Stage.WRITE,
        PathDenied,
        "Give this account the right to write there, or choose another folder.",
    ),
    (Stage.READ, PathDenied, "Give this account the right to read there; restoring needs it."),
    (
        Stage.DELETE,
        PathDenied,
        "Give this account the right to delete there, and remove the test file by hand.",
    ),
    (None, PathBlocked, "Choose another folder at the service."),
    (None, PathImpossible, "Choose another folder at the service."),
    (None, StorageFull, "Make room at the service, or choose another one."),
    (None, ConnectionLost, _AGAIN),
    (None, ServiceRefused, "Check the settings of the service."),
    (None, SkynetError, _LATER),
)


def advice_for(stage: Stage, error: SkynetError, connection: Connection) -> str:
    """One or two sentences, never empty."""
    if isinstance(error, NotReached):
        return error.advice
    if isinstance(error, ServerDoubted):
        return _about_trust(error)
    own = connection.advice(error) if isinstance(connection, Advises) else ""
    return own or next(
        words for at, kind, words in _ADVICE if at in (None, stage) and isinstance(error, kind)
    )


def _about_trust(error: ServerDoubted) -> str:
    if not error.accept:
        return "Do not connect. Ask whoever runs the server."
    if error.changed:
        return (
            "Somebody may be listening in, or the server was set up anew. Ask whoever runs it, "
            "and accept the new key only if they confirm it."
        )
    return (
        "Compare this fingerprint with the one that whoever runs the server gives you, and "
        "accept it only if the two are the same."
    )
