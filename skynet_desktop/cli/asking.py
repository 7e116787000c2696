"""Asking the app that runs on this home, if one does."""

from __future__ import annotations

from typing import Any

from skynet_desktop.app import App
from skynet_desktop.core.errors import SkynetError
from skynet_desktop.host import channel


def ask_running(app: App, request: dict[str, Any]) -> dict[str, Any] | None:
    """Its answer; None if no app runs. Raises :class:`SkynetError` with what it objects."""
    answer = channel.ask(app.paths.state, request, timeout=15.0)
    if answer is not None and "error" in answer:
        raise SkynetError(str(answer["error"]))
    return answer


def tell_running(app: App, request: dict[str, Any]) -> bool:
    """Whether an app runs and was told."""
    return ask_running(app, request) is not None
