"""How a connection introduces itself to a form: capabilities that are asked for while a service
is set up, tested or shown, and that no transfer needs.

Only :class:`VerifiesServer` and :class:`FindsFolders` do any I/O, and only the latter needs an
opened connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from skynet_desktop.core.errors import ServiceRefused


class ServerDoubted(ServiceRefused):
    """The server is not known, or is not the one we know. Nothing secret was sent to it.

    ``finding`` says what was found, ``how`` what settles it by hand; together they are the
    error's sentence. ``accept`` holds the option values by which a person decides to trust
    the server from now on; it is empty where nobody may. ``changed`` warns of a possible
    attack.
    """

    def __init__(
        self, finding: str, how: str, accept: Mapping[str, str], changed: bool = False
    ) -> None:
        super().__init__(f"{finding} {how}".strip())
        self.finding = finding
        self.accept = dict(accept)
        self.changed = changed


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server's address on the network."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Location:
    """A place at a service. ``text`` names it for the person; ``url`` is what a file manager
    or a browser opens to show it, "" where there is nothing of the kind."""

    text: str
    url: str = ""


@runtime_checkable
class HasEndpoint(Protocol):
    def endpoint(self) -> Endpoint | None:
        """What this computer itself connects to; None if that is somebody else (a proxy).
        Raises ``ServiceRefused`` for an address that is none."""
        ...


@runtime_checkable
class VerifiesServer(Protocol):
    def verify_server(self) -> str:
        """Connect, let the server prove that it is the right one, and hang up; nobody signs
        in. Returns a sentence about the proof, "" where nothing is encrypted. Raises a
        ``ServiceError``; :class:`ServerDoubted` where a person may decide."""
        ...


@runtime_checkable
class FindsFolders(Protocol):
    def has_folder(self, remote_dir: str) -> bool:
        """Whether the folder is there. Raises ``PathError`` if that cannot be told."""
        ...


@runtime_checkable
class Advises(Protocol):
    def advice(self, error: Exception) -> str:
        """What to change after this error of the connection's own, as a sentence; "" if
        there is nothing to say that the error does not say."""
        ...


@runtime_checkable
class ChecksNames(Protocol):
    def check_name(self, remote_path: str) -> None:
        """Raises ``PathImpossible`` for a path that could never be stored there, as far as
        the path alone tells."""
        ...


@runtime_checkable
class HasLocation(Protocol):
    def location(self, remote_path: str) -> Location:
        """Where a person finds this folder of the service."""
        ...
