from __future__ import annotations

import os
import sys
from itertools import islice

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from skynet_desktop.core.errors import PathImpossible
from skynet_desktop.engine.restoring.names import is_marked, marked, parts_of

OUT = "could lead out of the folder"
DEVICE = "keeps this name for a device"
ILLEGAL = "Windows does not allow"
TAIL = "drop the dot or space"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("", OUT), ("/", OUT), ("/etc/passwd", OUT), ("..", OUT), ("../a", OUT), ("a/../b", OUT),
        ("a/..", OUT), (".", OUT), ("a/./b", OUT), ("a//b", OUT), ("a/", OUT), ("//host/a", OUT),
        ("a\0b", "can have this name"), ("\ud800", "can have this name"),
        (".skynet", "kept for Skynet"), (".skynet/trash/x", "kept for Skynet"),
        (".skynet-1.part", "unfinished"), ("a/.skynet-1.part", "unfinished"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("windows", [False, True])
def test_refused_everywhere(path: str, why: str, windows: bool) -> None:
    with pytest.raises(PathImpossible, match=why):
        parts_of(path, windows=windows)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("C:\\x", ILLEGAL), ("C:x", ILLEGAL), ("a/C:", ILLEGAL), ("..\\out", ILLEGAL),
        ("\\\\host\\share", ILLEGAL), ("a:stream", ILLEGAL), ("a?", ILLEGAL), ("a\nb", ILLEGAL),
        ("con", DEVICE), ("CON.txt", DEVICE), ("a/nul", DEVICE), ("lpt1.tar.gz", DEVICE),
        ("COM¹", DEVICE), ("conin$", DEVICE), ("a.", TAIL), ("a ", TAIL), ("... ", TAIL),
        ("..  /x", TAIL), ("folder./x", TAIL),
    ],
)  # fmt: skip
def test_refused_on_windows(path: str, why: str) -> None:
    with pytest.raises(PathImpossible, match=why):
        parts_of(path, windows=True)
    assert parts_of(path, windows=False) == path.split("/"), "a name like any other elsewhere"
    if why == TAIL:
        with pytest.raises(PathImpossible, match=why):
            parts_of(path, windows=False, drops_tails=True)


@pytest.mark.parametrize(
    "path", ["a", "a/b c/d.txt", "...", "..a", "a..", ".hidden", "é", "e\u0301", "-rf", "it's"]
)
def test_allowed(path: str) -> None:
    assert parts_of(path, windows=False) == path.split("/")


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
def test_bytes_that_are_no_text() -> None:
    path = os.fsdecode(b"\xff/\xe9")
    assert parts_of(path, windows=False) == path.split("/")


@given(st.text(st.characters(codec=None), max_size=60), st.booleans())
@example("a/\udc2e\udc2e/b", False)
def test_what_is_allowed_stays_inside(path: str, windows: bool) -> None:
    try:
        parts = parts_of(path, windows=windows)
    except PathImpossible:
        return
    for part in parts:
        raw = os.fsencode(part)
        assert raw not in (b"", b".", b"..") and not set(raw) & set(b"\0/")
        assert not (windows and set(part) & set('\\:*?"<>|'))


def test_marks() -> None:
    assert list(islice(marked("a.tar.gz", "restored 2026-11-22 14-05"), 3)) == [
        "a.tar (restored 2026-11-22 14-05).gz",
        "a.tar (restored 2026-11-22 14-05, 2).gz",
        "a.tar (restored 2026-11-22 14-05, 3).gz",
    ]
    assert next(marked(".profile", "x")) == ".profile (x)"
    assert next(marked("README", "x")) == "README (x)"
    assert next(marked("..a", "x")) == "..a (x)"
    assert next(marked("no ending. But a sentence", "x")) == "no ending. But a sentence (x)"


@pytest.mark.parametrize(
    "name", ["ü" * 127, "n" * 251 + ".jpg", "x" * 255, os.fsdecode(b"\xff" * 255)]
)
def test_marks_of_long_names(name: str) -> None:
    for number, found in enumerate(islice(marked(name, "restored 2026-11-22 14-05"), 12)):
        assert len(os.fsencode(found)) <= 255
        assert is_marked(found, name, "restored")
        assert found.endswith(os.path.splitext(name)[1])
        assert (", 12" in found) == (number == 11)


def test_marks_are_known_again() -> None:
    assert is_marked("a (restored 2026-11-22 14-05).txt", "a.txt", "restored")
    assert is_marked("a (restored 2026-11-22 14-05, 2).txt", "a.txt", "restored")
    for other in (
        "a.txt", "b (restored 2026-11-22 14-05).txt", "a (restored 2026-11-22 14-05).jpg",
        "ab (restored 2026-11-22 14-05).txt", "a (replaced 2026-11-22 14-05).txt",
    ):  # fmt: skip
        assert not is_marked(other, "a.txt", "restored")
    assert not is_marked("a (restored 2026).txt", "ab.txt", "restored")
