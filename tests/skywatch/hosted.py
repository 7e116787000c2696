"""Skywatch as a host runs it: gunicorn with two workers, in processes of their own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60.0


def environment(home: Path, **more: str) -> dict[str, str]:
    """Ours, but nothing that Skywatch would take for its own."""
    left_out = ("SKYWATCH_", "DATABASE_URL", "DJANGO_", "PORT")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {**kept, "SKYWATCH_HOME": str(home), **more}


@contextlib.contextmanager
def hosted(home: Path, database_url: str) -> Iterator[tuple[str, str]]:
    """Its address, and the link that makes the first admin."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    env = environment(home, SKYWATCH_URL=url, DATABASE_URL=database_url)
    ours = [sys.executable, "-m", "skynet_desktop.skywatch"]
    subprocess.run([*ours, "migrate", "--verbosity=0"], cwd=ROOT, env=env, check=True)
    link = subprocess.run([*ours, "welcome"], cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE)
    words = [
        sys.executable, "-m", "gunicorn", "skynet_desktop.skywatch.wsgi", "--workers=2",
        "--threads=4", f"--bind=127.0.0.1:{port}", "--log-level=warning",
    ]  # fmt: skip
    log = home.with_name("gunicorn.log")
    with log.open("w") as said:
        process = subprocess.Popen(words, cwd=ROOT, env=env, stdout=said, stderr=said)
    try:
        wait_until_it_serves(process, url, log)
        yield url, link.stdout.decode().strip()
    finally:
        process.terminate()
        process.wait(SECONDS)


def wait_until_it_serves(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/healthz", timeout=5):
            return
        assert time.monotonic() < deadline, f"not within {SECONDS} s: {log.read_text()}"
        time.sleep(0.1)
