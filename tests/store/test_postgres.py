"""A store on a server: who writes, sessions lost and found again, and what keeps it from being opened."""

import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from urllib.parse import quote

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import select

from contactd.domain.refusals import Away, Conflict, Invalid
from contactd.store import known, links, pages, schema, tables
from contactd.store import settle as asked
from contactd.store.database import Database, Transaction
from contactd.store.opening import open_store
from contactd.store.tables import table
from fakes.postgres import Schemas, cut


@pytest.fixture
def url(postgres: Schemas) -> str:
    return postgres.make()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with closing(open_store(url, clock=lambda: 0)) as database:
        schema.prepare(database)
        yield database


def put(database: Database, name: str) -> None:
    with database.transaction() as tx:
        tx.fast("INSERT INTO store_meta (name, value) VALUES (?, '')", (name,))


def names(database: Database) -> list[str]:
    with database.reading() as r:
        return [name for (name,) in r.fast("SELECT name FROM store_meta ORDER BY name")]


def test_a_session_that_is_lost_takes_its_transaction_with_it_and_no_more(database: Database, url: str) -> None:
    put(database, "before")

    with (
        pytest.raises(Away, match=r"the store does not answer now: .*; it is tried again"),
        database.transaction() as tx,
    ):
        _cut_between(tx, url)
    put(database, "after")

    assert names(database) == ["after", "before"]


def _cut_between(tx: Transaction, url: str) -> None:
    tx.fast("INSERT INTO store_meta (name, value) VALUES ('lost', '')")
    cut(url)
    tx.fast("INSERT INTO store_meta (name, value) VALUES ('never', '')")


def test_sessions_that_were_lost_between_two_transactions_are_missed_by_nobody(database: Database, url: str) -> None:
    names(database)
    cut(url)

    put(database, "after")

    assert names(database) == ["after"]


def test_a_reader_whose_session_is_lost_is_told_and_the_next_one_is_not(database: Database, url: str) -> None:
    with suppress(Away), database.reading() as r:
        cut(url)
        r.fast("SELECT 1")
        pytest.fail("nobody was told")

    assert names(database) == []


def test_of_two_daemons_one_writes_at_a_time(database: Database, url: str) -> None:
    with closing(open_store(url)) as other, ThreadPoolExecutor(1) as threads:
        with database.transaction() as tx:
            tx.fast("INSERT INTO store_meta (name, value) VALUES ('first', '')")
            second = threads.submit(put, other, "second")
            with pytest.raises(TimeoutError):
                second.result(0.1)
            seen = tx.fast("SELECT count(*) FROM store_meta")
        second.result(30)

    assert seen == [(1,)]
    assert names(database) == ["first", "second"]


def test_daemons_give_no_revision_twice_and_leave_none_out(database: Database, url: str) -> None:
    given: list[int] = []

    def take(store: Database) -> None:
        for _ in range(50):
            with store.transaction() as tx:
                revision = tx.revision
                tx.after_commit(partial(given.append, revision))

    with closing(open_store(url)) as other, ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(take, store) for store in (database, other)]:
            done.result(60)

    assert sorted(given) == list(range(min(given), min(given) + 100))


def test_daemons_go_by_the_clock_of_the_server(url: str) -> None:
    with closing(open_store(url)) as database:
        schema.prepare(database)
        with database.transaction() as tx:
            ((now,),) = tx.fast("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)")
            then = tx.now
        with database.reading() as r:
            later = r.now

    assert abs(now - then) < 1_000_000
    assert 0 <= later - then < 10_000_000


def test_a_newer_daemon_changes_no_store_that_an_older_one_serves(database: Database, url: str) -> None:
    with database.transaction() as tx:
        tx.fast("UPDATE alembic_version SET version_num = '0001'")

    with (
        closing(open_store(url)) as newer,
        pytest.raises(Conflict, match="stop every daemon of the older version first") as caught,
    ):
        schema.prepare(newer)

    assert caught.value.reason == "STORE_SERVED"
    with database.transaction() as tx:
        assert tx.fast("SELECT version_num FROM alembic_version") == [("0001",)]


def test_a_daemon_that_is_the_only_one_may_change_the_store(database: Database) -> None:
    with database.transaction() as tx:
        assert database.alone(tx)


def test_a_daemon_that_is_silent_in_a_transaction_keeps_nobody_from_writing_for_long(database: Database) -> None:
    with database.transaction() as tx:
        found = tx.fast("SELECT current_setting('idle_in_transaction_session_timeout')")

    assert found == [("6s",)]


def test_two_schemas_of_one_database_are_two_stores(database: Database, postgres: Schemas) -> None:
    other = open_store(postgres.make(), clock=lambda: 0)
    schema.prepare(other)
    put(database, "mine")

    put(other, "yours")

    assert (names(database), names(other)) == (["mine"], ["yours"])
    other.close()


def test_only_what_may_be_read_again_is_not_waited_for_to_be_on_the_disk(database: Database) -> None:
    found = []

    for durable in (True, False, True):
        with database.transaction(durable=durable) as tx:
            found += tx.fast("SELECT current_setting('synchronous_commit')")

    assert found == [("on",), ("off",), ("on",)]


def test_a_value_that_no_index_takes_is_no_store_that_is_away(database: Database) -> None:
    with pytest.raises(psycopg.errors.ProgramLimitExceeded):
        put(database, "".join(map(chr, range(0x4E00, 0x6000))))


def test_a_view_of_the_store_cannot_change_it(database: Database) -> None:
    with database.reading() as r, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        r.fast("DELETE FROM store_meta")


def other_url(url: str, **settings: str) -> str:
    """Give the URL of the same server with other settings."""
    told = conninfo_to_dict(make_conninfo(url, **settings))
    query = "&".join(f"{name}={quote(str(told[name]))}" for name in ("host", "port", "options") if told.get(name))
    return f"postgresql://{told['user']}:hunter2@/{told['dbname']}?{query}"


def ascii_database(url: str) -> str:
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("DROP DATABASE IF EXISTS plain")
        session.execute("CREATE DATABASE plain ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    return other_url(url, dbname="plain")


UNUSABLE: dict[str, tuple[Callable[[str], str], str]] = {
    "no such database": (lambda url: other_url(url, dbname="nodb"), 'database "nodb" does not exist; make it with'),
    "no such role": (lambda url: other_url(url, user="nobody"), 'role "nobody" does not exist; make the role'),
    "no such service": (lambda _: "postgresql:///?service=none", "PGSERVICEFILE"),
    "no URL": (lambda _: "postgresql://ann:hunter2@db/x?sslmod=require", "this is no URL of a PostgreSQL database"),
    "no schema": (lambda url: other_url(url, options="-csearch_path=none"), "has no schema to make tables in"),
    "not UTF-8": (ascii_database, "createdb -E UTF8"),
}


@pytest.mark.parametrize("why", UNUSABLE)
def test_what_a_person_has_to_mend_is_told_without_the_password(url: str, why: str) -> None:
    unusable, message = UNUSABLE[why]

    with pytest.raises(Invalid) as caught:
        open_store(unusable(url), clock=lambda: 0)

    (fault,) = caught.value.faults
    assert fault.field == "store.url"
    assert message in fault.message
    assert "hunter2" not in fault.message


def test_a_server_that_is_not_there_may_come_back() -> None:
    with pytest.raises(Away, match="the store does not answer now") as caught:
        open_store("postgresql://ann:hunter2@127.0.0.1:1/x", clock=lambda: 0)

    assert "hunter2" not in caught.value.message


def test_a_schema_that_is_somebody_elses_is_told_as_such(url: str) -> None:
    (mine,) = re.findall(r"store_\w+", url)
    role = f"guest_of_{mine}"
    with psycopg.connect(url) as session:
        session.execute(f"CREATE ROLE {role} LOGIN")
        session.execute(f"GRANT USAGE ON SCHEMA {mine} TO {role}")

    guest = open_store(other_url(url, user=role), clock=lambda: 0)
    with pytest.raises(Conflict, match=r"does not let contactd in: permission denied for schema .*; let its user"):
        schema.prepare(guest)
    guest.close()

    with psycopg.connect(url) as session:
        session.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_a_driver_that_is_not_installed_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for module in ("contactd.store.postgres", "contactd.store.server"):
        monkeypatch.delitem(sys.modules, module, raising=False)

    with pytest.raises(Invalid, match=r"pip install 'contactd\[postgres\]'"):
        open_store("postgresql:///x", clock=lambda: 0)


def test_questions_are_planned_for_the_tables_as_they_are_and_rows_are_prepared_once(database: Database) -> None:
    with database.transaction() as tx:
        for number in range(20):
            tx.many("INSERT INTO store_meta (name, value) VALUES (?, ?)", [(str(number), "")])
            tx.fast("SELECT name FROM store_meta WHERE name = ?", (str(number),))
            tx.first(select(table(tables.StoreMeta)))
        prepared = tx.fast("SELECT statement FROM pg_prepared_statements")

    assert prepared == [("INSERT INTO store_meta (name, value) VALUES ($1, $2)",)]


#: Each statement of the hot path, and the indices that its plan must name.
STATEMENTS = {
    "links by id": (links._BY_ID, ["link_pkey"]),
    "links by key": (links._BY_KEY, ["link_key"]),
    "contacts by key": (known._CONTACT_BY_KEY, ["contact_key"]),
    "contacts by id": (known._CONTACT_BY_ID, ["contact_pkey"]),
    "suppressions": (known._SUPPRESSED, ["suppression_key"]),
    "images from before": (known._BEFORE, ["outcome_source"]),
    "what is unchanged": (pages._SEEN, ["link_pkey"]),
    "rows that go": (pages._FORGET, ["outcome_source"]),
    "what is decided": (pages._UNPARK, ["parked_pkey"]),
    # Which ones it takes hangs on how full the tables are.
    "who moves": (asked._MOVING, []),
}


def _samples(sql: str) -> tuple[object, ...]:
    return tuple("[1]" if "any" in value else 1 for value in re.findall(r"any_\w+ \?|\?", sql))


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_of_the_hot_path_uses_its_index(database: Database, name: str) -> None:
    sql, indices = STATEMENTS[name]

    with database.transaction() as tx:
        # Tables this small are read whole otherwise.
        tx.fast("SET LOCAL enable_seqscan = off")
        plan = "; ".join(line for (line,) in tx.fast(f"EXPLAIN {sql}", _samples(sql)))

    assert [index for index in indices if index not in plan] == [], plan
    assert "Seq Scan" not in plan
