"""The two ways to a store of today's shape, and the ones to none."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from contactd.domain.refusals import Conflict
from contactd.store import schema
from contactd.store.database import Database, Reading
from contactd.store.opening import open_store
from contactd.store.schema import HEAD, migrate


@pytest.fixture
def empty(urls: Callable[[], str]) -> Iterator[Database]:
    with closing(open_store(urls(), clock=lambda: 0)) as database:
        yield database


def shape(database: Database) -> set[tuple[str, ...]]:
    """Give every table's columns and indices, however they were written down."""
    with database.reading() as r:
        found = {"sqlite": of_a_file, "postgresql": of_a_schema}[database.kind](r)
    return {row for row in found if row[0] != "alembic_version"}


def of_a_file(r: Reading) -> set[tuple[str, ...]]:
    names = [name for (name,) in r.fast("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {(name, str(tuple(row)[1:])) for name in names for row in r.fast(f"PRAGMA table_info({name})")}
    indices = r.fast("SELECT tbl_name, name, coalesce(sql, '') FROM sqlite_master WHERE type = 'index'")
    return columns | {(table, name, " ".join(text.split())) for table, name, text in indices}


def of_a_schema(r: Reading) -> set[tuple[str, ...]]:
    columns = r.fast(
        "SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = current_schema()"
    )
    indices = r.fast(
        "SELECT tablename, indexname, replace(indexdef, current_schema(), '')"
        " FROM pg_indexes WHERE schemaname = current_schema()"
    )
    return {*columns, *indices}


def test_an_empty_store_is_made_in_the_shape_that_the_migrations_lead_to(
    opened: Callable[[], Database], empty: Database
) -> None:
    made = opened()

    with empty.transaction() as tx:
        migrate(tx.connection)

    assert shape(made) == shape(empty)
    assert len(shape(made)) > 200


def test_a_store_is_prepared_twice_without_harm(opened: Callable[[], Database]) -> None:
    database = opened()

    schema.prepare(database)

    with database.reading() as r:
        assert r.fast("SELECT name FROM workspace") == [("default",)]
        assert r.fast("SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_a_store_of_a_newer_contactd_is_refused_untouched(opened: Callable[[], Database]) -> None:
    database = opened()
    with database.transaction() as tx:
        tx.fast("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(Conflict, match="install that version again"):
        schema.prepare(database)


def test_tables_of_somebody_else_are_left_alone(empty: Database) -> None:
    with empty.transaction() as tx:
        tx.fast("CREATE TABLE contact (letters TEXT)")

    with pytest.raises(Conflict, match="is not a contactd store, nor empty: it has a table 'contact'"):
        schema.prepare(empty)
