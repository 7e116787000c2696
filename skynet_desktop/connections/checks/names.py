"""Names: each is stored exactly as it is or refused in words, never bent or misread."""

from __future__ import annotations

import os
import sys

import pytest

from skynet_desktop.connections.base import Lists
from skynet_desktop.connections.checks.rig import Place, Rig, may_raise
from skynet_desktop.core.errors import PathError, PathImpossible
from skynet_desktop.core.mapper import fold

ODD_NAMES = {
    "quotes": 'it\'s "quoted" `twice`',
    "newline": "two\nlines",
    "tab": "tab\tbed",
    "control": "bell\x07 delete\x7f",
    "option": "-rf",
    "dashes": "--",
    "shell": "$HOME $(id) `id`; rm -rf ~ | cat > x & #",
    "pattern": "star*?[ab]{1,2}",
    "percent": "100%25 %s %(x)s",
    "web": "a+b&c=d?e#f",
    "sql": "'; DROP TABLE files; --",
    "markup": "<b>bold</b>&amp;",
    "tilde": "~root",
    "colon": "a:b",
    "backslash": "dir\\file",
    "device": "CON",
    "trailing dot": "name.",
    "trailing space": "name ",
    "leading space": " name",
    "dots": "...",
    "hidden": ".hidden",
    "emoji": "fox 🦊 family 👩‍👩‍👧",
    "composed": "caf\u00e9",
    "decomposed": "cafe\u0301",
    "chinese": "文件夹",
    "arabic": "ملف جديد",
    "hindi": "नई फ़ाइल",
    "thai": "แฟ้มใหม่",
    "greek": "Νέο αρχείο ς",
    "turkish": "İıĞğ",
    "right to left": "invoice\u202egnp.exe",
    "line separator": "one\u2028two",
    "long": "n" * 200,
}
if sys.platform == "linux":
    ODD_NAMES["undecodable"] = os.fsdecode(b"caf\xe9 \xff\xfe")

# Names that a careless destination takes for one and the same.
NEIGHBOURS = [
    ("name", "name."),
    ("name", "name "),
    ("name", " name"),
    ("dir/file", "dir\\file"),
    ("a b", "a+b"),
    ("a b", "a%20b"),
    ("Case", "case"),
    ("caf\u00e9", "cafe\u0301"),
    ("a:b", "a"),
]


class Names(Rig):
    @pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES.keys())
    def test_odd_name(self, place: Place, name: str) -> None:
        content = b"odd"
        for path in (f"files/{name}", f"folders/{name}/file"):
            if not place.try_send(path, content):
                continue
            place.holds_all({path: content})
            if isinstance(place.connection, Lists) and not place.connection.folds_names:
                assert path in place.listed()
            place.connection.move(place.path(path), place.path("moved"))
            place.holds_all({path: None, "moved": content})
            place.connection.move(place.path("moved"), place.path(path))
            place.connection.delete(place.path(path))
            place.holds_all({path: None})

    @pytest.mark.parametrize("first, second", NEIGHBOURS)
    def test_neighbours_stay_apart(self, place: Place, first: str, second: str) -> None:
        if not place.try_send(first, b"first") or not place.try_send(second, b"second"):
            return
        if not (place.connection.folds_names and fold(first) == fold(second)):
            place.holds_all({first: b"first", second: b"second"})

    @pytest.mark.parametrize("name", ["..", ".", "../up", "dir/../up", "./up", "dir/./up"])
    def test_dots_lead_nowhere(self, place: Place, name: str) -> None:
        """``..`` is a name like any other or refused; it never climbs."""
        place.send("up", b"stays")
        if place.try_send(f"sub/{name}", b"dots"):
            place.holds_all({f"sub/{name}": b"dots"})
        with may_raise(PathError):
            place.connection.delete(place.path("sub/../up"))
        with may_raise(PathImpossible):
            place.connection.move(place.path("up"), place.path("sub/../up"))
            place.connection.move(place.path("sub/../up"), place.path("up"))
        place.holds_all({"up": b"stays"})


class Kinds(Rig):
    def test_a_file_where_a_folder_is(self, place: Place) -> None:
        place.send("name/file", b"below")
        with may_raise(PathError):
            place.send("name", b"file")
            place.holds(name=b"file")
        place.send("other", b"other")
        with may_raise(PathError):
            place.connection.move(place.path("other"), place.path("name"))
            place.holds(name=b"other")
        place.holds_all({"name/file": b"below"})

    def test_a_folder_where_a_file_is(self, place: Place) -> None:
        place.send("name", b"file")
        with may_raise(PathError):
            place.send("name/file", b"below")
            place.holds_all({"name/file": b"below"})
        place.holds(name=b"file")
