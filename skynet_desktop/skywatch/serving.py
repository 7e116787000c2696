"""The one command: makes the database, tells how to begin, and serves, anywhere Python runs."""

from __future__ import annotations

import os

import waitress
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from skynet_desktop.skywatch import config
from skynet_desktop.skywatch.access.welcome import first_link

THREADS = 8


def serve(bind: str) -> None:
    """Until it is interrupted."""
    config.make_home()
    call_command("migrate", verbosity=0, interactive=False)
    link = first_link()
    connections.close_all()
    from skynet_desktop.skywatch.wsgi import application  # begins the watch too

    server = waitress.create_server(
        application,
        listen=bind,
        threads=THREADS,
        ident=None,
        max_request_body_size=8 * 1024 * 1024,
        clear_untrusted_proxy_headers=not settings.PROXIES,
    )
    _tell(bind, link)
    try:
        server.run()
    finally:
        server.close()


def _tell(bind: str, link: str | None) -> None:
    url = settings.URL.geturl()
    lines = [f"Skywatch is at {url} (Ctrl-C ends it)."]
    if link:
        lines += [
            "",
            "Nobody can sign in yet. This link makes you its admin; it works once:",
            "",
            f"    {link}",
        ]
    elsewhere = not bind.startswith(("127.", "localhost", "[::1]"))
    if elsewhere and not settings.SECURE:
        lines += [
            "",
            "Others can reach it without encryption: put a proxy with TLS before it, and set",
            "SKYWATCH_URL=https://... (docs/skywatch.md).",
        ]
    print("\n".join(lines), flush=True)


def default_bind() -> str:
    """What the host says (PORT), else this machine alone."""
    port = os.environ.get("PORT")
    return f"0.0.0.0:{port}" if port else f"127.0.0.1:{config.public_url().port or 8420}"
