"""The texts of the windows: every ``self.tr(...)`` and ``translate("context", ...)``.

Read here and not by lupdate, which passes over texts in f-strings and behind other names.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tools.translations.text import PACKAGE, Text, literal, modules

ELSEWHERE = ("engine", "settings")
"""Contexts whose texts are looked up by variables: ``sentences.py`` and ``declared.py``."""

_TRANSLATE = ("translate", "_translate")


def texts() -> Iterator[Text]:
    for finder in _read():
        yield from finder.found


def lost() -> list[str]:
    """Where a text is translated when the program runs that cannot be found before; each with
    its reason."""
    return [place for finder in _read() for place in finder.lost]


def _read() -> Iterator[_Finder]:
    for path, tree in modules(PACKAGE / "desktop"):
        finder = _Finder(path)
        finder.visit(tree)
        yield finder


class _Finder(ast.NodeVisitor):
    def __init__(self, path: str) -> None:
        self.found: list[Text] = []
        self.lost: list[str] = []
        self._path = path
        self._classes: list[str] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        call, arguments = node.func, node.args
        if isinstance(call, ast.Attribute) and call.attr == "tr":
            if self._classes and ast.unparse(call.value) == "self":
                self._add(node, self._classes[-1], arguments)
            else:
                self._lose(node, "tr() belongs to self, in a class")
        elif _name(call) in _TRANSLATE and len(arguments) > 1:
            context = literal(arguments[0])
            if context is None:
                self._lose(node, "the context is no literal")
            elif context not in ELSEWHERE or literal(arguments[1]) is not None:
                self._add(node, context, arguments[1:])

    def _add(self, node: ast.Call, context: str, arguments: list[ast.expr]) -> None:
        words = literal(arguments[0])
        if words is None:
            return self._lose(node, "the text is no literal")
        comment = literal(arguments[1]) or "" if len(arguments) > 1 else ""
        plural = len(arguments) > 2
        self.found.append(Text(context, words, comment, self._path, plural))
        return None

    def _lose(self, node: ast.Call, why: str) -> None:
        self.lost.append(f"{self._path}:{node.lineno}: {why}")


def _name(call: ast.expr) -> str:
    if isinstance(call, ast.Attribute):
        return call.attr
    return call.id if isinstance(call, ast.Name) else ""
