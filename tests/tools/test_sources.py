"""What counts as a text, read from small modules made for it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools.translations import declared, sentences, text, windows
from tools.translations.text import template


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (text, windows, sentences):
        monkeypatch.setattr(module, "PACKAGE", tmp_path)
    for folder in ("desktop", "engine", "cli"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(sentences, "_WORDS", {})
    monkeypatch.setattr(sentences, "_SYSTEM", ())
    return tmp_path


def said(package: Path, code: str, path: str = "engine/a.py") -> list[str]:
    file = package / path
    file.write_text(code, "utf-8")
    return [found.source for found in sentences.texts()]


def shown(package: Path, code: str) -> list[tuple[str, str, str, bool]]:
    (package / "desktop" / "a.py").write_text(code, "utf-8")
    return [(t.context, t.source, t.comment, t.plural) for t in windows.texts()]


def test_texts_of_windows(package: Path) -> None:
    code = """
class A(QObject):
    def f(self):
        a = f"{self.tr('in a string')} x"
        class B(QObject):
            def g(self): self.tr("inner")
        self.tr("joined " "text", None, 3)
        return self.tr("same", "comment")
def f():
    _translate("words", "%n s", None, n)
    QCoreApplication.translate("settings", about.label)
    QCoreApplication.translate("settings", "Known")
    svg.replace("translate(0 0)", "x")
"""
    assert shown(package, code) == [
        ("A", "in a string", "", False),
        ("B", "inner", "", False),
        ("A", "joined text", "", True),
        ("A", "same", "comment", False),
        ("words", "%n s", "", True),
        ("settings", "Known", "", False),
    ]
    assert windows.lost() == []


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("class A:\n def f(self): self.tr(words)", "the text is no literal"),
        ("class A:\n def f(self): self.tr(f'{n} files')", "the text is no literal"),
        ("class A:\n def f(self): self.label.tr('x')", "tr() belongs to self, in a class"),
        ("def f(self): self.tr('x')", "tr() belongs to self, in a class"),
        ("translate(context, 'x')", "the context is no literal"),
        ("translate('words', x)", "the text is no literal"),
    ],
)
def test_what_cannot_be_found_is_told(package: Path, code: str, why: str) -> None:
    assert shown(package, code) == []
    (lost,) = windows.lost()
    assert lost.startswith("desktop/a.py:") and lost.endswith(why)


def test_every_text_of_the_windows_is_found() -> None:
    """Else the place cannot be translated; see the reason beside it."""
    assert windows.lost() == []


def test_sentences(package: Path) -> None:
    code = '''
"""The docstring of a module."""
A = "A sentence with an end."
B = ("joined", f"The folder {x.y!r} is " f"not there: {z:.0f} or {x.y!r}. Is it?")
log.info("Nothing to see here.")
db.execute("SELECT a FROM b WHERE c=?.")
C = "no sentence at all"
D = "One."
E = f"{a}."
F = "Several\\nlines."
G = "A kept sentence about " + what + "."
H = "The {host} of {bucket} and {host}."
'''
    assert said(package, code) == [
        "A sentence with an end.",
        "The folder {0} is not there: {1} or {0}. Is it?",
        "A kept sentence about {0}.",
        "The {0} of {1} and {0}.",
    ]


def test_exceptions_say_pieces_too(package: Path) -> None:
    code = """
class Mine(ValueError): pass
class Yours(Mine):
    def __init__(self): super().__init__("is not below it")
raise Yours("it is not {x}")
raise Yours("" if a else f"lacks {', '.join('b c')} here")
raise Mine(named("not said by it"))
"not said at all"
def f(): raise lib.Yours("one")
"""
    assert said(package, code) == ["is not below it", "it is not {0}", "lacks {0} here"]


def test_what_is_for_the_terminal_or_a_window_is_not_the_engines(package: Path) -> None:
    assert said(package, 'A = "A sentence here."', "cli/a.py") == []
    code = 'self.tr("A sentence here."); translate("a", "Another one here."); raise E("An error.")'
    assert said(package, code, "desktop/a.py") == ["An error."]


def test_what_follows_a_place_is_a_sentence_too(package: Path) -> None:
    assert said(package, 'A = f"{where}: the folder {a} is not {b}."') == [
        "{0}: the folder {1} is not {2}.",
        "The folder {0} is not {1}.",
    ]


def test_a_word_that_is_gone_is_told(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "_WORDS", {"engine/a.py": ("word",)})
    assert said(package, 'a = "word"') == ["word"]
    with pytest.raises(sentences.Gone):
        said(package, 'a = "other"')


def test_fields_are_numbered_and_explained() -> None:
    node = ast.parse("f'{a.b} of {c!r} {a.b}'", mode="eval").body
    assert isinstance(node, ast.JoinedStr)
    assert template(node) == ("{0} of {1} {0}", ["a.b", "c"])


def test_what_is_declared() -> None:
    found = {t.source for t in declared.texts()}
    assert {"Appearance", "Own S3 server (MinIO, SeaweedFS, Ceph ...)", "Temporary files"} <= found
    assert "" not in found
