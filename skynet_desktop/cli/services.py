"""skynet service ..."""

from __future__ import annotations

import getpass
import json
import sys
import threading
from argparse import Namespace

from skynet_desktop.app import App
from skynet_desktop.cli.asking import tell_running
from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.registry import checked
from skynet_desktop.connections.trial import Outcome, StageResult, Trial
from skynet_desktop.connections.trial_advice import Stage
from skynet_desktop.core.errors import ServiceError, SettingsError, SkynetError
from skynet_desktop.credentials import CredentialsError, register
from skynet_desktop.settings import ServiceSettings, store


def add(app: App, arguments: Namespace) -> int:
    app.paths.make()
    cls = app.registry.get(arguments.type)
    given = dict(_pair(text) for text in arguments.options)
    options = {name: value for name, value in checked(cls, given).items() if name in given}
    service = ServiceSettings(arguments.name, arguments.type, options)
    known = store.load(app.paths.settings_file).services
    if service.name in known:  # before its secrets could be overwritten
        raise SettingsError(f"There is a service {service.name!r} already; remove it first.")
    secrets = _secrets(cls, options, from_stdin=arguments.secrets == "-")
    if secrets:
        app.credentials.set(service.name, secrets)
    try:
        store.add_service(app.paths.settings_file, service)
    except SkynetError:
        if secrets:
            app.credentials.delete(service.name)
        raise
    kept = f"; its secrets are in {app.credentials.backend_name()}" if secrets else ""
    print(f"Added the service {service.name}{kept}.")
    return 0


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise SettingsError(f"-o takes KEY=VALUE, not {text!r}.")
    return name, value


def _secrets(
    cls: type[Connection], options: dict[str, object], *, from_stdin: bool
) -> dict[str, str]:
    """From standard input, or asked without echo where there is a person to ask."""
    declared = {option.name: option for option in cls.options if option.secret}
    if from_stdin:
        given = _read_json()
        register(given.values())
        unknown = sorted(set(given) - set(declared))
        if unknown:
            raise SettingsError(
                f"A {cls.kind} service has no secret {unknown[0]!r}, only "
                f"{', '.join(declared) or 'none'}."
            )
        return {name: value for name, value in given.items() if value}
    if options.get("auth") in ("environment", "agent") or not declared:
        return {}
    if not sys.stdin.isatty():
        print(
            f"skynet: no secrets were given ({', '.join(declared)}); if the service needs them, "
            "add it with --secrets - and a JSON object on standard input.",
            file=sys.stderr,
        )
        return {}
    answers = {
        name: getpass.getpass(f"{option.label} (empty for none): ")
        for name, option in declared.items()
    }
    return {name: value for name, value in answers.items() if value}


def _read_json() -> dict[str, str]:
    try:
        given = json.load(sys.stdin)
    except ValueError:
        given = None  # the error would quote the secret
    if not isinstance(given, dict) or not all(isinstance(v, str) for v in given.values()):
        raise SettingsError(
            'Standard input must be a JSON object of texts, such as {"password": "..."}.'
        )
    return given


def show(app: App, arguments: Namespace) -> int:
    services = app.settings().services
    if not services:
        print("No services yet. Add one with: skynet service add NAME --type s3|sftp|local ...")
    for service in services.values():
        options = " ".join(f"{key}={value}" for key, value in service.options.items())
        print(f"{service.name}  {service.type}  {options}".rstrip())
    for problem in app.registry.problems():
        print(f"skynet: {problem.where}: {problem.why}", file=sys.stderr)
    return 0


def remove(app: App, arguments: Namespace) -> int:
    store.remove_service(app.paths.settings_file, arguments.name)
    try:
        app.credentials.delete(arguments.name)
    except CredentialsError as error:
        print(f"skynet: its secrets could not be looked for: {error}", file=sys.stderr)
    tell_running(app, {"command": "reload"})
    print(f"Removed the service {arguments.name}.")
    return 0


def test(app: App, arguments: Namespace) -> int:
    """In stages, each ticked as it ends; the first that fails says why and what to change."""
    settings = store.load(app.paths.settings_file)
    if arguments.name not in settings.services:
        known = ", ".join(settings.services) or "none"
        raise SettingsError(f"There is no service {arguments.name!r}. Known: {known}.")
    service = settings.services[arguments.name]
    trial, cancelled = Trial(lambda: app.connect(service)), threading.Event()
    try:
        results = trial.run(_show_stage, cancelled)
    except KeyboardInterrupt:
        cancelled.set()
        trial.settle(_CLEAN_UP_SECONDS)
        raise
    for result in results:
        if result.outcome is Outcome.FAILED:
            raise ServiceError(_why(result))
    print(f"The service {arguments.name} works: {app.connect(service).describe()}")
    return 0


_CLEAN_UP_SECONDS = 5.0
_DONE = {
    Stage.NAME: "name found",
    Stage.PORT: "port open",
    Stage.SECURE: "server verified",
    Stage.FOLDER: "folder found",
    Stage.SIGN_IN: "signed in",
    Stage.LIST: "listed",
    Stage.WRITE: "written",
    Stage.READ: "read back",
    Stage.DELETE: "deleted",
}


def _show_stage(result: StageResult) -> None:
    if result.outcome is Outcome.PASSED:
        print(f"  ok: {_DONE[result.stage]}", flush=True)
    elif result.outcome is Outcome.FAILED:
        print(f"  failed: {_DONE[result.stage]}", flush=True)
    elif result.outcome is Outcome.SKIPPED and result.words:
        print(f"  not needed: {_DONE[result.stage]} ({result.words})", flush=True)


def _why(result: StageResult) -> str:
    accepting = [f"Then add the service with -o {k}={v}" for k, v in result.accept.items()]
    return " ".join([result.words, result.advice, *accepting])
