"""What a session of a store on a server goes by, whatever the server would have it go by."""

import select
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy.pool import QueuePool

from contactd.domain.refusals import Away, Conflict
from contactd.store import postgres as served
from contactd.store import schema
from contactd.store.database import Database, Transaction
from contactd.store.opening import open_store
from fakes.postgres import Schemas


@pytest.fixture
def opened(postgres: Schemas) -> Iterator[Callable[..., Database]]:
    """Give what opens one store, with settings that stand for the defaults of its role."""
    url, made = postgres.make(), list[Database]()

    def opens(**defaults: str) -> Database:
        options = "".join(f" -c {name}={value}" for name, value in defaults.items())
        made.append(open_store(f"{url}{quote(options)}", clock=lambda: 0))
        return made[-1]

    with closing(opens()) as first:
        schema.prepare(first)
        yield opens
    for database in made[1:]:
        database.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [("default_transaction_isolation", "serializable"), ("statement_timeout", "50ms"), ("lock_timeout", "50ms")],
)
def test_a_writer_waits_for_its_turn_and_sees_what_was_done_before_it(
    opened: Callable[..., Database], name: str, value: str
) -> None:
    one, other, given = opened(**{name: value}), opened(**{name: value}), []

    def reserve() -> None:
        with other.transaction() as tx:
            given.append(tx.reserve("number"))

    with one.transaction() as tx:
        waiting = threading.Thread(target=reserve)
        waiting.start()
        waiting.join(0.2)
        first = tx.reserve("number")
    waiting.join(30)

    assert [*given, first] == [2, 1]


@pytest.mark.parametrize(
    "name", ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "transaction_timeout"]
)
def test_who_reads_is_given_the_time_that_it_takes(opened: Callable[..., Database], name: str) -> None:
    database = opened(**{name: "50ms"})

    with database.reading() as r:
        known = r.fast("SELECT setting FROM pg_settings WHERE name = ?", (name,))

    # Servers before 17 do not know the last of them.
    assert known in ([("0",)], [])


def test_names_are_read_in_every_alphabet_whatever_the_environment_says(
    opened: Callable[..., Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    database = opened()

    with database.transaction() as tx:
        tx.fast("INSERT INTO store_meta (name, value) VALUES ('Łódź', '東京')")

    with database.reading() as r:
        assert r.fast("SELECT value FROM store_meta WHERE name = 'Łódź'") == [("東京",)]


def test_a_daemon_that_the_server_let_go_of_in_a_transaction_tries_again(opened: Callable[..., Database]) -> None:
    database = opened()

    with pytest.raises(Away, match="it is tried again"), database.transaction() as tx:
        _fall_asleep(tx)
    with database.transaction() as tx:
        number = tx.reserve("number")

    assert number == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "its schema is 9999 now"),
        ("DROP TABLE alembic_version", "there is none now"),
    ],
)
def test_a_daemon_writes_to_no_store_that_was_changed_while_it_did_not_reach_it(
    opened: Callable[..., Database], change: str, told: str
) -> None:
    cut_off, other = opened(), opened()
    schema.prepare(cut_off)
    with suppress(Away), cut_off.transaction() as tx:
        tx.fast("SELECT pg_terminate_backend(pg_backend_pid())")
    with other.transaction() as tx:
        tx.fast(change)

    for _ in range(2):
        with pytest.raises(Conflict, match=told), cut_off.transaction():
            pass


def _fall_asleep(tx: Transaction) -> None:
    tx.fast("SET LOCAL idle_in_transaction_session_timeout = 1")
    session: Any = tx.connection.connection.dbapi_connection
    # There is something to be read once the server has let go.
    select.select([session.fileno()], [], [], 30)
    tx.reserve("number")


def test_a_reader_that_finds_no_session_free_tries_again(
    opened: Callable[..., Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "_READERS", 2)
    database = opened()
    pool = database._readers.pool  # type: ignore[attr-defined]
    assert isinstance(pool, QueuePool)
    pool._timeout = 0

    with database.reading(), database.reading(), pytest.raises(Away, match="no session"), database.reading():
        pass
