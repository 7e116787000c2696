"""Skywatch, the web monitor: every machine from a browser. A Django project of its own.

``python -m skynet_desktop.skywatch`` starts it. It imports nothing of the application but
:mod:`skynet_desktop.notifier.schema`, the tables that the machines report into.
"""
