"""A Debian with nothing but its base: a computer on which nobody installed Python."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.screen.needs import need

DESKTOP = ("libgl1", "libegl1", "libxcb1", "fonts-dejavu-core", "fontconfig-config")
"""What every desktop has, and a base has not: the graphics driver's libraries, and letters."""

APPS = Path("/opt/apps")
"""In there, the folder that was given as ``apps``."""

# In a mount namespace of its own, so that all mounts end with the program. It keeps its process
# id from here on. /tmp is the same outside: sockets, homes and servers' files are there.
_ENTER = """
set -e
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
mount --bind /tmp "$1/tmp"
mkdir -p "$1$3" && mount --bind "$2" "$1$3"
root=$1 user=$4
shift 4
exec chroot --userspec="$user" "$root" "$@"
"""


class BareRoot:
    """``apps`` is seen inside as :data:`APPS`. Only root can make or enter it."""

    def __init__(self, folder: Path, apps: Path) -> None:
        self.folder, self.apps = folder, apps

    @classmethod
    def make(cls, kept: Path, apps: Path) -> BareRoot:
        """The one in ``kept``; made there if it is missing, in a minute or two."""
        need("debootstrap", "unshare", "chroot")
        if os.geteuid() != 0:
            pytest.skip("only root can make a root file system")
        if not (kept / "made").exists():
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir(parents=True)
            codename = platform.freedesktop_os_release()["VERSION_CODENAME"]
            _run("debootstrap", "--variant=minbase", codename, str(kept), _mirror(codename))
            (kept / "made").touch()
        return cls(kept, apps)

    def copy(self, folder: Path) -> BareRoot:
        _run("cp", "-a", "--reflink=auto", str(self.folder), str(folder))
        return BareRoot(folder, self.apps)

    def install(self, *packages: str) -> None:
        """By its own apt, from where this computer has its packages."""
        apt = ("env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get", "-qq")
        self.must(*apt, "update")
        self.must(*apt, "install", "-y", "--no-install-recommends", *packages)

    def command(self, *words: str, user: str = "0:0") -> list[str]:
        """What runs these words in it, as that user and group."""
        entered = (str(self.folder), str(self.apps), str(APPS), user)
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", _ENTER, "enter",
                *entered, *words]  # fmt: skip

    def run(
        self, *words: str, user: str = "0:0", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **(env or {})}
        return subprocess.run(
            self.command(*words, user=user), env=env, capture_output=True, text=True, timeout=600
        )

    def must(self, *words: str, user: str = "0:0", env: dict[str, str] | None = None) -> str:
        done = self.run(*words, user=user, env=env)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def files(self, *below: str) -> set[str]:
        """Everything that lies in these folders of it."""
        return {
            str(path.relative_to(self.folder))
            for top in below
            for path in (self.folder / top).rglob("*")
        }


def _mirror(codename: str) -> str:
    """Where this computer gets its packages from."""
    told = _run("apt-get", "indextargets", "--format", "$(SITE)", f"Codename: {codename}")
    assert told.split(), "this computer's apt knows no mirror"
    return told.split()[0]


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, f"{words}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout
