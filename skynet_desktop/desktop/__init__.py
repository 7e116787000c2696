"""The tray application: the only package that knows Qt.

It hosts the engine in QThreads, turns its events into signals, and shows them: tray icon and
menu, window, settings dialog, first run, toasts. How it looks is in ``theme`` and ``icons``.

PySide6 puts a function of its own in the place of Python's import, which reads the source of
each module that is imported anywhere, for a way of naming that we do not use. Modules that a
worker imports first (keyring, boto3) then crashed the process now and again, in a race with
the GUI thread; and each import took longer. So Python's own is put back.
"""

from __future__ import annotations

import builtins
import importlib

_PATCHED = "__feature_import__"

_plain = builtins.__import__
importlib.import_module("PySide6.QtCore")
if _plain.__name__ == _PATCHED:  # somebody imported PySide6 before us
    _plain = importlib.__import__
builtins.__import__ = _plain
