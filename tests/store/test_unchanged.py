"""A store that is not what its daemon was started on: noticed by whoever asks it next, and by all from then on."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from contactd.domain.refusals import Changed, Unfit
from contactd.store import schema
from contactd.store.database import Database
from contactd.store.opening import open_store
from fakes.postgres import Schemas, cut


@pytest.fixture
def found() -> list[str]:
    """What a daemon is told of its store."""
    return []


@pytest.fixture
def served(opened: Callable[[], Database], found: list[str]) -> Database:
    """Give a store that is served, in a file or on a server."""
    database = opened()
    database.unchanged.heed(lambda changed: found.append(changed.message))
    return database


def look(database: Database) -> None:
    with database.reading() as r:
        r.fast("SELECT count(*) FROM sync")


def write(database: Database) -> None:
    with database.transaction() as tx:
        tx.fast("UPDATE sync SET version = version + 1")


@pytest.mark.parametrize("ask", [look, write])
def test_a_store_that_has_lost_a_table_is_refused_for_good_and_told_once(
    served: Database, found: list[str], ask: Callable[[Database], None]
) -> None:
    look(served)
    with served.transaction() as tx:
        tx.fast("ALTER TABLE sync RENAME TO sunk")

    for asks in (ask, look, write):
        with pytest.raises(Changed, match="was changed under this daemon: it has no table 'sync' any more"):
            asks(served)

    assert len(found) == 1


def test_what_a_bug_asks_of_a_store_that_is_whole_stays_a_bug(served: Database, found: list[str]) -> None:
    with pytest.raises(DBAPIError), served.reading() as r:
        r.connection.exec_driver_sql("SELECT 1 FROM nowhere")

    look(served)
    assert found == []


def test_who_heeds_it_too_late_is_told_at_once(served: Database, found: list[str]) -> None:
    with served.transaction() as tx:
        tx.fast("ALTER TABLE sync RENAME TO sunk")
    with pytest.raises(Changed):
        look(served)

    served.unchanged.heed(lambda changed: found.append(changed.message))

    assert len(found) == 2


@pytest.mark.parametrize("ask", [look, write])
@pytest.mark.parametrize("another", [False, True])
def test_a_file_that_was_taken_away_or_replaced_is_written_to_no_more(
    tmp_path: Path, *, another: bool, ask: Callable[[Database], None]
) -> None:
    file = tmp_path / "contactd.db"
    with closing(open_store(f"sqlite://{file}", clock=lambda: 0)) as database:
        schema.prepare(database)
        shutil.copy(file, tmp_path / "backup.db")
        file.unlink()
        if another:
            (tmp_path / "backup.db").rename(file)

        with pytest.raises(Changed, match="its file was taken away, or another one put in its place"):
            ask(database)


@pytest.fixture
def url(postgres: Schemas) -> str:
    return postgres.make()


@pytest.fixture
def remote(url: str) -> Iterator[Database]:
    """Give a store on a server, with a session that writes and two that read."""
    with closing(open_store(url, clock=lambda: 1)) as database:
        schema.prepare(database)
        look(database)
        look(database)
        yield database


@pytest.mark.parametrize("ask", [look, write])
def test_another_store_in_its_place_is_no_store_of_this_daemon(
    remote: Database, url: str, ask: Callable[[Database], None]
) -> None:
    with remote.transaction() as tx:
        ((name,),) = tx.fast("SELECT current_schema()")
        tx.fast(f"DROP SCHEMA {name} CASCADE")
        tx.fast(f"CREATE SCHEMA {name}")
    cut(url)
    with closing(open_store(url, clock=lambda: 2)) as other:
        schema.prepare(other)

        with pytest.raises(Changed, match="another one is in its place now"):
            ask(remote)


@pytest.mark.parametrize("ask", [look, write])
def test_a_schema_that_is_gone_is_no_store(remote: Database, url: str, ask: Callable[[Database], None]) -> None:
    with remote.transaction() as tx:
        ((name,),) = tx.fast("SELECT current_schema()")
        tx.fast(f"ALTER SCHEMA {name} RENAME TO {name}_gone")

    with pytest.raises(Changed, match="the database has no schema to make tables in"):
        ask(remote)

    with psycopg.connect(url) as session:
        session.execute(f"ALTER SCHEMA {name}_gone RENAME TO {name}")


@pytest.mark.parametrize("ask", [look, write])
def test_a_schema_that_was_shut_is_waited_for(postgres: Schemas, ask: Callable[[Database], None]) -> None:
    owner = postgres.make()
    guest, role = as_guest(owner)
    with closing(open_store(guest)) as database, psycopg.connect(owner, autocommit=True) as session:
        schema.prepare(database)
        look(database)
        session.execute(f"REVOKE USAGE ON SCHEMA {role} FROM {role}")

        for asks in (ask, look, write):
            with pytest.raises(Unfit, match=r"does not let contactd in: its schema '\w+' may not be used"):
                asks(database)

        session.execute(f"GRANT USAGE ON SCHEMA {role} TO {role}")
        look(database)
        write(database)
        session.execute(f"DROP OWNED BY {role} CASCADE")
        session.execute(f"DROP ROLE {role}")


def as_guest(url: str) -> tuple[str, str]:
    """Let a role that is no superuser into the schema of the same name, and give the URL by which it comes."""
    name = re.findall(r"store_\w+", url)[0]
    with psycopg.connect(url) as session:
        session.execute(f"CREATE ROLE {name} LOGIN")
        session.execute(f"GRANT ALL ON SCHEMA {name} TO {name}")
    return url.replace("contactd@", f"{name}@"), name


def test_a_session_that_reads_is_held_against_it_too_once_it_is_a_new_one(remote: Database, url: str) -> None:
    with remote.transaction() as tx:
        tx.fast("UPDATE alembic_version SET version_num = '9999'")
    look(remote)
    cut(url)

    with pytest.raises(Changed, match="its schema is 9999 now"):
        look(remote)
