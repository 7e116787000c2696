from __future__ import annotations

import json
import tomllib

import pytest

from skynet_desktop.credentials import register
from skynet_desktop.credentials.suspects import cleaned, cleaned_settings

RANDOM = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXkLmPLeKEY"


@pytest.mark.parametrize(
    "text",
    [
        "password=canary",
        "PASSWORD: canary, and more",
        "the passphrase = 'canary canary'",
        '{"secret_access_key": "can\\"ary canary"}',
        "{'aws_session_token': 'canary'}",
        '{\\"api_key\\": \\"canary\\"}',
        "https://h/x?X-Amz-Signature=canary&X-Amz-Security-Token=canary",
        "Authorization: Basic canary",
        "'Authorization': 'AWS4-HMAC-SHA256 Credential=canary/x, Signature=canary'",
        "http://anna:canary@proxy:3128",
        "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary+/=\ncanary\n-----END OPENSSH PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\\ncanary\\ncanary",
        "-----BEGIN PRIVATE KEY-----\ncanary",
    ],
)
def test_what_a_name_gives_away(text: str) -> None:
    shown = cleaned(f"before <{text}", {})
    assert "canary" not in shown
    assert "[hidden]" in shown
    assert shown.startswith("before <")
    assert cleaned(shown, {}) == shown


@pytest.mark.parametrize(
    "text",
    [
        "The server refused the password for anna@nas.",
        'auth = "password"\nusername = "anna"',
        "host = nas.example key_file = /home/anna/.ssh/id_ed25519 port = 22",
        "sftp://anna@nas.example:22/photos",
        "host_key: SHA256:abc",
    ],
)
def test_what_helps_stays(text: str) -> None:
    assert cleaned(text, {}) == text


def test_known_ones_and_those_of_the_environment() -> None:
    register(["canary-1"])
    environ = {"AWS_SECRET_ACCESS_KEY": "canary/2", "HAS_TOKEN": "true", "EDITOR": "an-editor"}
    shown = cleaned("canary-1 canary/2 canary%2F2 true an-editor", environ)
    assert shown == "[hidden] [hidden] [hidden] true an-editor"
    assert cleaned("canary/2", {}) == "canary/2", "not kept"
    assert cleaned("in /home/anna", {"PWD": "/home/anna"}) == "in /home/anna", "no password"


def test_json_stays_json() -> None:
    told = {"password": 'a "b', "reason": "password=canary", "auth": "password", "n": [1, None]}
    shown = json.loads(cleaned(json.dumps(told), {}))
    assert shown == {
        "password": "[hidden]", "reason": "password=[hidden]", "auth": "password", "n": [1, None],
    }  # fmt: skip


SETTINGS = f"""\
version = 1
# the password = "canary" was the old one
[general]
keyring = "session"

[network]
proxy = "http://anna:canary@proxy:3128"

[services.nas]
type = "sftp"
host = "nas.example" # my own
username = "anna"
auth = "password"
"pass phrase" = "kept"
password = "canary" # canary
secret_access_key = 'canary'
access_key_id="canary"
key_file = "/home/anna/.ssh/id_ed25519"
odd = "{RANDOM}"
hexed = "0123456789abcdef0123456789abcdef"
token = \"\"\"
canary=
[canary]
\"\"\"
private_key = '''canary'''
tokens = [
  "canary=",
  "canary",
]
endpoint_url = "https://0123456789abcdef0123456789abcdef.r2.example"

[services.nas.credentials]
one = "canary"

[services.backup]
bucket = "Backups2024-LaptopOfAnna"

[mappings.photos]
local = "/home/anna/{RANDOM}"
remote = "{RANDOM}"
"""


def test_settings_keep_what_they_say_and_lose_what_is_secret() -> None:
    shown = cleaned_settings(SETTINGS)
    assert "canary" not in shown
    read = tomllib.loads(shown)
    nas = read["services"]["nas"]
    expected = {
        "type": "sftp", "host": "nas.example", "username": "anna", "auth": "password",
        "pass phrase": "kept", "key_file": "/home/anna/.ssh/id_ed25519",
        "endpoint_url": "https://0123456789abcdef0123456789abcdef.r2.example",
    }  # fmt: skip
    assert {name: nas.get(name) for name in expected} == expected
    hidden = {"password", "secret_access_key", "access_key_id", "odd", "hexed", "token",
              "private_key", "tokens"}  # fmt: skip
    assert {nas[name] for name in hidden} == {"[hidden]"}
    assert read["network"]["proxy"] == "http://anna:[hidden]@proxy:3128"
    assert read["services"]["backup"] == {"bucket": "Backups2024-LaptopOfAnna"}
    assert read["mappings"]["photos"]["remote"] == RANDOM


@pytest.mark.parametrize(
    "broken",
    [
        'password = "canary\nhost = "nas"',
        "password = canary canary\nhost = 'nas'",
        'password "canary"\nhost = "nas"',
        '[services.nas\npassword = """canary\ncanary = 1\nhost = "nas"',
        "password = '''\ncanary",
        "tokens = [\n 'canary'\n",
        'more = { user = "anna", api-key = "canary", other = 1 }',
        'services.nas.password = "canary"',
    ],
)
def test_a_broken_file_keeps_its_secrets_too(broken: str) -> None:
    shown = cleaned_settings(f'{broken}\n[general]\nlog_level = "debug"')
    assert "canary" not in shown


def test_long_lines_take_no_time() -> None:
    """Both would take minutes if the patterns looked back again and again."""
    cleaned("password" * 100_000, {})
    cleaned_settings("x = " + "a" * 1_000_000)
    cleaned("-----BEGIN X KEY-----" + "abc\n" * 200_000 + "!", {})
