"""Workloads that end: a first mirror of many files, of one big file, and a look at a folder in
which nothing changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.counting import CountingProxy
from tests.bench.measuring import BenchError, Report, Row, Run, alternate, timed
from tests.bench.stage import REMOTE, Stage, check_arrived, make_big_file, make_files
from tests.bench.table import SKYNET
from tests.driver import Skynet
from tests.places import Place

HOURS = 2 * 3600.0
SMALL = 4096
TINY = 64

MANY = ("--transfers", "32", "--checkers", "32")
BIG: dict[str, list[tuple[str, ...]]] = {
    "local": [()],
    "sftp": [(), ("--sftp-concurrency", "128")],
    "s3": [(), ("--s3-upload-concurrency", "8")],
}
UNCHANGED: dict[str, list[tuple[str, ...]]] = {
    "local": [(), ("--size-only", "--checkers", "32")],
    "sftp": [(), ("--size-only", "--checkers", "32")],
    "s3": [
        (),
        ("--fast-list", "--update", "--use-server-modtime"),
        ("--fast-list", "--size-only"),
    ],
}


@dataclass(frozen=True)
class Source:
    """A folder to mirror, and what must be at the destination afterwards."""

    folder: Path
    files: int
    size: int


@contextmanager
def mirrored(stage: Stage, place: Place, source: Path) -> Iterator[Skynet]:
    """Skynet with a home of its own and one mapping of this folder to this place."""
    with stage.new_folder("home") as home:
        skynet = Skynet(home, place)
        skynet.set_up(source, REMOTE, complete_sync=False)
        yield skynet


def rclone_copy(place: Place, source: Path, flags: tuple[str, ...]) -> tuple[Run, int]:
    """The run, and how many files it sent."""
    arguments = ("copy", "-v", "--stats", "0", *flags, str(source), f"{place.rclone}/{REMOTE}")
    run, result = timed(lambda: place.run_rclone(*arguments, timeout=HOURS))
    return run, result.stderr.count(": Copied (") + result.stderr.count(": Multi-thread Copied (")


def name_of(flags: tuple[str, ...]) -> str:
    return " ".join(("rclone copy", *flags))


# --- first mirrors --------------------------------------------------------------------------


def many_files(stage: Stage, services: list[str], rounds: int, files: int) -> Iterator[Report]:
    report = Report("files", f"{files:,} files of 4 KiB, first mirror", [], files, "files")
    yield report
    with stage.new_folder("source") as folder:
        make_files(folder, files, SMALL)
        source = Source(folder, files, files * SMALL)
        for service in services:
            _first_mirrors(report, stage, service, rounds, source, [MANY])


def big_file(stage: Stage, services: list[str], rounds: int, size: int) -> Iterator[Report]:
    report = Report("big", f"one file of {size >> 20:,} MiB, first mirror", [], size / 1e6, "MB")
    yield report
    with stage.new_folder("source") as folder:
        make_big_file(folder, size)
        for service in services:
            _first_mirrors(report, stage, service, rounds, Source(folder, 1, size), BIG[service])


def _first_mirrors(
    report: Report,
    stage: Stage,
    service: str,
    rounds: int,
    source: Source,
    variants: list[tuple[str, ...]],
) -> None:
    def skynet() -> Run:
        with stage.place(service) as place, mirrored(stage, place, source.folder) as program:
            run, _ = timed(lambda: program.once(timeout=HOURS))
            check_arrived(place, source.files, source.size)
            return run

    def rclone(flags: tuple[str, ...]) -> Run:
        with stage.place(service) as place:
            run, _ = rclone_copy(place, source.folder, flags)
            check_arrived(place, source.files, source.size)
            return run

    contenders: list[tuple[Row, Callable[[], Run]]] = [(Row(service, SKYNET), skynet)]
    for flags in variants:
        contenders.append((Row(service, name_of(flags)), partial(rclone, flags)))
    report.rows += [row for row, _ in contenders]
    alternate(rounds, contenders)


# --- nothing changed ------------------------------------------------------------------------


def unchanged(
    stage: Stage, services: list[str], rounds: int, files: int, counted: int
) -> Iterator[Report]:
    """Skynet makes the mirror; it and rclone then find that nothing is to be done."""
    report = Report("rescan", f"{files:,} files, nothing changed", [], files, "files")
    yield report
    with stage.new_folder("source") as folder:
        make_files(folder, files, TINY)
        source = Source(folder, files, files * TINY)
        for service in services:
            with stage.place(service) as place:
                _looks(report, stage, place, rounds, source)
    if "s3" in services:
        title = f"{counted:,} files, nothing changed: requests the server sees"
        yield (asked := Report("requests", title))
        _requests(asked, stage, counted)


def _looks(report: Report, stage: Stage, place: Place, rounds: int, source: Source) -> None:
    with mirrored(stage, place, source.folder) as program:
        timed(lambda: program.once(timeout=HOURS))
        check_arrived(place, source.files, source.size)
        contenders = _contenders(program, place, source.folder)
        report.rows += [row for row, _ in contenders]
        alternate(rounds, contenders)


def _contenders(program: Skynet, place: Place, source: Path) -> list[tuple[Row, Callable[[], Run]]]:
    def rclone(flags: tuple[str, ...]) -> Run:
        run, sent = rclone_copy(place, source, flags)
        if sent:
            raise BenchError(f"{name_of(flags)} sent {sent} files that Skynet had mirrored")
        return run

    found: list[tuple[Row, Callable[[], Run]]] = [
        (Row(place.kind, SKYNET), lambda: timed(lambda: program.once(timeout=HOURS))[0])
    ]
    for flags in UNCHANGED[place.kind]:
        found.append((Row(place.kind, name_of(flags)), partial(rclone, flags)))
    return found


def _requests(report: Report, stage: Stage, files: int) -> None:
    """How often each asks the server. A run of its own: the proxy costs time."""
    with ExitStack() as stack:
        folder = stack.enter_context(stage.new_folder("source"))
        make_files(folder, files, TINY)
        place, proxy = stack.enter_context(stage.counted_bucket())
        program = stack.enter_context(mirrored(stage, place, folder))
        timed(program.once)
        for row, run in _contenders(program, place, folder):
            proxy.counts.clear()
            run()
            row.figures |= _by_method(proxy)
            report.rows.append(row)


def _by_method(proxy: CountingProxy) -> dict[str, float | None]:
    counts = Counter(proxy.counts)
    return {"all": counts.total(), **{method: counts[method] for method in ("GET", "HEAD", "PUT")}}
