"""Names that file systems allow and mirrors trip over, thousands of them, the same for the same
seed.
"""

from __future__ import annotations

import os
import random
import sys
import unicodedata
from pathlib import Path

_TEXT = [
    # shells, SQL, URLs, markup, formats
    "'", '"', "''", "`id`", "$(id)", "$HOME", "${x}", "~", "~root", ";", "|", "&", "&&", "> x", "<",
    "*", "?", "[a-z]", "{a,b}", "!", "!!", "#", "\\", "\\n", "\\..\\", "\\\\host\\share", "C:",
    "C:\\x",
    "'; DROP TABLE files; --", "' OR '1'='1", "%", "%s", "%n", "%d%s", "%%", "%2F", "%2f..%2f",
    "%00",
    "%20", "+", "+%2B", "&amp;", "<b>", "]]>", "<!--", "{0}", "{path}", "{{x}}", "\x85", "=cmd",
    "@", ",",
    # white space, control characters, what nobody sees
    " ", "  ", "\n", "\r\n", "\r", "\t", "\x01", "\x07", "\x08", "\x1b[31m", "\x1f", "\x7f",
    "\u2028",
    "\ufeff", "\u200b", "\u200d", "\u202e", "\u202etxt.exe", "\u2066", "\u00a0", "\u3000",
    "\ufffe", "\uffff",
    # not what it looks like
    "..", "...", ".. ", " ..", "..\\..", "．．", "∕", "／", "⁄", "‥", "。", "：", "…",
    # scripts, twins by normal form and by case
    "é", "e\u0301", "Å", "A\u030a", "\u212b", "ﬁ", "fi", "ß", "SS", "ss", "ẞ", "İ", "i\u0307",
    "ı", "Σ", "ς",
    "中文", "日本語", "한글", unicodedata.normalize("NFD", "한글"), "हिन्दी",
    "العربية", "עברית", "ไทย",
    "🎞️", "👩‍👩‍👧",
    "𝒳", "\U0010ffff", "a\u0300\u0301\u0302\u0303", "K", "\u212a", "k",
    # what systems keep for themselves
    "con", "CON", "nul", "nul.txt", "aux.", "prn", "com1", "lpt9", "CLOCK$", "desktop.ini",
    ".DS_Store",
    "Thumbs.db", "$RECYCLE.BIN", ".git", "lost+found", ".", "a.", "a ", "a:b", "a::$DATA", "-",
    "--",
    "-rf", "--help", "-oProxyCommand=x", "@eaDir", ".part", ".tmp",
    # what we keep for ourselves
    ".skynet", ".SKYNET", ".skynet-", ".skynet-x", ".skynet-x.part", "mapping.json", "trash",
    ".skynet ",
    "2026-11-22",
    "IMG_1", "IMG_10", "IMG_1.jpg",
]  # fmt: skip
_BYTES = [
    b"\xff",
    b"\xfe\xff",
    b"\xe9t\xe9",
    b"half\xc3",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"\xf5\x80\x80\x80",
]
# A hundred levels; the last is longer than S3 allows a key to be.
_DEEP_FOLDERS = [b"/".join([name.encode()] * 100) for name in ("d", "ü", "%2F 'a folder'")]
_LONGEST_PATH = 3_000  # bytes; the folder itself lies deep already
Path_ = bytes
"""Relative, parted by slashes."""


def hostile_paths(number: int, seed: int) -> list[Path_]:
    """So many files' paths, no two the same, and none a folder of another."""
    rng = random.Random(seed)
    folders: list[Path_] = [b"", *_DEEP_FOLDERS]
    files: set[Path_] = set()
    taken: set[Path_] = set()  # as folders
    for name in _fixed_names():
        _add(name, files, taken)
    while len(files) < number:
        if rng.random() < 0.08:
            folder = _joined(rng.choice(folders[-200:]), _name(rng, undecodable=0.002))
            if len(folder) < _LONGEST_PATH // 2 and not _clashes(folder, files):
                folders.append(folder)
            continue
        folder = rng.choice(folders) if rng.random() < 0.8 else b""
        for name in _with_twins(_name(rng), rng):
            if len(files) < number:
                _add(_joined(folder, name), files, taken)
    return sorted(files)


def make_files(root: Path, paths: list[Path_]) -> None:
    """Each holds its own path, so that content tells which file it is."""
    for path in paths:
        at = os.path.join(os.fsencode(root), path)
        os.makedirs(os.path.dirname(at), exist_ok=True)
        with open(at, "wb") as file:
            file.write(content(path))
        os.utime(at, (1_600_000_000, 1_600_000_000))


def content(path: Path_) -> bytes:
    return b"I am " + path


def is_ours(path: Path_) -> bool:
    """Whether the name is one that the product never mirrors: its folder, its temporary files."""
    name = path.rpartition(b"/")[2]
    temporary = name.startswith(b".skynet-") and name.endswith(b".part")
    return path.split(b"/")[0] == b".skynet" or temporary


def files_below(root: Path) -> dict[Path_, bytes]:
    """Everything that is no folder: relative path -> content. Knows nothing of the product."""
    base = os.fsencode(root)
    found = {}
    for folder, _, names in os.walk(base):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, base)] = file.read()
    return found


def _fixed_names() -> list[Path_]:
    """Those that must be among them, however few there are."""
    single = [name for text in _TEXT if (name := text.encode()) not in (b".", b"..")]
    longest = [
        b"n" * 255,
        "ü".encode() * 127 + b"n",
        "中".encode() * 85,
        b" " * 255,
        b"." * 255,
        b"%" * 255,
    ]
    ours = [b".skynet/mapping.json", b".skynet/trash/x", b"d/.skynet/inside", b".skynet-file.part"]
    deep = [_joined(folder, name) for folder in _DEEP_FOLDERS for name in (b"file", "ü".encode())]
    both = [*single, *longest, *ours, *deep, *(_BYTES if sys.platform == "linux" else [])]
    return [name for name in both if name != b".skynet"]


def _name(rng: random.Random, undecodable: float = 0.02) -> bytes:
    parts = []
    for _ in range(rng.choice([1, 1, 2, 2, 3, 5])):
        if sys.platform == "linux" and rng.random() < undecodable:
            parts.append(rng.choice(_BYTES))
        elif rng.random() < 0.3:
            parts.append(f"{rng.randrange(1000)}".encode())
        else:
            parts.append(rng.choice(_TEXT).encode())
    rng.shuffle(parts)
    name = b"".join(parts)
    if rng.random() < 0.02:
        name = (name * 255)[:255]  # may cut a letter in half, as any byte may
    return name[:255].replace(b"/", b"") or b"x"


def _with_twins(name: bytes, rng: random.Random) -> list[bytes]:
    """Sometimes the same in another normal form or case."""
    try:
        text = name.decode()
    except UnicodeDecodeError:
        return [name]
    choice = rng.random()
    if choice < 0.1:
        twins = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC")]
    elif choice < 0.2:
        twins = [text.upper(), text.lower()]
    else:
        return [name]
    return [name, *(t for twin in twins if 0 < len(t := twin.encode()) <= 255 and b"/" not in t)]


def _add(path: Path_, files: set[Path_], taken: set[Path_]) -> None:
    if path.rpartition(b"/")[2] in (b".", b"..") or len(path) > _LONGEST_PATH:
        return
    if path in taken or _clashes(path, files):
        return
    files.add(path)
    taken.update(_above(path))


def _clashes(path: Path_, files: set[Path_]) -> bool:
    """Whether it, or a folder it lies in, is a file."""
    return path in files or any(folder in files for folder in _above(path))


def _above(path: Path_) -> list[Path_]:
    parts = path.split(b"/")
    return [b"/".join(parts[:depth]) for depth in range(1, len(parts))]


def _joined(folder: Path_, name: bytes) -> Path_:
    if name in (b".", b".."):
        name += b"_"
    return folder + b"/" + name if folder else name
