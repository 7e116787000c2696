"""What a job reports to a widget that may be gone by then."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

import shiboken6
from PySide6.QtCore import QObject

P = ParamSpec("P")


def while_alive(widget: QObject, call: Callable[P, object]) -> Callable[P, None]:
    """``call``, as long as Qt has not deleted the widget; nothing after that."""

    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        if shiboken6.isValid(widget):
            call(*args, **kwargs)

    return guarded
