"""The sentences that come as errors and reasons, mostly from below the desktop: context
"engine".

What counts is read from the code, by these rules:

1. A **sentence**: a literal or f-string of at least two words that begins with a capital
   letter, a quote or a field, and ends with a full stop or a question mark.
2. What an **exception** is given, sentence or not, if it has at least two words. So has what
   the calls in ``_CARRIERS`` are given.
3. In the modules of ``_PIECED``, any literal of at least two words: sentences are put together
   from pieces there.
4. What follows "{0}: ", alone too: a form leaves out the place in the settings file.
5. The single words in ``_WORDS``, which fill fields of sentences, and what the system says of
   the usual errors.

Not: docstrings, log lines, SQL, texts of several lines, reprs, declared texts (``declared.py``)
and what windows translate themselves (``windows.py``).
Fields become ``{0}``, ``{1}``. What is so general that it would fit anything (less than two
words besides its fields) is left in English.
"""

from __future__ import annotations

import ast
import builtins
import errno
import os
import re
from collections.abc import Iterable, Iterator

from tools.translations.text import FIELD, PACKAGE, Literal, Text, literal, modules, template

_OUTSIDE = (
    "cli/", "connections/checks/", "connections/conformance.py",
    "connections/s3/line.py",  # boto3 asks once more, and says it in its own words
    "notifier/hiding.py", "notifier/schema/", "skywatch/",
    "updates/releases.py", "updates/source.py", "updates/versions.py",  # for who makes releases
)  # fmt: skip
_CARRIERS = {"_no_way", "_report", "_refuse", "_fail"}
_PIECED = {
    "connections/options.py",
    "connections/sftp/auth.py",
    "connections/sftp/session.py",
    "connections/trial_stages.py",
    "engine/holds.py",
    "settings/checks.py",
    "settings/monitor.py",
    "settings/reader.py",
    "settings/schema.py",
    "settings/store.py",
}
_WORDS = {
    "connections/sftp/auth.py": ("password", "key"),
    "desktop/mappings/folder_part.py": ("The folder", "The place there", "The service"),
    "host/autostart/base.py": ("written", "removed"),
    "settings/store.py": ("service", "mapping"),
}
_SYSTEM = (
    errno.EACCES, errno.EPERM, errno.ENOENT, errno.EEXIST, errno.ENOTDIR, errno.EISDIR,
    errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EBUSY, errno.EIO, errno.ENAMETOOLONG,
    errno.ECONNREFUSED, errno.ECONNRESET, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ETIMEDOUT,
)  # fmt: skip
_SILENT = {"about", "About", "Option", "Preset", "Question", "_region", "IgnorePreset", "field"}
_SILENT |= {"request", "_rescan", "compile", "search", "removesuffix", "write_text", "join"}
_SILENT |= {"tr", "translate", "_translate"}
_LEAST_WORDS = 2
_PLACED = re.compile(r"\{0\}: [a-z]")


class Gone(Exception):
    """A word of ``_WORDS`` is no longer in its module."""


def texts() -> Iterator[Text]:
    """Raises :class:`Gone`."""
    trees = {path: tree for path, tree in modules(PACKAGE) if not path.startswith(_OUTSIDE)}
    exceptions = _exceptions(trees.values())
    for path, tree in trees.items():
        for node in _Reader(exceptions, path in _PIECED).read(tree):
            words, fields = template(node)
            words = words.strip()
            if len(re.findall(r"[^\W\d]+", FIELD.sub(" ", words))) >= _LEAST_WORDS:
                meaning = ", ".join(f"{{{n}}}: {field}" for n, field in enumerate(fields))
                yield Text("engine", words, note=f"{path} {meaning}".strip())
                if _PLACED.match(words):
                    yield Text("engine", _without_place(words), note=path)
        for word in _WORDS.get(path, ()):
            if not any(isinstance(n, ast.Constant) and n.value == word for n in ast.walk(tree)):
                raise Gone(f"{path} no longer says {word!r}")
            yield Text("engine", word, note=f"{path}: fills a field of another sentence")
    for number in _SYSTEM:
        yield Text("engine", os.strerror(number), note="said by the system; fills a field")


def _without_place(words: str) -> str:
    rest = FIELD.sub(lambda field: f"{{{int(field[1]) - 1}}}", words.removeprefix("{0}: "))
    return rest[0].upper() + rest[1:]


def _exceptions(trees: Iterable[ast.Module]) -> set[str]:
    """The names of all classes that derive from an exception, ours and Python's."""
    names = {
        name
        for name, each in vars(builtins).items()
        if isinstance(each, type) and issubclass(each, BaseException)
    }
    classes = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    grown = True
    while grown:
        more = {c.name for c in classes if any(_last(base) in names for base in c.bases)} - names
        names |= more
        grown = bool(more)
    return names


class _Reader:
    """Walks a module with what is around each literal in mind."""

    def __init__(self, exceptions: set[str], pieced: bool) -> None:
        self._carriers = exceptions | _CARRIERS
        self._pieced = pieced

    def read(self, tree: ast.Module) -> list[Literal]:
        self._found: list[Literal] = []
        self._visit(tree, carried=self._pieced)
        return self._found

    def _visit(self, node: ast.AST, carried: bool) -> None:
        match node:
            case ast.Expr(value=ast.Constant()):  # a docstring
                return
            case ast.Call() if _is_silent(node):
                return
            case ast.Call():
                # What another call inside of a sentence is given is no part of the sentence.
                name = ast.unparse(node.func)
                inside = _last(node.func) in self._carriers or name == "super().__init__"
                self._children(node, self._pieced or inside)
            case ast.BinOp(op=ast.Add()) if _is_text(node):
                self._judge(node, carried)
            case ast.JoinedStr():
                self._judge(node, carried)
                for value in node.values:
                    if isinstance(value, ast.FormattedValue):
                        self._visit(value.value, carried)
            case ast.Constant(value=str()):
                self._judge(node, carried)
            case ast.Compare() | ast.Subscript():
                return
            case _:
                self._children(node, carried)

    def _children(self, node: ast.AST, carried: bool) -> None:
        for child in ast.iter_child_nodes(node):
            self._visit(child, carried)

    def _judge(self, node: Literal, carried: bool) -> None:
        words, _ = template(node)
        if _is_sentence(words) or (carried and _is_piece(words)):
            self._found.append(node)


def _is_text(node: ast.BinOp) -> bool:
    """Whether it adds to a literal."""
    sides = node.left, node.right
    return any(
        isinstance(side, ast.JoinedStr)
        or literal(side) is not None
        or (isinstance(side, ast.BinOp) and _is_text(side))
        for side in sides
    )


def _is_sentence(words: str) -> bool:
    begins = re.match(r"""["'{]*[A-Z0-9{]""", words) and not re.match("[A-Z]{4,}", words)
    return bool(begins and words.rstrip().endswith((".", "?")) and _is_piece(words))


def _is_piece(words: str) -> bool:
    shown = FIELD.sub("", words)
    return (
        " " in words.strip()
        and "\n" not in words
        and re.search("[a-z]{2}", shown) is not None
        and not re.match("[A-Z]{4,} ", words)
    )


def _is_silent(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    return name.startswith("log.") or _last(call.func) in _SILENT or ".execute" in name


def _last(name: ast.AST) -> str:
    if isinstance(name, ast.Attribute):
        return name.attr
    return name.id if isinstance(name, ast.Name) else ""
