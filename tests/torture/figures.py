"""What a torture is to be, and what came out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.churn import Taste
from tests.torture.cost import Bill

_MIB = 1 << 20
_PART = 8 * _MIB
_MOST_IN_FLIGHT = {"s3": 2 * 4 * _PART + _PART, "sftp": 2 * _PART + _PART}
"""Bytes: two big files at a time, each of four parts (S3) or up to a part (SFTP), and one
batch of small ones."""
_MAY_GROW = 1.15
_MAY_GROW_BYTES = 8 * _MIB
_MAY_GROW_DESCRIPTORS = 8
_ENOUGH_SAMPLES = 6


@dataclass(frozen=True)
class Plan:
    """How much. ``seconds`` ends it early; the oracle is asked every ``rounds`` rounds, and all
    must be mirrored ``rest_seconds`` after operations and faults have ended."""

    service: str
    seed: int
    kills: int
    faults: int
    seconds: float = float("inf")
    rest_seconds: float = 180.0
    rounds: int = 25
    taste: Taste = field(default_factory=lambda: Taste(big_files=3))
    tight_limits: bool = True
    program: Path | None = None
    evidence: Path | None = None
    """A folder for what tells more of each failure."""


@dataclass
class Figures:
    """``failures`` empty: passed. Sizes in bytes; memory and descriptors of the one process
    that lives through all network faults, at rest."""

    plan: Plan
    seconds: float = 0.0
    operations: int = 0
    kills: int = 0
    terms: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    network_faults: int = 0
    checks: int = 0
    longest_rest: float = 0.0
    samples: int = 0
    files: int = 0
    sent: int = 0
    requests: int = 0
    bill: Bill = field(default_factory=lambda: Bill(0, 0, 0, 0, ""))
    resident: list[int] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def judge(self) -> None:
        """Add what the figures themselves say to the failures."""
        if self.bill.mean > _PART:
            self.failures.append("more than a part was sent again for each fault")
        if self.bill.worst > _MOST_IN_FLIGHT[self.plan.service]:
            self.failures.append("a fault cost more than what can have been in flight")
        if len(self.resident) < _ENOUGH_SAMPLES:
            return
        first, last = thirds(self.resident)
        if last > first * _MAY_GROW + _MAY_GROW_BYTES:
            self.failures.append(f"memory grew from {first / _MIB:.0f} to {last / _MIB:.0f} MiB")
        first, last = thirds(self.descriptors)
        if last > first + _MAY_GROW_DESCRIPTORS:
            self.failures.append(f"open descriptors grew from {first:.0f} to {last:.0f}")


def thirds(values: Sequence[int]) -> tuple[float, float]:
    """Means of the first and of the last third."""
    third = max(1, len(values) // 3)
    return sum(values[:third]) / third, sum(values[-third:]) / third
