"""The way to a server, looked at step by step: its name, its port, its certificate.

A library only says that it could not connect. Here each step says what went wrong in it and
what a person may do about that.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

from skynet_desktop.connections.introduction import Endpoint
from skynet_desktop.core.errors import ConnectionLost

KNOCK_SECONDS = 10.0
"""How long a port may take to answer."""


class NotReached(ConnectionLost):
    """A step failed. ``advice`` says what to change."""

    def __init__(self, sentence: str, advice: str) -> None:
        super().__init__(sentence)
        self.advice = advice


def look_up(endpoint: Endpoint) -> list[str]:
    """The addresses that belong to the name, at least one. Raises :class:`NotReached`.

    Blocks for as long as the system's resolver does.
    """
    host = endpoint.host
    try:
        found = socket.getaddrinfo(host, endpoint.port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise NotReached(
                f"The name {host} could not be looked up.",
                "Check that this computer is connected to a network, then try again.",
            ) from error
        raise NotReached(
            f"The name {host} is not known.",
            "Check the spelling. A name of your own network is known only there: you may have "
            "to connect to it (VPN), or use the address (such as 192.168.1.20) instead.",
        ) from error
    except (UnicodeError, OverflowError) as error:
        raise NotReached(
            f"{host}:{endpoint.port} is no address of a server.",
            "Give a name such as nas.example.com and a port from 1 to 65535.",
        ) from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def knock(endpoint: Endpoint) -> None:
    """Open the port and close it again. Raises :class:`NotReached`."""
    host, port = endpoint.host, endpoint.port
    try:
        socket.create_connection((host, port), KNOCK_SECONDS).close()
    except ConnectionRefusedError as error:
        raise NotReached(
            f"{host} is there, but nothing answers at its port {port}.",
            "Check the port, and that the service is running on the server.",
        ) from error
    except TimeoutError as error:
        raise NotReached(
            f"{host} does not answer at port {port}.",
            "Check address and port, and that the server is switched on. A firewall on the "
            "way may also swallow the attempt.",
        ) from error
    except OSError as error:
        if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
            raise NotReached(
                f"There is no way to {host} from here.",
                "Check that this computer is connected to the right network (or VPN).",
            ) from error
        raise NotReached(
            f"{host} cannot be reached at port {port}: {error.strerror or error}.",
            "Check address and port, and this computer's network.",
        ) from error


# What OpenSSL's verification found, by its codes (x509_vfy.h).
_EXPIRED, _NOT_YET = 10, 9
_UNKNOWN_ISSUER = (2, 18, 19, 20, 21)
_OTHER_NAME = (62, 64)


def tls_trouble(error: BaseException, endpoint: Endpoint) -> NotReached | None:
    """What an error of any library, raised while TLS was agreed on, says about the server.

    None if no error of TLS is behind it.
    """
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate_trouble(cause.verify_code, cause.verify_message, endpoint.host)
        if type(cause).__name__ == "CertificateError":  # urllib3 compares names by itself
            return _certificate_trouble(_OTHER_NAME[0], str(cause), endpoint.host)
        if isinstance(cause, ssl.SSLError):
            return NotReached(
                f"{endpoint.host} does not speak TLS at port {endpoint.port}.",
                "Check the port. A server without encryption has an address that begins with "
                "http:// instead of https://.",
            )
    return None


def _certificate_trouble(code: int, message: str, host: str) -> NotReached:
    if code == _EXPIRED:
        return NotReached(
            f"The certificate of {host} has expired.",
            "Whoever runs the server must renew it. If it should be good, check this "
            "computer's clock.",
        )
    if code == _NOT_YET:
        return NotReached(
            f"The certificate of {host} is not valid yet.", "Check this computer's clock."
        )
    if code in _OTHER_NAME:
        return NotReached(
            f"The certificate belongs to another name than {host}.",
            "Use the name that the certificate was made for.",
        )
    if code in _UNKNOWN_ISSUER:
        return NotReached(
            f"The certificate of {host} was issued by somebody this computer does not trust.",
            "If the server is your own, put its issuer's certificate into a file and name that "
            "file in the environment variable AWS_CA_BUNDLE. Otherwise do not connect.",
        )
    return NotReached(
        f"The certificate of {host} is not good: {message}.",
        "Ask whoever runs the server.",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that led to it: libraries wrap one in another, some as an argument."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, BaseException) and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__, *each.args]
