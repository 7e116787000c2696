"""The bill of materials, made of this very environment, in which the tests' packages are too."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from installer import ROOT, contents, sbom


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("sbom") / "listed.json"
    command = [sys.executable, *sbom.arguments(Path(sys.executable), out)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=120)
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def bill(listed: dict[str, Any]) -> dict[str, Any]:
    names = [each.name for each in contents.pinned()]
    return sbom.of_program(listed, "1.2.3", names, "3.11.9")


def test_it_names_all_that_the_program_runs_with_and_nothing_else(bill: dict[str, Any]) -> None:
    named = {(sbom._normal(each["name"]), each["version"]) for each in bill["components"]}
    pins = {
        (sbom._normal(pin.name), next(iter(pin.specifier)).version) for pin in contents.pinned()
    }
    assert named - pins == {("cpython", "3.11.9")}
    assert pins <= named


def test_what_only_builds_and_tests_was_there_to_be_left_out(
    listed: dict[str, Any], bill: dict[str, Any]
) -> None:
    outsiders = {"pytest", "mypy", "pyinstaller", "cyclonedx-bom"}
    assert outsiders <= {sbom._normal(each["name"]) for each in listed["components"]}
    assert not outsiders & {sbom._normal(each["name"]) for each in bill["components"]}


def test_it_is_a_valid_bill_without_a_path_of_this_machine(bill: dict[str, Any]) -> None:
    from cyclonedx.schema import SchemaVersion  # each worker of a run would import them: 3 s
    from cyclonedx.validation.json import JsonStrictValidator

    text = json.dumps(bill)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert str(ROOT) not in text


def test_it_tells_licences_and_what_needs_what(bill: dict[str, Any]) -> None:
    unlicensed = [each["name"] for each in bill["components"] if not each.get("licenses")]
    assert unlicensed == []
    known = {each["bom-ref"] for each in bill["components"]}
    needs = {each["ref"]: set(each.get("dependsOn", [])) for each in bill["dependencies"]}
    root = bill["metadata"]["component"]
    assert (root["name"], root["version"]) == ("skynet-desktop", "1.2.3")
    assert needs.pop(root["bom-ref"]) == known
    assert needs.keys() == known
    assert all(each <= known for each in needs.values())
    (boto,) = [ref for ref in known if ref.startswith("boto3==")]
    assert any(ref.startswith("botocore==") for ref in needs[boto])


def test_what_is_pinned_and_not_installed_is_told(listed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no-such-thing"):
        sbom.of_program(listed, "1", ["no.such_thing"], "3")
