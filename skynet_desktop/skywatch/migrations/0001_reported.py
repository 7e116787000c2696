"""The tables that machines report into, made by the notifier's schema. A later version of it
needs a migration like this one: ``upgrade`` does what is missing."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from skynet_desktop.notifier import schema


def upgrade(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    with editor.connection.cursor() as cursor:
        schema.upgrade(cursor, schema.Dialect(editor.connection.vendor))


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = []
    operations: ClassVar[list[Any]] = [migrations.RunPython(upgrade, migrations.RunPython.noop)]
