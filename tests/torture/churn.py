"""Churn: a seeded stream of the file operations that programs and people make."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path


class Churn:
    """Works on a tree it keeps track of; every step is one operation."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self._rng = random.Random(seed)
        self._number = 0
        self._files: list[Path] = [p for p in root.rglob("*") if p.is_file()]
        self._folders: list[Path] = [root, *(p for p in root.rglob("*") if p.is_dir())]
        self._steps: list[tuple[Callable[[], None], int]] = [
            (self.create, 30), (self.edit, 15), (self.append, 10), (self.rename, 12),
            (self.replace, 12), (self.delete, 10), (self.make_folder, 5),
            (self.move_folder, 3), (self.delete_folder, 1), (self.touch, 2),
        ]  # fmt: skip

    def run(self, steps: int, pause: float = 0.0) -> None:
        for _ in range(steps):
            self.step()
            if pause:
                time.sleep(pause)

    def step(self) -> None:
        actions, weights = zip(*self._steps, strict=True)
        self._rng.choices(actions, weights)[0]()

    def _content(self) -> bytes:
        return self._rng.randbytes(self._rng.choice([0, 10, 500, 4096, 30_000]))

    def _new(self) -> Path:
        self._number += 1
        word = self._rng.choice(["a", "ß", "file name", "x'y", "new\nline", "IMG_1", "-d", "日本"])
        return self._rng.choice(self._folders) / f"{word}{self._number}"

    def _some_file(self) -> Path:
        if not self._files:
            self.create()
        return self._rng.choice(self._files)

    def create(self) -> None:
        path = self._new()
        path.write_bytes(self._content())
        self._files.append(path)

    def edit(self) -> None:
        self._some_file().write_bytes(self._content())

    def append(self) -> None:
        with open(self._some_file(), "ab") as file:
            for _ in range(3):
                file.write(self._content())
                file.flush()

    def touch(self) -> None:
        os.utime(self._some_file())

    def replace(self) -> None:
        path = self._some_file()
        temporary = path.with_name(f".{self._number}.tmp")
        temporary.write_bytes(self._content())
        os.replace(temporary, path)

    def rename(self) -> None:
        source = self._some_file()
        dest = self._some_file() if self._rng.random() < 0.2 else self._new()
        os.replace(source, dest)
        self._files = [p for p in self._files if p not in (source, dest)] + [dest]

    def delete(self) -> None:
        path = self._some_file()
        path.unlink()
        self._files.remove(path)

    def make_folder(self) -> None:
        folder = self._new()
        folder.mkdir()
        self._folders.append(folder)
        for _ in range(self._rng.randrange(4)):
            path = folder / f"in{self._rng.randrange(100)}"
            path.write_bytes(self._content())
            if path not in self._files:
                self._files.append(path)

    def move_folder(self) -> None:
        if len(self._folders) < 2:
            return
        source = self._rng.choice(self._folders[1:])
        targets = [f for f in self._folders if f != source and source not in f.parents]
        self._number += 1
        dest = self._rng.choice(targets) / f"moved{self._number}"
        os.rename(source, dest)

        def moved(path: Path) -> Path:
            inside = path == source or source in path.parents
            return dest / path.relative_to(source) if inside else path

        self._files = [moved(p) for p in self._files]
        self._folders = [moved(p) for p in self._folders]

    def delete_folder(self) -> None:
        folder = self._rng.choice(self._folders)
        if folder == self.root or sum(folder in p.parents for p in self._files) > 60:
            return
        shutil.rmtree(folder)
        self._files = [p for p in self._files if folder not in p.parents]
        self._folders = [f for f in self._folders if f != folder and folder not in f.parents]
