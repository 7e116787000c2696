#!/usr/bin/env python3
"""Builds the installers that this system can build, from pinned inputs.

    python installer/build.py                   all of them, into dist/
    python installer/build.py --only deb        one kind; may be given more than once. Under Linux,
                                                "setup" (for Windows) is made only if asked for
    python installer/build.py --check           build, then try what was built (pytest -m installer)
    python installer/build.py --list            the kinds that this system can build

Needs Python 3.11 or newer and its standard library: packages go into build/venv, system packages
come by apt where it may. SOURCE_DATE_EPOCH is obeyed; without it, the last commit's time is taken.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # instead of this script's folder

import dev  # noqa: E402
from installer import ROOT  # noqa: E402
from installer.job import Job, JobError, Kind  # noqa: E402

KINDS = {
    "linux": ("linux.appimage", "linux.deb", "windows.setup", "sbom"),
    "win32": ("windows.setup", "sbom"),
    "darwin": ("macos.dmg", "sbom"),
}
"""Modules of this package that hold a ``KIND``, by ``sys.platform``."""

SUMS = "SHA256SUMS"


def main(arguments: list[str]) -> int:
    kinds = {kind.name: kind for kind in _kinds()}
    chosen = _parser(list(kinds)).parse_args(arguments)
    if chosen.list:
        print("\n".join(f"{kind.name:10} {kind.what}" for kind in kinds.values()))
        return 0
    job = Job(chosen.out.resolve(), _epoch(), chosen.runtime)
    try:
        wanted = chosen.only or [name for name, kind in kinds.items() if not kind.only_if_asked]
        made = [_make(kinds[name], job) for name in wanted]
    except (JobError, subprocess.CalledProcessError) as error:
        dev.say(f"Not built: {error}")
        return 1
    _write_sums(job.out)
    print()
    for file, seconds in made:
        print(f"{file.name:44} {file.stat().st_size / 1e6:7.1f} MB {seconds:6.0f} s")
    return _check(job.out, wanted) if chosen.check else 0


def _kinds() -> list[Kind]:
    names = KINDS.get(sys.platform, ())
    return [importlib.import_module(f"installer.{name}").KIND for name in names]


def _parser(kinds: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", choices=kinds, help="this kind")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where to (dist/)")
    parser.add_argument(
        "--runtime", type=Path, metavar="FILE",
        help="what an AppImage starts with: the official type-2 runtime, whose SHA-256 "
        "installer/linux/runtime.py knows; without it, ours is compiled",
    )  # fmt: skip
    parser.add_argument("--check", action="store_true", help="then try what was built")
    parser.add_argument("--list", action="store_true", help="name the kinds, and build nothing")
    return parser


def _make(kind: Kind, job: Job) -> tuple[Path, float]:
    dev.system_packages(dict(kind.tools))
    begun = time.monotonic()
    dev.say(f"Building: {kind.what} ...")
    file = kind.make(job)
    return file, time.monotonic() - begun


def _epoch() -> int:
    """The time that everything built is stamped with, in seconds."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    asked = ["git", "log", "-1", "--format=%ct"]
    try:
        return int(subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout)
    except (OSError, ValueError, subprocess.CalledProcessError):  # not a checkout
        return int((ROOT / "CHANGELOG.md").stat().st_mtime)


def _write_sums(folder: Path) -> None:
    """In the form that ``sha256sum -c`` reads, on every system."""
    lines = []
    for file in sorted(folder.iterdir()):
        if file.is_file() and file.name != SUMS:
            with file.open("rb") as content:
                lines.append(f"{hashlib.file_digest(content, 'sha256').hexdigest()}  {file.name}\n")
    (folder / SUMS).write_text("".join(lines), "utf-8", newline="\n")


def _check(folder: Path, made: list[str]) -> int:
    """Of the kinds, those that were made."""
    dev.set_up("dev")
    dev.system_packages(dev.SYSTEM)
    os.environ["SKYNET_DIST"] = str(folder)
    others = [kind.name for kind in _kinds() if kind.name not in made]
    without = [f"--ignore=tests/installer/test_{name}.py" for name in others]
    tests = ["-m", "pytest", "-m", "installer", "tests/installer", "-v", *without]
    return dev.call([dev.PYTHON, *tests])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
