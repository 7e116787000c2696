"""The table at the end of a torture, and what is kept of a failed one."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.torture.figures import Figures, Plan, thirds

_MIB = 1 << 20


def table(trials: Sequence[Figures]) -> str:
    rows: list[tuple[str, list[str]]] = [
        ("", [trial.plan.service for trial in trials]),
        ("seconds", [f"{trial.seconds:.0f}" for trial in trials]),
        ("operations", [f"{trial.operations:,}" for trial in trials]),
        ("kill -9 (besides SIGTERM)", [f"{t.kills} ({t.terms})" for t in trials]),
        ("network faults", [str(trial.network_faults) for trial in trials]),
        ("faults of all kinds", [str(sum(trial.faults.values())) for trial in trials]),
        ("full checks", [str(trial.checks) for trial in trials]),
        ("longest until up to date, s", [f"{trial.longest_rest:.0f}" for trial in trials]),
        ("remote files sampled meanwhile", [f"{trial.samples:,}" for trial in trials]),
        ("files at the end", [str(trial.files) for trial in trials]),
        ("sent by the app, MiB", [_mib(trial.sent) for trial in trials]),
        ("of this contents, MiB", [_mib(trial.bill.sent) for trial in trials]),
        ("sent again, MiB", [_mib(trial.bill.again) for trial in trials]),
        ("  a fault or kill, mean, MiB", [f"{t.bill.mean / _MIB:.2f}" for t in trials]),
        ("  worst, MiB", [f"{_mib(t.bill.worst)} ({t.bill.worst_at})" for t in trials]),
        ("requests", [f"{trial.requests:,}" for trial in trials]),
        ("memory, MiB", [_thirds(trial.resident, _MIB) for trial in trials]),
        ("descriptors", [_thirds(trial.descriptors, 1) for trial in trials]),
        ("guard asked", [str(len(trial.questions)) for trial in trials]),
        ("failures", [str(len(trial.failures)) for trial in trials]),
    ]
    kinds = sorted({kind for trial in trials for kind in trial.faults})
    rows[6:6] = [(f"  {k}", [str(t.faults.get(k, 0)) for t in trials]) for k in kinds]
    lines = ["", *(f"{name:34}" + "".join(f"{cell:>24}" for cell in cells) for name, cells in rows)]
    for trial in trials:
        name = trial.plan.service
        lines += [f"{name}: note: {words}" for words in [*trial.notes, *trial.questions]]
        lines += [f"{name}: FAILED {words}" for words in trial.failures]
    return "\n".join(lines)


def _mib(size: int) -> str:
    return f"{size / _MIB:,.1f}"


def _thirds(values: Sequence[int], unit: int) -> str:
    if not values:
        return "-"
    first, last = thirds(values)
    return f"{first / unit:.0f} -> {last / unit:.0f}"


def replay(service: str, plan: Plan) -> str:
    return (
        f"python3 dev.py torture --service {service} --kills {plan.kills} "
        f"--faults {plan.faults} --seed {plan.seed} --check-every {plan.rounds}"
    )


def save_evidence(folder: Path, where: Path) -> None:
    """Logs, settings and state of the app, and what its server was asked; not the files."""
    where.mkdir(parents=True, exist_ok=True)
    shutil.copytree(folder / "home", where / "home", ignore=shutil.ignore_patterns("*.sock"))
    for log in (folder / "server").glob("*.log"):
        shutil.copy(log, where)
