"""The two ways to a store of today's shape, and the ones to none."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from contactd.domain.refusals import Conflict
from contactd.store import schema
from contactd.store.schema import HEAD, migrate
from contactd.store.sqlite import SqliteDatabase


def shape(path: Path) -> set[tuple[str, str, str]]:
    """Give every table's columns and indices, however they were written down."""
    with sqlite3.connect(path) as store:
        names = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {
            (name, "column", str(tuple(row)[1:]))
            for name in names
            for row in store.execute(f"PRAGMA table_info({name})")
        }
        query = "SELECT tbl_name, 'index', name || coalesce(sql, '') FROM sqlite_master WHERE type = 'index'"
        indices = {(table, kind, " ".join(text.split())) for table, kind, text in store.execute(query)}
    store.close()
    return {row for row in columns | indices if row[0] != "alembic_version"}


def test_an_empty_store_is_made_in_the_shape_that_the_migrations_lead_to(tmp_path: Path) -> None:
    made = SqliteDatabase(tmp_path / "made.db", clock=lambda: 0)
    schema.prepare(made)
    made.close()

    engine = create_engine(f"sqlite:///{tmp_path}/migrated.db")
    with engine.begin() as connection:
        migrate(connection)
    engine.dispose()

    assert shape(tmp_path / "made.db") == shape(tmp_path / "migrated.db")


def test_a_store_is_prepared_twice_without_harm(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "contactd.db", clock=lambda: 0)
    schema.prepare(database)

    schema.prepare(database)

    with database.reading() as r:
        assert r.fast("SELECT name FROM workspace") == [("default",)]
        assert r.fast("SELECT version_num FROM alembic_version") == [(HEAD,)]
    database.close()


def test_a_store_of_a_newer_contactd_is_refused_untouched(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "contactd.db", clock=lambda: 0)
    schema.prepare(database)
    with database.transaction() as tx:
        tx.fast("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(Conflict, match="install that version again"):
        schema.prepare(database)

    database.close()
