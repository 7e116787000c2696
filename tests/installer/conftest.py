"""What was built, and a bare computer to try it on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import skynet_desktop
from installer import ROOT, build
from tests.installer.bare_root import APPS, DESKTOP, BareRoot

KEPT = ROOT / "build" / "bare"
OLDER = "0.0.9"
NAME = "Skynet Desktop.AppImage"
"""As a person may name it: with a space, which a line in a file must quote."""


def built(pattern: str) -> Path:
    """The one file of this version in dist/, or wherever ``SKYNET_DIST`` says."""
    folder = Path(os.environ.get("SKYNET_DIST", ROOT / "dist"))
    found = list(folder.glob(pattern.format(version=skynet_desktop.__version__)))
    assert len(found) == 1, f"{folder} holds {found}: build it first, by python3 dev.py build"
    return found[0]


@pytest.fixture(scope="session")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a bare computer sees as its :data:`APPS`, with the AppImage in it."""
    folder = tmp_path_factory.mktemp("apps")
    folder.chmod(0o755)  # for whoever is on that computer
    shutil.copy2(built("Skynet-Desktop-{version}-*.AppImage"), folder / NAME)
    return folder


@pytest.fixture(scope="session")
def bare_root(apps: Path) -> BareRoot:
    """With what every desktop has. Do not change it: it is kept for the next run."""
    base = BareRoot.make(KEPT / "base", apps)
    ready = KEPT / "desktop.made"
    if not ready.exists():
        shutil.rmtree(KEPT / "desktop", ignore_errors=True)
        base.copy(KEPT / "desktop").install(*DESKTOP)
        ready.touch()
    return BareRoot(KEPT / "desktop", apps)


@pytest.fixture
def base_root(apps: Path, tmp_path: Path) -> BareRoot:
    """A fresh one, with nothing but the base, to do anything with."""
    return BareRoot.make(KEPT / "base", apps).copy(tmp_path / "root")


@pytest.fixture(scope="session")
def older() -> Path:
    """The folder with what the same command makes of this program's forerunner: the same code
    under a smaller number, in a checkout of its own. Kept for the next run: it takes minutes."""
    checkout, made = KEPT / "checkout", KEPT / "older"
    if not (made / build.SUMS).exists():
        shutil.rmtree(checkout, ignore_errors=True)
        told = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        for name in filter(None, told.stdout.split("\0")):
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, checkout / name)
        package = checkout / "skynet_desktop" / "__init__.py"
        text = package.read_text("utf-8")
        package.write_text(text.replace(skynet_desktop.__version__, OLDER), "utf-8")
        subprocess.run(
            [sys.executable, "installer/build.py", "--out", str(made)],
            cwd=checkout, check=True, timeout=1800,
        )  # fmt: skip
        shutil.rmtree(checkout)
    return made


@pytest.fixture
def inside() -> str:
    """The AppImage's path on the bare computer."""
    return str(APPS / NAME)
