"""For a host: ``gunicorn skynet_desktop.skywatch.wsgi``. Each worker also keeps the watch;
the database sees to it that one at a time does."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skynet_desktop.skywatch.settings")
application = get_wsgi_application()

from skynet_desktop.skywatch.watching import rounds  # noqa: E402 - needs Django set up

rounds.begin()
