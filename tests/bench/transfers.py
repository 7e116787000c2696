"""Workloads that end: a first mirror of many files, of one big file, and a look at a folder in
which nothing changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.counting import CountingProxy
from tests.bench.measuring import BenchError, Report, Row, Run, alternate, timed
from tests.bench.peers import BIG, FAR, HOURS, MANY, UNCHANGED, Peer, name_of, rclone_copy
from tests.bench.stage import (
    REMOTE,
    Stage,
    check_arrived,
    make_big_file,
    make_files,
    make_mixed_files,
    size_of,
)
from tests.bench.table import SKYNET
from tests.driver import Skynet
from tests.places import Place

SMALL = 4096
TINY = 64


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


# --- first mirrors --------------------------------------------------------------------------

Places = Callable[[str], AbstractContextManager[Place]]


def many_files(
    stage: Stage, services: list[str], rounds: int, files: int, *, by_tls: bool = False
) -> Iterator[Report]:
    """4 KiB each."""
    way = _way(stage, by_tls)
    title = f"{files:,} files of 4 KiB{way.said}, first mirror"
    report = Report(f"{way.name}files", title, [], files, "files")
    yield report
    with stage.new_folder("source") as folder:
        make_files(folder, files, SMALL)
        source = Source(folder, files, files * SMALL)
        for service in services:
            _first_mirrors(report, stage, way.places, service, rounds, source, MANY[service])


def big_file(
    stage: Stage, services: list[str], rounds: int, size: int, *, by_tls: bool = False
) -> Iterator[Report]:
    way = _way(stage, by_tls)
    title = f"one file of {size >> 20:,} MiB{way.said}, first mirror"
    report = Report(f"{way.name}big", title, [], size / 1e6, "MB")
    yield report
    with stage.new_folder("source") as folder:
        make_big_file(folder, size)
        source = Source(folder, 1, size)
        for service in services:
            _first_mirrors(report, stage, way.places, service, rounds, source, BIG[service])


@dataclass(frozen=True)
class _Way:
    name: str
    said: str
    places: Places


def _way(stage: Stage, by_tls: bool) -> _Way:
    """TLS is for S3 alone: SFTP is always encrypted."""
    return _Way("tls ", " by TLS", stage.secure_place) if by_tls else _Way("", "", stage.place)


def mixed_files(stage: Stage, services: list[str], rounds: int, size: int) -> Iterator[Report]:
    with stage.new_folder("source") as folder:
        files = make_mixed_files(folder, size)
        total = size_of(folder)
        title = f"{files:,} files of 64 KiB to 14 MiB, {size >> 20:,} MiB, first mirror"
        report = Report("mixed", title, [], total / 1e6, "MB")
        yield report
        source = Source(folder, files, total)
        for service in services:
            _first_mirrors(report, stage, stage.place, service, rounds, source, MANY[service])


def far_files(
    stage: Stage, service: str, rounds: int, files: int, seconds: float
) -> Iterator[Report]:
    title = f"{files:,} files of 4 KiB over a round trip of {1000 * seconds:.0f} ms, first mirror"
    report = Report("far", title, [], files, "files")
    yield report
    with stage.new_folder("source") as folder:
        make_files(folder, files, SMALL)
        source = Source(folder, files, files * SMALL)
        places = partial(stage.far_place, seconds=seconds)
        _first_mirrors(report, stage, places, service, rounds, source, FAR[service])


def _first_mirrors(
    report: Report,
    stage: Stage,
    places: Places,
    service: str,
    rounds: int,
    source: Source,
    peers: list[Peer],
) -> None:
    def skynet() -> Run:
        with places(service) as place, mirrored(stage, place, source.folder) as program:
            run, _ = timed(lambda: program.once(timeout=HOURS))
            check_arrived(place, source.files, source.size)
            return run

    def other(peer: Peer) -> Run:
        with places(service) as place:
            run = peer.copy(place, source.folder)
            check_arrived(place, source.files, source.size)
            return run

    contenders: list[tuple[Row, Callable[[], Run]]] = [(Row(service, SKYNET), skynet)]
    for peer in peers:
        contenders.append((Row(service, peer.name), partial(other, peer)))
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
