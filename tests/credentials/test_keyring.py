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


PROBE = (
    HEAD
    + """
found = home.probe()
print(found.kind.name, "|", found.name, "|", found.backend, "|", found.sentence)
"""
)

LOCK = """
import secretstorage
bus = secretstorage.dbus_init()
collection = secretstorage.get_default_collection(bus)
collection.lock()
assert collection.is_locked()
"""


def test_a_probe_of_the_systems_own(tmp_path: Path) -> None:
    done = run_python(tmp_path, PROBE)
    assert done.stdout.startswith("SYSTEM | SecretService Keyring |  | Secrets are kept in"), done


def test_a_collection_that_is_really_locked(tmp_path: Path) -> None:
    """It is told without a prompt, and nothing is read or written before it is unlocked."""
    stored = 'home.set("nas", {"password": "before"})\n'
    done = run_python(tmp_path, HEAD + stored + LOCK + PROBE.removeprefix(HEAD) + SAY)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("LOCKED | SecretService Keyring |  | The keyring is locked.")
    assert done.stdout.count("The keyring is locked. Unlock it") == 3, done
    assert "canary-secret" not in done.stdout + done.stderr


def test_a_probe_of_a_keyring_that_is_new(tmp_path: Path) -> None:
    done = run_python(tmp_path, PROBE, unlocked=False)
    assert "LOCKED | SecretService Keyring |  | The keyring is new" in done.stdout, done


def test_a_probe_without_a_bus(tmp_path: Path) -> None:
    done = run_without_service(tmp_path, PROBE)
    assert done.stdout.startswith("NONE |  |  | There is no keyring to keep secrets in."), done
    assert "in memory only" in done.stdout


def test_a_probe_where_only_a_foreign_one_is(tmp_path: Path) -> None:
    done = run_without_service(tmp_path, PLAIN + PROBE)
    assert "FOREIGN | __main__.PlainText | __main__.PlainText | The only" in done.stdout, done
    assert "plain text" in done.stdout


def test_a_foreign_one_chosen_in_the_settings(tmp_path: Path) -> None:
    chosen = 'home = Credentials(Path("/home/one"), choice="__main__.PlainText")\n'
    code = PLAIN + HEAD + chosen
    done = run_without_service(tmp_path, code + PROBE.removeprefix(HEAD))
    assert done.stdout.startswith("CHOSEN | "), done
    assert "PlainText, which you chose." in done.stdout
    done = run_without_service(tmp_path, code + SAY.removeprefix(HEAD))
    assert done.stdout.count("no error") == 2, done
    assert "canary-secret" in (tmp_path / "plain.json").read_text()


def test_one_chosen_in_the_settings_goes_before_the_environment(tmp_path: Path) -> None:
    chosen = 'home = Credentials(Path("/home/one"), choice="__main__.PlainText")\n'
    outside = "keyring.backends.null.Keyring"
    code = PLAIN + HEAD + chosen + SAY.removeprefix(HEAD)
    done = run_without_service(tmp_path, code, PYTHON_KEYRING_BACKEND=outside)
    assert done.stdout.count("no error") == 2, done


@pytest.mark.parametrize("name", ["nowhere.Keyring", "nodots", "__main__.Odd", "a..b"])
def test_one_chosen_in_the_settings_that_is_none(name: str, tmp_path: Path) -> None:
    chosen = f'home = Credentials(Path("/home/one"), choice={name!r})\n'
    odd = "class Odd:\n    priority = 9\n"
    done = run_without_service(tmp_path, HEAD + odd + chosen + (PROBE + SAY).replace(HEAD, ""))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f'NONE |  |  | The keyring "{name}", chosen in the settings')
    assert done.stdout.count("cannot be used") == 3


def test_a_probe_of_one_the_environment_names(tmp_path: Path) -> None:
    done = run_without_service(tmp_path, PROBE, PYTHON_KEYRING_BACKEND="nowhere.Keyring")
    assert done.stdout.startswith("NONE |  |  | The keyring chosen by PYTHON_KEYRING_BACKEND")
    chosen = "keyring.backends.null.Keyring"
    done = run_without_service(tmp_path, PROBE, PYTHON_KEYRING_BACKEND=chosen)
    assert done.stdout.startswith("CHOSEN | null Keyring |")
