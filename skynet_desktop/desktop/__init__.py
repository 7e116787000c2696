"""The tray application: the only package that knows Qt.

It hosts the engine in QThreads, turns its events into signals, and shows them: tray icon and
menu, window, settings dialog, first run, toasts. How it looks is in ``theme`` and ``icons``.
"""
