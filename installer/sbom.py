"""The bill of materials: what the program is made of, and under which licences, as CycloneDX.

cyclonedx-bom lists what is installed in the environment of the build. What only builds is left
out of that, and Python itself, which comes along, is put in.
"""

from __future__ import annotations

import json
import platform
import re
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from installer import ROOT
from installer.freezing import Environment
from installer.job import WORK, Job, Kind

REQUIREMENTS = "installer/sbom-requirements.txt"
_SYSTEMS = {"darwin": "macos", "win32": "windows"}

Bill = dict[str, Any]


def make(job: Job) -> Path:
    folder = job.folder("sbom")
    listed, pinned = folder / "listed.json", folder / "pinned.json"
    tool = Environment(WORK / "sbom-venv", job.epoch, REQUIREMENTS)
    tool.run(*arguments(job.environment.python, listed))
    job.environment.run("-m", "installer.sbom", str(pinned), PYTHONPATH=str(ROOT))
    bill = of_program(json.loads(listed.read_text("utf-8")), job.version, *_read(pinned))
    system = _SYSTEMS.get(sys.platform, sys.platform)
    made = job.out / f"Skynet-Desktop-{job.version}-{system}-{platform.machine()}.cdx.json"
    made.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return made


def arguments(python: Path, out: Path) -> list[str]:
    """For Python where cyclonedx-bom is: list the environment of ``python``."""
    return [
        "-W", "ignore::UserWarning",  # that our own component names no dependencies: we add them
        "-m", "cyclonedx_py", "environment", "--pyproject", str(ROOT / "pyproject.toml"),
        "--spec-version", "1.6", "--output-reproducible", "--output-file", str(out), str(python),
    ]  # fmt: skip


def of_program(listed: Bill, version: str, names: Collection[str], python: str) -> Bill:
    """Of a bill that lists an environment, what is in the program: the packages ``names``, and
    Python of the version ``python``. Raises ``ValueError`` if one is not installed."""
    wanted = {_normal(name) for name in names}
    packages = [each for each in listed["components"] if _normal(each["name"]) in wanted]
    if missing := wanted - {_normal(each["name"]) for each in packages}:
        raise ValueError(f"not installed where the program is built: {sorted(missing)}")
    interpreter = {
        "bom-ref": "python", "type": "platform", "name": "CPython", "version": python,
        "licenses": [{"license": {"acknowledgement": "declared", "id": "PSF-2.0"}}],
        "cpe": f"cpe:2.3:a:python:python:{python}:*:*:*:*:*:*:*",
    }  # fmt: skip
    refs = {each["bom-ref"] for each in packages}
    ours = {**listed["metadata"]["component"], "version": version}
    within = [
        {**each, "dependsOn": [ref for ref in each.get("dependsOn", []) if ref in refs]}
        for each in listed["dependencies"]
        if each["ref"] in refs
    ]
    root = {"ref": ours["bom-ref"], "dependsOn": [*sorted(refs), "python"]}
    return {
        **listed,
        "metadata": {**listed["metadata"], "component": ours},
        "components": [*packages, interpreter],
        "dependencies": [root, *within, {"ref": "python"}],
    }


def _normal(name: str) -> str:
    """As package registries compare names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _read(file: Path) -> tuple[list[str], str]:
    told = json.loads(file.read_text("utf-8"))
    return told["names"], told["python"]


def _tell(out: Path) -> None:
    """Runs in the build's environment: what the program is made of on this system."""
    from installer.contents import pinned

    told = {"names": [each.name for each in pinned()], "python": platform.python_version()}
    out.write_text(json.dumps(told), "utf-8")


KIND = Kind("sbom", "a bill of materials, as CycloneDX", {}, make)

if __name__ == "__main__":
    _tell(Path(sys.argv[1]))
