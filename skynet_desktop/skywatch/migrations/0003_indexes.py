"""Indexes for what the pages ask. The tables' own ones, for what every reader asks, are the
notifier schema's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import Error, migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

EVERYWHERE = (
    "CREATE INDEX IF NOT EXISTS skywatch_file_newest ON skynet_file (updated_at, path_key)",
    (
        "CREATE INDEX IF NOT EXISTS skywatch_file_failed ON skynet_file (machine, updated_at) "
        "WHERE state = 'failed'"
    ),
    (
        "CREATE INDEX IF NOT EXISTS skywatch_file_removed ON skynet_file (updated_at) "
        "WHERE state = 'removed'"
    ),
    "CREATE INDEX IF NOT EXISTS skywatch_event_file ON skynet_event (machine, path_key)",
)
# Search for a part of a name. Where the host does not offer the extension, such a search is
# slower, and ends with the patience that reading.files has.
TRIGRAMS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    (
        "CREATE INDEX IF NOT EXISTS skywatch_file_words ON skynet_file "
        "USING gin (upper(path) gin_trgm_ops)"
    ),
)


def make(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in EVERYWHERE:
        editor.execute(statement)
    if editor.connection.vendor == "postgresql":
        try:
            with transaction.atomic(using=editor.connection.alias):
                for statement in TRIGRAMS:
                    editor.execute(statement)
        except Error as error:
            print(f"Searching will be slower: {str(error).strip()}")


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [("skywatch", "0002_own")]
    operations: ClassVar[list[Any]] = [migrations.RunPython(make, migrations.RunPython.noop)]
