"""skynet doctor: what is wrong with this computer, the settings or a service, and what to do."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
import threading
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable
from typing import TextIO

from skynet_desktop.app import App
from skynet_desktop.core.words import counted
from skynet_desktop.doctor import Finding, Level, checkup, worst

_WIDEST = 100
_COLOURS = {Level.OK: "32", Level.NOTE: "36", Level.WARNING: "33", Level.BAD: "1;31"}
_INDENT = " " * 11


def run(app: App, arguments: Namespace) -> int:
    """0 if nothing is worse than a note, else 3."""
    found = checkup(
        app, cancelled=threading.Event(), network=arguments.network, writes=arguments.writes
    )
    if arguments.json:
        findings = list(found)
        text = [finding.as_json() for finding in findings]
        print(json.dumps({"level": worst(findings).value, "findings": text}, indent=2))
    else:
        findings = _show(found, sys.stdout)
    return 3 if worst(findings) in (Level.WARNING, Level.BAD) else 0


def _show(found: Iterable[Finding], out: TextIO) -> list[Finding]:
    """Each as it comes, below its topic; then what it amounts to."""
    sheet = _Sheet(out)
    findings: list[Finding] = []
    for finding in found:
        if not findings or findings[-1].topic != finding.topic:
            sheet.title(finding.topic)
        sheet.finding(finding)
        findings.append(finding)
    sheet.line("")
    sheet.line(_summary(findings))
    return findings


def _summary(findings: list[Finding]) -> str:
    count = Counter(finding.level for finding in findings)
    graver = [
        counted(count[level], words)
        for level, words in (
            (Level.BAD, "thing that does not work"),
            (Level.WARNING, "warning"),
            (Level.NOTE, "note"),
        )
        if count[level]
    ]
    text = ", ".join(graver).replace("thing that does not works", "things that do not work")
    if count[Level.BAD] or count[Level.WARNING]:
        return f"{text}."
    return f"All is well ({text})." if text else "All is well."


class _Sheet:
    """Wrapped and coloured for a terminal; whole lines without colour for a pipe."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()
        self._coloured = self._live and "NO_COLOR" not in os.environ
        self._width = min(_WIDEST, shutil.get_terminal_size().columns) if self._live else 0

    def line(self, text: str) -> None:
        print(text, file=self._out, flush=True)

    def title(self, text: str) -> None:
        self.line(self._in_colour(text, "1"))

    def finding(self, finding: Finding) -> None:
        word = self._in_colour(f"{finding.level.value:<9}", _COLOURS[finding.level])
        first, *rest = self._wrapped(finding.text)
        self.line(f"  {word}{first}")
        advice, *commands = finding.advice.split("\n")
        for line in (*rest, *(self._wrapped(advice, "-> ") if advice else ()), *commands):
            self.line(_INDENT + line)

    def _wrapped(self, text: str, mark: str = "") -> list[str]:
        """Never within a word: paths and names stay whole. Commands are not for this."""
        if not self._width:
            return [mark + text]
        return textwrap.wrap(
            mark + text, max(20, self._width - len(_INDENT)), subsequent_indent=" " * len(mark),
            break_long_words=False, break_on_hyphens=False,
        ) or [""]  # fmt: skip

    def _in_colour(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._coloured else text
