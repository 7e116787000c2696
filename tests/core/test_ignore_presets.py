"""Ready-made ignore patterns: each leaves out what it says, and nothing a person made."""

from __future__ import annotations

import pytest

from skynet_desktop.core.filters import Filters
from skynet_desktop.core.ignore_presets import (
    IGNORE_PRESETS,
    IgnorePreset,
    ticked,
    with_preset,
    without_preset,
)

BY_KEY = {preset.key: preset for preset in IGNORE_PRESETS}
LEFT_OUT = {
    "temporary": ["a.tmp", "d/~$letter.docx", ".~lock.letter.odt#", ".nfs00000001"],
    "system": ["Thumbs.db", "d/desktop.ini", ".DS_Store", "._photo.jpg", "$RECYCLE.BIN/S-1/x"],
    "editors": ["letter.txt~", ".letter.txt.swp", "#letter#", ".#letter", "a.orig"],
    "developers": ["p/node_modules/x/y.js", "p/__pycache__/m.pyc", "p/.venv/bin/python"],
    "downloads": ["film.mkv.part", "film.crdownload"],
}
KEPT = [
    "letter.txt", "tmp/letter.txt", "temperature.csv", "desktop.ini.txt", "cache/plan.doc",
    "node_modules", "IMG_1.jpg", "part.stl", "#1 hit.mp3", "~wave.txt", "$100.txt", "a.swf",
    "download/film.mkv", ".git/config", ".env", "build/plan.dwg", "a_.doc", "bak/x",
]  # fmt: skip


@pytest.mark.parametrize("preset", IGNORE_PRESETS, ids=lambda preset: preset.key)
def test_each_leaves_out_what_it_says_and_no_more(preset: IgnorePreset) -> None:
    filters = Filters(preset.patterns)
    for path in LEFT_OUT[preset.key]:
        assert filters.leaves_out(path), path
    others = [path for key, paths in LEFT_OUT.items() if key != preset.key for path in paths]
    assert [path for path in KEPT + others if filters.leaves_out(path)] == []
    assert preset.label
    assert preset.help.endswith(".")


def test_every_pattern_does_something() -> None:
    for preset in IGNORE_PRESETS:
        assert len(set(preset.patterns)) == len(preset.patterns)
        Filters(preset.patterns)


def test_ticking_and_unticking_keeps_what_a_person_wrote() -> None:
    own = ("secret/", "!keep.tmp")
    both = with_preset(with_preset(own, BY_KEY["temporary"]), BY_KEY["downloads"])
    assert ticked(both) == [BY_KEY["temporary"], BY_KEY["downloads"]]
    assert not Filters(both).leaves_out("keep.tmp")
    assert Filters(both).leaves_out("other.tmp")
    assert with_preset(both, BY_KEY["temporary"])[-2:] == own
    without = without_preset(both, BY_KEY["temporary"])
    assert ticked(without) == [BY_KEY["downloads"]]
    assert without_preset(without, BY_KEY["downloads"]) == own
