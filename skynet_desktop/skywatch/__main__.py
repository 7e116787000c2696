"""``python -m skynet_desktop.skywatch``: serve. With a word, Django's commands and ours:
``welcome`` (a new link for the admin), ``migrate``, ``check --deploy``, ..."""

from __future__ import annotations

import argparse
import os
import sys


def main(arguments: list[str]) -> int:
    os.umask(0o077)  # who could read the database file had everybody's sessions
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skynet_desktop.skywatch.settings")
    try:
        import django
        import waitress  # noqa: F401 - asked for here, to say at once what is missing
    except ImportError as error:
        print(f"{error.name} is missing: pip install -r requirements-skywatch.txt", file=sys.stderr)
        return 1
    from skynet_desktop.skywatch.config import ConfigError

    try:
        django.setup()
        if arguments and not arguments[0].startswith("-"):
            from django.core.management import execute_from_command_line

            execute_from_command_line(["skywatch", *arguments])
            return 0
        return _serve(arguments)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1


def _serve(arguments: list[str]) -> int:
    from django.db import OperationalError

    from skynet_desktop.skywatch import serving

    parser = argparse.ArgumentParser(prog="skywatch", description="Watch every machine's mirrors.")
    parser.add_argument("--bind", metavar="HOST:PORT", default=serving.default_bind())
    given = parser.parse_args(arguments)
    try:
        serving.serve(given.bind)
    except KeyboardInterrupt:
        return 130
    except (OSError, OperationalError) as error:
        print(f"Skywatch cannot begin: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
