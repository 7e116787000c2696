"""skynet run: the engine in a terminal."""

from __future__ import annotations

import sys
import threading
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from skynet_desktop.app import App
from skynet_desktop.cli.progress import Progress
from skynet_desktop.cli.stopping import told_to_stop
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.engine.engine import Engine
from skynet_desktop.engine.mirror import Outcome
from skynet_desktop.host.channel import ControlServer
from skynet_desktop.host.instance import Instance
from skynet_desktop.monitoring import Monitoring
from skynet_desktop.settings import Settings


def run(app: App, arguments: Namespace) -> int:
    return run_once(app) if arguments.once else run_on(app)


def run_on(app: App) -> int:
    """Mirror until SIGINT or SIGTERM; ends within a second or two and loses nothing."""
    settings = _ready(app)
    with _alone(app), told_to_stop() as stop:
        engine = app.engine()
        monitoring = Monitoring(app, engine)

        def quit(_: Mapping[str, Any]) -> dict[str, Any]:
            stop.set()
            return {}

        def reload(request: Mapping[str, Any]) -> dict[str, Any]:
            monitoring.follow(app.settings())
            return app.answer(engine, request)

        own = {"quit": quit, "reload": reload}
        control = ControlServer(app.paths.state, lambda request: app.answer(engine, request, own))
        with _showing(app, engine):
            monitoring.follow(settings)
            try:
                engine.start(app.specs(settings))
                control.start()
                stop.wait()
            finally:
                control.close()
                engine.stop()
                monitoring.stop()
    return 0


def run_once(app: App, only: str | None = None) -> int:
    """Reconcile, work off the Q, end; the exit code tells the gravest outcome."""
    settings = _ready(app)
    specs = [spec for spec in app.specs(settings) if only in (None, spec.name)]
    with _alone(app), told_to_stop() as stop:
        engine = app.engine()
        monitoring = Monitoring(app, engine)
        control = ControlServer(app.paths.state, lambda request: app.answer(engine, request))
        threading.Thread(target=_interrupt, args=(stop, engine), daemon=True).start()
        with _showing(app, engine):
            control.start()
            monitoring.follow(settings)
            try:
                outcome = engine.run_once(specs)
                reasons = engine.reasons()
            finally:
                control.close()
                engine.stop()
                monitoring.stop()
    for name, reason in reasons.items():
        print(f"skynet: {name}: {reason}", file=sys.stderr)
    if outcome is Outcome.ISSUES:
        print("skynet: some paths could not be mirrored; see: skynet issues", file=sys.stderr)
    if stop.is_set():
        return 130
    return int(outcome)


def _interrupt(stop: threading.Event, engine: Engine) -> None:
    stop.wait()
    engine.interrupt()


def _ready(app: App) -> Settings:
    settings = app.settings()
    if not settings.mappings:
        raise SettingsError(
            "Nothing to mirror yet. Add a service, then a mapping: see skynet service add --help "
            "and skynet mapping add --help, or try it out with: skynet start"
        )
    app.paths.make()
    app.start_log(settings.general.log_level)
    return settings


@contextmanager
def _alone(app: App) -> Iterator[None]:
    instance = Instance(app.paths.state)
    if not instance.acquire():
        raise SettingsError(
            f"Skynet runs already on this home (process {instance.holder()}). "
            "Ask it with: skynet status"
        )
    try:
        yield
    finally:
        instance.release()


@contextmanager
def _showing(app: App, engine: Engine) -> Iterator[None]:
    progress = Progress(engine, sys.stdout)
    unsubscribe = app.bus.subscribe(progress.on_event)
    progress.start()
    try:
        yield
    finally:
        unsubscribe()
        progress.stop()
