"""Makes the folder that runs without Python, in an environment that holds nothing but what is
pinned: so nothing that happens to be installed gets into it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from installer import APP, ROOT

_BUILD = "installer/requirements.txt"
_INPUTS = ("requirements.txt", "pyproject.toml", "skynet_desktop/__init__.py")


class Environment:
    """A virtual environment; made or renewed when the pinned packages changed. Raises
    ``CalledProcessError`` where that fails."""

    def __init__(self, folder: Path, epoch: int, requirements: str = _BUILD) -> None:
        self._programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
        self.python = self._programs / ("python.exe" if sys.platform == "win32" else "python")
        self.variables = {
            **os.environ,
            "SOURCE_DATE_EPOCH": str(epoch),
            "PYTHONHASHSEED": "0",
            "PYTHONSAFEPATH": "1",
            "PYINSTALLER_CONFIG_DIR": str(folder.parent / "cache"),
        }
        stamp = folder / "holds"
        wanted = _fingerprint(requirements)
        if not stamp.exists() or stamp.read_text() != wanted:
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
            self._install("-r", str(ROOT / requirements))
            if requirements == _BUILD:
                self._install("--no-deps", "--no-build-isolation", "-e", str(ROOT))
            stamp.write_text(wanted)

    def _install(self, *what: str) -> None:
        self.run("-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", *what)

    def run(self, *arguments: str, **variables: str) -> None:
        """This environment's Python."""
        subprocess.run(
            [str(self.python), *arguments], cwd=ROOT, env=self.variables | variables, check=True
        )

    def said(self, *arguments: str) -> str:
        """What this environment's Python prints."""
        return subprocess.run(
            [str(self.python), *arguments], cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE,
            env=self.variables | {"PYTHONPATH": str(ROOT)},
        ).stdout  # fmt: skip

    @property
    def packages(self) -> Path:
        """The folder where its packages lie."""
        return Path(
            self.said("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
        )

    def program(self, name: str) -> str:
        """The path of a command that a package brought."""
        return str(self._programs / name)

    def compile_translations(self) -> None:
        self.run("-m", "tools.translations", "compile", PYTHONPATH=str(ROOT))

    def freeze(self, work: Path) -> Path:
        """The folder of the program, fresh. ``work`` is where it is made."""
        shutil.rmtree(work / "pyinstaller", ignore_errors=True)
        self.compile_translations()
        self.run(
            "-m", "PyInstaller", str(ROOT / "skynet.spec"), "--noconfirm",
            "--log-level", "WARN", "--distpath", str(work / "frozen"),
            "--workpath", str(work / "pyinstaller"),
        )  # fmt: skip
        return work / "frozen" / APP


def _fingerprint(requirements: str) -> str:
    parts = [sys.version.encode(), str(ROOT).encode()]
    parts += [(ROOT / name).read_bytes() for name in (requirements, *_INPUTS)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
