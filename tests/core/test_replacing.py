from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from skynet_desktop.core.replacing import replace


class Held:
    """Somebody has the file open, for the first few tries."""

    def __init__(self, tries: int, winerror: int = 32) -> None:
        self.tries, self.winerror, self.real = tries, winerror, os.replace

    def __call__(self, source: str, target: str) -> None:
        self.tries -= 1
        if self.tries >= 0:
            error = PermissionError(13, "in use", None, self.winerror)
            vars(error)["winerror"] = self.winerror  # elsewhere it has none
            raise error
        self.real(source, target)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    (tmp_path / "new").write_text("new")
    (tmp_path / "file").write_text("old")
    return tmp_path / "new"


@pytest.mark.parametrize("winerror", [5, 32])
def test_on_windows_who_holds_it_is_waited_for(
    new: Path, monkeypatch: pytest.MonkeyPatch, winerror: int
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(os, "replace", Held(3, winerror))
    replace(new, new.with_name("file"))
    assert new.with_name("file").read_text() == "new"


def test_not_for_ever(new: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("skynet_desktop.core.replacing._SECONDS", 0.1)
    monkeypatch.setattr(os, "replace", Held(10**9))
    with pytest.raises(PermissionError):
        replace(new, new.with_name("file"))
    assert new.with_name("file").read_text() == "old"


def test_what_is_refused_elsewhere_is_refused_at_once(
    new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "replace", Held(1))
    with pytest.raises(PermissionError):
        replace(new, new.with_name("file"))


def test_over_a_file_that_is_read(new: Path) -> None:
    """Really, where it matters: on Windows."""
    with new.with_name("file").open():
        done = threading.Timer(0.0, replace, (new, new.with_name("file")))
        done.start()
        time.sleep(0.3)
    done.join()
    assert new.with_name("file").read_text() == "new"
