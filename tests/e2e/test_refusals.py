"""Bad input and refusing servers: exit codes, one plain sentence, nothing lost."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.driver import Skynet
from tests.places import Place, local_place, names_in, s3_place, sftp_place
from tests.servers.seaweed import Seaweed
from tests.servers.sshd import Sshd, make_key


def program(tmp_path: Path, place: Place) -> Skynet:
    (tmp_path / "home").mkdir(exist_ok=True)
    return Skynet(tmp_path / "home", place)


def filled(folder: Path) -> Path:
    folder.mkdir()
    for number in range(5):
        (folder / f"file {number}").write_text(str(number))
        os.utime(folder / f"file {number}", (1e9, 1e9))
    return folder


def one_sentence(text: str, *words: str) -> None:
    """One line for the person, with these words, without a traceback."""
    lines = [line for line in text.strip().split("\n") if line]
    assert "Traceback" not in text
    assert len(lines) == 1, text
    assert all(word in text for word in words), text


# --- the settings ---------------------------------------------------------------------------


def test_nothing_set_up(tmp_path: Path) -> None:
    skynet = program(tmp_path, local_place(tmp_path / "there"))
    result = skynet.once()
    assert result.returncode == 1
    one_sentence(result.stderr, "skynet service add")
    assert json.loads(skynet.must("status", "--json"))["state"] == "setup"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frobnicate"], ["frobnicate"]),
        (["service", "add", "a", "--type", "ftp"], ["ftp", "sftp"]),
        (["service", "add", "a", "--type", "local"], ["path"]),
        (["service", "add", "a", "--type", "local", "-o", "pth=/tmp"], ["pth", "path"]),
        (["service", "add", "a", "--type", "sftp", "-o", "host=h", "-o", "port=x"], ["port"]),
        (["service", "remove", "nobody"], ["nobody"]),
        (["service", "test", "nobody"], ["nobody"]),
        (["mapping", "add", "a", "--local", "/no/such", "--service", "s", "--remote", "x"],
         ["/no/such"]),
        (["mapping", "remove", "nobody"], ["nobody"]),
        (["pause"], ["--all"]),
        (["pause", "nobody"], ["nobody"]),
        (["sync", "nobody"], ["nobody"]),
    ],
)  # fmt: skip
def test_usage_errors_are_exit_code_1(
    tmp_path: Path, arguments: list[str], words: list[str]
) -> None:
    skynet = program(tmp_path, local_place(tmp_path / "there"))
    result = skynet.run(*arguments)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert all(word in result.stderr for word in words), result.stderr


def test_settings_errors_name_file_line_and_key(tmp_path: Path) -> None:
    skynet = program(tmp_path, local_place(tmp_path / "there"))
    (tmp_path / "home" / "settings.toml").write_text(
        'version = 1\n[mappings.m]\nlocal = "/tmp"\nservice = "s"\nremote = "x"\n'
        'complete_sync = "False"\n'
    )
    result = skynet.once()
    assert result.returncode == 1
    one_sentence(result.stderr, "settings.toml", "line 6", "complete_sync", "true or false")


def test_a_destination_inside_its_source_is_refused(tmp_path: Path) -> None:
    source = filled(tmp_path / "source")
    skynet = program(tmp_path, local_place(source / "inside"))
    skynet.must("service", "add", "there", *skynet.place.service_arguments())
    result = skynet.run(
        "mapping", "add", "m", "--local", str(source), "--service", "there", "--remote", "x"
    )
    assert result.returncode == 1
    one_sentence(result.stderr, "inside")


def test_two_mappings_must_not_overlap(tmp_path: Path) -> None:
    source, other = filled(tmp_path / "source"), filled(tmp_path / "other")
    skynet = program(tmp_path, local_place(tmp_path / "there"))
    skynet.set_up(source, "a/b")
    result = skynet.run(
        "mapping", "add", "n", "--local", str(other), "--service", "there", "--remote", "a"
    )
    assert result.returncode == 1
    one_sentence(result.stderr, "overlaps")


# --- the folder and the disk ----------------------------------------------------------------


def test_a_folder_that_vanished_stops_and_comes_back(tmp_path: Path) -> None:
    source, there = filled(tmp_path / "source"), tmp_path / "there"
    skynet = program(tmp_path, local_place(there))
    skynet.set_up(source, "x")
    assert skynet.once().returncode == 0
    source.rename(tmp_path / "elsewhere")
    result = skynet.once()
    assert result.returncode == 5
    assert "is not there" in result.stderr
    assert len(names_in(there / "x")) == 5, "nothing was deleted"
    (tmp_path / "elsewhere").rename(source)
    assert skynet.once().returncode == 0


def test_an_emptied_folder_asks(tmp_path: Path) -> None:
    source, there = filled(tmp_path / "source"), tmp_path / "there"
    skynet = program(tmp_path, local_place(there))
    skynet.set_up(source, "x")
    assert skynet.once().returncode == 0
    for path in source.iterdir():
        path.unlink()
    result = skynet.once()
    assert result.returncode == 5, result.stderr
    assert skynet.status()["state"] == "action-required"
    assert len(names_in(there / "x")) == 5
    skynet.must("confirm", "m", "--yes")
    assert skynet.once().returncode == 0
    assert names_in(there / "x") == set()


def test_a_swapped_folder_asks(tmp_path: Path) -> None:
    source, there = filled(tmp_path / "source"), tmp_path / "there"
    skynet = program(tmp_path, local_place(there))
    skynet.set_up(source, "x", complete_sync=False)
    assert skynet.once().returncode == 0
    source.rename(tmp_path / "elsewhere")
    source.mkdir()
    (source / "other").write_text("other")
    result = skynet.once()
    assert result.returncode == 5, result.stdout + result.stderr
    assert "not the one" in result.stderr


def test_a_missing_destination_is_exit_code_4(tmp_path: Path) -> None:
    source = filled(tmp_path / "source")
    skynet = program(tmp_path, local_place(tmp_path / "there"))
    skynet.set_up(source, "x")
    (tmp_path / "there").rmdir()
    result = skynet.once()
    assert result.returncode == 4
    one_sentence(result.stderr, str(tmp_path / "there"))


def test_one_bad_path_is_an_issue_and_stops_nothing(tmp_path: Path) -> None:
    source, there = filled(tmp_path / "source"), tmp_path / "there"
    skynet = program(tmp_path, local_place(there))
    (there / "x" / "file 3").mkdir(parents=True)  # a folder has the name already
    (there / "x" / "file 3" / "in it").write_text("?")
    skynet.set_up(source, "x", complete_sync=False)
    result = skynet.once()
    assert result.returncode == 3, result.stdout
    [issue] = skynet.issues()
    assert issue["path"] == "file 3"
    assert len(names_in(there / "x")) == 5
    shutil.rmtree(there / "x" / "file 3")
    assert skynet.once().returncode == 0
    assert skynet.issues() == []


# --- servers that refuse --------------------------------------------------------------------


def test_an_unknown_bucket(tmp_path: Path, s3_server: Seaweed) -> None:
    skynet = program(tmp_path, s3_place(s3_server, "no-such-bucket"))
    skynet.set_up(filled(tmp_path / "source"), "x")
    result = skynet.once()
    assert result.returncode == 4
    one_sentence(result.stderr, "no-such-bucket")
    assert skynet.run("service", "test", "there").returncode == 4


def test_a_wrong_key(tmp_path: Path, s3_server: Seaweed, s3_bucket: str) -> None:
    place = s3_place(s3_server, s3_bucket)
    place.env["AWS_SECRET_ACCESS_KEY"] = "canary-wrong"
    skynet = program(tmp_path, place)
    skynet.set_up(filled(tmp_path / "source"), "x")
    result = skynet.once()
    assert result.returncode == 4
    one_sentence(result.stderr, "refused")
    assert "canary-wrong" not in result.stdout + result.stderr + skynet.log()


def test_a_changed_host_key(tmp_path: Path, sftp_server: Sshd, sftp_root: Path) -> None:
    place = sftp_place(sftp_server, sftp_root)
    known = tmp_path / "known_hosts"
    other = make_key(tmp_path / "another")
    blob = " ".join(other.with_suffix(".pub").read_text().split()[:2])
    known.write_text(f"[127.0.0.1]:{sftp_server.port} {blob}\n")
    place.options["known_hosts"] = str(known)
    skynet = program(tmp_path, place)
    skynet.set_up(filled(tmp_path / "source"), "x")
    for _ in range(2):
        result = skynet.once()
        assert result.returncode == 4
        one_sentence(result.stderr, "host key", "SHA256:")
    assert list(sftp_root.iterdir()) == []


def test_an_unknown_host_key(tmp_path: Path, sftp_server: Sshd, sftp_root: Path) -> None:
    place = sftp_place(sftp_server, sftp_root)
    (tmp_path / "known_hosts").write_text("")
    place.options["known_hosts"] = str(tmp_path / "known_hosts")
    skynet = program(tmp_path, place)
    skynet.set_up(filled(tmp_path / "source"), "x")
    result = skynet.once()
    assert result.returncode == 4
    one_sentence(result.stderr, "SHA256:", "host_key=")


def test_a_key_the_server_does_not_know(tmp_path: Path, sftp_server: Sshd, sftp_root: Path) -> None:
    place = sftp_place(sftp_server, sftp_root)
    place.options["key_file"] = str(make_key(tmp_path / "stranger"))
    skynet = program(tmp_path, place)
    skynet.set_up(filled(tmp_path / "source"), "x")
    result = skynet.once()
    assert result.returncode == 4
    one_sentence(result.stderr, "refused")
