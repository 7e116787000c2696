"""Skywatch's settings for the type checker, which must neither make a key nor a folder."""

from __future__ import annotations

import os

os.environ["SKYWATCH_SECRET_KEY"] = "a key for the type checker, which signs nothing"

from skynet_desktop.skywatch.settings import *  # noqa: F403
