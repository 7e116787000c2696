"""The table [monitor]: which addresses it takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from skynet_desktop.core.errors import SettingsError
from skynet_desktop.settings import Monitor, store
from skynet_desktop.settings.reader import read


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://skywatch.example.com",
        "https://example.com:8443/watch",
        "http://127.0.0.1:8000",
        "http://localhost:8000/",
        "http://[::1]:8000",
        "postgresql://laptop@db.example.com/skynet",
        "postgresql://laptop@db.example.com:5433/skynet?sslmode=require",
        "sqlite:///~/monitor.db",
        "sqlite:////var/lib/monitor.db",
    ],
)
def test_addresses_that_are_taken(url: str) -> None:
    assert read(f'[monitor]\nurl = "{url}"\n', "s.toml").monitor == Monitor(url=url)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://laptop:canary@db/skynet", "must not hold a password"),
        ("postgresql://laptop@db/skynet?password=canary", "must not hold a password"),
        ("https://anna:canary@example.com", "must not hold a password"),
        ("http://example.com", "must begin with https"),
        ("http://127.0.0.1.example.com", "must begin with https"),
        ("https://example.com/?token=canary", "must not hold a password"),
        ("https://anna@example.com", "is no address"),
        ("postgresql://db.example.com/skynet", "is no address"),
        ("postgresql://laptop@db.example.com", "is no address"),
        ("mysql://laptop@db/skynet", "is no address"),
        ("skywatch.example.com", "is no address"),
        ("https://", "is no address"),
        ("https://example.com:99999", "is no address"),
        ("sqlite://monitor.db", "is no address"),
        ("file:///etc/passwd", "is no address"),
    ],
)
def test_addresses_that_are_refused_without_quoting_a_secret(url: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as raised:
        read(f'[monitor]\nurl = "{url}"\n', "s.toml")
    assert "s.toml, line 2: monitor.url" in str(raised.value)
    assert "canary" not in str(raised.value)


def test_off_is_off_with_an_address_too() -> None:
    monitor = Monitor(url="https://example.com")
    assert monitor.is_on and not replace(monitor, enabled=False).is_on and not Monitor().is_on


def test_only_a_web_monitor_has_a_page() -> None:
    assert Monitor(url="https://example.com").page == "https://example.com"
    assert Monitor(url="postgresql://a@b/c").page == ""


def test_the_table_is_written_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    wanted = Monitor(url="https://example.com", machine_name="Annas Laptop", hide_paths=True)
    store.set_table(file, wanted)
    assert store.load(file).monitor == wanted
