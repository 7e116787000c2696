"""In a real Chromium: what changes is seen without loading the page anew, and nothing breaks
the content policy."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from skynet_desktop.skywatch.models import Machine, Role
from skynet_desktop.skywatch.reading import fleet
from tests.skywatch import chromium, made
from tests.skywatch.conftest import person
from tests.skywatch.made import MACHINE, PASSWORD, accepted, report
from tests.skywatch.served import served

pytestmark = pytest.mark.skipif(not chromium.program(), reason="Chromium is not installed")

SEEN = "(document.querySelector('main')?.innerText ?? '')"


@pytest.fixture(scope="module")
def browser() -> Iterator[chromium.Chromium]:
    with chromium.Chromium() as started:
        yield started


@pytest.fixture
def url(on_sqlite: str, browser: chromium.Chromium) -> Iterator[str]:
    """The address of a served monitor, where the browser is signed in as a viewer."""
    person("vera", Role.VIEWER)
    browser.said.clear()
    with served() as address:
        browser.ask("Network.clearBrowserCookies")
        browser.go(f"{address}/sign-in/")
        browser.fill("[name=username]", "vera")
        browser.fill("[name=password]", PASSWORD)
        browser.press("main button")
        yield address
        browser.go("about:blank#end")


def ask_at_once(browser: chromium.Chromium) -> None:
    """The page asks for its living part, as when somebody comes back to it; it has it then."""
    asked = "performance.getEntriesByType('resource').filter(e => e.name === location.href).length"
    before = browser.run(asked)
    browser.run("document.dispatchEvent(new Event('visibilitychange'))")
    browser.until(f"{asked} > {before}")
    browser.run("new Promise(after => setTimeout(after, 200))")


def test_a_page_follows(browser: chromium.Chromium, url: str) -> None:
    assert "Connect the first machine" in browser.run(SEEN)
    secret = made.token()
    accepted(secret, report(mappings=[made.mapping()], files=[made.file(done=0)]))
    browser.until(f'{SEEN}.includes("Anna\'s laptop")')
    browser.go(f"{url}/machines/{MACHINE}/")
    browser.run("window.same = true; document.querySelector('.sending progress').id = 'kept'")
    for done, percent in ((570_000_000, 30), (1_520_000_000, 80)):
        accepted(secret, report(files=[made.file(done=done)]))
        browser.until(f"document.querySelector('.sending progress').value === {percent}")
    failed = made.file("locked.doc", state="failed", reason="Another program keeps it locked.")
    accepted(secret, report(files=[made.file(state="done", done=1_900_000_000), failed]))
    browser.until(f"!{SEEN}.includes('Sending now')")
    assert "Another program keeps it locked." in browser.run(SEEN)
    assert browser.run("window.same")  # it was never loaded anew
    assert not browser.said


def test_a_machine_falls_silent_before_ones_eyes(browser: chromium.Chromium, url: str) -> None:
    accepted(made.token(), report(mappings=[made.mapping()]))
    fleet.forget_kept()
    browser.go(url)
    browser.until("!!document.querySelector('tbody tr')")
    assert browser.run("document.querySelectorAll('tr.silent').length") == 0
    Machine.objects.update(last_seen=time.time() - 3600)
    browser.until("document.querySelector('tr.silent .seen')?.innerText.includes('60 min ago')")


def test_a_lost_server_is_said(browser: chromium.Chromium, url: str) -> None:
    accepted(made.token(), report())
    fleet.forget_kept()
    browser.go(url)
    browser.ask("Network.enable")
    browser.ask(
        "Network.emulateNetworkConditions",
        offline=True, latency=0, downloadThroughput=-1, uploadThroughput=-1,
    )  # fmt: skip
    note = "getComputedStyle(document.querySelector('.stale-note')).display"
    browser.until(f"{note} === 'block'")
    browser.ask(
        "Network.emulateNetworkConditions",
        offline=False, latency=0, downloadThroughput=-1, uploadThroughput=-1,
    )  # fmt: skip
    browser.until(f"{note} === 'none'")


def test_hostile_names_run_nothing(browser: chromium.Chromium, url: str) -> None:
    name = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    rows = {"mappings": [made.mapping(name)], "files": [made.file(name, mapping=name)]}
    secret = made.token()
    body = {**report(**rows), "machine": made.machine(name=name)}
    accepted(secret, body)
    fleet.forget_kept()
    for page in ("/", "/files/", "/mappings/", f"/machines/{MACHINE}/"):
        browser.go(url + page)
        body["files"] = [made.file(name, mapping=name, done=int(time.time()))]
        accepted(secret, body)
        ask_at_once(browser)  # and as a living part
        assert name[:20] in browser.run(SEEN)
        assert browser.run("window.hit") is None
    assert not browser.said


def test_light_and_dark(browser: chromium.Chromium, url: str) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    dark, light = "rgb(20, 25, 31)", "rgb(243, 245, 248)"
    browser.look(1280, 800, dark=True)
    browser.go(url)
    assert browser.run(colour) == dark
    browser.run("document.querySelector('[data-switch-theme]').click()")
    assert browser.run(colour) == light
    browser.go(f"{url}/files/")
    assert browser.run(colour) == light  # it is remembered
    browser.run("localStorage.clear()")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_is_wider_than_its_screen(browser: chromium.Chromium, url: str, width: int) -> None:
    long = "a-very-long-name-without-any-break-" * 8
    rows = {
        "mappings": [made.mapping(long[:200], place=long, reason=long)],
        "files": [made.file(long, mapping=long[:200]), made.file(f"x{long}", state="failed")],
        "events": [made.event(1, long)],
        "hours": [made.hour()],
    }
    accepted(made.token(), {**report(**rows), "machine": made.machine(name=long)})
    fleet.forget_kept()
    browser.look(width, 800, phone=width < 500)
    for page in ("/", "/files/", "/mappings/", "/failures/", "/charts/", f"/machines/{MACHINE}/"):
        browser.go(url + page)
        assert browser.run("document.documentElement.scrollWidth") <= width, page
