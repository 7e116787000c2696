"""A small studio's machines, as they could be: for pictures and for trying things out."""

from __future__ import annotations

import math
import random
import time

from skynet_desktop.skywatch.models import Event, File, Hour, Machine, MachineToken, Mapping
from tests.skywatch.made import key

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0

# name, system, state, seconds since it was heard of, mappings
STUDIO = [
    ("Edit suite 1", "Windows 11", "uploading", 4, ["Projects", "Footage"]),
    ("Edit suite 2", "Windows 11", "up-to-date", 31, ["Projects", "Footage"]),
    ("Anna's laptop", "macOS 15.2", "uploading", 2, ["Drone", "Photos"]),
    ("Ben's laptop", "Ubuntu 24.04", "silent", 5.4 * DAY, ["Drone", "Documents"]),
    ("Priya's laptop", "macOS 15.2", "issues", 12, ["Drone", "Interviews"]),
    ("DIT cart", "Ubuntu 24.04", "uploading", 1, ["Cards", "Proxies"]),
    ("Sound room", "Windows 10", "paused", 44, ["Recordings"]),
    ("Archive NAS", "Debian 12", "checking", 8, ["Archive 2024", "Archive 2025", "Archive 2026"]),
    ("Reception", "Windows 11", "up-to-date", 52, ["Documents"]),
    ("录音棚 电脑", "Windows 11", "up-to-date", 20, ["文件"]),
    ("Field unit", "Ubuntu 24.04", "action-required", 25, ["Cards"]),
    ("Old iMac", "macOS 12.7", "stopped", 2.2 * HOUR, ["Photos"]),
]  # fmt: skip

REASONS = {
    "issues": "3 files could not be sent.",
    "action-required": "Most files in /media/cards are gone. Should they be removed at the "
    "destination too?",
    "paused": "Paused until 18:00.",
}
FAILED = [
    ("Interviews/2026-11/Take 12 – Müller.wav", "Another program keeps it locked."),
    ("Interviews/2026-11/notes: final?.txt", "The server does not take this name: it has a colon."),
    ("Drone/Alps/DJI_0311.MP4", "It may not be read: permission denied."),
]
NAMES = ["DJI_{:04}.MP4", "A001_C{:03}.mov", "IMG_{:04}.CR3", "Take {} – Müller.wav", "scan-{}.pdf"]


def make(seed: int = 7) -> None:
    """Into the database in use."""
    dice = random.Random(seed)
    now = time.time()
    for number, (name, system, state, silent_for, mappings) in enumerate(STUDIO):
        machine = f"5d1c9a70-0000-4000-8000-{number:012}"
        seen = now - silent_for
        told = "uploading" if state == "silent" else state
        Machine.objects.create(
            id=machine, name=name, system=system, version="0.1.0", state=told,
            first_seen=now - 90 * DAY, last_seen=seen,
        )  # fmt: skip
        MachineToken(label=name, machine=machine).issue()
        for place, mapping in enumerate(mappings):
            own = told if place == 0 else "up-to-date"
            _mapping(dice, machine, mapping, own, seen)
            _files(dice, machine, mapping, own, seen)
            _hours(dice, machine, mapping, number + place, seen)


def _mapping(dice: random.Random, machine: str, name: str, state: str, now: float) -> None:
    busy = state in ("uploading", "paused")
    there = dice.randint(1800, 42_000)
    left = dice.randint(4, 400) * 1_000_000_000 if busy else 0
    speed = dice.uniform(4e6, 60e6) if state == "uploading" else 0.0
    Mapping.objects.create(
        machine=machine, name=name, place=f"S3 · studio-archive/{name.lower().replace(' ', '-')}",
        state=state, reason=REASONS.get(state, ""), since=now - dice.uniform(60, 9000),
        waiting_files=int(there * dice.uniform(0.02, 0.8)) if busy else 0, waiting_bytes=left,
        speed=speed, eta=left / speed if speed else 0.0, issues=3 if state == "issues" else 0,
        files=there, reconciled_at=now - dice.uniform(60, 3000), updated_at=now,
    )  # fmt: skip


def _files(dice: random.Random, machine: str, mapping: str, state: str, now: float) -> None:
    files, events = [], []
    for number in range(40):
        path = f"{mapping}/{dice.choice(NAMES).format(dice.randint(1, 900))}".replace("/scan", "/s")
        size, at = dice.randint(2_000_000, 6_000_000_000), now - number * dice.uniform(20, 200)
        word = "done"
        if state == "uploading" and number < 5:
            word = "sending" if number < 3 else "queued"
        done = int(size * dice.random()) if word == "sending" else size * (word == "done")
        row = {"machine": machine, "mapping": mapping, "path_key": key(path), "path": path}
        files.append(
            File(
                **row,
                action="send",
                state=word,
                size=size,
                done=done,
                reason="",
                seconds=size / 3e7 if word == "done" else 0.0,
                updated_at=at,
            )
        )
        if word == "done":
            events.append(("done", path, at, size, ""))
    if state == "issues":
        for number, (path, reason) in enumerate(FAILED):
            row = {"machine": machine, "mapping": mapping, "path_key": key(path), "path": path}
            at = now - 300 * number
            files.append(
                File(
                    **row,
                    action="send",
                    state="failed",
                    size=dice.randint(10_000, 900_000_000),
                    done=0,
                    reason=reason,
                    seconds=0.0,
                    updated_at=at,
                )
            )
            events.append(("failed", path, at, 0, reason))
    if state != "up-to-date":
        events.append((f"state:{state}", "", now - 500, 0, REASONS.get(state, "")))
    unique = {file.path_key: file for file in files}
    File.objects.bulk_create(unique.values())
    base = Event.objects.filter(machine=machine).count()
    Event.objects.bulk_create(
        Event(
            machine=machine, seq=base + seq, at=at, mapping=mapping,
            path_key=key(path) if path else "", path=path, kind=kind, size=size,
            seconds=size / 3e7, reason=reason,
        )
        for seq, (kind, path, at, size, reason) in enumerate(sorted(events, key=lambda e: e[2]), 1)
    )  # fmt: skip


def _hours(dice: random.Random, machine: str, mapping: str, shift: int, now: float) -> None:
    start = int(now // HOUR * HOUR)
    running = max(0.25, (now - start) / HOUR)
    Hour.objects.bulk_create(
        Hour(
            machine=machine, mapping=mapping, hour=start - back * 3600,
            files=int(20 * level), bytes=int(level * 9e9 * (1 if back else running)),
            removed=dice.randint(0, 2), failures=int(dice.random() < 0.05),
        )
        for back in range(24 * 30)
        for level in [
            max(0.0, math.sin((start / HOUR - back + shift) / 24 * math.tau)) * dice.uniform(0.3, 1)
            + 0.04
        ]
    )  # fmt: skip
