"""Fixtures: a migrated database of each kind for each test, people, and somebody signed in."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment

from skynet_desktop.skywatch.ingest import views
from skynet_desktop.skywatch.ingest.pacing import Pace
from skynet_desktop.skywatch.models import Person, Role
from skynet_desktop.skywatch.reading import fleet, hours
from tests.skywatch.made import PASSWORD, signed_in

if TYPE_CHECKING:
    from tests.servers.postgres import Postgres


KEPT = ("django_migrations", "django_content_type", "auth_permission", "skynet_schema")


@pytest.fixture(scope="session", autouse=True)
def _environment() -> Iterator[None]:
    setup_test_environment()
    yield
    teardown_test_environment()


def use(database: dict[str, Any]) -> None:
    """Make this the database of this thread, and of threads that begin from now on."""
    connections.close_all()
    configured = connections.configure_settings({"default": database})
    connections.settings["default"] = configured["default"]
    with contextlib.suppress(AttributeError):  # not used in this thread yet
        del connections["default"]


def sqlite(file: Path) -> dict[str, Any]:
    from skynet_desktop.skywatch import config

    return {**config.database(), "NAME": str(file)}


def postgresql(server: Postgres, name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": "owner",
        "PASSWORD": server.password,
        "HOST": "127.0.0.1",
        "PORT": server.port,
    }


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "skywatch.db"
    use(sqlite(file))
    call_command("migrate", verbosity=0)
    connections.close_all()
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    name = "skywatch_migrated"
    with contextlib.closing(postgres.connect("postgres")) as db:
        db.execute(f"CREATE DATABASE {name}".encode())
    use(postgresql(postgres, name))
    call_command("migrate", verbosity=0)
    connections.close_all()
    return name


@pytest.fixture
def on_sqlite(migrated_sqlite: Path, tmp_path: Path) -> Iterator[str]:
    file = tmp_path / "skywatch.db"
    shutil.copy(migrated_sqlite, file)
    use(sqlite(file))
    _clean()
    yield "sqlite"
    connections.close_all()


@pytest.fixture
def on_postgres(postgres: Postgres, migrated_postgres: str) -> Iterator[str]:
    use(postgresql(postgres, migrated_postgres))
    tables = [name for name in connection.introspection.table_names() if name not in KEPT]
    with connection.cursor() as cursor:  # for a few rows quicker than TRUNCATE by far
        cursor.execute("SET session_replication_role = replica")  # whatever refers to whatever
        cursor.execute("; ".join(f"DELETE FROM {name}" for name in tables))  # noqa: S608
        cursor.execute("RESET session_replication_role")
    _clean()
    yield "postgresql"
    connections.close_all()


@pytest.fixture(params=["sqlite", "postgresql"])
def monitor(request: pytest.FixtureRequest) -> str:
    """An empty monitor on each kind of database in turn; the kind's name."""
    which = "on_sqlite" if request.param == "sqlite" else "on_postgres"
    found = request.getfixturevalue(which)
    assert isinstance(found, str)
    return found


def _clean() -> None:
    """What processes keep in memory, and what is not in the database."""
    fleet.forget_kept()
    hours.forget_kept()
    views.pace = Pace()
    cache.clear()
    mail.outbox = []


@pytest.fixture
def admin() -> Client:
    return signed_in(person("ada", Role.ADMIN))


@pytest.fixture
def viewer() -> Client:
    return signed_in(person("vera", Role.VIEWER))


def person(name: str, role: str) -> Person:
    made = Person(name=name, role=role)
    made.set_password(PASSWORD)
    made.save()
    return made
