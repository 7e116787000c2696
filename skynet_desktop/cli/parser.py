"""The terminal's words: every command and option, with its help."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import skynet_desktop

if TYPE_CHECKING:
    from skynet_desktop.app import App

    _Verbs = argparse._SubParsersAction["_Parser"]

_IF_EXISTS = ("skip", "rename", "replace")  # engine/restoring/file.py says what they mean


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
    parser.set_defaults(run=Deed("tryout.run"), windows=True, minimized=False, once=False)
    verbs = parser.add_subparsers(metavar="COMMAND", parser_class=_Parser)
    _service(verbs)
    _mapping(verbs)
    _running(verbs)
    _asking(verbs)
    _confirm(verbs)
    _verify(verbs)
    _restore(verbs)
    _monitor(verbs)
    _doctor(verbs)
    updates = _verb(verbs, "updates", "look whether there is a newer version", "updating.run")
    updates.add_argument("--json", action="store_true")
    return parser


class Deed:
    """What a command does: a function of this package, found when it is called. To import all
    that any command needs would take longer than most of them."""

    def __init__(self, name: str) -> None:
        """``name`` is the module's and the function's: ``services.add``."""
        self._module, _, self._function = name.partition(".")

    def __call__(self, app: App, arguments: argparse.Namespace) -> int:
        return int(self.find()(app, arguments))

    def find(self) -> Callable[[App, argparse.Namespace], int]:
        module = importlib.import_module(f"skynet_desktop.cli.{self._module}")
        found: Callable[[App, argparse.Namespace], int] = getattr(module, self._function)
        return found


def _verb(verbs: _Verbs, name: str, help_: str, deed: str) -> _Parser:
    verb = verbs.add_parser(name, help=help_, description=help_[0].upper() + help_[1:] + ".")
    verb.set_defaults(run=Deed(deed), windows=False)
    return verb


def _group(verbs: _Verbs, name: str, help_: str) -> _Verbs:
    group = verbs.add_parser(name, help=help_)
    return group.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)


def _service(verbs: _Verbs) -> None:
    group = _group(verbs, "service", "accounts at a storage")
    add = _verb(group, "add", "add a service", "services.add")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--type", required=True, metavar="TYPE", help="s3, sftp, local or your own")
    add.add_argument(
        "-o", dest="options", action="append", default=[], metavar="KEY=VALUE",
        help="an option of the type; 'auth=environment' stores no secret",
    )  # fmt: skip
    add.add_argument(
        "--secrets", choices=["-"], help="read the secrets as a JSON object from standard input"
    )
    for name, help_, deed in (
        ("test", "sign in, list, write, read back, delete", "services.test"),
        ("remove", "forget a service and its secrets", "services.remove"),
    ):
        _verb(group, name, help_, deed).add_argument("name", metavar="NAME")
    _verb(group, "list", "show all services", "services.show")


def _mapping(verbs: _Verbs) -> None:
    group = _group(verbs, "mapping", "which folder goes where")
    add = _verb(group, "add", "mirror a folder to a place on a service", "mappings.add")
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
    _verb(group, "list", "show all mappings", "mappings.show")
    remove = _verb(group, "remove", "stop mirroring; remote copies stay", "mappings.remove")
    remove.add_argument("name", metavar="NAME")


def _running(verbs: _Verbs) -> None:
    run = _verb(verbs, "run", "mirror all mappings until told to stop", "running.run")
    run.add_argument("--once", action="store_true", help="reconcile, work off the queue, exit")
    start = _verb(verbs, "start", "the tray app where there is a screen, else run", "tryout.run")
    start.set_defaults(windows=True)
    start.add_argument("--minimized", action="store_true", help="with the window closed")
    start.add_argument(
        "--terminal", dest="windows", action="store_false", help="here, also with a screen"
    )
    start.add_argument("--once", action="store_true", help="as in run")
    _verb(verbs, "show", "show the window of the running app", "commands.show")
    _verb(verbs, "quit", "end the running app; what waits goes on next time", "commands.quit")
    report = _verb(
        verbs, "diagnostics", "save a report without secrets to one zip file", "diagnosing.run"
    )
    report.add_argument("file", metavar="FILE")
    report.add_argument(
        "--services", dest="network", action="store_true", help="let the doctor try them too"
    )


def _asking(verbs: _Verbs) -> None:
    for name, help_, asked in (
        ("status", "how far every mapping is", "commands.status"),
        ("issues", "paths that could not be mirrored, and why", "commands.issues"),
        ("requests", "how many were made, where a service charges for them", "requests.run"),
    ):
        _verb(verbs, name, help_, asked).add_argument("--json", action="store_true")
    for name, help_, act, optional in (
        ("pause", "send nothing until resumed; changes are still noted", "commands.pause", False),
        ("resume", "go on; also retry a service that refused", "commands.resume", True),
    ):
        verb = _verb(verbs, name, help_, act)
        verb.add_argument("name", metavar="NAME", nargs="?")
        verb.add_argument("--all", action="store_true", help="all mappings")
        verb.set_defaults(name_optional=optional)
        if name == "pause":
            end = verb.add_mutually_exclusive_group()
            end.add_argument("--for", dest="span", metavar="TIME", help="such as 30m or 2h")
            end.add_argument(
                "--until", metavar="WHEN", help="HH:MM, or a date and time such as 2026-11-23T08:00"
            )
    _verb(verbs, "sync", "compare, retry and send now", "commands.sync").add_argument(
        "name", metavar="NAME"
    )


def _doctor(verbs: _Verbs) -> None:
    doctor = _verb(verbs, "doctor", "look everything over, and say what to do", "doctoring.run")
    doctor.add_argument("--json", action="store_true")
    doctor.add_argument(
        "--no-write", dest="writes", action="store_false", help="write no test file at a service"
    )
    doctor.add_argument(
        "--offline", dest="network", action="store_false", help="leave the services alone"
    )


def _confirm(verbs: _Verbs) -> None:
    confirm = _verb(verbs, "confirm", "answer what a guard asks (see status)", "confirming.run")
    confirm.add_argument("name", metavar="NAME")
    answer = confirm.add_mutually_exclusive_group(required=True)
    answer.add_argument("--list", action="store_true", help="the files that it is about")
    answer.add_argument("--yes", action="store_true", help="go on as asked")
    answer.add_argument("--no", action="store_true", help="do not; remote copies stay")


def _verify(verbs: _Verbs) -> None:
    verb = _verb(verbs, "verify", "prove that the destination holds what is here", "verifying.run")
    verb.add_argument("name", metavar="NAME", nargs="?", help="a mapping; all without it")
    verb.add_argument(
        "--deep", action="store_true", help="read contents back; costs as much as a download"
    )
    verb.add_argument("--repair", action="store_true", help="put right what differs")
    verb.add_argument("--json", action="store_true")


def _restore(verbs: _Verbs) -> None:
    verb = _verb(verbs, "restore", "bring files back from the destination", "restoring.run")
    verb.add_argument("name", metavar="NAME", help="the mapping")
    verb.add_argument(
        "paths", metavar="PATH", nargs="*", help="files and folders in it; all without any"
    )
    verb.add_argument(
        "--to", metavar="DIR", help="where to put them; into the mapping's own folder without it"
    )
    verb.add_argument(
        "--at", metavar="WHEN",
        help="as they were then: 2026-11-22 (as that day began), 2026-11-22T14:00, 14:00, "
        "yesterday, or 2h for two hours ago",
    )  # fmt: skip
    verb.add_argument(
        "--if-exists", choices=_IF_EXISTS, default="skip",
        help="if another file has the name here: leave it (the default), put what comes back "
        "beside it under a new name, or in its place (what was there is kept beside it)",
    )  # fmt: skip
    instead = verb.add_mutually_exclusive_group()
    instead.add_argument("--list", action="store_true", help="only show what is there")
    instead.add_argument(
        "--history", metavar="PATH", help="only show all states of a file that are kept"
    )
    verb.add_argument("--json", action="store_true")
    _take_paths_after_options(verb)


def _take_paths_after_options(verb: argparse.ArgumentParser) -> None:
    """As in ``restore NAME --to DIR PATH``, which argparse takes only if it is told to."""
    plainly = verb.parse_known_args

    def parse(args: Any = None, namespace: Any = None) -> Any:
        verb.parse_known_args = plainly  # type: ignore[method-assign]
        return verb.parse_known_intermixed_args(args, namespace)

    verb.parse_known_args = parse  # type: ignore[method-assign]


def _monitor(verbs: _Verbs) -> None:
    group = _group(verbs, "monitor", "tell a web monitor how far this machine is")
    set_ = _verb(group, "set", "tell this monitor from now on", "monitoring.set_up")
    set_.add_argument(
        "url", metavar="URL", nargs="?",
        help="https://..., postgresql://USER@HOST/DATABASE or sqlite:///FILE; left out: as before",
    )  # fmt: skip
    set_.add_argument("--name", metavar="NAME", help="of this machine, as the monitor shows it")
    hide = set_.add_mutually_exclusive_group()
    hide.add_argument(
        "--hide-paths", dest="hide", action="store_true", default=None,
        help="tell no names of files and folders",
    )  # fmt: skip
    hide.add_argument("--show-paths", dest="hide", action="store_false", help="tell them")
    set_.add_argument(
        "--token", choices=["-"], help="read the token or password from standard input"
    )
    _verb(group, "test", "see whether the monitor takes reports", "monitoring.test")
    status = _verb(group, "status", "what waits, and when it was last told", "monitoring.show")
    status.add_argument("--json", action="store_true")
    off = _verb(
        group, "off", "tell nothing; --forget also drops address and token", "monitoring.off"
    )
    off.add_argument("--forget", action="store_true")
