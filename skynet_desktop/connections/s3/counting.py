"""Requests counted as they leave, by the kinds that services charge by."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from skynet_desktop.connections.recovery import RequestKind

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# By how an operation's name begins. The rest changes something: put, copy, the parts of an
# upload, their beginning and end. DeleteObjects is sent as a POST, but free as any delete.
_KINDS = (
    ("List", RequestKind.LIST),
    ("Get", RequestKind.GET),
    ("Head", RequestKind.GET),
    ("Delete", RequestKind.DELETE),
    ("Abort", RequestKind.DELETE),
)


def kind_of(operation: str) -> RequestKind:
    return next((kind for start, kind in _KINDS if operation.startswith(start)), RequestKind.PUT)


def count_requests(client: S3Client, on_request: Callable[[RequestKind], None]) -> None:
    """``on_request`` is called for each attempt that the client makes, from any thread."""

    def leaves(event_name: str, **_: Any) -> None:
        on_request(kind_of(event_name.rpartition(".")[2]))

    client.meta.events.register_first("before-send.s3", leaves)
