"""The registry: ours, packages', a person's own files; and options checked before use."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.connections import registry as module
from skynet_desktop.connections.base import Connection, Option
from skynet_desktop.connections.local import LocalConnection
from skynet_desktop.connections.registry import GROUP, Registry, build, checked
from skynet_desktop.core.errors import SettingsError

_GOOD = """
from skynet_desktop.connections.base import Connection
class {name}(Connection):
    kind = "{kind}"
    def send(self, src_path, remote_path): ...
    def delete(self, remote_path): ...
    def move(self, remote_src, remote_dest): ...
"""


def _packages(monkeypatch: pytest.MonkeyPatch, **targets: str) -> None:
    """Other people's installed packages, beside our own metadata."""
    points = [EntryPoint(kind, target, GROUP) for kind, target in module._OURS.items()]
    points += [EntryPoint(kind, target, GROUP) for kind, target in targets.items()]
    monkeypatch.setattr(module, "entry_points", lambda *, group: points)


# --- finding ------------------------------------------------------------------------------


def test_ours_are_there() -> None:
    registry = Registry()
    assert registry.kinds() == ["local", "s3", "sftp"]
    assert registry.get("local") is LocalConnection
    assert registry.problems() == []


def test_ours_are_there_without_any_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "entry_points", lambda *, group: [])
    assert Registry().kinds() == ["local", "s3", "sftp"]


@pytest.mark.parametrize("kind", ["s3", "sftp"])
def test_every_kind_of_ours_can_be_loaded(kind: str) -> None:
    assert Registry().get(kind).kind == kind


def test_an_unknown_kind_is_told_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"'ftp', only local, s3, sftp\."):
        Registry().get("ftp")


def test_names_come_without_imports() -> None:
    code = (
        "import sys; from skynet_desktop.connections.registry import Registry;"
        "Registry().kinds(); Registry().get('local');"
        "sys.exit(bool({'boto3', 'paramiko', 'pytest'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_a_persons_own_file(tmp_path: Path) -> None:
    (tmp_path / "tape.py").write_text(_GOOD.format(name="Tape", kind="tape"))
    (tmp_path / "_helper.py").write_text("raise RuntimeError('not a connection')")
    registry = Registry(tmp_path)
    assert registry.kinds() == ["local", "s3", "sftp", "tape"]
    cls = registry.get("tape")
    assert cls is registry.get("tape")
    assert cls.__module__.startswith("_skynet_connection_")
    assert "tape" not in sys.modules
    assert registry.problems() == []


def test_a_missing_folder_is_an_empty_one(tmp_path: Path) -> None:
    assert Registry(tmp_path / "none").kinds() == ["local", "s3", "sftp"]


@pytest.mark.parametrize(
    "text, why",
    [
        ("def (", "SyntaxError"),
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; sys.exit('bye')", "SystemExit: bye"),
        ("import no_such_module_anywhere", "ModuleNotFoundError"),
        ("x = 1", "no connection class"),
        ("from skynet_desktop.connections.local import LocalConnection", "no connection class"),
        (_GOOD.format(name="Mine", kind="s3"), "'s3' is taken by skynet_desktop"),
        (_GOOD.format(name="Half", kind="half").replace("def delete", "def no"), "lacks delete"),
    ],
)
def test_a_broken_file_stands_in_nobodys_way(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "broken.py").write_text(text)
    (tmp_path / "tape.py").write_text(_GOOD.format(name="Tape", kind="tape"))
    registry = Registry(tmp_path)
    assert registry.kinds() == ["local", "s3", "sftp", "tape"]
    (problem,) = registry.problems()
    assert problem.where == str(tmp_path / "broken.py")
    assert why in problem.why
    assert registry.get("local") is LocalConnection


def test_two_files_of_one_kind(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.py").write_text(_GOOD.format(name=name.upper(), kind="tape"))
    registry = Registry(tmp_path)
    assert registry.get("tape").__name__ == "A"
    assert [problem.where for problem in registry.problems()] == [str(tmp_path / "b.py")]


def test_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    _packages(
        monkeypatch,
        good=f"{__name__}:Good",
        gone="no_such_package:Thing",
        wrong=f"{__name__}:Good",
        odd="json:loads",
        local="json:dumps",
    )
    registry = Registry()
    assert registry.kinds() == ["local", "s3", "sftp", "gone", "good", "odd", "wrong"]
    assert registry.get("good") is Good
    assert registry.get("local") is LocalConnection
    with pytest.raises(SettingsError, match="no_such_package"):
        registry.get("gone")
    why = {problem.where.split(" ")[0]: problem.why for problem in registry.problems()}
    assert "'local' is taken" in why["json:dumps"]
    assert "not a subclass" in why["json:loads"]
    assert "its kind is not 'wrong'" in why[f"{__name__}:Good"]
    assert "ModuleNotFoundError" in why["no_such_package:Thing"]
    assert len(registry.problems()) == 4


# --- options ------------------------------------------------------------------------------


class Good(Connection):
    kind = "good"
    options = (
        Option("host", "Server", "Its name.", required=True),
        Option("port", "Port", kind="int", default=22),
        Option("tls", "Encrypted", kind="bool", default=True),
        Option("mode", "Mode", kind="choice", default="fast", choices=("fast", "safe")),
        Option("note", "Note"),
        Option("key", "Key file", kind="file"),
        Option("password", "Password", "From your provider.", required=True, secret=True),
        Option("token", "Token", secret=True),
    )

    def __init__(self, **values: Any) -> None:
        if values["host"] == "explode":
            raise RuntimeError(f"cannot use {values}")
        self.values = values

    def send(self, src_path: str, remote_path: str) -> None: ...
    def delete(self, remote_path: str) -> None: ...
    def move(self, remote_src: str, remote_dest: str) -> None: ...


_SECRET = "canary-7341"
_SECRETS = {"password": _SECRET}


def _built(**options: object) -> dict[str, Any]:
    connection = build(Good, {"host": "nas", **options}, _SECRETS)
    assert isinstance(connection, Good)
    return connection.values


def test_defaults_are_filled_in() -> None:
    assert _built() == {
        "host": "nas",
        "port": 22,
        "tls": True,
        "mode": "fast",
        "note": None,
        "key": None,
        "password": _SECRET,
        "token": None,
    }


@pytest.mark.parametrize(
    "name, given, value",
    [
        ("port", 2222, 2222),
        ("port", "2222", 2222),
        ("port", "", 22),
        ("port", None, 22),
        ("tls", False, False),
        ("tls", "False", False),
        ("tls", " true ", True),
        ("mode", "safe", "safe"),
        ("note", "", ""),
        ("note", "copied with its end\r\n", "copied with its end"),
        ("key", Path("/k"), "/k"),
    ],
)
def test_words_become_values(name: str, given: object, value: object) -> None:
    assert _built(**{name: given})[name] == value


@pytest.mark.parametrize(
    "name, given, words",
    [
        ("port", "ssh", "'port' must be a whole number, not 'ssh'."),
        ("port", True, "'port' must be a whole number"),
        ("port", 2.5, "'port' must be a whole number"),
        ("tls", "yes", "'tls' must be true or false, not 'yes'."),
        ("tls", 1, "'tls' must be true or false"),
        ("mode", "slow", "'mode' must be one of fast, safe, not 'slow'."),
        ("note", 5, "'note' must be text in quotes"),
        ("note", "STANDARD\r\nx-amz-acl: public-read", "'note' must be one line of text"),
        ("key", 5, "'key' must be a path in quotes"),
        ("host", "", "A good service needs 'host' (Server). Its name."),
        (
            "prot",
            22,
            "knows no 'prot', only host, port, tls, mode, note, key. Did you mean 'port'?",
        ),
        ("password", _SECRET, "'password' is a secret: it belongs in the keyring"),
    ],
)
def test_what_is_wrong_is_said(name: str, given: object, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        _built(**{name: given})
    assert words in str(caught.value)
    assert _SECRET not in str(caught.value)


@pytest.mark.parametrize("host, secrets", [("nas", {}), ("nas", {"password": ""})])
def test_a_missing_secret_is_said(host: str, secrets: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"needs 'password' \(Password\). From your provider"):
        build(Good, {"host": host}, secrets)


def test_secrets_never_appear_in_errors() -> None:
    for options, secrets in (
        ({"host": "explode"}, _SECRETS),
        ({"host": "nas"}, {**_SECRETS, "pin": _SECRET}),
        ({"host": "nas"}, {"password": _SECRET.encode()}),
    ):
        with pytest.raises(SettingsError) as caught:
            build(Good, options, secrets)  # type: ignore[arg-type]
        error: BaseException | None = caught.value
        while error:
            assert _SECRET not in str(error)
            error = None if error.__suppress_context__ else error.__cause__ or error.__context__


def test_settings_can_be_checked_without_secrets() -> None:
    assert checked(LocalConnection, {"path": "/mnt"}) == {"path": "/mnt", "mounted": False}


def test_ours_are_made_of_their_options(tmp_path: Path) -> None:
    connection = build(LocalConnection, {"path": str(tmp_path), "mounted": "false"}, {})
    connection.open()
    assert connection.describe() == str(tmp_path)
