from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tools.translations import catalogue, exchange, ts
from tools.translations.text import Text

TEXTS = [
    Text("A", "&Send {0} now", note="desktop/a.py"),
    Text("A", "%n file(s)", plural=True),
    Text("engine", "is missing. {0}"),
    Text("B", "&Send {0} now", "a button"),
]


@pytest.fixture
def german(tmp_path: Path) -> Path:
    file = tmp_path / "de.ts"
    catalogue.merge(TEXTS, file, "de")
    return file


def exported(german: Path) -> list[dict[str, Any]]:
    out = german.with_suffix(".json")
    assert exchange.export(german, out) == len(json.loads(out.read_text("utf-8")))
    rows: list[dict[str, Any]] = json.loads(out.read_text("utf-8"))
    return rows


def take(german: Path, rows: list[dict[str, Any]]) -> tuple[int, list[str]]:
    given = german.with_name("given.json")
    given.write_text(json.dumps(rows), "utf-8")
    return exchange.take(german, given)


def test_there_and_back(german: Path) -> None:
    rows = exported(german)
    assert [(r["context"], r["source"], r["comment"], len(r["forms"])) for r in rows] == [
        ("A", "&Send {0} now", "", 1),
        ("A", "%n file(s)", "", 2),
        ("B", "&Send {0} now", "a button", 1),
        ("engine", "is missing. {0}", "", 1),
    ]
    assert rows[0]["note"] == "desktop/a.py"
    rows[0]["forms"] = ["{0} jetzt &senden"]
    rows[1]["forms"] = ["eine Datei", "%n Dateien"]
    assert take(german, rows) == (2, [])
    assert [r["context"] for r in exported(german)] == ["B", "engine"]


def test_another_round_keeps_what_is_translated(german: Path) -> None:
    rows = exported(german)
    rows[0]["forms"] = ["{0} jetzt &senden"]
    take(german, rows)
    catalogue.merge(TEXTS, german, "de")
    text = german.read_text("utf-8")
    catalogue.merge(TEXTS, german, "de")
    assert german.read_text("utf-8") == text
    same = exported(german)[1]
    assert (same["context"], same["similar"]) == ("B", "{0} jetzt &senden")
    catalogue.merge(TEXTS[:2], german, "de")
    assert [(e.source, e.is_done) for e in ts.read(german)] == [
        ("&Send {0} now", True),
        ("%n file(s)", False),
    ]


@pytest.mark.parametrize(
    ("number", "forms", "fault"),
    [
        (0, ["Jetzt &senden"], "other fields"),
        (0, ["{0} jetzt senden"], "mnemonic"),
        (0, ["{0} jetzt &senden "], "blanks"),
        (0, ["{0} &a", "{0} &b"], "1 forms"),
        (1, ["%n Datei", ""], "a form is empty"),
        (1, ["%n Datei", "%1 Dateien"], "other fields"),
        (3, ["fehlt. {1}"], "other fields"),
    ],
)
def test_what_is_wrong_is_left_open(
    german: Path, number: int, forms: list[str], fault: str
) -> None:
    rows = exported(german)
    rows[number]["forms"] = forms
    count, wrong = take(german, rows)
    assert count == 0 and len(wrong) == 1 and fault in wrong[0]
    assert len(exported(german)) == 4


def test_a_text_that_is_not_there_is_told(german: Path) -> None:
    row = {"context": "A", "source": "gone", "comment": "", "forms": ["weg"]}
    assert take(german, [row]) == (0, ["A: 'gone': there is no such text"])
