"""Skywatch as Django sees it."""

from __future__ import annotations

from django.apps import AppConfig


class Skywatch(AppConfig):
    name = "skynet_desktop.skywatch"
    label = "skywatch"
    default_auto_field = "django.db.models.BigAutoField"
