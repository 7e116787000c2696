"""Credentials on a real Secret Service, and on systems that have none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.credentials.session import MISSING, run_python, run_without_service

pytestmark = pytest.mark.skipif(
    bool(MISSING) or not sys.platform.startswith("linux"),
    reason=f"needs a Secret Service ({', '.join(MISSING)} missing)",
)

HEAD = """
import subprocess, sys
from pathlib import Path
from skynet_desktop.credentials import Credentials, CredentialsError
home = Credentials(Path("/home/one/settings.toml"))
"""

ROUND = (
    HEAD
    + """
other = Credentials(Path("/home/two/settings.toml"))
assert home.get("nas") == {}
home.delete("nas")
secrets = {"password": "pa'ss \\n wört", "passphrase": "x"}
home.set("nas", secrets)
assert home.get("nas") == secrets
assert other.get("nas") == {}, "homes must not share"
assert "pa'ss" not in repr(home) + str(vars(home))

found = subprocess.run(
    ["secret-tool", "search", "--all", "service", "skynet-desktop"], capture_output=True, text=True
)
shown = found.stdout + found.stderr
assert "pa'ss" in shown and "username = nas@" in shown, shown

long = {"key": "k" * 5000}
home.set("nas", long)
assert Credentials(Path("/home/one/settings.toml")).get("nas") == long
home.set("nas", {"key": "short"})
assert home.get("nas") == {"key": "short"}
again = subprocess.run(
    ["secret-tool", "search", "--all", "service", "skynet-desktop"], capture_output=True, text=True
)
assert again.stdout.count("secret = ") == 1, again.stdout
home.delete("nas")
assert home.get("nas") == {}
print(home.backend_name())
"""
)

SAY = (
    HEAD
    + """
for call in (lambda: home.set("nas", {"password": "canary-secret"}), lambda: home.get("nas")):
    try:
        call()
    except CredentialsError as error:
        print(error)
    else:
        print("no error")
"""
)


def test_the_round_trip_seen_by_another_client(tmp_path: Path) -> None:
    done = run_python(tmp_path, ROUND)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "SecretService Keyring"
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert b"short" not in kept


def test_a_locked_keyring_without_a_screen(tmp_path: Path) -> None:
    done = run_python(tmp_path, SAY, unlocked=False)
    assert done.stdout.count("The keyring is locked. Unlock it") == 2, done
    assert "canary-secret" not in done.stdout + done.stderr


def test_no_keyring_at_all(tmp_path: Path) -> None:
    done = run_without_service(tmp_path, SAY)
    assert done.stdout.count("There is no keyring to keep secrets in.") == 2, done
    for choice in ("Secret Service", "-o auth=environment", "PYTHON_KEYRING_BACKEND"):
        assert choice in done.stdout
    assert "canary-secret" not in done.stdout + done.stderr


PLAIN = """
import json, os, keyring.backend
class PlainText(keyring.backend.KeyringBackend):
    priority = 9
    path = os.path.join(os.environ["HOME"], "plain.json")
    def all(self):
        return json.load(open(self.path)) if os.path.exists(self.path) else {}
    def get_password(self, service, username):
        return self.all().get(username)
    def set_password(self, service, username, password):
        json.dump({**self.all(), username: password}, open(self.path, "w"))
    def delete_password(self, service, username):
        json.dump({k: v for k, v in self.all().items() if k != username}, open(self.path, "w"))
"""


def test_a_keyring_nobody_chose_is_refused(tmp_path: Path) -> None:
    done = run_without_service(tmp_path, PLAIN + SAY)
    assert done.stdout.count("The only keyring found is __main__.PlainText") == 2, done
    assert not (tmp_path / "plain.json").exists()


def test_beside_a_real_keyring_it_is_not_even_asked(tmp_path: Path) -> None:
    done = run_python(tmp_path, PLAIN + ROUND)
    assert done.stdout.strip() == "SecretService Keyring", done
    assert not (tmp_path / "plain.json").exists()


def test_one_that_was_chosen_is_used(tmp_path: Path) -> None:
    done = run_without_service(tmp_path, PLAIN + SAY, PYTHON_KEYRING_BACKEND="__main__.PlainText")
    assert done.stdout.count("no error") == 2, done
    assert "canary-secret" in (tmp_path / "plain.json").read_text()
    (tmp_path / "plain.json").unlink()
    folder = tmp_path / "config" / "python_keyring"
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text("[backend]\ndefault-keyring=__main__.PlainText\n")
    assert run_without_service(tmp_path, PLAIN + SAY).stdout.count("no error") == 2


def test_one_that_keeps_nothing_is_noticed(tmp_path: Path) -> None:
    chosen = "keyring.backends.null.Keyring"
    done = run_without_service(tmp_path, SAY, PYTHON_KEYRING_BACKEND=chosen)
    assert "kept nothing" in done.stdout


def test_one_that_was_chosen_and_is_not_there(tmp_path: Path) -> None:
    done = run_without_service(tmp_path, SAY, PYTHON_KEYRING_BACKEND="nowhere.Keyring")
    assert "The keyring chosen by PYTHON_KEYRING_BACKEND" in done.stdout, done
    assert "nowhere" in done.stdout
