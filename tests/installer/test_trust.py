"""Where the frozen program looks for certificates."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from installer import trust


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    shipped = tmp_path / "bundle" / "botocore" / "cacert.pem"
    shipped.parent.mkdir(parents=True)
    shipped.touch()
    return tmp_path / "bundle"


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """OpenSSL's own folder: not there, until a test makes it."""
    folder = tmp_path / "certs"

    def paths() -> ssl.DefaultVerifyPaths:
        there = str(folder) if folder.is_dir() else None
        return ssl.DefaultVerifyPaths(
            None, there, "SSL_CERT_FILE", "/nowhere", "SSL_CERT_DIR", str(folder)  # type: ignore[arg-type]
        )  # fmt: skip

    monkeypatch.setattr(ssl, "get_default_verify_paths", paths)
    monkeypatch.setattr("sys.platform", "linux")
    return folder


def test_what_python_finds_by_itself_is_left_alone(usual: Path, bundle: Path) -> None:
    usual.mkdir()
    (usual / "root.pem").touch()
    assert trust.roots({}, bundle, ()) == ""


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_so_is_what_the_person_says(usual: Path, bundle: Path, name: str) -> None:
    assert trust.roots({name: "/mine"}, bundle, ()) == ""


def test_the_systems_own_come_before_ours(usual: Path, bundle: Path, tmp_path: Path) -> None:
    fedora = tmp_path / "ca-bundle.crt"
    fedora.touch()
    systems = (str(tmp_path / "debian.crt"), str(fedora))
    assert trust.roots({}, bundle, systems) == str(fedora)


@pytest.mark.parametrize("empty", [True, False])
def test_ours_at_last(usual: Path, bundle: Path, empty: bool) -> None:
    if empty:
        usual.mkdir()
    assert trust.roots({}, bundle, ()) == str(bundle / "botocore" / "cacert.pem")


def test_windows_has_a_store(usual: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert trust.roots({}, bundle, ()) == ""
