#!/usr/bin/env python3
"""Everything one does with this repository, on a machine that has nothing but Python 3.11+.

    python3 dev.py run [ARGS]     set up, then start the application
    python3 dev.py test [ARGS]    set up, then all checks and tests; with ARGS pytest alone
    python3 dev.py skywatch       set up, then start the web monitor
    python3 dev.py lint           ruff: rules and format
    python3 dev.py types          mypy, for Linux, Windows and macOS
    python3 dev.py layers         import-linter: arrows point down only
    python3 dev.py bench [ARGS]   measure
    python3 dev.py torture [ARGS] kill it, cut its network, and see that nothing is lost
    python3 dev.py build [ARGS]   the installers that this system can build (--help: more)
    python3 dev.py translations   bring the texts of all languages to the code (--help: more)

Setting up makes .venv here, installs the pinned requirements into it and compiles the
translations, only when they changed. Needs the standard library alone.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - for whoever has no newer one
    sys.exit("Skynet Desktop needs Python 3.11 or newer; this is " + sys.version.split()[0] + ".")

import ctypes.util
import hashlib
import importlib.util
import os
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))

REQUIREMENTS = {
    "run": ("requirements.txt",),
    "skywatch": ("requirements-skywatch.txt",),
    "dev": (
        "requirements.txt", "requirements-skywatch.txt", "installer/requirements.txt",
        "installer/sbom-requirements.txt", "requirements-dev.txt",
    ),
}  # fmt: skip

# What to look for, a command, a library (lib...) or a file (/...): (Debian's package, why).
# Of libraries and fonts, what Qt needs to open a window; it brings the rest along.
WINDOW = {
    "libGL": ("libgl1", "Qt links to it"),
    "libEGL": ("libegl1", "Qt links to it"),
    "libglib-2.0": ("libglib2.0-0", "Qt links to it"),
    "libdbus-1": ("libdbus-1-3", "Qt talks to the tray and the desktop by it"),
    "libfontconfig": ("libfontconfig1", "Qt finds fonts by it"),
    "libxkbcommon": ("libxkbcommon0", "Qt's keyboard"),
    "libxkbcommon-x11": ("libxkbcommon-x11-0", "Qt's keyboard on X"),
    "libxcb-cursor": ("libxcb-cursor0", "Qt's windows on X"),
    "libxcb-icccm": ("libxcb-icccm4", "Qt's windows on X"),
    "libxcb-keysyms": ("libxcb-keysyms1", "Qt's windows on X"),
    "libxcb-shape": ("libxcb-shape0", "Qt's windows on X"),
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf": ("fonts-dejavu-core", "letters"),
}
SYSTEM = {
    **WINDOW,
    "sshd": ("openssh-server", "a real SFTP server; the tests start their own, on a free port"),
    "pg_ctlcluster": (
        "postgresql",
        "the hosted database; the tests start their own, on a free port",
    ),
    "dbus-run-session": ("dbus", "a private session bus for the keyring's tests"),
    "gnome-keyring-daemon": ("gnome-keyring", "a real keyring"),
    "secret-tool": ("libsecret-tools", "a second client that looks into the keyring"),
    "dbus-daemon": ("dbus", "private message buses for the desktop's tests"),
    "Xvfb": ("xvfb", "a screen in memory"),
    "openbox": ("openbox", "a window manager"),
    "xdotool": ("xdotool", "the tests' mouse and keyboard"),
    "import": ("imagemagick", "screenshots"),
    "trayer": ("trayer", "a tray"),
    "dunst": ("dunst", "a notification daemon"),
    "/usr/libexec/at-spi-bus-launcher": ("at-spi2-core", "the tree that screen readers read"),
    "/usr/lib/python3/dist-packages/pyatspi": ("python3-pyatspi", "reads that tree"),
    "/usr/lib/python3/dist-packages/dbusmock": ("python3-dbusmock", "plays network and sleep"),
    "desktop-file-validate": ("desktop-file-utils", "judges our autostart entry"),
    "shellcheck": ("shellcheck", "judges the scripts in our workflows"),
    "makensis": ("nsis", "packs a setup for Windows"),
    "gio": ("libglib2.0-bin", "starts our autostart entry as a desktop does"),
    "xdg-open": ("xdg-utils", "opens folders"),
    "chromium": ("chromium", "the web monitor's tests look at it"),
    "/usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf": ("fonts-noto-core", "Hindi"),
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc": ("fonts-noto-cjk", "Chinese"),
}

Command = list[str]

TRANSLATIONS: Command = [PYTHON, "-m", "tools.translations"]

# They mostly wait, for servers and screens: three workers leave a quarter of two cores idle.
WORKERS = "4"
# A file's tests in one worker; the files in our order (tests/conftest.py), not the longest lists.
IN_FILES = ["--dist", "loadfile", "--no-loadscope-reorder"]
# Only a wait that ran out is tried once more, and told: four tests share the machine.
AGAIN = ["--reruns", "1", "--only-rerun", "not within", "--only-rerun", "timed out"]
LINT: list[Command] = [
    [PYTHON, "-m", "ruff", "check", "."],
    [PYTHON, "-m", "ruff", "format", "--check", "."],
]
_MYPY = [PYTHON, "-m", "mypy"]
TYPES: list[Command] = [
    _MYPY,
    [*_MYPY, "--platform", "win32", "--cache-dir", ".mypy_cache/win32", "skynet_desktop"],
    [*_MYPY, "--platform", "darwin", "--cache-dir", ".mypy_cache/darwin", "skynet_desktop"],
]
_LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"
LAYERS: list[Command] = [[PYTHON, "-c", _LINT_IMPORTS, "--no-logo"]]


def main(arguments: list[str]) -> int:
    command, rest = (arguments or [""])[0], arguments[1:]
    if command == "run":
        return run(rest)
    if command == "test":
        return test(rest)
    if command == "skywatch":
        set_up("skywatch")
        return call([PYTHON, "-m", "skynet_desktop.skywatch", *rest])
    if command in ("bench", "torture"):
        set_up("dev")
        system_packages(SYSTEM)  # servers, and a screen
        return call([PYTHON, "-m", f"tests.{command}", *rest])
    if command == "build":
        return call([sys.executable, str(ROOT / "installer" / "build.py"), *rest])
    if command == "translations":
        set_up("dev")
        return call([*TRANSLATIONS, *rest])
    steps = {"lint": LINT, "types": TYPES, "layers": LAYERS}.get(command)
    if steps is None or rest:
        print(__doc__)
        return 0 if command in ("-h", "--help", "help") else 2
    set_up("dev")
    return next((code for code in map(call, steps) if code), 0)


def run(arguments: list[str]) -> int:
    set_up("run")
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        system_packages(WINDOW)
    command = [PYTHON, "-m", "skynet_desktop", "start", *arguments]
    if sys.platform != "win32":  # there, exec gives the console back while the program runs on
        os.execv(PYTHON, command)
    return call(command, Path.cwd())


def test(arguments: list[str]) -> int:
    set_up("dev")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a thousand starts would compile all anew
    system_packages(SYSTEM)
    pytest: Command = [PYTHON, "-m", "pytest", *arguments]
    if arguments:
        return call(pytest)
    steps: dict[str, list[Command]] = {
        "lint": LINT,
        "types": TYPES,
        "layers": LAYERS,
        "tests": [[*pytest, "-n", WORKERS, *IN_FILES, "-rR", *AGAIN]],
    }
    summary = []
    code = 0
    for name, commands in steps.items():
        begun = time.monotonic()
        code = next((code for code in map(call, commands) if code), 0)
        summary.append(f"{name:8} {'FAILED' if code else 'ok':8} {time.monotonic() - begun:6.1f} s")
        if code:
            break
    say("\n" + "\n".join(summary))
    return code


def set_up(kind: str) -> None:
    """Make .venv hold what ``kind`` needs; quick when nothing changed."""
    if not venv_works():
        make_venv()
    stamp = VENV / f"installed-{kind}"
    if not stamp.exists() or stamp.read_text() != fingerprint(kind):
        say(f"Installing what it takes to {'test' if kind == 'dev' else 'run'} it ...")
        pip("-r", REQUIREMENTS[kind][-1])
        pip("--no-deps", "-e", ".")
        for done in REQUIREMENTS if kind == "dev" else [kind]:
            (VENV / f"installed-{done}").write_text(fingerprint(done))
    compile_translations()


def compile_translations() -> None:
    """Make what the program loads of each language's texts, where those are newer."""
    texts = list((ROOT / "resources" / "translations").glob("*.ts"))
    made = [file.with_suffix(".qm") for file in texts]
    stale = any(
        not qm.exists() or qm.stat().st_mtime_ns < ts.stat().st_mtime_ns
        for ts, qm in zip(texts, made, strict=True)
    )
    if stale and call([*TRANSLATIONS, "compile"]):
        sys.exit("The translations could not be compiled (see above).")


def venv_works() -> bool:
    probe = [PYTHON, "-c", "import sys, pip; sys.exit(sys.version_info < (3, 11))"]
    return Path(PYTHON).exists() and subprocess.run(probe, capture_output=True).returncode == 0


def make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:  # Debian keeps it in a package of its own
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        install_system({f"python{version}-venv": "to make a virtual environment"}, needed=True)
    say(f"Making a virtual environment in {VENV} ...")
    if call([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        sys.exit(f"The virtual environment {VENV} could not be made (see above).")


def pip(*arguments: str) -> None:
    quiet = ["-qq", "--disable-pip-version-check", "--no-input"]
    if call([PYTHON, "-m", "pip", "install", *quiet, *arguments]):
        sys.exit("The packages could not be installed (see above). Is there a network?")


def fingerprint(kind: str) -> str:
    """Changes whenever something must be installed again, also when the folder was moved."""
    files = (*REQUIREMENTS[kind], "pyproject.toml")
    parts = [str(ROOT).encode(), *((ROOT / f).read_bytes() for f in files)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def system_packages(wanted: dict[str, tuple[str, str]]) -> None:
    """Install what this system lacks, or say how. Tests skip what stays missing."""
    if sys.platform.startswith("linux"):
        missing = [wanted[thing] for thing in wanted if not found(thing)]
        if missing:
            install_system(dict(missing), needed=False)


def found(thing: str) -> bool:
    if thing.startswith("/"):
        return Path(thing).exists()
    if thing.startswith("lib"):
        return ctypes.util.find_library(thing.removeprefix("lib")) is not None
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    return shutil.which(thing, path=path) is not None


def install_system(packages: dict[str, str], needed: bool) -> None:
    """By apt, as root or where sudo asks for no password; else say the line that does it."""
    reasons = "".join(f"\n  {name}: {why}" for name, why in packages.items())
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    may = permission()
    if may:
        say(f"Installing system packages {'by sudo' if 'sudo' in may else 'as root'}:{reasons}")
        for command in (["apt-get", "update", "-qq"], install):
            words = [*may, "DEBIAN_FRONTEND=noninteractive", *command]
            failed = subprocess.run(words, stdout=subprocess.DEVNULL).returncode
        if not failed:
            return
    by_hand = f"sudo apt-get install -y {' '.join(packages)}"
    say(f"These system packages are missing:{reasons}\nOn Debian or Ubuntu: {by_hand}")
    if needed:
        sys.exit("Then start this again.")


def permission() -> list[str]:
    """How to become root without asking; empty if there is no way, or no apt."""
    if sys.platform == "win32" or not shutil.which("apt-get"):
        return []
    if os.geteuid() == 0:
        return ["env"]
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n", "env"]
    return []


def call(command: Command, folder: Path = ROOT) -> int:
    """Run it to its end; its exit code, as a shell would give it."""
    with subprocess.Popen(command, cwd=folder) as process:
        while True:
            try:
                code = process.wait()
            except KeyboardInterrupt:  # it was told too, and ends in its own way
                continue
            return code if code >= 0 else 128 - code


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
