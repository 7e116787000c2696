"""Secrets: what keeps them, and whether those that are needed are there. None is ever shown."""

from __future__ import annotations

from collections.abc import Iterator

from skynet_desktop.connections.base import Connection, Option
from skynet_desktop.core.errors import SettingsError
from skynet_desktop.credentials import Credentials, CredentialsError, Kind, SecretsNeeded
from skynet_desktop.doctor.exam import Check, Exam, Said, bad, note, ok, warning
from skynet_desktop.settings import ServiceSettings

_ELSEWHERE = ("environment", "agent")


def _keyring(exam: Exam) -> Iterator[Said]:
    credentials = Credentials(exam.app.paths.settings_file, choice=exam.settings.general.keyring)
    services = [s for s in exam.settings.services.values() if _secrets_of(exam, s)]
    keyring = credentials.probe()
    match keyring.kind:
        case Kind.SYSTEM:
            yield ok(keyring.sentence)
        case Kind.CHOSEN if "plain" in keyring.name.lower():
            yield warning(
                keyring.sentence,
                "By its name it keeps them in plain text. Choose this system's keyring instead.",
            )
        case Kind.SESSION | Kind.CHOSEN:
            yield note(keyring.sentence)
        case Kind.LOCKED:
            yield warning(keyring.sentence, "Until then no service that needs a secret works.")
        case Kind.NONE | Kind.FOREIGN if services:
            yield bad(
                "No keyring keeps secrets here, so services that need one do not work.",
                keyring.sentence,
            )
        case Kind.NONE | Kind.FOREIGN:
            yield note(keyring.sentence)
    if keyring.kind in (Kind.SYSTEM, Kind.CHOSEN, Kind.SESSION):
        for service in services:
            yield _stored(exam, credentials, service)


def _secrets_of(exam: Exam, service: ServiceSettings) -> list[Option]:
    """The secrets that this service may have, as it is set up."""
    if service.options.get("auth") in _ELSEWHERE:
        return []
    try:
        declared = _class(exam, service).options
    except SettingsError:  # told by the settings' check
        return []
    return [o for o in declared if o.secret and o.fits(service.options, declared)]


def _class(exam: Exam, service: ServiceSettings) -> type[Connection]:
    return exam.app.registry.get(service.type)


def _stored(exam: Exam, credentials: Credentials, service: ServiceSettings) -> Said:
    name = service.name
    try:
        stored = credentials.get(name)
    except SecretsNeeded:
        return note(
            f"The secrets of {name} are in the memory of the running app alone, if it runs.",
            "They cannot be looked at from elsewhere.",
        )
    except CredentialsError as error:
        return bad(f"The secrets of {name} cannot be read. {error}", "Enter them again.")
    options = _secrets_of(exam, service)
    missing = [o for o in options if o.name not in stored and _is_needed(o, service)]
    if missing:
        labels = ", ".join(option.label for option in missing)
        return bad(f"No {labels} of {name} is stored.", "Enter it in the settings, under Services.")
    if not stored:
        return ok(f"No secret of {name} is stored; it signs in without one, or not at all.")
    return ok(f"The secrets of {name} are stored.")


def _is_needed(option: Option, service: ServiceSettings) -> bool:
    """Whether what was chosen cannot do without: keys want all of theirs, a password wants
    itself; a choice that finds its own way in wants nothing."""
    if option.required or option.when is None:
        return option.required
    choice, allowed = option.when
    return len(allowed) == 1 or service.options.get(choice) == option.name


CHECKS = (Check("Keyring", _keyring, 30.0),)
