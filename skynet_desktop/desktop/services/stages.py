"""What the stages of a test are called, and which field a failure is about."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from skynet_desktop.connections.trial_advice import Stage

_translate = QCoreApplication.translate

# The first of these that the form has is what a person most likely must change.
_FIELDS: dict[Stage, tuple[str, ...]] = {
    Stage.NAME: ("host", "endpoint_url", "region"),
    Stage.PORT: ("port", "endpoint_url", "host"),
    Stage.SECURE: ("host_key", "endpoint_url", "port"),
    Stage.FOLDER: ("path",),
    Stage.SIGN_IN: ("password", "secret_access_key", "passphrase", "key_file", "username"),
    Stage.LIST: ("prefix", "bucket", "path"),
    Stage.WRITE: ("prefix", "bucket", "path"),
}


def stage_name(stage: Stage) -> str:
    return {
        Stage.NAME: _translate("stages", "Find the server"),
        Stage.PORT: _translate("stages", "Reach its port"),
        Stage.SECURE: _translate("stages", "Check that it is the right one"),
        Stage.FOLDER: _translate("stages", "Look for the folder"),
        Stage.SIGN_IN: _translate("stages", "Sign in"),
        Stage.LIST: _translate("stages", "List what is there"),
        Stage.WRITE: _translate("stages", "Write a test file"),
        Stage.READ: _translate("stages", "Read it back"),
        Stage.DELETE: _translate("stages", "Delete it again"),
    }[stage]


def fields_of(stage: Stage) -> tuple[str, ...]:
    """Names of options, the likeliest first."""
    return _FIELDS.get(stage, ())
