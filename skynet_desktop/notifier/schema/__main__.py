"""Prints the SQL that prepares a PostgreSQL database for the monitor."""

import sys

from skynet_desktop.notifier.schema.postgresql import script

if __name__ == "__main__":
    sys.stdout.write(script() + "\n")
