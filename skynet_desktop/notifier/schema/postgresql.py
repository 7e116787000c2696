"""PostgreSQL's roles: a desktop reaches its own rows alone, Skywatch all of them.

Every machine signs in by a role of its own, a member of :data:`DESKTOP_ROLE`. Row-level
security holds it to rows whose owner it is; other machines' rows are not there for it. A row
about a machine must come from the role that reported this machine first, so that nobody adds
to another one's rows either.
"""

from __future__ import annotations

from skynet_desktop.notifier.schema.making import statements
from skynet_desktop.notifier.schema.tables import MACHINE, ROWS, TABLES, Dialect, Table

DESKTOP_ROLE = "skynet_desktop"
WATCH_ROLE = "skynet_watch"

_HEAD = """\
-- The monitor's tables, roles and row-level security for PostgreSQL 12 or newer.
-- Made by: python -m skynet_desktop.notifier.schema
--
-- Run it once, as the owner of an empty database:
--     psql --single-transaction -v ON_ERROR_STOP=1 -f postgresql.sql DATABASE
--
-- Then a role of its own for each machine:
--     CREATE ROLE laptop_anna LOGIN PASSWORD '...' IN ROLE skynet_desktop;
-- and one for Skywatch, unless it signs in as the owner of the tables:
--     CREATE ROLE skywatch LOGIN PASSWORD '...' IN ROLE skynet_watch;
"""


def script() -> str:
    """Tables, roles and policies, for ``psql``."""
    made = ";\n\n".join(statements(Dialect.POSTGRESQL))
    return f"{_HEAD}\n{made};\n\n" + "\n".join(f"{line};" for line in security())


def security() -> list[str]:
    """Roles and policies on the tables, each a statement of its own; also once more without
    harm."""
    lines = [_role(DESKTOP_ROLE), _role(WATCH_ROLE)]
    lines.append(f"GRANT SELECT ON skynet_schema TO {DESKTOP_ROLE}, {WATCH_ROLE}")
    for table in TABLES:
        lines += [
            f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY",
            f"GRANT SELECT, INSERT, UPDATE ON {table.name} TO {DESKTOP_ROLE}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table.name} TO {WATCH_ROLE}",
            *_policies(table),
        ]
    return lines


def _policies(table: Table) -> list[str]:
    mine = "owner = current_user"
    machines = f"FROM {MACHINE.name} m WHERE m.id = machine AND m.owner = current_user"
    fit = f"{mine} AND EXISTS (SELECT 1 {machines})" if table in ROWS else mine
    return [
        *_policy(table, "own", f"TO {DESKTOP_ROLE} USING ({mine}) WITH CHECK ({fit})"),
        *_policy(table, "all", f"TO {WATCH_ROLE} USING (true) WITH CHECK (true)"),
    ]


def _policy(table: Table, name: str, rule: str) -> list[str]:
    full = f"{table.name}_{name} ON {table.name}"
    return [f"DROP POLICY IF EXISTS {full}", f"CREATE POLICY {full} FOR ALL {rule}"]


def _role(name: str) -> str:
    return (
        f"DO $$ BEGIN CREATE ROLE {name} NOLOGIN; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
