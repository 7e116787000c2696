"""``python -m skynet_desktop.skywatch`` on an empty machine, as a process of its own."""

from __future__ import annotations

import contextlib
import http.cookiejar
import re
import signal
import socket
import stat
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.skywatch.hosted import ROOT, SECONDS, environment, wait_until_it_serves


class Person:
    """A browser's manners: cookies, redirects, a form's hidden field."""

    def __init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        self.at = ""

    def get(self, url: str) -> str:
        return self._ask(urllib.request.Request(url))

    def send(self, page: str, **fields: str) -> str:
        hidden = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert hidden
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": hidden[1], **fields}).encode()
        return self._ask(urllib.request.Request(self.at, data, {"Referer": self.at}))

    def _ask(self, request: urllib.request.Request) -> str:
        with self._opener.open(request, timeout=SECONDS) as answer:
            self.at = answer.url
            return str(answer.read().decode())


@contextlib.contextmanager
def started(home: Path, **more: str) -> Iterator[tuple[str, list[str]]]:
    """Its address, and what it says until it serves."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    words = [sys.executable, "-m", "skynet_desktop.skywatch"]
    log = home.parent / "said.txt"
    with log.open("w") as said:
        process = subprocess.Popen(
            words, cwd=ROOT, env=environment(home, SKYWATCH_URL=url, **more), stdout=said,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    try:
        wait_until_it_serves(process, url, log)
        yield url, log.read_text().splitlines()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(SECONDS)
        assert process.returncode == 0, log.read_text()


def link_in(said: list[str]) -> str | None:
    return next((line.strip() for line in said if "/welcome/" in line), None)


def test_from_nothing_to_the_first_page(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with started(home) as (url, said):
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        for file in home.iterdir():  # even where the folder is open to others
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        stranger = Person()
        page = stranger.get(url)
        assert "Nobody can sign in yet" in page and "<form" not in page
        link = link_in(said)
        assert link and link.startswith(url)
        person = Person()
        page = person.get(link)
        page = person.send(page, name="ada", new_password1="short", new_password2="short")
        assert "too short" in page
        words = {"new_password1": "seven gulls wait", "new_password2": "seven gulls wait"}
        page = person.send(page, name="ada", **words)
        assert "Connect the first machine" in page
        assert "used up" in stranger.get(link)
        page = person.get(f"{url}/tokens/")
        assert "Make a token" in page
    with started(home) as (url, said):
        assert link_in(said) is None  # the key and the people were kept
        person = Person()
        page = person.send(person.get(url), username="ada", password="seven gulls wait")
        assert "Connect the first machine" in page


def run(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "skynet_desktop.skywatch", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment(home, **more), capture_output=True, text=True,
        timeout=SECONDS,
    )  # fmt: skip


def test_another_link_from_the_terminal(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run(home, "migrate", "--verbosity=0").returncode == 0
    first = run(home, "welcome")
    assert first.stdout.startswith("http://127.0.0.1:8420/welcome/")
    assert run(home, "welcome", "ADMIN").stdout.startswith("http://127.0.0.1:8420/welcome/")
    nobody = run(home, "welcome", "nobody")
    assert nobody.returncode and "nobody called nobody" in nobody.stderr


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SKYWATCH_URL", "watch.example.org", "SKYWATCH_URL must look like"),
        ("SKYWATCH_URL", "ftp://x", "SKYWATCH_URL must look like"),
        ("SKYWATCH_SECRET_KEY", "short", "too short"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must begin with"),
        ("SKYWATCH_MAIL", "mail.example.org", "SKYWATCH_MAIL must look like"),
        ("SKYWATCH_PROXIES", "-1", "SKYWATCH_PROXIES must be a whole number"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, name: str, value: str, says: str) -> None:
    done = run(tmp_path / "home", "check", **{name: value})
    assert done.returncode == 1
    assert says in done.stderr and "Traceback" not in done.stderr


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(tmp_path / "home", f"--bind=127.0.0.1:{port}")
    assert done.returncode == 1
    assert "cannot begin" in done.stderr and "Traceback" not in done.stderr


def test_a_host_with_tls_gets_what_is_safe(tmp_path: Path) -> None:
    done = run(
        tmp_path / "home", "check", "--deploy", "--fail-level=WARNING",
        SKYWATCH_URL="https://watch.example.org",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "from django.test.utils import setup_test_environment\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)\n"
        "host = {'HTTP_HOST': 'watch.example.org', 'HTTP_X_FORWARDED_PROTO': 'https'}\n"
        "plain = Client().get('/', HTTP_HOST='watch.example.org')\n"
        "print(plain.status_code, plain['Location'])\n"
        "page = Client().get('/sign-in/', **host)\n"
        "print(page['Strict-Transport-Security'])\n"
        "print(Client().get('/healthz', HTTP_HOST='10.0.0.1').status_code)\n"
    )
    more = {
        "SKYWATCH_URL": "https://watch.example.org",
        "SKYWATCH_PROXIES": "1",
        "DJANGO_SETTINGS_MODULE": "skynet_desktop.skywatch.settings",
    }
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(tmp_path / "home", **more),
        capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    assert told.stdout.splitlines() == [
        "301 https://watch.example.org/",
        "max-age=31536000",
        "200",
    ], told.stderr


def test_the_key_is_made_once_whoever_starts(tmp_path: Path) -> None:
    code = "from skynet_desktop.skywatch import config; print(config.secret_key())"
    begun = [
        subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, env=environment(tmp_path / "home"),
            stdout=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    assert len({process.communicate(timeout=SECONDS)[0] for process in begun}) == 1
    assert len(list((tmp_path / "home").iterdir())) == 1
