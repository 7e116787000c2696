"""Skywatch served by waitress in a thread, as its one command serves it, on a free port."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import waitress
from django.core.wsgi import get_wsgi_application
from waitress import wasyncore


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Its address. Uses the database in use now."""
    server = waitress.create_server(get_wsgi_application(), host="127.0.0.1", port=0, threads=4)

    server.adj.asyncore_loop_timeout = 0.05  # how long its end takes

    def serve() -> None:
        with contextlib.suppress(OSError):  # its sockets are closed under it
            server.run()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        wasyncore.close_all(server._map)  # what browsers keep open
        thread.join(10)
