"""Two real machines, a real PostgreSQL, Skywatch behind gunicorn, and a Chromium that looks: from
the first admin's link to a failure with its reason, without loading a page anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from skynet_desktop.settings import General, Network, Paths, store
from tests.driver import Skynet
from tests.places import Place, s3_place, sftp_place
from tests.servers.fixtures_postgres import ANNA, Database
from tests.servers.seaweed import Seaweed
from tests.servers.sshd import Sshd
from tests.skywatch import chromium
from tests.skywatch.chromium import Chromium
from tests.skywatch.hosted import hosted
from tests.skywatch.made import PASSWORD

pytestmark = pytest.mark.skipif(not chromium.program(), reason="Chromium is not installed")

BIG = 300_000_000
LIMIT = 20.0  # MB/s: fifteen seconds to look
PROGRESS = "[...document.querySelectorAll('.sending progress')].map(bar => bar.value)"
ROWS = "[...document.querySelectorAll('a.who')]"
FAILURES = "(document.querySelector('[data-key=failed]')?.innerText ?? '')"
SPEED = "document.querySelectorAll('.tile .value')[1].innerText"
SEEN = "(document.querySelector('main')?.innerText ?? '')"


@pytest.fixture
def browser() -> Iterator[Chromium]:
    with Chromium() as started:
        yield started


def a_machine(home: Path, place: Place, source: Path) -> Skynet:
    """With secrets in a keyring that its processes share, and an upload limit."""
    more = {"TEST_KEYRING": str(home.with_suffix(".keyring")), "PYTHONPATH": os.getcwd()}
    app = Skynet(home, replace(place, env={**place.env, **more}))
    paths = Paths.of(home)
    paths.make()
    store.set_table(paths.settings_file, General(keyring="tests.e2e.file_keyring.FileKeyring"))
    store.set_table(paths.settings_file, Network(limit=LIMIT))
    app.set_up(source)
    return app


def laptop_files(source: Path) -> None:
    """Much to send, and one file that S3 cannot take."""
    source.mkdir()
    piece = os.urandom(1_000_000)
    with open(source / "DJI_0042.MP4", "wb") as big:
        for number in range(BIG // len(piece)):
            big.write(number.to_bytes(4, "big") + piece[4:])
    (source / "take\\1.wav").write_bytes(b"a name with a backslash")


def cart_files(source: Path) -> None:
    source.mkdir()
    for number in range(30):
        (source / f"A001_C{number:03}.mov").write_bytes(os.urandom(100_000))


def become_admin(browser: Chromium, link: str) -> None:
    browser.go(link)
    for field, value in (("name", "ada"), ("new_password1", PASSWORD), ("new_password2", PASSWORD)):
        browser.fill(f"[name={field}]", value)
    browser.press("main form button")
    assert "Connect the first machine" in browser.run(SEEN)


def make_token(browser: Chromium, url: str, label: str) -> str:
    browser.go(f"{url}/tokens/")
    browser.fill("[name=label]", label)
    browser.press("main form:has([name=label]) button")
    return str(browser.run("document.getElementById('secret').textContent"))


def watch_a_file_arrive(browser: Chromium) -> list[int]:
    """The shares of the big file that the open page showed, one after the other."""
    shares: list[int] = []
    browser.until("document.querySelectorAll('.sending progress').length === 1")
    while shown := browser.run(PROGRESS):
        if not shares or shown[0] != shares[-1]:
            shares.append(shown[0])
        browser.until(f"JSON.stringify({PROGRESS}) !== '{shown}'".replace(" ", ""))
    return shares


def test_two_machines_before_ones_eyes(
    tmp_path: Path, browser: Chromium, database: Database, s3_server: Seaweed, s3_bucket: str,
    sftp_server: Sshd, sftp_root: Path,
) -> None:  # fmt: skip
    laptop_files(tmp_path / "drone")
    cart_files(tmp_path / "cards")
    laptop = a_machine(tmp_path / "laptop", s3_place(s3_server, s3_bucket), tmp_path / "drone")
    cart = a_machine(tmp_path / "cart", sftp_place(sftp_server, sftp_root), tmp_path / "cards")
    owner = database.url("owner").replace("@", f":{database.password}@")
    with hosted(tmp_path / "skywatch", owner) as (url, link):
        become_admin(browser, link)
        token = make_token(browser, url, "Anna's laptop")
        laptop.must("monitor", "set", url, "--name", "Anna's laptop", "--token", "-", told=token)
        cart.must(
            "monitor", "set", database.url(ANNA), "--name", "DIT cart", "--token", "-",
            told=database.password,
        )  # fmt: skip
        browser.go(url)
        try:
            laptop.start()
            cart.start()
            browser.until(f"{SEEN}.includes('DIT cart') && {SEEN}.includes(\"Anna's laptop\")")
            browser.run(f"{ROWS}.find(a => a.innerText.startsWith('Anna')).click()")
            browser.until("!!document.querySelector('.sending')")
            browser.run("window.same = true")
            shares = watch_a_file_arrive(browser)
            assert shares == sorted(shares) and len(shares) >= 5 and shares[-1] >= 60, shares
            browser.until(f"{FAILURES}.includes('backslash') && {SEEN}.includes('Issues')")
            # Soon, not with the next heartbeat: nothing waits any more, and nothing has a speed.
            browser.until(f"!document.querySelector('.mapping progress') && {SPEED} === '–'", 20)
            (tmp_path / "drone" / "take\\1.wav").rename(tmp_path / "drone" / "take-1.wav")
            browser.until(f"!{FAILURES} && {SEEN}.includes('Up to date')")
            assert browser.run("window.same")  # it was never loaded anew
            browser.go(url)
            browser.until("document.querySelectorAll('.badge.success').length === 2")
            assert database.rows("SELECT name FROM skynet_machine", role=ANNA) == [("DIT cart",)]
            assert not browser.said
        finally:
            laptop.stop()
            cart.stop()
        browser.until("document.querySelectorAll('td.state .badge').length === 2")
        browser.until(f"{SEEN}.split('Stopped').length > 2")
    assert token not in laptop.log() and database.password not in cart.log()
