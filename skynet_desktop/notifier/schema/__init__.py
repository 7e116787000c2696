"""The monitor's tables, declared once: what the Notifier writes and Skywatch reads.

From this one declaration come the tables on SQLite and PostgreSQL, the statements that write
rows, and the check of rows from outside. Imports nothing of the app. Functions are pure, or
work on a DB-API cursor of the caller's, in the caller's transaction; safe from any thread.

Times are seconds since 1970 in UTC, sizes bytes, lengths of time seconds.

What the words in the rows mean:

- ``skynet_machine.state``: the worst state of its mappings, ``stopped`` after an orderly end.
- ``skynet_mapping.state``: a word of ``core.events.State``; ``removed`` when it left the settings.
- ``skynet_file.state``: ``queued``, ``sending``, ``done``, ``failed`` or ``removed``.
- ``skynet_file.action``: ``send``, ``delete`` or ``move``.
- ``skynet_event.kind``: ``done``, ``failed``, ``removed``, or for a mapping's change of state
  ``state:`` and its new state's word, such as ``state:offline``; then ``path_key`` is empty.
- ``skynet_hour.hour``: when the hour began; always a multiple of 3600.
- ``path`` is empty where the person hides paths; ``path_key`` stands for the file all the same.

Readers take a word they do not know as it stands: a newer desktop may say more.
"""

from skynet_desktop.notifier.schema.making import (
    VERSION,
    Cursor,
    NewerSchema,
    statements,
    upgrade,
    version,
)
from skynet_desktop.notifier.schema.postgresql import DESKTOP_ROLE, WATCH_ROLE, script
from skynet_desktop.notifier.schema.rows import Value, newest, path_key, storable, values
from skynet_desktop.notifier.schema.tables import (
    EVENT,
    FILE,
    HOUR,
    MACHINE,
    MAPPING,
    ROWS,
    TABLES,
    Column,
    Dialect,
    Kind,
    Table,
)
from skynet_desktop.notifier.schema.writing import upsert, upsert_all

__all__ = [
    "DESKTOP_ROLE",
    "EVENT",
    "FILE",
    "HOUR",
    "MACHINE",
    "MAPPING",
    "ROWS",
    "TABLES",
    "VERSION",
    "WATCH_ROLE",
    "Column",
    "Cursor",
    "Dialect",
    "Kind",
    "NewerSchema",
    "Table",
    "Value",
    "newest",
    "path_key",
    "script",
    "statements",
    "storable",
    "upgrade",
    "upsert",
    "upsert_all",
    "values",
    "version",
]
