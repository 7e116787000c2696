"""The tests that ``docs/failures.md`` names exist."""

from __future__ import annotations

import re
from pathlib import Path

_HERE = Path(__file__).parent
_NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_every_row_has_a_test_that_exists() -> None:
    text = (_HERE.parent / "docs" / "failures.md").read_text(encoding="utf-8")
    tables = text.split("## Twelve disasters")[0]
    rows = [
        line
        for line in tables.splitlines()
        if line.startswith("| ") and not line.startswith("| what")
    ]
    assert len(rows) >= 29, "a row was lost"
    for row in rows:
        named = _NAMED.findall(row)
        assert named, f"no test: {row}"
        for file, name in named:
            source = (_HERE / file).read_text(encoding="utf-8")
            assert re.search(rf"^(async )?def {name}\(", source, re.MULTILINE), f"{file}::{name}"
