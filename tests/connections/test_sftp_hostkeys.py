"""Host keys: known, unknown, changed, revoked, pinned; judged alone and on a real server."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.connections.sftp import SFTPConnection
from skynet_desktop.connections.sftp.hostkeys import HostKey, HostKeyRefused, judge, read_known
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused
from tests.servers.sshd import Sshd, fingerprint, make_key

OURS = HostKey("ssh-ed25519", b"ours")
OTHER = HostKey("ssh-ed25519", b"other")


def line(key: HostKey, names: str, marker: str = "") -> str:
    return f"{marker} {names} {key.kind} {base64.b64encode(key.blob).decode()} comment\n".lstrip()


def known(tmp_path: Path, text: str, host: str = "nas", port: int = 22) -> tuple[Any, Any]:
    path = tmp_path / "known_hosts"
    path.write_text(text)
    found = read_known([str(path), str(tmp_path / "missing")], host, port)
    return list(found.trusted), list(found.revoked)


def hashed(name: str) -> str:
    digest = hmac.new(b"salt", name.encode(), hashlib.sha1).digest()
    return f"|1|{base64.b64encode(b'salt').decode()}|{base64.b64encode(digest).decode()}"


@pytest.mark.parametrize(
    ("names", "host", "port", "found"),
    [
        ("nas", "nas", 22, True),
        ("nas,10.0.0.7", "NAS", 22, True),
        ("nas", "nas", 2222, False),
        ("[nas]:2222", "nas", 2222, True),
        ("[nas]:2222", "nas", 22, False),
        ("nas2", "nas", 22, False),
        ("*.home.org", "nas.home.org", 22, True),
        ("*.home.org,!nas.home.org", "nas.home.org", 22, False),
        ("[*]:2222", "nas", 2222, True),
        ("na?", "nas", 22, True),
    ],
)
def test_names_in_known_hosts(
    tmp_path: Path, names: str, host: str, port: int, found: bool
) -> None:
    trusted, _ = known(tmp_path, line(OURS, names), host, port)
    assert (trusted == [OURS]) is found


def test_hashed_names(tmp_path: Path) -> None:
    text = line(OTHER, hashed("else")) + line(OURS, hashed("[nas]:2222"))
    assert known(tmp_path, text, "nas", 2222)[0] == [OURS]


def test_odd_lines_are_passed_over(tmp_path: Path) -> None:
    text = "# nas ssh-ed25519 AAAA\n\nnas\nnas ssh-ed25519 !!!!\n|1|x|y ssh-rsa AAAA\n"
    text += line(OTHER, "nas", "@cert-authority") + line(OURS, "nas")
    assert known(tmp_path, text) == ([OURS], [])


def test_revoked_beats_everything(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(line(OURS, "nas") + line(OURS, "*", "@revoked"))
    found = read_known([str(path)], "nas", 22)
    with pytest.raises(HostKeyRefused, match="revoked"):
        judge(OURS, "nas", found, OURS.fingerprint)


def test_a_pin_is_the_latest_decision(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_text(line(OTHER, "nas"))
    found = read_known([str(path)], "nas", 22)
    judge(OURS, "nas", found, OURS.fingerprint)
    judge(OURS, "nas", found, OURS.fingerprint + "=")
    judge(OURS, "nas", found, line(OURS, "").strip())
    with pytest.raises(HostKeyRefused, match="CHANGED") as raised:
        judge(OURS, "nas", found, None)
    assert raised.value.changed
    assert OTHER.fingerprint in str(raised.value)
    assert OURS.fingerprint in str(raised.value)
    # A known key does not outweigh a pin that says otherwise.
    with pytest.raises(HostKeyRefused, match="CHANGED"):
        judge(OTHER, "nas", found, OURS.fingerprint)
    with pytest.raises(ServiceRefused, match="neither"):
        judge(OTHER, "nas", found, "nonsense")


# --- on the real server ---------------------------------------------------------------------


def try_open(server: Sshd, **changes: object) -> None:
    connection = SFTPConnection(**{**server.options(), **changes})  # type: ignore[arg-type]
    try:
        connection.open()
    finally:
        connection.close()


def test_unknown_server_is_shown_and_refused(sftp_server: Sshd, tmp_path: Path) -> None:
    with pytest.raises(HostKeyRefused) as raised:
        try_open(sftp_server, known_hosts=str(tmp_path / "none"))
    shown = fingerprint(sftp_server.host_keys[0].with_suffix(".pub"))
    assert f"ssh-ed25519 {shown}" in str(raised.value)
    assert f"-o host_key={shown}" in str(raised.value)
    assert raised.value.host_key == shown
    assert not raised.value.changed


@pytest.mark.parametrize("number", [0, 1, 2])
def test_each_of_several_keys_is_recognised(sftp_server: Sshd, tmp_path: Path, number: int) -> None:
    """By a known_hosts that holds this kind alone, by a whole key, and by a fingerprint,
    which does not tell its kind."""
    public = sftp_server.host_keys[number].with_suffix(".pub")
    kind, blob = public.read_text().split()[:2]
    one = tmp_path / "known_hosts"
    one.write_text(f"[{sftp_server.host}]:{sftp_server.port} {kind} {blob}\n")
    try_open(sftp_server, known_hosts=str(one))
    none = str(tmp_path / "none")
    try_open(sftp_server, known_hosts=none, host_key=f"{kind} {blob}")
    try_open(sftp_server, known_hosts=none, host_key=fingerprint(public))


def test_changed_key_is_refused(sftp_server: Sshd, tmp_path: Path) -> None:
    stranger = make_key(tmp_path / "stranger").with_suffix(".pub")
    path = tmp_path / "known_hosts"
    name = f"[{sftp_server.host}]:{sftp_server.port}"
    path.write_text(f"{name} {' '.join(stranger.read_text().split()[:2])}\n")
    with pytest.raises(HostKeyRefused, match="CHANGED") as raised:
        try_open(sftp_server, known_hosts=str(path))
    assert fingerprint(stranger) in str(raised.value)
    assert raised.value.host_key in str(raised.value)
    # What the refusal names is what accepts it, and nothing else does.
    try_open(sftp_server, known_hosts=str(path), host_key=raised.value.host_key)
    with pytest.raises(HostKeyRefused, match="CHANGED"):
        try_open(sftp_server, host_key=fingerprint(stranger))


def test_nobody_there(tmp_path: Path, sftp_server: Sshd) -> None:
    with pytest.raises(ConnectionLost, match="could not be found"):
        try_open(sftp_server, host="no-such-host.invalid")
    with pytest.raises(ConnectionLost, match="cannot be reached"):
        try_open(sftp_server, port=1)
