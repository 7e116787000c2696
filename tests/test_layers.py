"""The house stays as it is drawn: arrows point down, Qt lives in one room, a part that is not
used is not loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

IMPORT_ALL = """
import importlib, pkgutil, sys
import skynet_desktop

wanted, unwanted = (words.split() for words in sys.argv[1:3])
left_out = ["skynet_desktop.desktop", "skynet_desktop.skywatch"]
if sys.platform != "win32":
    left_out.append("skynet_desktop.engine.directory_changes")
if sys.platform != "linux":
    left_out.append("skynet_desktop.engine.inotify")

def walk(package):
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if not module.name.startswith(tuple(left_out)):
            loaded = importlib.import_module(module.name)
            if module.ispkg:
                walk(loaded)

if wanted == ["all"]:
    walk(skynet_desktop)
else:
    for name in wanted:
        loaded = importlib.import_module("skynet_desktop." + name)
        walk(loaded)
heavy = sorted({name.partition(".")[0] for name in sys.modules} & set(unwanted))
assert not heavy, f"loaded: {heavy}"
print(sum(name.startswith("skynet_desktop.") for name in sys.modules))
"""


def loaded(packages: str, unwanted: str) -> int:
    """How many modules of ours were loaded; fails if an unwanted package came along."""
    command = [sys.executable, "-c", IMPORT_ALL, packages, unwanted]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_the_contracts_hold() -> None:
    code = "from importlinter.cli import lint_imports_command as run; run()"
    command = [sys.executable, "-c", code, "--no-cache", "--no-logo"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_qt_outside_of_the_desktop() -> None:
    assert loaded("all", "PySide6 shiboken6") > 20


def test_the_engine_brings_no_service_along() -> None:
    assert loaded("core engine", "boto3 botocore paramiko keyring PySide6") > 5


def test_the_monitors_schema_comes_alone() -> None:
    """Skywatch imports it, and has nothing else of ours."""
    others = "psycopg urllib3 keyring PySide6 boto3 paramiko watchdog"
    assert loaded("notifier.schema", others) > 3


def test_settings_and_host_are_light() -> None:
    assert loaded("core settings host", "boto3 botocore paramiko keyring persistqueue") > 5


def test_credentials_wait_with_the_keyring_until_it_is_used() -> None:
    assert loaded("credentials", "keyring secretstorage jeepney") > 2


def test_importing_touches_no_disk(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "def hook(event, args):\n"
        "    writes = event == 'open' and isinstance(args[2], int) and args[2] & 0o3\n"
        "    if event in ('os.mkdir', 'os.rename', 'os.remove') or writes:\n"
        "        raise AssertionError((event, args))\n"
        "sys.dont_write_bytecode = True\n"
        "sys.addaudithook(hook)\n"
    )
    command = [sys.executable, "-c", code + IMPORT_ALL, "core settings credentials host", ""]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 0, done.stderr
