"""Churn: a seeded stream of the file operations that programs and people make."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.torture.journal import STILL_SECONDS, Journal, digest_of

_WORDS = [
    "a", "ß", "file name", "x'y", "new\nline", "IMG_1", "-d", "日本", ".hidden", "e\u0301",
    'say "hi"', "$HOME", "a;b|c&d", "star*", "hash#", "[x]", "~", "🎞️", "...", " blank",
]  # fmt: skip
_MIB = 1 << 20


@dataclass(frozen=True)
class Taste:
    """How much of what: files and folders that the tree tends to, and bytes of big files."""

    files: int = 250
    folders: int = 40
    big: tuple[int, int] = (20 * _MIB, 80 * _MIB)
    big_files: int = 0
    """At most so many at a time."""


class Churn:
    """Works on a tree it keeps track of; every step is one operation.

    With the same seed the operations are the same ones, whatever the mirror does meanwhile.
    Every content that comes to rest enters ``journal``.
    """

    def __init__(
        self,
        root: Path,
        seed: int | str,
        journal: Journal | None = None,
        taste: Taste = Taste(),
    ) -> None:
        self.root = root
        self.journal = journal or Journal(carries=False)
        self.steps = 0
        self._rng = random.Random(seed)
        self._taste = taste
        self._number = 0
        self._files: list[Path] = [p for p in root.rglob("*") if p.is_file()]
        self._folders: list[Path] = [root, *(p for p in root.rglob("*") if p.is_dir())]
        self._big: list[Path] = []
        for path in self._files:
            self._rests(path)
        self._steps: list[tuple[Callable[[], None], int]] = [
            (self.create, 24), (self.edit, 10), (self.rewrite_in_place, 8), (self.append, 10),
            (self.truncate, 4), (self.edit_keeping_times, 2), (self.write_slowly, 2),
            (self.rename, 10), (self.replace, 12), (self.delete, 10), (self.move, 6),
            (self.make_folder, 5), (self.move_folder, 3), (self.delete_folder, 2),
            (self.touch, 3), (self.change_mode, 2), (self.change_kind, 1), (self.burst, 1),
            (self.several_mib, 2), (self.big, 1 if taste.big_files else 0),
        ]  # fmt: skip

    def run(self, steps: int, pause: float = 0.0) -> None:
        for _ in range(steps):
            self.step()
            if pause:
                time.sleep(pause)

    def step(self) -> None:
        actions, weights = zip(*self._steps, strict=True)
        self.steps += 1
        self._rng.choices(actions, weights)[0]()

    # --- choosing -------------------------------------------------------------------------

    def _content(self) -> bytes:
        return self._rng.randbytes(self._rng.choice([0, 10, 500, 4096, 30_000]))

    def _new(self, folder: Path | None = None) -> Path:
        self._number += 1
        word = self._rng.choice(_WORDS)
        return (folder or self._rng.choice(self._folders)) / f"{word}{self._number}"

    def _some_file(self) -> Path:
        if not self._files:
            self.create()
        return self._rng.choice(self._files)

    def _some_small_file(self) -> Path:
        path = self._some_file()
        return self._some_small_file() if path in self._big else path

    # --- noting ---------------------------------------------------------------------------

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _rests(self, path: Path) -> None:
        # At once: an upload of it may begin before a big one is read to its end.
        self.journal.changed(self._name(path))
        self.journal.holds(self._name(path), digest_of(path))

    def _gone(self, path: Path) -> None:
        self.journal.gone(self._name(path))
        self._files.remove(path)
        if path in self._big:
            self._big.remove(path)

    def _write(
        self, path: Path, blocks: Iterable[bytes], *, append: bool = False, pause: float = 0.0
    ) -> None:
        """Block by block. What stood still in between is a content at rest too, also when only
        the scheduler paused us."""
        name = self._name(path)
        content = hashlib.sha256(path.read_bytes() if append else b"")
        last = time.monotonic()
        with open(path, "ab" if append else "wb", buffering=0) as file:
            for block in blocks:
                before = content.digest()
                file.write(block)
                content.update(block)
                if pause or time.monotonic() - last > STILL_SECONDS:
                    self.journal.holds(name, before)
                last = time.monotonic()
                if pause:
                    time.sleep(pause)
        self.journal.holds(name, content.digest())

    # --- contents -------------------------------------------------------------------------

    def create(self) -> None:
        if len(self._files) > self._taste.files:
            self.delete()
            return
        path = self._new()
        self._write(path, [self._content()])
        self._files.append(path)

    def edit(self) -> None:
        self._write(self._some_small_file(), [self._content()])

    def append(self) -> None:
        blocks = [self._content() for _ in range(3)]
        self._write(self._some_file(), blocks, append=True)

    def write_slowly(self) -> None:
        """As a download or a recording: it may be taken at any pause, and is not finished."""
        blocks = [self._rng.randbytes(self._rng.randrange(1, 200_000)) for _ in range(5)]
        self._write(self._some_small_file(), blocks, pause=self._rng.uniform(0.04, 0.15))

    def rewrite_in_place(self) -> None:
        """Some bytes in the middle, also of a big file that may be on its way."""
        path = self._some_file()
        size = path.stat().st_size
        with open(path, "r+b", buffering=0) as file:
            file.seek(self._rng.randrange(size + 1))
            file.write(self._rng.randbytes(self._rng.randrange(1, 5_000)))
        self._rests(path)

    def edit_keeping_times(self) -> None:
        """As some photo tools do: same size, same mtime, other content."""
        path = self._some_file()
        before = path.stat()
        with open(path, "r+b", buffering=0) as file:
            file.write(self._rng.randbytes(min(16, before.st_size)))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        self._rests(path)

    def truncate(self) -> None:
        path = self._some_small_file()
        with open(path, "r+b", buffering=0) as file:
            file.truncate(self._rng.randrange(path.stat().st_size + 1))
        self._rests(path)

    def replace(self) -> None:
        path = self._some_small_file()
        self._number += 1
        temporary = path.with_name(f".{self._number}.tmp")
        self._write(temporary, [self._content()])
        os.replace(temporary, path)
        self.journal.renamed(self._name(temporary), self._name(path))

    def several_mib(self) -> None:
        path = self._some_small_file()
        self._write(path, self._blocks(self._rng.randrange(_MIB, 6 * _MIB)))

    def big(self) -> None:
        """Sent in parts, or resumed."""
        while len(self._big) >= self._taste.big_files:
            path = self._big[0]
            self._gone(path)
            path.unlink()
        path = self._new()
        self._write(path, self._blocks(self._rng.randrange(*self._taste.big)))
        self._files.append(path)
        self._big.append(path)

    def _blocks(self, size: int) -> Iterable[bytes]:
        for start in range(0, size, _MIB):
            yield self._rng.randbytes(min(_MIB, size - start))

    # --- times, modes, names --------------------------------------------------------------

    def touch(self) -> None:
        path = self._some_file()
        os.utime(path)
        self.journal.changed(self._name(path))

    def change_mode(self) -> None:
        path = self._some_file()
        path.chmod(self._rng.choice([0o644, 0o664, 0o755]))
        self.journal.changed(self._name(path))

    def rename(self) -> None:
        source = self._some_file()
        self._rename(source, self._some_file() if self._rng.random() < 0.2 else self._new())

    def move(self) -> None:
        """Under its own name, to another folder."""
        source = self._some_file()
        dest = self._rng.choice(self._folders) / source.name
        if not dest.is_dir():
            self._rename(source, dest)

    def _rename(self, source: Path, dest: Path) -> None:
        if source == dest:
            return
        os.replace(source, dest)
        self.journal.renamed(self._name(source), self._name(dest))
        was_big = source in self._big
        self._files = [p for p in self._files if p not in (source, dest)] + [dest]
        self._big = [p for p in self._big if p not in (source, dest)] + [dest] * was_big

    def delete(self) -> None:
        path = self._some_file()
        path.unlink()
        self._gone(path)

    def change_kind(self) -> None:
        """A folder takes a file's name, with a file in it."""
        path = self._some_small_file()
        path.unlink()
        self._gone(path)
        path.mkdir()
        self._folders.append(path)
        self._fill(path, 1)

    # --- folders --------------------------------------------------------------------------

    def make_folder(self) -> None:
        if len(self._folders) > self._taste.folders:
            self.delete_folder()
            return
        folder = self._new()
        folder.mkdir()
        self._folders.append(folder)
        self._fill(folder, self._rng.randrange(4))
        if self._rng.random() < 0.3:
            below = self._new(folder)
            below.mkdir()
            self._folders.append(below)
            self._fill(below, 2)

    def burst(self) -> None:
        """As an unpacked archive."""
        self._fill(self._rng.choice(self._folders), 30)

    def _fill(self, folder: Path, files: int) -> None:
        for _ in range(files):
            path = self._new(folder)
            self._write(path, [self._content()])
            self._files.append(path)

    def move_folder(self) -> None:
        if len(self._folders) < 2:
            return
        source = self._rng.choice(self._folders[1:])
        targets = [f for f in self._folders if f != source and source not in f.parents]
        self._number += 1
        dest = self._rng.choice(targets) / f"moved{self._number}"
        if len(dest.parents) - len(self.root.parents) > 8:
            return
        os.rename(source, dest)
        self.journal.renamed_folder(self._name(source), self._name(dest))

        def moved(path: Path) -> Path:
            inside = path == source or source in path.parents
            return dest / path.relative_to(source) if inside else path

        self._files = [moved(p) for p in self._files]
        self._folders = [moved(p) for p in self._folders]
        self._big = [moved(p) for p in self._big]

    def delete_folder(self) -> None:
        folder = self._rng.choice(self._folders)
        inside = [p for p in self._files if folder in p.parents]
        if folder == self.root or len(inside) > 60:
            return
        shutil.rmtree(folder)
        for path in inside:
            self._gone(path)
        self._folders = [f for f in self._folders if f != folder and folder not in f.parents]
