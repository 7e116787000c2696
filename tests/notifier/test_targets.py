"""Every kind of target takes a report, twice without harm, and says what is wrong."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from skynet_desktop.connections.route import Route
from skynet_desktop.core.errors import ConnectionLost, ServiceRefused
from skynet_desktop.notifier.outbox import Batch
from skynet_desktop.notifier.report import report
from skynet_desktop.notifier.schema import storable
from skynet_desktop.notifier.targets import Busy, RowsRefused, Target, target
from tests.notifier.conftest import Place, sqlite_place
from tests.notifier.made import MACHINE, WHO, a_batch, a_file, a_report
from tests.notifier.names import HOSTILE
from tests.servers.fixtures_postgres import ANNA, BEN, Database
from tests.servers.skywatch_stub import TOKEN, Stub
from tests.servers.tls import Issuer


def test_a_report_arrives_whole_and_twice_is_once(place: Place) -> None:
    with closing(place.target()) as to:
        for _ in range(2):
            to.send(a_report("a", "b"))
    assert place.rows("SELECT id, name, state FROM skynet_machine") == [
        (WHO.machine, "laptop", "uploading")
    ]
    assert place.files() == {"a": ("done", 5, 5), "b": ("done", 5, 5)}
    assert [place.count(table) for table in ("mapping", "event", "hour")] == [1, 2, 1]


def test_a_test_says_what_was_found_and_writes_nothing(place: Place) -> None:
    with closing(place.target()) as to:
        assert "takes reports" in to.test()
    assert place.count("machine") == 0


def test_hostile_names_arrive_as_text(place: Place) -> None:
    with closing(place.target()) as to:
        to.send(a_report(*HOSTILE))
    short = {storable(name) for name in HOSTILE if len(name) < 4_096}
    assert short <= set(place.files())
    assert len(place.files()) == len(HOSTILE)


def test_after_close_it_connects_anew(place: Place) -> None:
    to = place.target()
    for path in ("a", "b"):
        to.send(a_report(path))
        to.close()
    assert set(place.files()) == {"a", "b"}


def refused(to: Target) -> str:
    with closing(to), pytest.raises(ServiceRefused) as raised:
        to.send(a_report("a"))
    return str(raised.value)


# --- PostgreSQL -------------------------------------------------------------------------


def pg(url: str, password: str) -> Target:
    return target(url, password, Route("none"), "1")


def test_a_wrong_password_waits_for_a_person(database: Database) -> None:
    words = refused(pg(database.url(), "wrong-canary"))
    assert "does not let us in" in words
    assert "canary" not in words


def test_a_database_that_is_not_there_waits_for_a_person(database: Database) -> None:
    assert "does not exist" in refused(pg(database.server.url("no", ANNA), database.password))


def test_a_database_without_our_tables_says_how_to_make_them(database: Database) -> None:
    url = database.server.url("postgres", ANNA)
    assert "no tables for the monitor" in refused(pg(url, database.password))


def test_another_roles_machine_is_refused(database: Database) -> None:
    with closing(pg(database.url(ANNA), database.password)) as to:
        to.send(a_report("a"))
    assert "row-level security" in refused(pg(database.url(BEN), database.password))


def test_a_role_that_may_not_write_fails_the_test(database: Database) -> None:
    database.rows("REVOKE INSERT ON skynet_event FROM skynet_desktop")
    words = "does not let this role write"
    to = pg(database.url(), database.password)
    with closing(to), pytest.raises(ServiceRefused, match=words):
        to.test()


def test_a_server_that_is_away_is_tried_again() -> None:
    words = r"cannot be reached: Connection refused\.$"
    to = pg("postgresql://anna@127.0.0.1:1/x", "")
    with closing(to), pytest.raises(ConnectionLost, match=words):
        to.send(a_report("a"))


def test_a_server_that_went_away_and_came_back(database: Database) -> None:
    server = database.server
    with closing(pg(database.url(), database.password)) as to:
        to.send(a_report("a"))
        server.stop()
        try:
            with pytest.raises(ConnectionLost):
                to.send(a_report("b"))
        finally:
            server.start()
        to.send(a_report("b"))
    assert {path for (path,) in database.rows("SELECT path FROM skynet_file")} == {"a", "b"}


def test_a_batch_is_taken_whole_or_not_at_all(database: Database) -> None:
    database.rows("ALTER TABLE skynet_file ADD CHECK (path <> 'bad')")
    with closing(pg(database.url(), database.password)) as to:
        with pytest.raises(RowsRefused):
            to.send(a_report("good", "bad"))
        assert database.rows("SELECT * FROM skynet_file") == []
        to.send(a_report("good"))
    assert database.rows("SELECT path FROM skynet_file") == [("good",)]


def test_one_file_twice_in_a_batch_is_parted(database: Database) -> None:
    with closing(pg(database.url(), database.password)) as to:
        with pytest.raises(RowsRefused, match="second time"):
            to.send(a_report("a", "a"))
        to.send(a_report("a"))


def test_numbers_arrive_as_they_are(database: Database) -> None:
    exact = {
        "size": 2**63 - 1,
        "done": -1,
        "seconds": 0.1 + 0.2,
        "updated_at": 1_795_426_709.123456,
    }
    batch = Batch(files=[a_file('quo"te, {brace} \\n 100 %s', **exact)])
    with closing(pg(database.url(), database.password)) as to:
        to.send(report(WHO, MACHINE, batch, hide=False))
    columns = ", ".join(("path", *exact))
    assert database.rows(f"SELECT {columns} FROM skynet_file") == [
        (batch.files[0]["path"], *exact.values())
    ]


def test_a_host_elsewhere_must_prove_who_it_is() -> None:
    from skynet_desktop.notifier.targets.postgresql import _options

    url = "postgresql://anna@db.example.com/skynet"
    assert _options(url, "x")["sslmode"] == "verify-full"
    assert _options(f"{url}?sslmode=require", "x")["sslmode"] == "require"
    assert "sslmode" not in _options("postgresql://anna@localhost/skynet", "x")


# --- the ingest -------------------------------------------------------------------------


def ingest(stub: Stub, token: str = TOKEN, path: str = "") -> Target:
    return target(stub.url + path, token, Route("none"), "1")


def test_a_wrong_token_waits_for_a_person() -> None:
    with Stub() as stub:
        words = refused(ingest(stub, "wrong-canary"))
    assert "token" in words and "canary" not in words


@pytest.mark.parametrize(
    ("status", "words"), [(403, "token"), (409, "older"), (404, "no monitor"), (302, "no monitor")]
)
def test_what_only_a_person_can_mend(status: int, words: str) -> None:
    with Stub() as stub:
        stub.status = status
        assert words in refused(ingest(stub))


def test_a_redirection_does_not_carry_the_token_away() -> None:
    with Stub() as stub, Stub() as other:
        stub.status, stub.headers = 307, {"Location": f"{other.url}/api/ingest"}
        refused(ingest(stub))
        assert other.requests == []


def test_an_ordinary_web_page_is_no_monitor() -> None:
    with Stub() as stub:
        stub.body = b"<html>Welcome</html>"
        assert "no monitor" in refused(ingest(stub))


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [(503, {"Retry-After": "7"}, 7), (429, {"Retry-After": "9"}, 9), (500, {}, 60),
     (503, {"Retry-After": "Mon, 23 Nov 2026 08:00:00 GMT"}, 60),
     (503, {"Retry-After": "999999"}, 3_600)],
)  # fmt: skip
def test_a_busy_one_says_when_to_come_back(
    status: int, header: dict[str, str], seconds: float
) -> None:
    with Stub() as stub, closing(ingest(stub)) as to:
        stub.status, stub.headers = status, header
        with pytest.raises(Busy) as raised:
            to.send(a_report("a"))
    assert raised.value.seconds == seconds


def test_the_heartbeat_is_the_monitors_say() -> None:
    with Stub() as stub, closing(ingest(stub)) as to:
        stub.heartbeat = 17
        assert to.send(a_report("a")) == 17


def test_a_connection_that_was_kept_and_closed_there_is_no_trouble() -> None:
    with Stub() as stub, closing(ingest(stub)) as to:
        stub.headers = {"Connection": "close"}
        to.send(a_report("a"))
        to.send(a_report("b"))
        assert len(stub.reports) == 2


def test_a_path_before_the_ingest_is_kept() -> None:
    with Stub() as stub:
        assert "no monitor" in refused(ingest(stub, path="/watch/"))
        assert stub.requests[0][1] == "/watch/api/ingest"


def test_big_reports_are_zipped_and_rows_carry_no_machine() -> None:
    with Stub() as stub, closing(ingest(stub)) as to:
        to.send(report(WHO, MACHINE, a_batch(f"{n}" for n in range(300)), hide=False))
        assert stub.requests[0][2]["Content-Encoding"] == "gzip"
        [told] = stub.reports
    assert len(told["files"]) == 300
    assert told["schema"] == 1
    assert set(told["machine"]) == {"id", "name", "system", "version", "state"}
    assert not {"machine", "owner"} & set(told["files"][0])


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with Stub(Issuer(tmp_path).certificate()) as stub:
        assert "could not prove who it is" in refused(ingest(stub))
        assert stub.requests == []


def test_a_certificate_that_is_vouched_for_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = Issuer(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(issuer.file))
    with Stub(issuer.certificate()) as stub, closing(ingest(stub)) as to:
        to.send(a_report("a"))
        assert len(stub.reports) == 1


# --- SQLite -----------------------------------------------------------------------------


def test_a_folder_that_is_not_there_waits_for_a_person(tmp_path: Path) -> None:
    to = target(f"sqlite:///{tmp_path}/no/monitor.db", "", Route("none"), "1")
    assert "is not there" in refused(to)


def test_a_file_that_is_no_database_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "monitor.db").write_bytes(b"x" * 5_000)
    with closing(sqlite_place(tmp_path).target()) as to, pytest.raises(ConnectionLost):
        to.send(a_report("a"))


# --- one that hangs -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["postgresql", "https"])
def test_a_call_that_hangs_can_be_ended(kind: str, request: pytest.FixtureRequest) -> None:
    if kind == "postgresql":
        database: Database = request.getfixturevalue("database")
        to = pg(database.url(), database.password)
        to.send(a_report("a"))
        database.server.pause()
        request.addfinalizer(database.server.resume)
    else:
        stub = Stub()
        stub.__enter__()
        request.addfinalizer(lambda: stub.__exit__(None, None, None))
        to = ingest(stub)
        to.send(a_report("a"))
        stub.answering.clear()
    ended: list[BaseException] = []

    def send() -> None:
        try:
            to.send(a_report("b"))
        except ConnectionLost as error:
            ended.append(error)

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    time.sleep(0.3)
    assert thread.is_alive()
    to.abort()
    thread.join(5)
    assert not thread.is_alive()
    assert ended
