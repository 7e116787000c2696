"""A text to translate, and how texts are read from the source code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "skynet_desktop"
FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Text:
    """``comment`` tells apart equal texts of one context; ``note`` is for translators."""

    context: str
    source: str
    comment: str = ""
    note: str = ""
    plural: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        return self.context, self.source, self.comment


def modules(folder: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every module below, with its path in the package."""
    for file in sorted(folder.rglob("*.py")):
        yield file.relative_to(PACKAGE).as_posix(), ast.parse(file.read_text("utf-8"))


def literal(node: ast.AST) -> str | None:
    """The text of a plain literal (implicitly joined ones are one already), else None."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


Literal = ast.Constant | ast.JoinedStr | ast.BinOp


def template(node: Literal) -> tuple[str, list[str]]:
    """A literal with its fields numbered, ``{0}`` first, and what each field shows.

    Fields of f-strings, names in braces (for ``.format``) and what is added to a literal by
    ``+`` alike; equal ones share a number.
    """
    words, fields = "", list[str]()
    for text, field in _pieces(node):
        if field:
            if field not in fields:
                fields.append(field)
            text = f"{{{fields.index(field)}}}"
        words += text
    return words, fields


def _pieces(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Of a literal: words, or what fills a field."""
    match node:
        case ast.Constant(value=str(words)):
            for number, part in enumerate(FIELD.split(words)):
                yield ("", part) if number % 2 else (part, "")
        case ast.JoinedStr():
            for value in node.values:
                text = literal(value)
                shown = ast.unparse(value.value) if isinstance(value, ast.FormattedValue) else ""
                yield (text, "") if text is not None else ("", shown)
        case ast.BinOp(op=ast.Add()):
            yield from _pieces(node.left)
            yield from _pieces(node.right)
        case _:
            yield "", ast.unparse(node)
