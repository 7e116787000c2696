"""The services: each is tried stage by stage, then asked what a person may want to know."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, suppress

from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.particulars import EndsAbandoned, TellsSpace, TellsTime
from skynet_desktop.connections.recovery import KeepsVersions
from skynet_desktop.connections.trial import Outcome, Trial
from skynet_desktop.core.errors import SettingsError, SkynetError
from skynet_desktop.core.mapper import Mapper
from skynet_desktop.core.words import amount
from skynet_desktop.credentials import CredentialsError, SecretsNeeded
from skynet_desktop.doctor.computer import CLOCK_SECONDS, SET_CLOCK
from skynet_desktop.doctor.exam import Check, Exam, Said, bad, note, ok, warning
from skynet_desktop.doctor.storage import LITTLE, TOO_LITTLE
from skynet_desktop.settings import ServiceSettings

_SECONDS = 100.0
_CLOCK_GRAIN = 2.0  # services tell their time in whole seconds, and some round it


def check(service: ServiceSettings) -> Check:
    def look(exam: Exam) -> Iterator[Said]:
        try:
            yield from _looked_at(exam, service)
        except SecretsNeeded as error:
            yield note(str(error), "Or try it in the window of the running app, under Services.")
        except (CredentialsError, SettingsError) as error:
            yield bad(str(error), "Correct it in the settings, under Services.")

    return Check(f"Service {service.name}", look, _SECONDS)


def _looked_at(exam: Exam, service: ServiceSettings) -> Iterator[Said]:
    folders = _folders(exam, service)
    for folder in folders:
        failure = _tried(exam, service, folder)
        if failure is not None:
            yield failure
            return
    with closing(exam.app.connect(service)) as connection:
        if exam.writes:
            yield ok(f"{connection.describe()} works: a test file was written, read and deleted.")
        else:
            yield ok(f"{connection.describe()} answers and can be listed.")
        connection.open()
        for ask in (_clock, _space, _versions, _abandoned):
            with suppress(SkynetError):  # it works; what it will not tell is no trouble
                yield from ask(exam, connection, folders[0])


def _folders(exam: Exam, service: ServiceSettings) -> list[str]:
    """Where mappings lead; the service's top if there is none."""
    mappings = [m for m in exam.settings.mappings.values() if m.service == service.name]
    folders = {Mapper.of(mapping.local, mapping.remote).remote_base: None for mapping in mappings}
    return list(folders) or [""]


def _tried(exam: Exam, service: ServiceSettings, folder: str) -> Said | None:
    """Why it does not work there; None if it does."""
    trial = Trial(lambda: exam.app.connect(service), folder, writes=exam.writes)
    for result in trial.run(lambda _: None, exam.cancelled):
        if result.outcome is Outcome.FAILED:
            return bad(result.words, result.advice)
    return None


def _clock(exam: Exam, connection: Connection, folder: str) -> Iterator[Said]:
    if not isinstance(connection, TellsTime):
        return
    before = time.time()
    there = connection.server_time(folder, may_write=exam.writes)
    if there is None:
        return
    off = _apart(there, before, time.time())
    if off > CLOCK_SECONDS:
        yield bad(
            f"Its clock and this computer's are {_span(off)} apart.",
            f"{SET_CLOCK} If this one is right, tell whoever runs the service.",
        )
    else:
        yield ok("Its clock agrees with this computer's.")


def _apart(there: float, before: float, after: float) -> float:
    """Seconds between a clock that was read at some time from ``before`` to ``after``, and
    ours."""
    return max(0.0, before - there - _CLOCK_GRAIN, there - after - _CLOCK_GRAIN)


def _span(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def _space(_: Exam, connection: Connection, folder: str) -> Iterator[Said]:
    free = connection.free_space(folder) if isinstance(connection, TellsSpace) else None
    if free is None:
        return
    found = f"{amount(free)} are free there."
    if free < TOO_LITTLE:
        yield bad(found, "Make room there, or choose another destination.")
    elif free < LITTLE:
        yield warning(found, "Make room there soon.")
    else:
        yield ok(found)


def _versions(_: Exam, connection: Connection, __: str) -> Iterator[Said]:
    if not isinstance(connection, KeepsVersions):
        return
    if connection.keeps_versions():
        yield note(
            "It keeps versions: what is replaced or removed there stays, and is billed.",
            "A lifecycle rule for old versions can end that after some time.",
        )
    else:
        yield ok("It keeps no versions; what is replaced or removed goes to Skynet's own trash, "
                 "where the mapping says so.")  # fmt: skip


def _abandoned(_: Exam, connection: Connection, __: str) -> Iterator[Said]:
    ends = connection.ends_abandoned() if isinstance(connection, EndsAbandoned) else None
    if ends is False:
        yield note(
            "No rule there removes uploads that were begun and never finished.",
            "Skynet removes its own when it starts. A lifecycle rule for incomplete multipart "
            "uploads, after 7 days, also covers a computer that never comes back.",
        )
    elif ends:
        yield ok("A rule there removes uploads that were begun and never finished.")
