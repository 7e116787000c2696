"""The licences of the system's libraries that came along with the program.

Each belongs to a Debian package, whose ``copyright`` file says them; those files name the long
ones, which lie in one folder of the system. (Python's packages bring their own.)
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from installer.job import JobError

DOC = Path("/usr/share/doc")
LONG = Path("/usr/share/common-licenses")
_NAMED = ("Apache-2.0", "GPL-2", "GPL-3", "LGPL-2.1", "LGPL-3")


def put(libraries: Path, target: Path) -> list[str]:
    """Into the folder ``target``: of each package that a library in ``libraries`` is of, its
    file. Returns the packages' names. Raises :class:`JobError` where there is no Debian to ask:
    a package without its licences must not be given to anybody."""
    names = {file.name for file in libraries.glob("lib*.so*") if not file.is_symlink()}
    packages = sorted(_owners(names))
    target.mkdir(parents=True, exist_ok=True)
    for package in packages:
        shutil.copyfile(DOC / package / "copyright", target / f"{package}.copyright")
    for name in _NAMED:
        shutil.copyfile(LONG / name, target / name)
    return packages


def _owners(names: set[str]) -> set[str]:
    """The packages that these files are of; those of Python's own are of none."""
    patterns = [f"*/{name}" for name in sorted(names)]
    try:
        # It fails when one of many is of no package, and tells of the others all the same.
        told = subprocess.run(["dpkg-query", "--search", *patterns], capture_output=True, text=True)
    except FileNotFoundError:
        told = None
    found = {line.partition(":")[0] for line in told.stdout.splitlines()} if told else set()
    if not found:
        raise JobError("The licences of the system's libraries are known on Debian and Ubuntu "
                       "alone. Build there.")  # fmt: skip
    return found
