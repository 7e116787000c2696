"""The terminal's words: every command and option, with its help."""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

import skynet_desktop
from skynet_desktop.cli import (
    commands,
    confirming,
    doctoring,
    mappings,
    monitoring,
    requests,
    restoring,
    running,
    services,
    tryout,
    verifying,
)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Usage errors are exit code 1: argparse's own 2 is not in the contract."""
        self.print_usage(sys.stderr)
        self.exit(1, f"{self.prog}: {message}. See {self.prog} --help.\n")


def make_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="skynet",
        description="Mirrors folders, continuously and in one direction, to storage you own.",
        epilog="Exit codes: 0 everything mirrored, 1 usage or settings, 3 some paths are issues, "
        "4 service unreachable or refused, 5 a guard waits for a decision.",
    )
    parser.add_argument("--version", action="version", version=skynet_desktop.__version__)
    parser.add_argument(
        "--home", metavar="DIR", help="keep settings, state and logs in DIR (or set SKYNET_HOME)"
    )
    parser.set_defaults(
        run=lambda app, _: tryout.start(app, once=False), windows=True, minimized=False
    )
    verbs = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    _service(verbs)
    _mapping(verbs)
    _running(verbs)
    _asking(verbs)
    confirming.add(verbs, _verb)
    verifying.add(verbs, _verb)
    restoring.add(verbs, _verb)
    monitoring.add(_group(verbs, "monitor", "tell a web monitor how far this machine is"), _verb)
    _doctor(verbs)
    return parser


def _verb(
    verbs: argparse._SubParsersAction[_Parser], name: str, help_: str, run: object
) -> _Parser:
    verb = verbs.add_parser(name, help=help_, description=help_[0].upper() + help_[1:] + ".")
    verb.set_defaults(run=run, windows=False)
    return verb


def _group(verbs: argparse._SubParsersAction[_Parser], name: str, help_: str) -> (
    argparse._SubParsersAction[_Parser]
):  # fmt: skip
    group = verbs.add_parser(name, help=help_)
    return group.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)


def _service(verbs: argparse._SubParsersAction[_Parser]) -> None:
    group = _group(verbs, "service", "accounts at a storage")
    add = _verb(group, "add", "add a service", services.add)
    add.add_argument("name", metavar="NAME")
    add.add_argument("--type", required=True, metavar="TYPE", help="s3, sftp, local or your own")
    add.add_argument(
        "-o", dest="options", action="append", default=[], metavar="KEY=VALUE",
        help="an option of the type; 'auth=environment' stores no secret",
    )  # fmt: skip
    add.add_argument(
        "--secrets", choices=["-"], help="read the secrets as a JSON object from standard input"
    )
    for name, help_, run in (
        ("test", "sign in, list, write, read back, delete", services.test),
        ("remove", "forget a service and its secrets", services.remove),
    ):
        _verb(group, name, help_, run).add_argument("name", metavar="NAME")
    _verb(group, "list", "show all services", services.show)


def _mapping(verbs: argparse._SubParsersAction[_Parser]) -> None:
    group = _group(verbs, "mapping", "which folder goes where")
    add = _verb(group, "add", "mirror a folder to a place on a service", mappings.add)
    add.add_argument("name", metavar="NAME")
    add.add_argument("--local", required=True, metavar="DIR", help="the folder to mirror")
    add.add_argument("--service", required=True, metavar="NAME")
    add.add_argument("--remote", required=True, metavar="PATH", help="where it goes there")
    add.add_argument(
        "--complete-sync", action="store_true", help="local deletions reach the remote too"
    )
    add.add_argument(
        "--ignore", action="append", default=[], metavar="PATTERN", help="gitignore syntax"
    )
    _verb(group, "list", "show all mappings", mappings.show)
    remove = _verb(group, "remove", "stop mirroring; remote copies stay", mappings.remove)
    remove.add_argument("name", metavar="NAME")


def _running(verbs: argparse._SubParsersAction[_Parser]) -> None:
    run = _verb(verbs, "run", "mirror all mappings until told to stop", running.run)
    run.add_argument("--once", action="store_true", help="reconcile, work off the queue, exit")
    start = _verb(verbs, "start", "the tray app where there is a screen, else run", tryout.run)
    start.set_defaults(windows=True)
    start.add_argument("--minimized", action="store_true", help="with the window closed")
    start.add_argument(
        "--terminal", dest="windows", action="store_false", help="here, also with a screen"
    )
    start.add_argument("--once", action="store_true", help="as in run")
    _verb(verbs, "show", "show the window of the running app", commands.show)
    _verb(verbs, "quit", "end the running app; what waits goes on next time", commands.quit)
    report = _verb(
        verbs, "diagnostics", "save a report without secrets to one zip file", commands.diagnose
    )
    report.add_argument("file", metavar="FILE")
    report.add_argument(
        "--services", dest="network", action="store_true", help="let the doctor try them too"
    )


def _asking(verbs: argparse._SubParsersAction[_Parser]) -> None:
    for name, help_, asked in (
        ("status", "how far every mapping is", commands.status),
        ("issues", "paths that could not be mirrored, and why", commands.issues),
        ("requests", "how many were made, where a service charges for them", requests.run),
    ):
        _verb(verbs, name, help_, asked).add_argument("--json", action="store_true")
    for name, help_, act, optional in (
        ("pause", "send nothing until resumed; changes are still noted", commands.pause, False),
        ("resume", "go on; also retry a service that refused", commands.resume, True),
    ):
        verb = _verb(verbs, name, help_, act)
        verb.add_argument("name", metavar="NAME", nargs="?")
        verb.add_argument("--all", action="store_true", help="all mappings")
        verb.set_defaults(name_optional=optional)
        if act is commands.pause:
            end = verb.add_mutually_exclusive_group()
            end.add_argument("--for", dest="span", metavar="TIME", help="such as 30m or 2h")
            end.add_argument(
                "--until", metavar="WHEN", help="HH:MM, or a date and time such as 2026-11-23T08:00"
            )
    _verb(verbs, "sync", "compare, retry and send now", commands.sync).add_argument(
        "name", metavar="NAME"
    )


def _doctor(verbs: argparse._SubParsersAction[_Parser]) -> None:
    doctor = _verb(verbs, "doctor", "look everything over, and say what to do", doctoring.run)
    doctor.add_argument("--json", action="store_true")
    doctor.add_argument(
        "--no-write", dest="writes", action="store_false", help="write no test file at a service"
    )
    doctor.add_argument(
        "--offline", dest="network", action="store_false", help="leave the services alone"
    )
