from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from skynet_desktop.host import resources
from skynet_desktop.updates import source
from tests.updates.made import PAGE, Site

KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="  # of RFC 8032, test 1
GOOD: dict[str, Any] = {"url": "https://example.org/releases.txt", "keys": [KEY], "page": PAGE}


def test_what_a_build_writes_is_read_back(tmp_path: Path) -> None:
    made = source.Source.of({**GOOD, "keys": [KEY, KEY]})
    file = tmp_path / "releases.json"
    file.write_text(json.dumps(made.as_json()))
    assert source.shipped(file) == made
    assert made.as_json() == {**GOOD, "keys": [KEY, KEY]}


def test_a_checkout_has_none() -> None:
    assert not resources.path("releases.json").exists(), "a build's file was left here"
    assert source.shipped() is None


@pytest.mark.parametrize(
    "wrong",
    [{"url": "http://example.org/list"}, {"url": "file:///list"}, {"url": None}, {"keys": []},
     {"keys": KEY}, {"keys": ["AAAA"]}, {"keys": [KEY, 3]}, {"page": "http://example.org"},
     {"page": None}],
)  # fmt: skip
def test_one_that_is_wrong_counts_as_none(
    wrong: dict[str, Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "releases.json"
    for text in (json.dumps({**GOOD, **wrong}), "{", "[]"):
        caplog.clear()
        file.write_text(text)
        assert source.shipped(file) is None
        assert "no updates are looked for" in caplog.text


def test_a_site_is_a_source(site: Site) -> None:
    assert source.Source.of(site.source.as_json()) == site.source
