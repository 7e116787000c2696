"""What a check-up may ask a service besides: capabilities that no transfer needs. All are asked
of an opened connection and raise its errors."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class TellsTime(Protocol):
    def server_time(self, remote_dir: str, *, may_write: bool) -> float | None:
        """What the service's clock says now, in seconds since 1970, exact to two seconds.

        None if it cannot be told; some tell only by the time of a file that is written below
        ``remote_dir`` and removed again, which ``may_write`` allows.
        """
        ...


@runtime_checkable
class TellsSpace(Protocol):
    def free_space(self, remote_dir: str) -> int | None:
        """Bytes that are free for us below the folder, which need not be there; None if the
        service does not tell."""
        ...


@runtime_checkable
class EndsAbandoned(Protocol):
    def ends_abandoned(self) -> bool | None:
        """Whether the service by itself removes uploads that were begun and never finished,
        which are billed as long as they are there; None if we may not ask."""
        ...
