"""Secrets: kept in the operating system's keyring, kept out of everything else."""

from skynet_desktop.credentials.backend import CredentialsError
from skynet_desktop.credentials.probe import Keyring, Kind
from skynet_desktop.credentials.redaction import RedactingFilter, redacted, register
from skynet_desktop.credentials.session import MONITOR, SESSION, SecretsNeeded
from skynet_desktop.credentials.store import Credentials

__all__ = [
    "MONITOR",
    "SESSION",
    "Credentials",
    "CredentialsError",
    "Keyring",
    "Kind",
    "RedactingFilter",
    "SecretsNeeded",
    "redacted",
    "register",
]
