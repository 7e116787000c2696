"""The web monitor: whether it takes reports, and whether they arrive."""

from __future__ import annotations

import time
from collections.abc import Iterator

from skynet_desktop.core.errors import ConnectionLost, SkynetError
from skynet_desktop.core.words import counted
from skynet_desktop.doctor.exam import Check, Exam, Said, bad, note, ok, warning
from skynet_desktop.monitoring import try_out
from skynet_desktop.notifier.told import told

_LATE_SECONDS = 600.0
_SECONDS = 30.0


def _look(exam: Exam) -> Iterator[Said]:
    monitor = exam.settings.monitor
    if not monitor.url:
        return
    if not monitor.enabled:
        yield note("A monitor is set up and told nothing.", "Switch it on under Monitor.")
        return
    if exam.network:
        yield _tried(exam)
    state = told(exam.app.paths.state)
    if state is None:
        return
    if state.waiting.dropped:
        yield warning(
            f"The monitor's history lost {counted(state.waiting.dropped, 'line')}: it was away "
            "for too long.",
            "What it shows of the present is complete.",
        )
    if state.problem and state.problem_since and time.time() - state.problem_since > _LATE_SECONDS:
        waiting = counted(state.waiting.files, "file")
        yield warning(
            f"{state.problem} The monitor was not told for a while, and {waiting} wait.",
            "Mirroring is not affected. Test the monitor in the settings, under Monitor.",
        )


def _tried(exam: Exam) -> Said:
    try:
        return ok(try_out(exam.app, exam.settings.monitor))
    except ConnectionLost as error:
        return warning(str(error), "It is told as soon as it can be reached.")
    except SkynetError as error:
        return bad(str(error), "Correct it in the settings, under Monitor.")


CHECKS = (Check("Monitor", _look, _SECONDS),)
