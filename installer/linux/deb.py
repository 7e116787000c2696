"""A package for Debian, Ubuntu and what comes of them."""

from __future__ import annotations

import json
import platform
import subprocess
import time
from pathlib import Path
from typing import Any

from installer import APP, TERMINAL
from installer.job import Job, Kind
from installer.linux.tree import PROGRAM, make_usr, settle

_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}

_DEPENDS = (
    # Of the system's own, what the program is linked to; the rest of it came along.
    "libc6 (>= {glibc})", "libgl1", "libegl1", "libxcb1",
)  # fmt: skip
_RECOMMENDS = (
    "gnome-keyring | kwalletmanager | keepassxc",  # secrets; without one, they are asked for
    "fonts-dejavu-core | fonts-liberation | fonts-noto-core",
    "libwayland-client0",
    "xdg-utils",  # opens folders and pages
)


_DESCRIPTION = """\
mirrors folders to storage that you own
Keeps folders mirrored, continuously and in one direction, to an S3 bucket, an
SFTP server, another disk, or anything somebody wrote a connection class for.
It lives in the tray; the same program works in a terminal, as skynet."""

_COPYRIGHT = """\
Skynet Desktop is free software under the GNU Affero General Public License,
version 3 or later: /usr/lib/skynet-desktop/_internal/LICENSE.
The licences of what it is built from are shown under Help > About, and lie
beside each part below /usr/lib/skynet-desktop/_internal. Those of the system's
libraries that came along lie in /usr/share/doc/skynet-desktop/libraries.
"""


def make(job: Job) -> Path:
    folder = job.folder("deb")
    make_usr(job, folder / "usr")
    copyright_ = folder / "copyright"
    copyright_.write_text(_COPYRIGHT, "utf-8")
    settle(folder, job.epoch)
    architecture = _MACHINES.get(platform.machine(), platform.machine())
    made = job.out / f"{APP}_{job.version}_{architecture}.deb"
    described = folder / "nfpm.json"  # nfpm reads YAML, which any JSON is
    described.write_text(json.dumps(_described(job, folder, architecture), indent=1), "utf-8")
    subprocess.run(
        [job.environment.program("nfpm"), "package", "--packager", "deb",
         "--config", str(described), "--target", str(made)],
        check=True, env=job.environment.variables,
    )  # fmt: skip
    return made


def _described(job: Job, folder: Path, architecture: str) -> dict[str, Any]:
    program = f"/usr/{PROGRAM.as_posix()}"
    when = {"mtime": _iso(job.epoch)}
    glibc = platform.libc_ver()[1]
    return {
        "name": APP,
        "arch": architecture,
        "platform": "linux",
        "version": job.version,
        "mtime": _iso(job.epoch),
        "section": "net",
        "priority": "optional",
        "maintainer": "The makers of Skynet Desktop <skynet-desktop@localhost>",
        "license": "AGPL-3.0-or-later",
        "description": _DESCRIPTION,
        "depends": [each.format(glibc=glibc) for each in _DEPENDS],
        "recommends": list(_RECOMMENDS),
        "contents": [
            {"src": f"{folder}/usr/", "dst": "/usr", "type": "tree", "file_info": when},
            *(
                {"src": f"{program}/{APP}", "dst": f"/usr/bin/{name}", "type": "symlink",
                 "file_info": when}
                for name in (APP, TERMINAL)
            ),
            {"src": str(folder / "copyright"), "dst": f"/usr/share/doc/{APP}/copyright",
             "file_info": when},
        ],
        "deb": {"compression": "zstd"},
    }  # fmt: skip


def _iso(epoch: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))


KIND = Kind("deb", "a package for Debian and Ubuntu", {}, make)
