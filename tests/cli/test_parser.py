"""The terminal's words lead to deeds, and starting loads no more than what is asked for."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator

import pytest

from skynet_desktop.cli.parser import Deed, make_parser
from skynet_desktop.engine.restoring.file import IfExists


def verbs(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb in action.choices.values():
                yield from verbs(verb)


def test_every_command_does_something() -> None:
    deeds = [deed for verb in verbs(make_parser()) if (deed := verb.get_default("run"))]
    assert len(deeds) > 20
    for deed in deeds:
        assert isinstance(deed, Deed)
        assert callable(deed.find())


def test_restore_takes_every_choice() -> None:
    for choice in IfExists:
        arguments = make_parser().parse_args(["restore", "m", "--if-exists", choice])
        assert arguments.if_exists == choice
    with pytest.raises(SystemExit):
        make_parser().parse_args(["restore", "m", "--if-exists", "other"])


def test_starting_loads_little() -> None:
    """What takes long to load is loaded when it is needed."""
    heavy = {"boto3", "botocore", "paramiko", "psycopg", "PySide6", "urllib.request", "keyring",
             "skynet_desktop.doctor", "skynet_desktop.updates", "skynet_desktop.notifier.notifier",
             "skynet_desktop.engine.restoring"}  # fmt: skip
    begin = "import sys, skynet_desktop.__main__, skynet_desktop.cli.running"
    code = f"{begin}; print(*{heavy!r} & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.split() == []
