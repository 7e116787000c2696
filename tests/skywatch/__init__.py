"""Skywatch's tests. Importing any of them sets Django up, with a key and a home of their own."""

from __future__ import annotations

import os
import tempfile

import django
from django.conf import settings

os.environ["SKYWATCH_HOME"] = os.path.join(tempfile.gettempdir(), "skywatch-tests-use-no-home")
os.environ["SKYWATCH_SECRET_KEY"] = "a key for tests, and for nothing else at all"
os.environ["DJANGO_SETTINGS_MODULE"] = "skynet_desktop.skywatch.settings"
for name in ("DATABASE_URL", "SKYWATCH_URL", "SKYWATCH_MAIL", "SKYWATCH_PROXIES"):
    os.environ.pop(name, None)

django.setup()
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick
