"""The doctor: looks a home over and says how it stands and what to do, without a secret."""

from skynet_desktop.doctor.findings import Finding, Level, worst
from skynet_desktop.doctor.rounds import checkup

__all__ = ["Finding", "Level", "checkup", "worst"]
