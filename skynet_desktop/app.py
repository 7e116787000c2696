"""The composition root: settings, credentials, connections and engine, wired once.

Terminal and desktop both stand on this. It holds one home's things and no state of its own.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from logging.handlers import RotatingFileHandler
from types import MappingProxyType
from typing import Any

from skynet_desktop.connections.base import Connection
from skynet_desktop.connections.recovery import CountsRequests
from skynet_desktop.connections.registry import Registry, build
from skynet_desktop.connections.route import Route
from skynet_desktop.core.errors import SettingsError, SkynetError
from skynet_desktop.core.events import Bus
from skynet_desktop.core.timetable import Timetable
from skynet_desktop.credentials import (
    Credentials,
    CredentialsError,
    RedactingFilter,
    SecretsNeeded,
    register,
)
from skynet_desktop.engine.engine import Engine
from skynet_desktop.engine.guard import Limits
from skynet_desktop.engine.issues import Issue
from skynet_desktop.engine.mapping import Keep, Spec
from skynet_desktop.engine.pacing import Pacing
from skynet_desktop.engine.requests import Requests
from skynet_desktop.settings import (
    MappingSettings,
    Network,
    Paths,
    ServiceSettings,
    Settings,
    checks,
    store,
)

log = logging.getLogger(__name__)

# Options that say how to get in, not where it leads: changing them keeps the index valid.
_MANNERS = {
    "auth", "key_file", "known_hosts", "host_key", "region", "storage_class", "sse",
    "addressing_style",
}  # fmt: skip
_MB = 1e6
_AUTOMATIC = 4  # transfers at once where the person chose no number
_LOG_BYTES, _LOG_FILES = 5_000_000, 3


@dataclass
class App:
    """One home. Methods may be called from any thread; those that need a secret may block on
    the keyring's own prompt."""

    paths: Paths
    bus: Bus = field(default_factory=Bus)

    def __post_init__(self) -> None:
        self.registry = Registry(self.paths.connections)
        self.pacing = Pacing()
        self.requests = Requests(self.paths.state)

    @property
    def credentials(self) -> Credentials:
        """In the keyring that the settings choose now. Raises :class:`SettingsError`."""
        choice = store.load(self.paths.settings_file).general.keyring
        return Credentials(self.paths.settings_file, choice=choice)

    # --- settings -----------------------------------------------------------------------

    def settings(self) -> Settings:
        """Read and checked whole. Raises :class:`SettingsError`."""
        settings = store.load(self.paths.settings_file)
        checks.check(settings)
        for service in settings.services.values():
            self.connection_class(service)
        return settings

    def connection_class(self, service: ServiceSettings) -> type[Connection]:
        """Raises :class:`SettingsError`, which also tells what files of the person's own could
        not be loaded: the kind may be in one of them."""
        try:
            return self.registry.get(service.type)
        except SettingsError as error:
            words = [f"The service {service.name!r}: {error}"]
        if service.type not in self.registry.kinds():
            words += [f"{where}: {why}" for where, why in self.registry.problems()]
        raise SettingsError(" ".join(words))

    # --- connections --------------------------------------------------------------------

    def connect(self, service: ServiceSettings) -> Connection:
        """A fresh connection with its secrets, not opened yet.

        Raises :class:`SettingsError` or :class:`CredentialsError`.
        """
        cls = self.connection_class(service)
        try:
            made = build(cls, service.options, self._secrets(cls, service), self.route())
        except CredentialsError:
            raise
        except SettingsError as error:
            raise SettingsError(f"The service {service.name!r}: {error}") from None
        if isinstance(made, CountsRequests):
            made.on_request = self.requests.counter(service.name)
        return made

    def route(self) -> Route:
        """By which way the settings want hosts reached. Raises :class:`SettingsError`."""
        route = Route(store.load(self.paths.settings_file).network.proxy)
        register(route.passwords())
        return route

    def _secrets(self, cls: type[Connection], service: ServiceSettings) -> Mapping[str, str]:
        auth = service.options.get("auth")
        if auth in ("environment", "agent") or not any(option.secret for option in cls.options):
            return {}
        try:
            return self.credentials.get(service.name)
        except SecretsNeeded:
            raise
        except CredentialsError:
            if service.type == "sftp" and auth != "password":
                log.info("%s: no keyring; trying agent and key file", service.name)
                return {}
            raise

    # --- the engine ---------------------------------------------------------------------

    def specs(self, settings: Settings) -> list[Spec]:
        """What the engine is to run. The upload limits hold at once, for what runs already."""
        self.pacing.limit(
            _rate(settings.network),
            {mapping.name: mapping.limit * _MB for mapping in settings.mappings.values()},
        )
        return [self._spec(settings, mapping) for mapping in settings.mappings.values()]

    def _spec(self, settings: Settings, mapping: MappingSettings) -> Spec:
        service = settings.services[mapping.service]
        return Spec(
            name=mapping.name,
            local=mapping.local,
            remote=mapping.remote,
            connect=_Connector(self, service, settings.network.proxy),
            state_folder=self.paths.mapping_state(mapping.name),
            remote_identity=_identity(service, mapping),
            complete_sync=mapping.complete_sync,
            ignore=mapping.ignore,
            paused=mapping.is_paused(time.time()),
            paused_until=mapping.pause_ends,
            hours=Timetable.of(mapping.hours),
            rescan_seconds=mapping.rescan_minutes * 60.0,
            poll_seconds=float(settings.general.poll_seconds),
            quiet_seconds=mapping.quiet_seconds,
            limits=Limits(mapping.delete_limit_count, mapping.delete_limit_share),
            keep=Keep(mapping.keep),
            keep_days=mapping.keep_days,
            verify_seconds=mapping.verify_days * 86_400.0,
            verify_deep=mapping.verify_deep,
            workers=settings.network.transfers or _AUTOMATIC,
            pacer=self.pacing.pacer(mapping.name),
            hidden=(str(self.paths.state), str(self.paths.logs)),
        )

    def engine(self) -> Engine:
        return Engine(self.bus)

    # --- commands from a second process -------------------------------------------------

    def answer(
        self,
        engine: Engine,
        request: Mapping[str, Any],
        also: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = MappingProxyType({}),
    ) -> dict[str, Any]:
        """What a running app does on a command; ``also`` are commands of the caller's own, by
        name. Raises ``SkynetError`` for a bad one."""
        command, name = str(request.get("command")), request.get("name")
        if command in also:
            return also[command](request)
        if command == "status":
            return {"mappings": [status.as_json() for status in engine.status()]}
        if command == "issues":
            return {"mappings": {n: [issue_json(i) for i in found] for n, found in
                                 engine.issues().items()}}  # fmt: skip
        if command == "reload":
            engine.update(self.specs(self.settings()))
            return {}
        mirrors = engine.mirrors(name)
        if command == "resume":
            for mirror in mirrors:
                mirror.resume()
        elif command == "sync":
            for mirror in mirrors:
                mirror.sync()
        elif command == "verify":
            deep, repair = bool(request.get("deep")), bool(request.get("repair"))
            started = [mirror.verify(deep, repair) for mirror in mirrors]
            return {"started": all(started)}
        elif command == "verify-stop":
            for mirror in mirrors:
                mirror.stop_verifying()
        elif command == "verification":
            now, last = mirrors[0].verifying, mirrors[0].verified
            return {"verifying": now and now.as_json(), "verified": last and last.as_json()}
        elif command == "confirm":
            asked = [mirror.answer(bool(request.get("yes"))) for mirror in mirrors]
            return {"about": next((about for about in asked if about), "")}
        elif command == "would-go":
            limit, after = int(request.get("limit", 1_000)), str(request.get("after", ""))
            return {"paths": mirrors[0].would_go(limit, after)}
        else:
            raise SkynetError(f"The running app does not know the command {command!r}.")
        return {}

    # --- the log ------------------------------------------------------------------------

    def start_log(self, level: str = "info") -> None:
        """Write the log below the home's ``logs``, rotated, timestamped, without secrets."""
        self.paths.make()
        handler = RotatingFileHandler(
            self.paths.logs / "skynet.log",
            maxBytes=_LOG_BYTES,
            backupCount=_LOG_FILES,
            encoding="utf-8",
            errors="backslashreplace",
        )
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
        handler.addFilter(RedactingFilter())
        root = logging.getLogger()
        root.addHandler(handler)
        root.setLevel(level.upper())
        for chatty in ("boto3", "botocore", "paramiko", "urllib3", "s3transfer", "watchdog"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        # It warns of each event that the system dropped, thousands a second; we tell it once.
        logging.getLogger("watchdog.observers").setLevel(logging.ERROR)


@dataclass(frozen=True)
class _Connector:
    """Two that lead to the same service in the same way are equal: then nothing need start
    anew. (A secret that changed does not show: ask the mapping to sync.)"""

    app: App
    service: ServiceSettings
    proxy: str = field(repr=False)

    def __call__(self) -> Connection:
        return self.app.connect(self.service)


def _rate(network: Network) -> Callable[[], float]:
    """Bytes per second that may leave now; 0 for no limit."""
    timetable = Timetable.of(network.timetable)

    def rate() -> float:
        limit = timetable.limit_at(datetime.now())
        return (network.limit if limit is None else limit) * _MB

    return rate


def issue_json(issue: Issue) -> dict[str, Any]:
    """An issue as programs read it."""
    return {
        "path": issue.path,
        "action": issue.action.value,
        "reason": issue.reason,
        "kind": issue.kind,
        "tries": issue.tries,
        "since": issue.since,
    }


def _identity(service: ServiceSettings, mapping: MappingSettings) -> str:
    """What names the place at the remote; the index is worth nothing for another one."""
    where = {key: value for key, value in service.options.items() if key not in _MANNERS}
    text = json.dumps([service.type, where, mapping.remote], sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
