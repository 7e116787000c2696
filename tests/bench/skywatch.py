"""Skywatch with many machines: how long pages take, and how much the ingest takes in.

    python -m tests.bench.skywatch [--machines 1000] [--files 10000000] [--seconds 60]

Fills a PostgreSQL of its own by COPY (10 million files: some 8 GB in the temporary folder, gone
at the end), serves it by gunicorn as a host does, and measures over HTTP from this process:
each page, quiet and while machines report; then the ingest alone, as fast as it goes.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import hashlib
import http.client
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests.servers.postgres import OWNER, Postgres
from tests.servers.sshd import free_port

DATABASE = "skywatch"
MAPPINGS = 3
WORDS = ("drone", "interview", "archive", "take", "invoice", "render", "proxy", "alps", "winter")
ENDINGS = ("MP4", "CR3", "wav", "pdf", "mov")
STATES = ["done"] * 96 + ["queued"] * 2 + ["failed", "removed"]
PAGE_ASKED = 15


def machine_id(number: int) -> str:
    return f"b0000000-0000-4000-8000-{number:012}"


def path_of(machine: int, number: int) -> str:
    if number == 4_242 and machine == 42:
        return "holiday/the one file/Zürichsee.jpg"
    return (
        f"{WORDS[number % 9]}/{WORDS[(number // 9 + machine) % 9]}-{number // 500}/"
        f"{WORDS[machine % 9]}_{number:06}.{ENDINGS[number % 5]}"
    )


def key_of(machine: int, number: int) -> str:
    return hashlib.sha256(b"%d/%d" % (machine, number)).hexdigest()


def fill(db: psycopg.Connection, machines: int, files: int) -> None:
    """Tables without the search's index first: it is built once all rows are there."""
    now = time.time()
    dice = random.Random(1)
    with db.cursor() as cursor:
        with cursor.copy(
            "COPY skynet_machine (id, name, system, version, state, first_seen, last_seen) "
            "FROM STDIN"
        ) as copy:
            for m in range(machines):
                silent = 86_400 if m % 50 == 0 else dice.random() * 60
                row = (machine_id(m), f"Machine {m:04}", "Ubuntu 24.04", "0.1.0", "uploading")
                copy.write_row((*row, now - 9e6, now - silent))
        with cursor.copy(
            "COPY skynet_mapping (machine, name, place, state, reason, since, waiting_files, "
            "waiting_bytes, speed, eta, issues, files, reconciled_at, updated_at) FROM STDIN"
        ) as copy:
            for m in range(machines):
                for n in range(MAPPINGS):
                    state = ("uploading", "up-to-date", "issues", "up-to-date")[(m + n) % 4]
                    busy = state == "uploading"
                    copy.write_row(
                        (machine_id(m), f"Mapping {n}", "S3 · archive", state, "", now, 40 * busy,
                         9_000_000_000 * busy, 8e6 * busy, 1125.0 * busy, 3 * (state == "issues"),
                         files // machines // MAPPINGS, now - 300, now)
                    )  # fmt: skip
        with cursor.copy(
            "COPY skynet_file (machine, mapping, path_key, path, action, state, size, done, "
            "reason, seconds, updated_at) FROM STDIN"
        ) as copy:
            for m in range(machines):
                for n in range(files // machines):
                    state = STATES[dice.randrange(100)]
                    if n < 3:
                        state = "sending"
                    size = dice.randrange(1_000, 4_000_000_000)
                    reason = "Another program keeps it locked." if state == "failed" else ""
                    copy.write_row(
                        (machine_id(m), f"Mapping {n % MAPPINGS}", key_of(m, n), path_of(m, n),
                         "send", state, size, size if state == "done" else 0, reason, 1.5,
                         now - dice.random() * 8e6)
                    )  # fmt: skip
        with cursor.copy(
            "COPY skynet_event (machine, seq, at, mapping, path_key, path, kind, size, seconds, "
            "reason) FROM STDIN"
        ) as copy:
            each = files // machines // 5
            for m in range(machines):
                for n in range(each):
                    copy.write_row(
                        (machine_id(m), n, now - (each - n) * 60, "Mapping 0", key_of(m, n),
                         path_of(m, n), "done", 1_000_000, 1.5, "")
                    )  # fmt: skip
        with cursor.copy(
            "COPY skynet_hour (machine, mapping, hour, files, bytes, removed, failures) FROM STDIN"
        ) as copy:
            start = int(now // 3600 * 3600)
            for m in range(machines):
                for n in range(MAPPINGS):
                    for back in range(24 * 30):
                        of = (machine_id(m), f"Mapping {n}", start - back * 3600)
                        copy.write_row((*of, 20, 10_000_000_000, 1, 0))


# --- serving --------------------------------------------------------------------------------


@contextlib.contextmanager
def served(server: Postgres, home: Path, workers: int) -> Iterator[tuple[int, dict[str, str]]]:
    """The port of a gunicorn, as the Procfile starts it."""
    port = free_port()
    environment = {
        **os.environ,
        "SKYWATCH_HOME": str(home),
        "SKYWATCH_SECRET_KEY": "a key for measuring, and for nothing else",
        "DATABASE_URL": f"postgresql://{OWNER}:{server.password}@127.0.0.1:{server.port}/{DATABASE}",
        "DJANGO_SETTINGS_MODULE": "skynet_desktop.skywatch.settings",
    }
    words = [
        sys.executable, "-m", "gunicorn", "skynet_desktop.skywatch.wsgi", "-b",
        f"127.0.0.1:{port}", "-w", str(workers), "--threads", "4", "--log-level", "error",
    ]  # fmt: skip
    process = subprocess.Popen(words, env=environment)
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError):
                if ask(port, "/healthz")[0] == 200:
                    break
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.2)
        yield port, environment
    finally:
        process.terminate()
        process.wait(30)


MAKE = """
import django, sys; django.setup()
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from skynet_desktop.skywatch.models import MachineToken, Person, Rules, Watched
person = Person(name="bench", role="admin"); person.set_password("x" * 20); person.save()
session = SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.save()
Rules.current()
print(session.session_key)
for number in range(int(sys.argv[1])):
    machine = f"b0000000-0000-4000-8000-{number:012}"
    Watched.objects.create(machine=machine)
    print(MachineToken(label="bench", machine=machine).issue())
"""


def ask(
    port: int, path: str, headers: dict[str, str] | None = None, body: bytes | None = None,
    connection: http.client.HTTPConnection | None = None,
) -> tuple[int, bytes, float]:  # fmt: skip
    own = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begun = time.perf_counter()
    own.request("POST" if body is not None else "GET", path, body, headers or {})
    answer = own.getresponse()
    data = answer.read()
    took = time.perf_counter() - begun
    if connection is None:
        own.close()
    return answer.status, data, took


# --- measuring ------------------------------------------------------------------------------


def pages(machines: int) -> dict[str, str]:
    one = machine_id(machines // 2)
    key = key_of(machines // 2, 7)
    return {
        "machines (worst first, 50 of all)": "/",
        "machines, the last page": f"/?page={machines // 50}",
        "machine": f"/machines/{one}/",
        "mapping": f"/machines/{one}/mapping/?name=Mapping+1",
        "mappings": "/mappings/",
        "mappings, searched": "/mappings/?q=mapping+2",
        "files, newest": "/files/",
        "files, failed": "/files/?state=failed",
        "files, removed": "/files/?state=removed",
        "files of a machine": f"/files/?machine={one}",
        "files: search, one of all": "/files/?q=z%C3%BCrichsee",
        "files: search, a number all have": "/files/?q=alps_004242",
        "files: search, common": "/files/?q=drone+mp4",
        "files: search, in a machine": f"/files/?machine={one}&q=invoice",
        "file with history": f"/machines/{one}/files/{key}/?mapping=Mapping+1",
        "failures": "/failures/",
        "charts, 24 hours": "/charts/?span=24h",
        "charts, 30 days": "/charts/?span=30d",
        "charts of a machine, 30 days": f"/charts/?span=30d&machine={one}",
        "what happened on a machine": f"/machines/{one}/happenings/",
        "API: machines": "/api/machines",
        "API: files": "/api/files?size=100",
    }


def measure(port: int, cookie: str, machines: int) -> dict[str, tuple[float, float]]:
    """Median and worst of each page, in milliseconds."""
    found = {}
    for name, path in pages(machines).items():
        times = []
        for _ in range(PAGE_ASKED):
            status, data, took = ask(port, path, {"Cookie": f"skywatch={cookie}"})
            assert status == 200, (path, status, data[:300])
            if b"too much to look through" in data:
                print(f"  {name}: refused as too much")
            times.append(took * 1000)
        found[name] = (statistics.median(times), max(times))
    return found


def explained(db: psycopg.Connection, word: str) -> str:
    """How PostgreSQL goes about a search."""
    rows = db.execute(
        "EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM skynet_file WHERE upper(path) LIKE upper(%s) "
        "ORDER BY updated_at DESC, path_key DESC, machine DESC, mapping DESC LIMIT 51",
        (f"%{word.replace('_', '!_')}%".replace("!", chr(92)),),
    )
    return "\n".join(line for (line,) in rows)


def deep_page(port: int, cookie: str, steps: int = 40) -> float:
    """The median of walking down the newest files by their "Older" links."""
    after, times = "", []
    for _ in range(steps):
        headers = {"Cookie": f"skywatch={cookie}"}
        status, data, took = ask(port, f"/api/files?size=500&after={after}", headers)
        assert status == 200
        times.append(took * 1000)
        after = json.loads(data)["next"]
    return statistics.median(times[steps // 2 :])


def report(machine: int, number: int, rows: int) -> bytes:
    """A machine at work: some files under way, an hour's sums, a few events."""
    now = time.time()
    files = [
        {"mapping": "Mapping 0", "path_key": key_of(machine, number * rows + n),
         "path": path_of(machine, number * rows + n), "action": "send",
         "state": "done" if n else "sending", "size": 5_000_000, "done": 2_000_000 + n,
         "reason": "", "seconds": 0.4, "updated_at": now}
        for n in range(rows)
    ]  # fmt: skip
    events = [
        {"seq": 10_000_000 + number * rows + n, "at": now, "mapping": "Mapping 0",
         "path_key": file["path_key"], "path": file["path"], "kind": "done", "size": 5_000_000,
         "seconds": 0.4, "reason": ""}
        for n, file in enumerate(files)
    ]  # fmt: skip
    mapping = {
        "name": "Mapping 0", "place": "S3 · archive", "state": "uploading", "reason": "",
        "since": now, "waiting_files": 40, "waiting_bytes": 9_000_000_000, "speed": 8e6,
        "eta": 1125.0, "issues": 0, "files": 3000, "reconciled_at": now, "updated_at": now,
    }  # fmt: skip
    hour = {
        "mapping": "Mapping 0", "hour": int(now // 3600 * 3600), "files": 20, "bytes": 10**10,
        "removed": 1, "failures": 0,
    }  # fmt: skip
    head = {
        "id": machine_id(machine), "name": f"Machine {machine:04}", "system": "Ubuntu 24.04",
        "version": "0.1.0", "state": "uploading",
    }  # fmt: skip
    body = {
        "schema": 1, "machine": head, "mappings": [mapping], "files": files, "events": events,
        "hours": [hour],
    }  # fmt: skip
    return gzip.compress(json.dumps(body).encode(), 1)


class Reporting:
    """Machines that report: ``a_second`` reports in all, or as fast as they are taken."""

    def __init__(self, port: int, tokens: list[str], rows: int, a_second: float = 0.0) -> None:
        self._port, self._tokens, self._rows, self._pause = port, tokens, rows, a_second
        self.times: list[float] = []
        self.refused = 0
        self._stop = threading.Event()
        threads = 6
        self._threads = [
            threading.Thread(target=self._run, args=[number, threads]) for number in range(threads)
        ]

    def __enter__(self) -> Reporting:
        self.begun = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self.seconds = time.monotonic() - self.begun

    def _run(self, first: int, step: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)
        turn, due = 0, time.monotonic()
        while not self._stop.is_set():
            machine = (first + turn * step) % len(self._tokens)
            body = report(machine, turn * step // len(self._tokens) + 1, self._rows)
            headers = {
                "Authorization": f"Bearer {self._tokens[machine]}",
                "Content-Encoding": "gzip", "Content-Type": "application/json",
            }  # fmt: skip
            status, data, took = ask(self._port, "/api/ingest", headers, body, connection)
            if status == 200:
                self.times.append(took * 1000)
            else:
                self.refused += 1
                assert status in (429, 503), (status, data)
            turn += 1
            if self._pause:
                due += step / self._pause
                self._stop.wait(max(0.0, due - time.monotonic()))

    def says(self) -> str:
        times = sorted(self.times)
        per_second = len(times) / self.seconds
        return (
            f"{per_second:.0f} reports/s, {per_second * self._rows * 2:.0f} rows/s; median "
            f"{statistics.median(times):.0f} ms, 95 % within {times[int(len(times) * 0.95)]:.0f} ms"
            f", refused {self.refused}"
        )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--machines", type=int, default=1000)
    parser.add_argument("--files", type=int, default=10_000_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args(arguments)
    home = Path(tempfile.mkdtemp(prefix="skywatch-bench-"))
    try:
        with Postgres() as server:
            run(given, server, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def run(given: argparse.Namespace, server: Postgres, home: Path) -> None:
    with contextlib.closing(server.connect("postgres")) as db:
        db.execute(f"CREATE DATABASE {DATABASE}".encode())
        for setting in ("shared_buffers='1GB'", "maintenance_work_mem='1GB'", "max_wal_size='8GB'"):
            db.execute(f"ALTER SYSTEM SET {setting}".encode())
    server.stop()
    server.start()
    environment = {
        **os.environ,
        "SKYWATCH_HOME": str(home),
        "SKYWATCH_SECRET_KEY": "a key for measuring, and for nothing else",
        "DATABASE_URL": f"postgresql://{OWNER}:{server.password}@127.0.0.1:{server.port}/{DATABASE}",
        "DJANGO_SETTINGS_MODULE": "skynet_desktop.skywatch.settings",
    }
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
    subprocess.run(migrate, env=environment, check=True)
    begun = time.monotonic()
    with contextlib.closing(server.connect(DATABASE)) as db:
        db.execute("DROP INDEX skywatch_file_words")
        fill(db, given.machines, given.files)
        print(f"filled in {time.monotonic() - begun:.0f} s", flush=True)
        begun = time.monotonic()
        db.execute(
            "CREATE INDEX skywatch_file_words ON skynet_file USING gin (upper(path) gin_trgm_ops)"
        )
        print(f"search's index in {time.monotonic() - begun:.0f} s", flush=True)
        db.execute("VACUUM ANALYZE")
        for table in ("skynet_file", "skynet_event", "skynet_hour"):
            size = "SELECT pg_size_pretty(pg_table_size(%s)), pg_size_pretty(pg_indexes_size(%s))"
            print(table, *db.execute(size, (table, table)).fetchone() or (), flush=True)
    make = [sys.executable, "-c", MAKE, str(given.machines)]
    made = subprocess.run(make, env=environment, check=True, capture_output=True, text=True)
    cookie, *tokens = made.stdout.split()
    with served(server, home, given.workers) as (port, _):
        quiet = measure(port, cookie, given.machines)
        with contextlib.closing(server.connect(DATABASE)) as db:
            print(explained(db, "alps_004242"), flush=True)
        print(f"deep pages of 500: {deep_page(port, cookie):.0f} ms", flush=True)
        # A heartbeat a minute of each, and a tenth at work: a report of 10 files every 2 s.
        usual = given.machines / 60 + given.machines / 10 / 2
        with Reporting(port, tokens, 10, usual) as reporting:
            busy = measure(port, cookie, given.machines)
        print(f"meanwhile ({usual:.0f} reports/s wanted): {reporting.says()}", flush=True)
        with Reporting(port, tokens, 10) as small:
            time.sleep(given.seconds)
        print(f"ingest alone, 10 files a report: {small.says()}", flush=True)
        with Reporting(port, tokens, 250) as big:
            time.sleep(given.seconds)
        print(f"ingest alone, 250 files a report: {big.says()}", flush=True)
    print(
        f"\n| page | quiet: median, worst | {usual:.0f} reports/s: median, worst |\n|---|---|---|"
    )
    for name in quiet:
        (a, b), (c, d) = quiet[name], busy[name]
        print(f"| {name} | {a:.0f}, {b:.0f} ms | {c:.0f}, {d:.0f} ms |")


if __name__ == "__main__":
    main(sys.argv[1:])
