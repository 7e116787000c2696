"""What it costs to have the built program, beside others'.

    python3 -m tests.installer.measure [--rounds 5] [--other NAME ROOT "COMMAND ..."]

On a bare system, under a screen in memory with a tray (XEmbed, which all know): milliseconds from
the start of the process to its icon, the first time with none of its files in the kernel's
memory; the processor's time until then; and the memory that is its own or its share of what it
shares (PSS), half a minute later. All of all its processes.
Nobody has set anything up: no account, no folder. Another program is one that was installed into
the root file system ROOT.
"""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from installer import ROOT
from tests.bench.measuring import cpu_seconds, family
from tests.installer.bare_root import APPS, BareRoot
from tests.installer.conftest import KEPT, built
from tests.screen.app import DesktopApp
from tests.screen.bus import Bus, Keyring
from tests.screen.display import Screen
from tests.screen.processes import Program, wait_until
from tests.screen.trayer import Trayer

SETTLING_SECONDS = 30.0
FROZEN = ROOT / "build" / "frozen" / "skynet-desktop"


class Contender:
    """``files`` are those it starts from, here; a ``command`` runs in ``root``."""

    def __init__(self, name: str, root: BareRoot, files: Path, *command: str) -> None:
        self.name, self.root, self.files, self.command = name, root, files, command

    def forget(self) -> None:
        """The kernel's copies of its files."""
        os.sync()
        for path in (self.files, *self.files.rglob("*")):
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--other", action="append", default=[], nargs=3, metavar=("NAME", "ROOT", "COMMAND")
    )
    chosen = parser.parse_args(arguments)
    bare = BareRoot(KEPT / "desktop", ROOT)
    image = built("Skynet-Desktop-{version}-*.AppImage")
    seen = str(APPS / image.relative_to(ROOT))
    quiet = ("start", "--minimized")
    contenders = [
        Contender("unpacked", bare, FROZEN, f"{APPS}/build/frozen/skynet-desktop/skynet", *quiet),
        Contender("AppImage", bare, image, seen, *quiet),
        Contender("AppImage, not mounted", bare, image, seen, "--appimage-extract-and-run", *quiet),
    ]
    for name, root, command in chosen.other:
        folder = Path(root)
        contenders.append(
            Contender(name, BareRoot(folder, ROOT), folder / "usr", *shlex.split(command))
        )
    print(f"{'':24} {'first ms':>10} {'median ms':>10} {'CPU ms':>8} {'PSS MB':>8}")
    for contender in contenders:
        figures = _measured(contender, chosen.rounds)
        print(f"{contender.name:24} {{:10.0f}} {{:10.0f}} {{:8.0f}} {{:8.0f}}".format(*figures))
    return 0


def _measured(contender: Contender, rounds: int) -> tuple[float, float, float, float]:
    taken, used = [], []
    contender.forget()
    for number in range(rounds + 1):
        with _started(contender) as (program, milliseconds, seen_by):
            taken.append(milliseconds)
            used.append(1000 * sum(map(cpu_seconds, {program.pid, *seen_by()})))
            if number == rounds:
                time.sleep(SETTLING_SECONDS)
                memory = sum(map(_pss, {*family(program.pid), *seen_by()})) / 1e6
    return taken[0], statistics.median(taken[1:]), statistics.median(used), memory


@contextmanager
def _started(contender: Contender) -> Iterator[tuple[Program, float, Callable[[], set[int]]]]:
    with (
        tempfile.TemporaryDirectory(prefix="skynet-measure-") as folder, Screen() as screen,
        Bus() as bus, Trayer(bus, screen) as trayer,
    ):  # fmt: skip
        Keyring(bus)
        app = DesktopApp(Path(folder), screen, bus)
        app.env["SKYNET_HOME"] = str(app.home)
        begun = time.monotonic()
        program = Program(contender.root.command(*contender.command), app.env, app.log)
        try:
            shows, pid = trayer.shows, program.pid
            wait_until(lambda: any(map(shows, family(pid))), program.output, 60, 0.005)
            yield program, 1000 * (time.monotonic() - begun), lambda: _servers(contender)
        finally:
            program.close()


def _servers(contender: Contender) -> set[int]:
    """Processes that serve a mounted AppImage: nobody's children, but of its own file."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if os.path.samefile(entry / "exe", contender.files):
                    found.add(int(entry.name))
            except OSError:
                continue
    return found


def _pss(pid: int) -> int:
    """Bytes. 0 of a process that has ended meanwhile."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
