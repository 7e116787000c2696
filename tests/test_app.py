"""What the composition root hands to the engine, and whom it lets answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.app import App
from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.recovery import RequestKind
from skynet_desktop.core.errors import SettingsError, SkynetError
from skynet_desktop.core.timetable import Timetable
from skynet_desktop.settings import MappingSettings, Network, Paths, ServiceSettings, Settings


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(Paths.of(tmp_path))


def settings(**changes: Any) -> Settings:
    mapping = MappingSettings("m", "/here", "disk", "there", **changes)
    services = {"disk": ServiceSettings("disk", "local", {"path": "/disk"})}
    return Settings(services=services, mappings={"m": mapping})


def ends(hours: float) -> str:
    return (datetime.now().astimezone() + timedelta(hours=hours)).isoformat()


def test_what_a_mapping_chose_reaches_the_engine(app: App) -> None:
    hours = ("mon-fri 22:00-06:00",)
    [spec] = app.specs(settings(paused=True, paused_until=ends(1), hours=hours))
    assert spec.paused
    assert abs(spec.paused_until - time.time() - 3600) < 10
    assert spec.hours == Timetable.of(hours)
    [spec] = app.specs(settings(paused=True, paused_until=ends(-1)))
    assert not spec.paused
    [spec] = app.specs(replace(settings(), network=Network(transfers=7)))
    assert spec.workers == 7


def test_the_same_settings_make_equal_specs(app: App) -> None:
    """So that a reload restarts only what changed, a service's options among it."""
    assert app.specs(settings()) == app.specs(settings())
    other = {"disk": ServiceSettings("disk", "local", {"path": "/disk", "mounted": True})}
    assert app.specs(settings()) != app.specs(replace(settings(), services=other))


def test_upload_limits_hold_at_once(app: App) -> None:
    def rates(new: Settings) -> list[float]:
        app.specs(new)
        return [line.rate() for line in pacer._lines]

    [spec] = app.specs(settings())
    pacer = spec.pacer
    assert rates(settings()) == [0, 0]
    limited = replace(settings(limit=1.5), network=Network(limit=4))
    assert rates(limited) == [4e6, 1.5e6]
    always = Network(limit=4, timetable=("daily 00:00-24:00 2",))
    assert rates(replace(limited, network=always)) == [2e6, 1.5e6]
    free = Network(limit=4, timetable=("daily 00:00-24:00 0",))
    assert rates(replace(settings(), network=free)) == [0, 0]


def test_commands_of_the_caller(app: App) -> None:
    asked: list[Mapping[str, Any]] = []

    def show(request: Mapping[str, Any]) -> dict[str, Any]:
        asked.append(request)
        return {"shown": True}

    engine = app.engine()
    request = {"command": "show", "place": "issues"}
    assert app.answer(engine, request, {"show": show}) == {"shown": True}
    assert asked == [request]
    assert app.answer(engine, {"command": "status"}, {"show": show}) == {"mappings": []}
    with pytest.raises(SkynetError, match="does not know the command 'show'"):
        app.answer(engine, request)


class Charging(Connection):
    kind = "charging"

    def __init__(self) -> None:
        self.on_request: Callable[[RequestKind], None] = lambda _: None

    def send(self, src_path: str, remote_path: str) -> None:
        self.on_request(RequestKind.PUT)

    def delete(self, remote_path: str) -> None: ...
    def move(self, remote_src: str, remote_dest: str) -> None: ...


def test_requests_are_counted_by_service(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.registry, "get", lambda _: Charging)
    for name, times in (("one", 1), ("two", 2)):
        connection = app.connect(ServiceSettings(name, "charging"))
        for _ in range(times):
            connection.send("", "")
    assert app.requests.today("one") == {RequestKind.PUT: 1}
    assert app.requests.today("two") == {RequestKind.PUT: 2}


def test_a_broken_file_of_the_persons_own_is_told(app: App) -> None:
    """Its kind is not known; why is what helps."""
    app.paths.make()
    (app.paths.connections / "shelf.py").write_text("raise ValueError('on purpose')")
    with pytest.raises(SettingsError, match=r"kind 'shelf', only .*shelf\.py: .*on purpose"):
        app.connection_class(ServiceSettings("s", "shelf"))
    with pytest.raises(SettingsError) as broken:
        App(Paths.of(app.paths.state)).connection_class(ServiceSettings("s", "shelf"))
    assert "on purpose" not in str(broken.value)
